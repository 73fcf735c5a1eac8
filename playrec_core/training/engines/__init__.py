"""Engines: where models are fitted beyond the local process, one file each."""
