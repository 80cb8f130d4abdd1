"""Contracts and statements as they are stored: one row a reader."""
