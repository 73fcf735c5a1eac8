"""What a model is, in short: on its own page, and in a dialog wherever its name is a heading."""
