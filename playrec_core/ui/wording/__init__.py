"""Text for runs, metrics, items and figures."""
