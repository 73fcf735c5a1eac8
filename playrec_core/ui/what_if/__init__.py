"""What another seed or another order would change."""
