"""Parquet and Arrow files of any maker, read a batch at a time within limits."""
