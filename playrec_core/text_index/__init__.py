"""Search in titles and artists, and similarity of playlist titles."""
