"""The fields of tables, in one word each; what may be null says so."""

from typing import Any

from sqlmodel import Field

from synergie.storage.columns import INTEGER, NUMBER, TEXT, Instant


def key() -> Any:
    """A part of the primary key, a text."""
    return Field(primary_key=True, sa_type=TEXT)


def define_text(*, index: bool = False) -> Any:
    """A text."""
    return Field(sa_type=TEXT, index=index)


def maybe_text(*, index: bool = False) -> Any:
    """A text, or null."""
    return Field(default=None, sa_type=TEXT, nullable=True, index=index)


def define_integer() -> Any:
    """A whole number."""
    return Field(sa_type=INTEGER)


def maybe_integer() -> Any:
    """A whole number, or null."""
    return Field(default=None, sa_type=INTEGER, nullable=True)


def maybe_number() -> Any:
    """A double, or null."""
    return Field(default=None, sa_type=NUMBER, nullable=True)


def define_moment() -> Any:
    """An aware time."""
    return Field(sa_type=Instant)


def maybe_moment() -> Any:
    """An aware time, or null."""
    return Field(default=None, sa_type=Instant, nullable=True)
