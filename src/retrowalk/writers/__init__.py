"""Tables → files: measurements as JSON and CSV."""
