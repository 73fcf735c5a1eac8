"""Factorisation machine, wide & deep, DeepFM and AutoInt: models over fields of features, and their shared code.

These models represent a pair of a playlist and a candidate item as *fields*: the playlist's songs, the candidate
itself, its era, its genres, ... Each value of a field has an embedding, and a field is the mean of its values'
embeddings. The models differ in how fields interact.

* `settings`: the common hyperparameters.
* `columns`: the values of each item by field, as one sparse matrix.
* `negatives`: negative sampling.
* `training`: the losses over pairs of playlists and items, and the training step.
* `network`: the forward pass, written once for torch (training) and numpy (the app).
* `recommender`: the base class of the recommenders.

Users of the app are not in the training data. So the "user" is the bag of chosen songs, each with an embedding for this
role (Rendle, "Factorization Machines with libFM", ACM TIST 2012, which expresses SVD++ and FPMC this way).
"""
