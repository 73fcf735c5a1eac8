"""Readers, one file per data set. `playrec_core.data.readers.base` finds them."""
