"""Contracts from a program."""
