"""The Models page: the catalogue of the models of a run."""
