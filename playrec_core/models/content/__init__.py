"""Content-based models: catalogue metadata, tags and audio."""
