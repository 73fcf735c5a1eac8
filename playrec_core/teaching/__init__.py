"""What lessons compute, one lesson a file, on the data of a run."""
