"""What travels: frozen, strict records whose every field says its meaning, unit and source.

Each noun has its module; the JSON Schemas in `specs/schemas/` are made from these docstrings.
"""
