"""playrec: look inside playlist-continuation recommenders."""

__version__ = "0.1.0"
