"""File formats that several data sets share: JSON, delimited text, mel-spectrograms."""
