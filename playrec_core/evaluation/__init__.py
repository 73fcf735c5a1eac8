"""Evaluation: metrics, protocols, intervals and slices."""
