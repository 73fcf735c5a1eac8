"""Readers, one data set a file. `playrec_core.data.readers.base` finds them."""
