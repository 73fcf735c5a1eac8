"""Test support: planted data and the contract suite that every model passes."""
