"""Parts for building a seed that several pages use."""
