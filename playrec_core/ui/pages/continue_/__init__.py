"""The Continue page."""
