"""A département in a store: members that open their sums to one publisher, points with a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from synergie.exchange.agreements import Agreements
from synergie.exchange.cell_schemes import CellSchemes
from synergie.policy.cells import by_commune
from synergie.schemas.cell_scheme import CellScheme, CellSchemeRecord
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, body, terms
from tests.exchange.sums import Territory


@dataclass(frozen=True)
class Size:
    """How many members and points there are, spread over how many communes.

    `households`: every other point is of one, and tells of a person.
    """

    members: int = 1_500
    points: int = 20_000
    communes: int = 600


@dataclass(frozen=True)
class Department:
    """A publisher, and members that each let it count their points."""

    store: Store
    publisher: Body
    members: tuple[Body, ...]
    territories: tuple[Territory, ...]
    scheme: CellScheme


def build(folder: Path, size: Size) -> Department:
    """A store with *size*; every point has twelve months, and one in 97 lacks one of them."""
    store = Store.open(f"sqlite:///{folder / 'bench.db'}")
    publisher = body(store, "publisher")
    members = tuple(body(store, f"member-{place}") for place in range(size.members))
    cells = by_commune("EPCI", {f"{54_000 + i}": f"commune {i}" for i in range(size.communes)})
    asked = CellSchemeRecord(title="Communes", cells=cells)
    scheme = CellSchemes(store).save(publisher.caller, "communes", asked, now=NOW)
    territories = []
    for place, one in enumerate(members):
        territories.append(_declare(store, one, range(place, size.points, size.members), size))
        _open_sums(store, one, publisher, territories[-1], scheme)
    return Department(store, publisher, members, tuple(territories), scheme)


def _declare(store: Store, one: Body, places: Sequence[int], size: Size) -> Territory:
    """Points of one member, commune by commune."""
    made = Territory(store, one)
    for commune in sorted({place % size.communes for place in places}):
        some = [place for place in places if place % size.communes == commune]
        made.add([number(place) for place in some], [300_000] * 12, insee=f"{54_000 + commune}")
        lacking = [number(place) for place in some if place % 97 == 0]
        if lacking:
            made.measure(lacking, [None] + [300_000] * 11)
    return made


def _open_sums(
    store: Store, one: Body, publisher: Body, territory: Territory, scheme: CellScheme
) -> None:
    """An agreement by which *publisher* counts the points of *one*, and tells the sums."""
    book = Agreements(store)
    deal = terms(
        one,
        publisher,
        {"supply_points": list(territory.points.values())},
        granularity="aggregate",
        cell_scheme=scheme.id,
        datasets=["consumption"],
        purpose="public_reporting",
        onward="open_data",
    )
    made = book.draft(one.caller, deal, now=NOW)
    book.act(one.caller, made.id, "propose", signature=one.sign(made), now=NOW)
    book.act(publisher.caller, made.id, "accept", signature=publisher.sign(made), now=NOW)


def number(place: int) -> str:
    """The number of a delivery point that nobody has."""
    return f"99{place:012}"
