"""Held-out playlists: finding and showing them."""
