"""The Panel page: blind comparison of models."""
