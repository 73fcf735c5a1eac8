"""The Case page: saved cases."""
