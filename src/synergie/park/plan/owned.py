"""A record with its owner and the place it was read from."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Owned[T]:
    """A record, whose it is, and where it stands in the files."""

    organisation: str
    """The member that answers for it."""
    record: T
    """The record."""
    where: str = ""
    """Where it was read. Example: `foyers.csv, line 12`. Empty: named by its identifier."""


def rank_fullest(one: Owned[Any]) -> tuple[int, str, str, str]:
    """The order of rows that tell of one thing: the fullest first, whatever order they came in."""
    told = one.record.model_dump_json(exclude_none=True)
    filled = sum(getattr(one.record, name) is not None for name in type(one.record).model_fields)
    return -filled, told, one.organisation, one.where
