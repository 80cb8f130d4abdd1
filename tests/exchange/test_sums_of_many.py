"""Points of many agreements at once: the same as under each by itself, and as they were told."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col

from synergie.errors import Conflict
from synergie.exchange.assets.sites import Sites
from synergie.exchange.publication import _release_making
from synergie.exchange.publication.publications import Publications
from synergie.exchange.trust.agreements import Agreements
from synergie.policy import Ask, Permit, decide_permit, permit_own_data
from synergie.policy.publication.public import SUMS
from synergie.policy.publication.releases import selection
from synergie.schemas.trust.agreement import Agreement
from synergie.storage._many_scopes import points_within
from synergie.storage.assets.contributions import iterate_contributions, list_contributors
from synergie.storage.scope import scoped_select
from synergie.storage.store import Store
from synergie.storage.tables import SeriesRow, SupplyPointRow
from tests.exchange.people import NOW, Body, body, terms
from tests.exchange.sums import (
    PARIS,
    TEN,
    YEAR,
    Territory,
    codes,
    publish,
    saved,
    scheme,
    start_of,
)
from tests.storage.meter import OWNER, Meter

type Agree = Callable[..., Agreement]


def agree(store: Store, one: Body, other: Body, selector: dict[str, list[str]], **more: Any) -> str:
    """An agreement to sums that both sign: its identifier."""
    book = Agreements(store)
    sums = {"granularity": "aggregate", "datasets": ["consumption"], "onward": "open_data"}
    made = book.draft(one.caller, terms(one, other, selector, **sums | more), now=NOW)
    book.act(one.caller, made.id, "propose", signature=one.sign(made), now=NOW)
    book.act(other.caller, made.id, "accept", signature=other.sign(made), now=NOW)
    return made.id


def declare(
    store: Store, who: Body, place: int, random: Random, measured: dict[str, list[int | None]]
) -> Territory:
    """Six points on two sites; the months of each, and of one point a second arrival."""
    some = Territory(store, who)
    for number, on in enumerate(("S1", "S2")):
        values = [random.choice([None, random.randrange(10**6)]) for _ in range(12)]
        told = codes(3, 100 * place + 50 * number + 1)
        some.add(told, values, on=on)
        measured |= {some.series[code]: values for code in told}
    (first,) = codes(1, 100 * place + 1)
    measured[some.series[first]] = [random.randrange(10**6) for _ in range(12)]
    some.measure([first], measured[some.series[first]])
    return some


@dataclass
class World:
    """Permits, and by series what was told of its months last."""

    permits: list[Permit]
    measured: dict[str, list[int | None]]


@pytest.fixture
def world(store: Store, owner: Body, partner: Body) -> World:
    """To the partner's own points, and to those that three others open to its sums.

    By points, by a site and by series; one point is gone, one agreement opens a year from mid-month
    on, and each names points of another, which opens nothing.
    """
    random = Random(7)  # noqa: S311 (the same each time)
    measured: dict[str, list[int | None]] = {}
    made, found = (
        saved(store, partner, scheme()),
        [permit_own_data(partner.caller, action="read", now=NOW)],
    )
    foreign = [*declare(store, partner, 9, random, measured).points.values()][:2]
    for place, who in enumerate([owner, body(store, "second"), body(store, "third")]):
        some = declare(store, who, place, random, measured)
        points, series = [*some.points.values()], [*some.series.values()]
        sites = [one.id for one in Sites(store).page(who.caller, now=NOW).items]
        for number, selector in enumerate(
            (
                {"supply_points": [*points[:2], *foreign]},
                {"sites": sites[:1], "supply_points": points[:1], "series": series[:1]},
                {"series": [series[4], series[0]]},
            )
        ):
            period = {"start": f"{YEAR}-0{number + 1}-15T00:00:00Z"}
            more = {"data_period": period} if place == 1 else {}
            name = agree(store, who, partner, selector, cell_scheme=made.id, **more)
            one = Agreements(store).read(partner.caller, name, now=NOW)
            found.append(decide_permit(one, principal=partner.caller, ask=SUMS, now=NOW))
    with store.engine.begin() as connection:
        gone = text("UPDATE supply_point SET removed_at = updated_at WHERE external_id = :number")
        connection.execute(gone, {"number": f"prm:{codes(1, 2)[0]}"})
    return World(found, measured)


def test_points_within_many_permits_are_those_within_each(store: Store, world: World) -> None:
    permits, table = world.permits, SupplyPointRow
    columns = col(table.id), col(table.owner), col(table.updated_at)
    with store.read() as session:
        each = {
            (place, tuple(row))
            for place, permit in enumerate(permits)
            for row in session.connection().execute(
                scoped_select(permit, table).with_only_columns(*columns)
            )
        }
        found = [(place, tuple(row)) for place, row in points_within(permits, session, columns)]
    assert len(found) == len(set(found))
    assert set(found) == each
    assert len({place for place, _ in each}) >= 7  # three name series alone


def test_a_permit_to_single_points_is_none_to_sums(
    store: Store, world: World, agreed: Agree, partner: Body
) -> None:
    by_day = decide_permit(
        agreed({"sites": ["site_1"]}, datasets=["consumption"]),
        principal=partner.caller,
        ask=Ask(dataset="consumption"),
        now=NOW,
    )
    columns = col(SupplyPointRow.id), col(SupplyPointRow.owner)
    with store.read() as session:
        for some in ([by_day], [world.permits[1], world.permits[1]]):
            with pytest.raises(TypeError):
                list(points_within(some, session, columns))


def test_months_of_many_permits_are_what_each_series_told(store: Store, world: World) -> None:
    with store.read() as session:
        counted = iterate_contributions(world.permits, session, "electricity", YEAR, last=12)
        found = [{one.id: wh for one, wh in some} for some in counted]
        points = list_contributors(world.permits, session)
        for permit, told, some in zip(world.permits, found, points, strict=True):
            assert [some] == list_contributors([permit], session)
            assert told.keys() == {one.id for one in some}
            rows = session.exec(scoped_select(permit, SeriesRow)).all()
            opened = {row.supply_point: world.measured[row.id] for row in rows}
            assert told == {point: masked(permit, opened[point]) for point in told}
    every = [wh for told in found for one in told.values() for wh in one]
    assert None in every
    assert len(set(every)) > 50


def masked(permit: Permit, values: Sequence[int | None]) -> tuple[int | None, ...]:
    """The months that begin in the permit's time."""
    first = permit.start or start_of(1)
    return tuple(wh if first <= start_of(n) else None for n, wh in enumerate(values, start=1))


@pytest.mark.parametrize("more", [{}, {"unit": "kWh", "decimals": 1}])
@pytest.mark.parametrize("parts", [1, 2])
def test_months_that_come_in_one_run_or_two_from_the_year_before_are_the_same(
    store: Store, owner: Body, more: dict[str, Any], parts: int
) -> None:
    """One run is read month by month, two are joined first."""
    meter = Meter.made(
        store, quantity="active_energy", form="period_energy", **{"unit": "Wh"} | more
    )
    values = [5, None, *range(101, 109), None, 15]
    begin = datetime(2024, 11, 1, tzinfo=PARIS)
    if parts == 1:
        meter.put(begin, "P1M", values)
    else:
        meter.put(begin, "P1M", values[:6])
        meter.put(datetime(2025, 5, 1, tzinfo=PARIS), "P1M", values[6:])
    permit = permit_own_data(OWNER, action="read", now=NOW)
    with store.read() as session:
        ((_, told),) = next(iterate_contributions([permit], session, "electricity", YEAR, last=12))
    times = 100 if more else 1
    expected = [*range(101, 109), None, 15, None, None]
    assert told == tuple(one and one * times for one in expected)


def test_a_look_refuses_what_a_record_refuses_and_keeps_nothing(store: Store, owner: Body) -> None:
    Territory(store, owner).add(codes(12), [1000] * 12)
    first = saved(store, owner, scheme())
    other = saved(store, owner, scheme(), name="autre")
    book = Publications(store, TEN)
    mine = book.usual(owner.caller, first.id, "electricity", now=NOW)
    assert book.record(owner.caller, mine, f"{YEAR}-01", now=NOW) is None
    before = kept(store)
    again = book.usual(owner.caller, other.id, "electricity", now=NOW)
    looked = book.preview_release(owner.caller, again, f"{YEAR}-01", now=NOW)
    assert looked.refused == book.record(owner.caller, again, f"{YEAR}-01", now=NOW)
    assert looked.refused is not None
    assert looked.refused.code == "in_another_scheme"
    assert book.preview_release(owner.caller, mine, f"{YEAR}-02", now=NOW).expected
    assert kept(store) == before


def test_no_search_for_cycles_while_sums_are_weighed(
    store: Store, owner: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It costs a sixth of a département's."""
    Territory(store, owner).add(codes(12), [1000] * 12)
    made, searched = saved(store, owner, scheme()), list[bool]()

    def weigh(*some: Any, **more: Any) -> Any:
        searched.append(gc.isenabled())
        return selection(*some, **more)

    monkeypatch.setattr(_release_making, "selection", weigh)
    book = Publications(store, TEN)
    mine = book.usual(owner.caller, made.id, "electricity", now=NOW)
    assert gc.isenabled()
    book.preview_release(owner.caller, mine, f"{YEAR}-01", now=NOW)
    book.record(owner.caller, mine, f"{YEAR}-01", now=NOW)
    publish(store, owner, made, f"{YEAR}-02")
    assert searched == [False] * 3
    assert gc.isenabled()


def kept(store: Store) -> list[tuple[Any, ...]]:
    """What is frozen of the members of years."""
    with store.read() as session:
        found = session.connection().execute(text("SELECT * FROM aggregate_member ORDER BY point"))
        return [tuple(row) for row in found]


def test_no_release_is_journalled_under_an_agreement_that_cannot_be_read(
    store: Store, owner: Body, partner: Body
) -> None:
    """Its points were counted before; whose they are cannot be told any more."""
    Territory(store, partner).add(codes(12, 500), [1000] * 12)
    points = Territory(store, owner).add(codes(12), [1000] * 12).points
    made = saved(store, partner, scheme())
    selector = {"supply_points": [*points.values()]}
    name = agree(store, owner, partner, selector, cell_scheme=made.id)
    year = publish(store, partner, made, f"{YEAR}")
    assert year.agreements == (f"{name}/1",)
    with store.engine.begin() as connection:
        broken = text("UPDATE agreement SET terms = '{' WHERE id = :id")
        connection.execute(broken, {"id": name})
    with pytest.raises(Conflict, match="invalid"):
        publish(store, partner, made, f"{YEAR}-01")
