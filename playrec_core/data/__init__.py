"""From files to one `Dataset`: readers, splits, the built-in demo."""
