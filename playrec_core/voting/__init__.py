"""Weighted votes over the recommendations of several models."""
