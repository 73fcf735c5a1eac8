"""The path of lessons and the frame each stands in."""
