"""The seal that only this package holds: without it no Permit can be made."""

SEAL = object()
