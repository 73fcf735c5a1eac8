"""Every model's continuation side by side."""
