"""Opened runs and what is computed from them: recommendations, case files, submissions, comparisons."""
