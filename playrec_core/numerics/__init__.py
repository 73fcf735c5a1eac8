"""Sparse matrices, top-k selection and exact nearest neighbours."""
