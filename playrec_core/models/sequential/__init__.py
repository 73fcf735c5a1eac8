"""Sequential recommenders, which read a playlist in order, and their shared code."""
