"""A scatter plot of up to a million points, as a component."""
