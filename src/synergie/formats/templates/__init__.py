"""Blank French files to fill, and their readers: one module a template, headers of our own."""
