"""Models that read a playlist in order; the parts they share."""
