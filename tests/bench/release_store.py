"""A département in a store: members that open their sums to one publisher, points with a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import batched
from math import inf
from pathlib import Path
from typing import Any

from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.publication.cell_schemes import CellSchemes
from synergie.exchange.readings._gather import MAX_GROUP
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.energies.sum_upkeep import count_sums, months_sum
from synergie.exchange.readings.series import SeriesBook
from synergie.exchange.trust.agreements import Agreements
from synergie.policy.publication.cells import by_commune
from synergie.schemas.publication.cell_scheme import CellScheme, CellSchemeRecord
from synergie.schemas.readings.curve import Curve
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, body, point, site, terms
from tests.exchange.sums import YEAR, Territory, monthly, start_of

MONTHS, _BATCH = 12, 1_000


@dataclass(frozen=True)
class Size:
    """How many members declare how many points, of how many communes.

    The first of the members, a syndicate, declares `of_first`; the others what is left.
    """

    members: int = 1_500
    points: int = 20_000
    communes: int = 600
    of_first: int = 4_000


@dataclass(frozen=True)
class Department:
    """A publisher, and members that each let it count their points."""

    store: Store
    publisher: Body
    syndicate: Body
    points: tuple[str, ...]
    """What the syndicate declares."""
    scheme: CellScheme


def build(folder: Path, size: Size) -> Department:
    """A store of that *size*: agreements that both signed, and each month of every point.

    The months are counted, as the upkeep of a server counts them beside its work.
    """
    store = Store.open(f"sqlite:///{folder / 'bench.db'}")
    publisher = body(store, "publisher")
    cells = by_commune("EPCI", {f"{54_000 + i}": f"commune {i}" for i in range(size.communes)})
    asked = CellSchemeRecord(title="Communes", cells=cells)
    scheme = CellSchemes(store).save(publisher.caller, "communes", asked, now=NOW)
    members = [body(store, f"member-{place}") for place in range(size.members)]
    first = _declare(store, members[0], range(size.of_first), size)
    _open_sums(first, publisher, scheme)
    for place, one in enumerate(members[1:], start=size.of_first):
        places = range(place, size.points, size.members - 1)
        _open_sums(_declare(store, one, places, size), publisher, scheme)
    for one in members:
        due = months_sum(YEAR, MONTHS)
        count_sums(store, one.caller.organisation, due, now=NOW, until=inf, at_once=_BATCH)
    return Department(store, publisher, members[0], tuple(first.points.values()), scheme)


def _declare(store: Store, one: Body, places: Sequence[int], size: Size) -> Territory:
    """Points of one member and their months, in a few batches; no two are measured alike."""
    made, caller = Territory(store, one), one.caller
    communes = sorted({54_000 + place % size.communes for place in places})
    sites = [site(f"S-{insee}", insee_code=str(insee)) for insee in communes]
    Sites(store).publish(caller, sites, now=NOW)
    for some in batched(places, _BATCH):
        told = [f"99{place:012}" for place in some]
        fields: dict[str, Any] = {"personal_data": "yes", "usage": "building"}
        records = [
            point(code, site=f"S-{54_000 + place % size.communes}", **fields)
            for code, place in zip(told, some, strict=True)
        ]
        declared = SupplyPoints(store).publish(caller, records, now=NOW).items
        series = SeriesBook(store).publish(caller, [monthly(code) for code in told], now=NOW).items
        made.points |= dict(zip(told, (item.id for item in declared), strict=True))
        made.series |= dict(zip(told, (item.id for item in series), strict=True))
    for group in batched(zip(made.series.values(), places, strict=True), MAX_GROUP):
        Curves(store).deposit(
            caller,
            [_year(name, place) for name, place in group],
            onces=[None] * len(group),
            now=NOW,
        )
    return made


def _year(series: str, place: int) -> Curve:
    values = [250_000 + 97 * place + 1_009 * month for month in range(MONTHS)]
    return Curve(series=series, start=start_of(1), step="P1M", unit="Wh", values=[*values])


def _open_sums(territory: Territory, publisher: Body, scheme: CellScheme) -> None:
    """An agreement by which *publisher* counts the points of a member, and tells the sums."""
    agree(
        territory.store,
        territory.body,
        publisher,
        tuple(territory.points.values()),
        granularity="aggregate",
        cell_scheme=scheme.id,
        datasets=["consumption"],
        purpose="public_reporting",
        onward="open_data",
    )


def agree(store: Store, one: Body, other: Body, points: Sequence[str], **more: object) -> None:
    """An agreement over *points* of *one* that both sign."""
    book = Agreements(store)
    deal = terms(one, other, {"supply_points": list(points)}, **more)
    made = book.draft(one.caller, deal, now=NOW)
    book.act(one.caller, made.id, "propose", signature=one.sign(made), now=NOW)
    book.act(other.caller, made.id, "accept", signature=other.sign(made), now=NOW)
