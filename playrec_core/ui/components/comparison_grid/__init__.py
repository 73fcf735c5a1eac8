"""Several models' recommendations side by side."""
