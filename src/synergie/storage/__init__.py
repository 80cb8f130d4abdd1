"""Private tables, and repositories that read nothing without a Permit."""
