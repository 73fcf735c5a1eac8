"""The frame of lessons and tutorials."""
