"""The blind panel: judging and the reveal."""
