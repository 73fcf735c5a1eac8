"""Linear item-to-item and playlist-to-item models."""
