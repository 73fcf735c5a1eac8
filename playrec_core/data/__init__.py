"""From files to one `Dataset`."""
