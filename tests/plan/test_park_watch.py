"""What real tickets do to learning: wrong dates, old files, faults told several times."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import pytest

from synergie.park.plan import Owned, learn, state
from synergie.park.records.park import FailureModel
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.work_order import WorkOrder
from tests.plan.park_cases import AS_OF, cabinet, lamp, lived, order

type Orders = Sequence[Owned[WorkOrder]]
type Change = Callable[[Owned[WorkOrder]], list[Owned[WorkOrder]]]

PARK = lived(200, 3.0, 20_000, seed=5)


def learned(
    orders: Orders,
    *,
    until: datetime = AS_OF,
    points: Sequence[Owned[LightPointRecord]] = PARK[0],
) -> FailureModel:
    found = learn(points, orders, until=until)
    return next(one for one in found if one.technology == "SHP")


def same(one: FailureModel, other: FailureModel) -> bool:
    near = pytest.approx((other.shape, other.scale_hours), rel=0.005)
    return one.failures == other.failures and (one.shape, one.scale_hours) == near


@pytest.mark.parametrize("year", [1900, 1970, 2012])
def test_a_wrong_date_does_not_open_the_watch(year: int) -> None:
    wrong = order("W", asset="A-1", asset_kind="cabinet", fault_type="armoire éteinte",
                  reported_at=date(year, 1, 1), done_at=date(2026, 1, 1))  # fmt: skip
    assert learned([*PARK[1], wrong]) == learned(PARK[1])


def test_a_file_of_years_ago_tells_nothing_of_the_time_after_it() -> None:
    later = AS_OF + timedelta(days=5 * 365)
    assert same(learned(PARK[1], until=later), learned(PARK[1]))
    found = state([cabinet()], PARK[0], PARK[1], as_of=later)
    assert any("the last fault in the tickets of" in one.text for one in found.notes)
    now = state([cabinet()], PARK[0], PARK[1], as_of=AS_OF)
    assert not any("the last fault in the tickets of" in one.text for one in now.notes)


def test_a_few_tickets_far_apart_are_watched_whole() -> None:
    orders = [
        order(f"T-{n}", asset=f"P-{n}", reported_at=day, done_at=day, kind="repair")
        for n, day in enumerate([date(2021, 1, 4), date(2023, 6, 1), date(2025, 9, 1)])
    ]
    points = [lamp(f"P-{n}") for n in range(3)]
    found = state([cabinet()], points, orders, as_of=AS_OF)
    assert not any("the last fault in the tickets of" in one.text for one in found.notes)


@pytest.mark.parametrize(
    "words", ["Demande de renseignement", "wiring", "sensor_failure", "pole_damage",
              "Mât à repeindre", "Allumé en permanence", "Lampe allumée en permanence"],
)  # fmt: skip
def test_words_that_tell_of_no_dead_lamp_do_not_count(words: str) -> None:
    more = [
        order(f"O-{n}", asset=f"P-{n}", fault_type=words,
              reported_at=date(2025, 3, 1), done_at=date(2025, 3, 9))
        for n in range(100)
    ]  # fmt: skip
    assert learned([*PARK[1], *more]) == learned(PARK[1])


def _again(one: Owned[WorkOrder], name: str, days: float, after: float) -> Owned[WorkOrder]:
    """The same fault told again *days* later, and closed *after* days more."""
    at = one.record.reported_at
    assert isinstance(at, datetime)
    told, done = (min(at + timedelta(days=more), AS_OF) for more in (days, days + after))
    return order(name, asset=one.record.asset, reported_at=told, done_at=done)


def _by_day(one: Owned[WorkOrder]) -> list[Owned[WorkOrder]]:
    at = one.record.reported_at
    assert isinstance(at, datetime)
    name = f"{one.record.external_id} by day"
    return [one, order(name, asset=one.record.asset, reported_at=at.date(), done_at=at.date())]


def _burst(one: Owned[WorkOrder]) -> list[Owned[WorkOrder]]:
    more = (_again(one, f"{one.record.external_id} +{n}", n, 0.1) for n in range(1, 4))
    return [one, *more]


def _never_closed(one: Owned[WorkOrder]) -> list[Owned[WorkOrder]]:
    name = one.record.external_id
    told = order(f"{name} a", asset=one.record.asset, reported_at=one.record.reported_at)
    return [told, _again(one, f"{name} b", 0.5, 0.1)]


@pytest.mark.parametrize("change", [_by_day, _burst, _never_closed], ids=lambda f: f.__name__)
def test_one_fault_that_is_told_several_times_is_one(change: Change) -> None:
    first, *others = PARK[1]
    told = [more for one in others for more in change(one)]
    assert same(learned([first, *told]), learned(PARK[1]))


def test_a_fault_that_is_told_again_after_its_repair_is_closed_by_it() -> None:
    first = order("T-1", reported_at=date(2026, 11, 1))
    second = order("T-2", reported_at=date(2026, 11, 3), done_at=date(2026, 11, 5))
    assert state([cabinet()], [lamp()], [first, second], as_of=AS_OF).tickets == ()
    other = order("T-3", reported_at=date(2026, 11, 2), fault_type="trappe abîmée")
    left = state([cabinet()], [lamp()], [first, second, other], as_of=AS_OF).tickets
    assert [one.ticket for one in left] == ["T-3"]


def test_a_repair_of_the_day_closes_a_report_of_its_morning() -> None:
    report = order("T-1", reported_at=datetime(2026, 11, 20, 9, tzinfo=AS_OF.tzinfo))
    repair = order("T-2", kind="repair", reported_at=None, done_at=date(2026, 11, 20))
    assert state([cabinet()], [lamp()], [report, repair], as_of=AS_OF).tickets == ()
    eve = order("T-2", kind="repair", reported_at=None, done_at=date(2026, 11, 19))
    assert len(state([cabinet()], [lamp()], [report, eve], as_of=AS_OF).tickets) == 1


def test_a_date_of_another_century_is_set_aside() -> None:
    found = state([cabinet()], [lamp(installed_on=None)], [order(reported_at=date(1900, 1, 1))],
                  as_of=AS_OF)  # fmt: skip
    assert found.tickets == ()
    assert [one.found for one in found.set_aside] == ["1900-01-01"]


@pytest.mark.parametrize(
    ("inventory", "ticket"), [("PL 012", "pl012"), ("00731", "731"), ("c-12", "C-12")]
)
def test_an_asset_is_found_as_a_spreadsheet_writes_it(inventory: str, ticket: str) -> None:
    found = state([cabinet()], [lamp(inventory)], [order(asset=ticket)], as_of=AS_OF)
    assert [one.light_point for one in found.tickets] == [inventory]


def test_an_asset_that_could_be_two_is_not_found() -> None:
    points = [lamp("12"), lamp("012")]
    found = state([cabinet()], points, [order(asset="0012")], as_of=AS_OF)
    assert found.tickets == ()
    assert [one.found for one in found.set_aside] == ["0012"]
    exact = state([cabinet()], points, [order(asset="012")], as_of=AS_OF)
    assert [one.light_point for one in exact.tickets] == ["012"]


def test_the_mast_of_one_lamp_stands_for_it_and_that_of_two_does_not() -> None:
    points = [lamp("P-1", support="M-1"), lamp("P-2", support="M-2"), lamp("P-3", support="M-2")]
    orders = [order("T-1", asset="M-1"), order("T-2", asset="M-2")]
    found = state([cabinet()], points, orders, as_of=AS_OF)
    assert {one.ticket: one.light_point for one in found.tickets} == {"T-1": "P-1", "T-2": None}


def test_tickets_on_masts_tell_as_much_as_tickets_on_lamps() -> None:
    points = [
        Owned(one.organisation, one.record.model_copy(update={"support": f"M {n}"}), one.where)
        for n, one in enumerate(PARK[0])
    ]
    masts = {one.record.external_id: one.record.support for one in points}
    orders = [
        Owned(
            one.organisation,
            one.record.model_copy(update={"asset": masts[one.record.asset or ""]}),
            one.where,
        )
        for one in PARK[1]
    ]
    assert learned(orders, points=points) == learned(PARK[1])


@pytest.mark.parametrize(
    ("words", "severity"),
    [
        ("Allumé en permanence", "minor"),
        ("Lampe allumée jour et nuit", "minor"),
        ("Street Lights - All/Out", "street"),
        ("Tronçon éteint", "street"),
        ("Candélabre à terre", "danger"),
        ("pole_damage", "danger"),
        ("bulb_failure", "point"),
        ("Alley Light Out", "point"),
    ],
)
def test_words_of_real_tickets_tell_how_bad_it_is(words: str, severity: str) -> None:
    found = state([cabinet()], [lamp()], [order(fault_type=words)], as_of=AS_OF)
    assert [one.severity for one in found.tickets] == [severity]
