"""Export a page as a case file: a reloadable JSON file and an HTML report."""
