"""A guided tour of ALS in six steps, one file each."""
