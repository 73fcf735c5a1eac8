"""Maps of songs, clusters and tags."""
