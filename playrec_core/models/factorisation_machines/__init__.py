"""Factorisation machine, wide & deep, DeepFM and AutoInt, and what these models over fields of features share.

Such a model sees a pair, an open playlist and a candidate, as a few *fields*: the playlist's songs, the candidate
itself, its era, its genres, ... Each value of a field has a vector of its own; a field is the mean of the vectors of
its values; a model says how the fields' vectors meet.

* `settings`: the hyperparameters every such model has.
* `columns`: an item's values by field, as one sparse matrix.
* `negatives`: items that a playlist does not hold.
* `training`: pairs of playlists and items, their losses, the loop.
* `network`: the part that meets torch in training and numpy in the app, written once for both.
* `recommender`: the contract, but for how fields meet.

The people who use the app are in no training data. So the "user" is what they have chosen: a bag of songs, each with a
vector for being there (Rendle, "Factorization Machines with libFM", TIST 2012, where SVD++ and FPMC are written so).
"""
