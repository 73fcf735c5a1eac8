"""Two-dimensional maps of items: layouts, their quality, clusters and tags on them."""
