"""What the models trained by gradient descent share: one sparse autoencoder, its losses, its training, its numpy form.

* `settings`: the hyperparameters every such model has.
* `network`: the parameters and the forward pass, in torch, for training.
* `sampling`, `losses`: which outputs a step computes, and losses that stay right when they are few.
* `batches`, `optimisers`, `loop`, `training`, `checkpoint`: how it is trained.
* `scoring`: the forward pass in numpy, for the app, which never imports torch.
* `playlists`: what models whose rows are playlists share on top of it.
* `skip_gram`: tags as vectors. `parts`: an autoencoder over short dense rows, on the same layers and optimisers.

No dense one-hot batch and no dense target is ever built: a step touches the rows of the embedding its playlists hold,
and computes the outputs that hold a target or were sampled.
"""
