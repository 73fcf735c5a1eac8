"""Item-to-item search."""
