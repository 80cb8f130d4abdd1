"""Lengths and digests of the files of open sums, kept so that nobody waits for them to be made."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlmodel import col

from synergie.policy import Permit
from synergie.storage._sql import match_any_of
from synergie.storage.publication.aggregate_tables import OpenFileRow
from synergie.storage.readings.once import insert_once
from synergie.storage.scope import scoped_select
from synergie.storage.store import Session


@dataclass(frozen=True, slots=True)
class Measure:
    """How long a file is, bytes, and its SHA-256 in hex."""

    size: int
    sha256: str


def find_file_measures(
    permit: Permit, session: Session, names: Collection[str]
) -> dict[str, Measure]:
    """Those of *names* that are kept: name, a digest of what decides the bytes → what they are."""
    query = scoped_select(permit, OpenFileRow).where(match_any_of(col(OpenFileRow.id), names))
    return {row.id: Measure(row.size, row.sha256) for row in session.exec(query)}


def keep_measures(
    permit: Permit, session: Session, owner: str, found: Mapping[str, Measure]
) -> None:
    """Keep what was measured of files of *owner*'s; what is there stays: bytes never change.

    TypeError unless *permit* is the public's: what anybody may read is measured, nothing else.
    """
    if permit.scope != "public":
        raise TypeError("files that anybody may read are measured")
    for name, one in sorted(found.items()):  # no two wait for each other
        insert_once(session, OpenFileRow, id=name, owner=owner, size=one.size, sha256=one.sha256)
