"""Finding and showing held-out playlists."""
