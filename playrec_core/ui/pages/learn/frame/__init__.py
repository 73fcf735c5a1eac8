"""Common frame of lessons and tutorials."""
