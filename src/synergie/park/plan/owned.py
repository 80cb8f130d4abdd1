"""A record with its owner and the place it was read from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Owned[T]:
    """A record, whose it is, and where it stands in the files."""

    organisation: str
    """The member that answers for it."""
    record: T
    """The record."""
    where: str = ""
    """Where it was read. Example: `foyers.csv, line 12`. Empty: named by its identifier."""
