"""Searches a model's settings: which values (`space`), trial after trial (`search`), kept on disk (`trials`)."""
