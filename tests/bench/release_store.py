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

MONTHS = 12


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
    """A store of that *size*: agreements that both signed, and each month of every point."""
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
    return Department(store, publisher, members[0], tuple(first.points.values()), scheme)


def _declare(store: Store, one: Body, places: Sequence[int], size: Size) -> Territory:
    """Points of one member, commune by commune; no two are measured alike."""
    made = Territory(store, one)
    for commune in sorted({place % size.communes for place in places}):
        some = [place for place in places if place % size.communes == commune]
        least = 250_000 + 97 * some[0]
        values = [least + 1_009 * month for month in range(MONTHS)]
        made.add([f"99{place:012}" for place in some], values, insee=f"{54_000 + commune}")
    return made


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
