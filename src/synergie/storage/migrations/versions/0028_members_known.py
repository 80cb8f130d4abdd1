"""Who knows the members of years that were released before every organisation was an insider.

Until then `known_to` held the sources of the sums alone. It is what `storage.insiders.knowers_of`
finds now, written out here for it reads the tables as they are at this revision.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from synergie.calendar import zone
from synergie.storage.head import opaque_id

revision = "0028"
down_revision = "0027"

_TELLING = {"consumption", "contracts"}
_SIGNED = """
SELECT id, version, recipient, terms FROM agreement WHERE state NOT IN ('draft', 'proposed')
"""

type _Names = dict[str, set[str]]
type _Years = list[tuple[str, int, int]]
"""Who was let read, and the first and the last year of what."""


def upgrade() -> None:
    """Add whoever declares a member's number, or was let read the point, to those who know it."""
    db = op.get_bind()
    members = db.execute(sa.text("SELECT point, energy, year, known_to FROM aggregate_member"))
    some = [tuple(row) for row in members]
    if not some:
        return
    names = _name_points(db, {row[0] for row in some})
    declaring, reading = _declaring(db, names), _reading(db, names)
    changed = []
    for point, energy, year, known_to in some:
        before = set(json.loads(known_to))
        readers = {who for who, first, last in reading[point] if first <= year <= last}
        after = before | declaring[point] | readers
        if after != before:
            told = json.dumps(sorted(after))
            changed.append({"known": told, "point": point, "energy": energy, "year": year})
    if changed:
        where = "WHERE point = :point AND energy = :energy AND year = :year"
        db.execute(sa.text(f"UPDATE aggregate_member SET known_to = :known {where}"), changed)  # noqa: S608


def _name_points(db: sa.Connection, wanted: set[str]) -> dict[str, str]:
    """Delivery point of anybody's → its name in sums, of those that are in some."""
    secret = db.execute(sa.text("SELECT secret FROM head")).scalar_one()
    found = {}
    for point, number in db.execute(sa.text("SELECT id, external_id FROM supply_point")):
        name = opaque_id(bytes(secret), "point", "", number)
        if name in wanted:
            found[point] = name
    return found


def _declaring(db: sa.Connection, names: dict[str, str]) -> _Names:
    found: _Names = defaultdict(set)
    for point, owner in db.execute(sa.text("SELECT id, owner FROM supply_point")):
        if point in names:
            found[names[point]].add(owner)
    return found


def _reading(db: sa.Connection, names: dict[str, str]) -> dict[str, _Years]:
    """By name: the recipients of what was signed over the point, its sites, or its series."""
    opened: dict[str, _Years] = defaultdict(list)
    terms = {
        (agreement, version): (recipient, *years)
        for agreement, version, recipient, text in db.execute(sa.text(_SIGNED))
        if (years := _years_told(json.loads(text)))
    }
    for agreement, version, subject in db.execute(
        sa.text("SELECT agreement, version, subject FROM agreement_item")
    ):
        if (agreement, version) in terms:
            opened[subject].append(terms[agreement, version])
    found: dict[str, _Years] = defaultdict(list)
    for point, subject in _subjects(db):
        if point in names:
            found[names[point]] += opened.get(subject, ())
    return found


def _subjects(db: sa.Connection) -> Iterator[tuple[str, str]]:
    """Each delivery point with what may be named to open it."""
    for point, site in db.execute(sa.text("SELECT id, site FROM supply_point")):
        yield point, point
        if site is not None:
            yield point, site
    past = sa.text("SELECT id, links FROM owned_history WHERE noun = 'sp'")
    for point, links in db.execute(past):
        site = json.loads(links).get("site")
        if site is not None:
            yield point, site
    measured = sa.text("SELECT supply_point, id FROM series WHERE supply_point IS NOT NULL")
    yield from (tuple(row) for row in db.execute(measured))


def _years_told(terms: dict[str, Any]) -> tuple[int, int] | None:
    """The first and the last civil year of which single points are told; None: none are."""
    if terms["granularity"] == "aggregate" or not _TELLING & {*terms["datasets"]}:
        return None
    start, end = (terms["data_period"].get(name) for name in ("start", "end"))
    return _year(start), 9999 if end is None else _year(end, timedelta(microseconds=1))


def _year(moment: str, less: timedelta = timedelta()) -> int:
    return (datetime.fromisoformat(moment) - less).astimezone(zone("Europe/Paris")).year
