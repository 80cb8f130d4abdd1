"""Datadis, the data hub of the Spanish distributors."""
