"""Sites by their names and communes, to choose among thousands: their bodies are not read."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import col

from synergie.policy import Permit
from synergie.storage._sql import json_text, match_any_of
from synergie.storage.scope import scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import SiteRow

NOWHERE = "-"
"""Stands for the commune of sites whose commune is not known."""


@dataclass(frozen=True, slots=True)
class SiteName:
    """A site as a list names it. `commune`: its INSEE code, or NOWHERE."""

    id: str
    name: str
    commune: str


def site_names(
    permit: Permit,
    session: Session,
    *,
    words: str = "",
    ids: Collection[str] | None = None,
    start: int = 0,
    limit: int,
) -> list[SiteName]:
    """One's own sites by name, from the one at place *start*, 0 the first.

    *words*: in the name, or the whole commune code; empty: all. *ids*: these only; None: any.
    """
    query = (
        _select_own_sites(
            permit, words, ids, col(SiteRow.id), _select_site_name(), _select_site_commune()
        )
        .order_by(func.lower(_select_site_name()), col(SiteRow.id))
        .offset(start)
        .limit(limit)
    )
    return [SiteName(*row) for row in session.connection().execute(query)]


def count_site_names(permit: Permit, session: Session, *, words: str = "") -> int:
    """How many sites of one's own there are."""
    query = _select_own_sites(permit, words, None, func.count())
    return int(session.connection().execute(query).scalar_one())


def sites_by_commune(permit: Permit, session: Session) -> dict[str, int]:
    """How many sites of one's own each commune has, by code; NOWHERE for those of none."""
    each = _select_own_sites(permit, "", None, _select_site_commune().label("commune")).subquery()
    query = select(each.c.commune, func.count()).group_by(each.c.commune).order_by(each.c.commune)
    return {str(code): int(n) for code, n in session.connection().execute(query)}


def site_ids_of(permit: Permit, session: Session, communes: Collection[str]) -> list[str]:
    """The sites of one's own that stand in *communes*, by identifier."""
    query = _select_own_sites(permit, "", None, col(SiteRow.id)).where(
        match_any_of(_select_site_commune(), communes)
    )
    found: list[str] = list(session.connection().execute(query.order_by(col(SiteRow.id))).scalars())
    return found


def _select_own_sites(permit: Permit, words: str, ids: Collection[str] | None, *what: Any) -> Any:
    if permit.scope != "own":
        raise TypeError("only one's own sites are chosen among")
    query = scoped_select(permit, SiteRow)
    if words:
        query = query.where(_match_site_name(words))
    if ids is not None:
        query = query.where(match_any_of(col(SiteRow.id), ids))
    return query.with_only_columns(*what)


def _match_site_name(words: str) -> ColumnElement[bool]:
    """Whether the name holds *words*: SQLite's `lower` knows no letter but those of ASCII."""
    cases = {words.lower(), words.capitalize(), words.upper()}
    plain = {"".join(c.lower() if c.isascii() else c for c in one) for one in cases}
    name = func.lower(_select_site_name())
    named = [name.contains(one, autoescape=True) for one in sorted(plain)]
    return or_(*named, _select_site_commune() == words)


def _select_site_name() -> ColumnElement[Any]:
    return json_text(col(SiteRow.body), "name")


def _select_site_commune() -> ColumnElement[Any]:
    return func.coalesce(json_text(col(SiteRow.body), "insee_code"), NOWHERE)
