"""Search of titles and artists, and similarity of playlist titles."""
