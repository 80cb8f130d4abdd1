"""Files in, records and a report out; one module a format."""
