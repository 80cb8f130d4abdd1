"""Measures of synergie against its peers: `make bench`, `make bench ONLY=name`."""
