"""Models of what songs are: catalogue entries, tags and audio."""
