"""Published sums held against who may know their points: 1,500 organisations, 20,000 points.

Rows as a year of releases leaves them, made without 12 releases of 20,000 points.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

from sqlalchemy import insert

from synergie.exchange.publication import _release_record as record
from synergie.exchange.publication import aggregate_year as year_of
from synergie.exchange.publication.cell_schemes import CellSchemes
from synergie.exchange.publication.released_sums import hold_agreement
from synergie.exchange.trust.agreements import Agreements
from synergie.policy import permit_own_data, permit_party
from synergie.policy.publication.cells import by_commune, tree
from synergie.policy.publication.releases import Member, Out, selection
from synergie.policy.trust.atoms import Limits
from synergie.schemas.publication.cell_scheme import CellScheme, CellSchemeRecord
from synergie.schemas.trust.agreement import Agreement
from synergie.storage import head
from synergie.storage.publication.aggregate_tables import AggregateMemberRow, AggregateYearRow
from synergie.storage.publication.insiders import knowers_of
from synergie.storage.publication.releases import save_release
from synergie.storage.store import Session, Store
from synergie.storage.tables import SupplyPointRow
from tests.bench.harness import Bench, Goal, Measured, seconds
from tests.exchange.people import NOW, Body, body, terms

ORGANISATIONS, POINTS, COMMUNES, ROUNDS = 1_500, 20_000, 600, 3
YEAR = 2025


@dataclass(frozen=True)
class _Year:
    """A store with a year of sums, and an agreement over all points of one organisation."""

    store: Store
    publisher: Body
    points: tuple[str, ...]
    drafted: Agreement
    owner: Body


@contextmanager
def _year() -> Iterator[_Year]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{Path(folder) / 'bench.db'}")
        publisher, owner, partner = (body(store, one) for one in ("publisher", "org-0", "partner"))
        cells = by_commune("EPCI", {f"{54_000 + i}": f"commune {i}" for i in range(COMMUNES)})
        asked = CellSchemeRecord(title="Communes", cells=cells)
        scheme = CellSchemes(store).save(publisher.caller, "communes", asked, now=NOW)
        with store.write() as session:
            points = _declare(session)
            _release(session, publisher, scheme)
        mine = [one for one, holder in points if holder == "org-0"]
        deal = terms(owner, partner, {"supply_points": mine}, granularity="month")
        drafted = Agreements(store).draft(owner.caller, deal, now=NOW)
        yield _Year(store, publisher, tuple(one for one, _ in points), drafted, owner)
        store.close()


def _declare(session: Session) -> list[tuple[str, str]]:
    """Delivery points, by turns of each organisation: identifier and owner."""
    secret, rows = head.head(session).secret, list[dict[str, Any]]()
    for place in range(POINTS):
        owner, number = f"org-{place % ORGANISATIONS}", _number(place)
        item = head.opaque_id(secret, "sp", owner, number)
        same: dict[str, Any] = {"body": "{}", "digest": "x", "batch": "b", "updated_at": NOW}
        rows.append({"id": item, "owner": owner, "external_id": number, **same})
    session.connection().execute(insert(SupplyPointRow), rows)
    return [(row["id"], row["owner"]) for row in rows]


def _release(session: Session, publisher: Body, scheme: CellScheme) -> None:
    """Every month of the year, each commune and the whole."""
    permit, made = permit_own_data(publisher.caller, action="write", now=NOW), tree(scheme.cells)
    secret = head.head(session).secret
    some = [_member(place, secret) for place in range(POINTS)]
    year = {"scheme": scheme.id, "energy": "electricity", "year": YEAR}
    rows = [
        {
            **year, "point": one.point, "owner": permit.owner, "leaf": one.leaf, "moves": False,
            "holder": one.holder, "category": one.category, "agreement": None,
            "known_to": json.dumps(sorted(one.known_to)), "energies": json.dumps(one.energies),
        }
        for one in some
    ]  # fmt: skip
    session.connection().execute(insert(AggregateMemberRow), rows)
    frozen = {**year, "version": 1, "frozen_at": NOW}
    session.connection().execute(insert(AggregateYearRow), [frozen])
    told = frozenset(name for name in made.order if name.startswith("residential-stables"))
    for month in range(1, 13):
        period = f"{YEAR}-{month:02}"
        start, end = year_of.bounds_of(period)
        body = record.build_release(
            {
                "id": f"rel_{month:020}", "owner": permit.owner, "scheme": scheme.id,
                "scheme_version": 1, "energy": "electricity", "period": period, "version": 1,
                "start": start, "end": end, "released_at": NOW, "optimal": True, "hidden": (),
                "cells": record.cells_of(made, some, told, month), "not_counted": 0, "outside": 0,
                "twice": 0, "thresholds": record.build_thresholds(Limits()), "rules": record.RULES,
                "agreements": (), "open_data": True, "licence": "etalab-2.0",
            }
        )  # fmt: skip
        save_release(permit, session, body, onward=True)


def _member(place: int, secret: bytes) -> Member:
    point = head.opaque_id(secret, "point", "", _number(place))
    leaf = f"residential-stables-{54_000 + place % COMMUNES}"
    known_to = frozenset({f"org-{place % ORGANISATIONS}"})
    return Member(point, leaf, point, "residential", (300_000,) * 12, known_to=known_to)


def _choice() -> Measured:
    """The year after eleven of its months: which cells may be told beside what is out."""
    cells = by_commune("EPCI", {f"{54_000 + i}": f"commune {i}" for i in range(COMMUNES)})
    made, secret = tree(CellSchemeRecord(title="Communes", cells=cells).cells), bytes(32)
    people = [_member(place, secret) for place in range(POINTS)]
    told = selection(made, people, Out(), month=1, limits=Limits()).published
    out = Out(dict.fromkeys(range(1, 12), told))

    def choose() -> float:
        begin = process_time()
        assert selection(made, people, out, month=None, limits=Limits()).published == told
        return process_time() - begin

    return Measured(min(choose() for _ in range(ROUNDS)), f"processor, least of {ROUNDS}")


def _number(place: int) -> str:
    return f"prm:99{place:012}"


def _agreement() -> Measured:
    """One agreement held against the twelve months that are out; nothing is kept."""
    with _year() as made:
        permit = permit_party(made.owner.caller, action="write", now=NOW)

        def hold() -> None:
            with made.store.write() as session:
                hold_agreement(permit, session, made.drafted, learn=True)
                session.rollback()

        return Measured(min(seconds(hold) for _ in range(ROUNDS)), f"least of {ROUNDS}")


def _insiders() -> Measured:
    """Who knows each point of a release, looked up in its transaction."""
    with _year() as made:
        permit = permit_own_data(made.publisher.caller, action="write", now=NOW)

        def look() -> None:
            with made.store.write() as session:
                found = knowers_of(permit, session, made.points, YEAR)
                assert len(found.declaring) == POINTS

        return Measured(min(seconds(look) for _ in range(ROUNDS)), f"least of {ROUNDS}")


BENCHES = [
    Bench(
        name=f"sums-{name}",
        title=f"{title}; 1,500 organisations, 20,000 points",
        goal=Goal("<", 1),
        unit="s",
        peer="none: the goal is ours",
        run=run,
    )
    for name, title, run in (
        ("agreement", "An agreement held against a year of sums that are out", _agreement),
        ("insiders", "Who knows each point of a release", _insiders),
        ("year", "Which cells of a year may be told after eleven of its months", _choice),
    )
]
