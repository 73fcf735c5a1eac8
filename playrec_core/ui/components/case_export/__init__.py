"""Saving what a page shows as a case file: a JSON file that can be reopened, and a report that opens anywhere."""
