"""A walk through ALS in six steps, one file a step, on a person's own favourites."""
