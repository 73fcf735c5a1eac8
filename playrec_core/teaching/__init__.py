"""Computations behind the lessons, one file per lesson."""
