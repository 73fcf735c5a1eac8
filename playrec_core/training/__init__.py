"""Training: from data to a finished run."""
