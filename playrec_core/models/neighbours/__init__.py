"""Nearest-neighbour models."""
