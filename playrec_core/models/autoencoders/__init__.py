"""Autoencoders over playlists."""
