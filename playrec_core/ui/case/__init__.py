"""The case file: one JSON and one page that open anywhere."""
