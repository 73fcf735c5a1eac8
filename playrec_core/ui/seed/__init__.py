"""What a seed is built from: songs, tags, a title, a file, a held-out playlist."""
