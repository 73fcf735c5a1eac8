"""What the data set holds."""
