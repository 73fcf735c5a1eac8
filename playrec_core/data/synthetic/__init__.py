"""The built-in demo data set: an invented catalogue and playlists with planted structure."""
