"""Runs, metrics, items and figures in words."""
