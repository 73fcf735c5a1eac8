"""Ensembles: models that combine other models."""
