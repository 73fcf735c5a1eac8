"""Recommenders, one file each, by family. `playrec_core.models.registry` finds them."""
