"""A statement as a page."""
