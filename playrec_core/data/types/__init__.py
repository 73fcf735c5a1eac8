"""Ids and vocabularies, used by `playrec_core.data` and by the file formats of `playrec_core.data.io`."""
