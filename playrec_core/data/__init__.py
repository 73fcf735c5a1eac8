"""Reading, splitting and describing data sets."""
