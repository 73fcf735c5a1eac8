"""Most-popular baselines."""
