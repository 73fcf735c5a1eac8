"""The Disagreements page."""
