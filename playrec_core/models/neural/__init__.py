"""Shared code of the models trained by gradient descent: a sparse autoencoder, its losses, training and inference.

* `settings`: the common hyperparameters.
* `network`: the parameters and the forward pass in torch, for training.
* `sampling`, `losses`: sampled outputs, and losses that stay unbiased under sampling.
* `batches`, `optimisers`, `loop`, `training`, `checkpoint`: the training.
* `data_parallel`, `shard`: training in several processes.
* `scoring`: the forward pass in numpy, for the app, which never imports torch.
* `playlists`: early stopping for models whose rows are playlists.
* `multimodal`: an autoencoder over short dense rows, on the same layers and optimisers.

No dense one-hot batch and no dense target is ever built: a step reads only the embedding rows of its playlists' items
and computes only the outputs that are a target or were sampled.
"""
