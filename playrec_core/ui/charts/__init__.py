"""Colours, text measurement and label placement for charts."""
