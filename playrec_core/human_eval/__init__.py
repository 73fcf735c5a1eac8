"""Blind human evaluation: verdicts and agreement."""
