"""Resources, one file a noun."""
