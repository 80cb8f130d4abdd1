"""What of a record a recipient sees: field by field, as the table of rights has it."""

from collections.abc import Callable
from typing import Any

import pytest

from synergie.exchange.assets.cabinets import Cabinets
from synergie.exchange.assets.light_points import LightPoints
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.series import SeriesBook
from synergie.exchange.trust.webhooks.outgoing import Outgoing
from synergie.policy.trust.fields import CLOSED
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, point
from tests.exchange.test_curves import record
from tests.exchange.test_outgoing import wish

type Make = Callable[..., Agreement]
LAMP, HOME = "99000000000031", "99000000000032"
BOTH = ["annual_energy", "supply_link", "delivery_point_number"]


@pytest.fixture
def held(store: Store, owner: Body) -> dict[str, str]:
    """A lamp's point and a home's, a series of each, a cabinet on each and a lamp: ids."""
    points = [
        point(LAMP, annual_kwh=7_000, usage="public_lighting"),
        point(HOME, annual_kwh=3_000, personal_data="possible"),
    ]
    told = SupplyPoints(store).publish(owner.caller, points, now=NOW).items
    series = SeriesBook(store).publish(owner.caller, [record(LAMP), record(HOME)], now=NOW).items
    cabinets = [
        CabinetRecord(external_id=name, supply_point=f"prm:{code}", provenance="synthetic")
        for name, code in (("A1", LAMP), ("A2", HOME))
    ]
    boxes = Cabinets(store).publish(owner.caller, cabinets, now=NOW).items
    lamp = LightPointRecord.model_validate(
        {"external_id": "L1", "cabinet": "A1", "raw": {"note": "secret"}, "provenance": "synthetic"}
    )
    light = LightPoints(store).publish(owner.caller, [lamp], now=NOW).items
    names = ("p_lamp", "p_home", "s_lamp", "s_home", "c_lamp", "c_home", "light")
    return {n: one.id for n, one in zip(names, (*told, *series, *boxes, *light), strict=True)}


def over(agreed: Make, held: dict[str, str], *rights: str) -> Agreement:
    selector = {
        "supply_points": [held["p_lamp"], held["p_home"]],
        "cabinets": [held["c_lamp"], held["c_home"]],
    }
    return agreed(selector, fields=list(rights))


def hidden(store: Store, owner: Body, partner: Body, made: Agreement) -> dict[str, set[str]]:
    """The fields of each thing that the recipient is told otherwise than the owner."""
    found: dict[str, set[str]] = {}
    for noun in (SupplyPoints, SeriesBook, Cabinets, LightPoints):
        mine = noun(store).page(owner.caller, now=NOW).items
        theirs = noun(store).page(partner.caller, agreement=made.id, now=NOW).items
        for one in mine:
            (same,) = (other for other in theirs if other.id == one.id)
            assert same == noun(store).read(partner.caller, one.id, agreement=made.id, now=NOW)
            a, b = one.model_dump(), same.model_dump()
            found[one.id] = {name for name in a if a[name] != b[name]} - {"freshness"}
    return found


@pytest.mark.parametrize(
    ("rights", "wanted"),
    [
        (
            [],
            {
                "p_lamp": {"annual_kwh"},
                "p_home": {"annual_kwh", "scheme", "code"},
                "s_lamp": set(),
                "s_home": {"supply_point"},
                "c_lamp": {"supply_point"},
                "c_home": {"supply_point"},
                "light": {"raw"},
            },
        ),
        (["annual_energy"], {"p_lamp": set(), "p_home": {"scheme", "code"}}),
        (["supply_link"], {"c_lamp": set(), "c_home": {"supply_point"}}),
        (["delivery_point_number"], {"p_home": {"annual_kwh"}, "s_home": set()}),
        (BOTH, {"p_home": set(), "s_home": set(), "c_home": set(), "light": {"raw"}}),
    ],
    ids=["none", "annual energy", "supply link", "number", "both"],
)
def test_each_right_opens_its_fields_and_no_other(
    store: Store, owner: Body, partner: Body, held: dict[str, str], agreed: Make,
    rights: list[str], wanted: dict[str, set[str]],
) -> None:  # fmt: skip
    found = hidden(store, owner, partner, over(agreed, held, *rights))
    assert {name: found[held[name]] for name in wanted} == wanted


def test_a_home_has_the_same_stand_in_everywhere_and_no_number(
    store: Store, partner: Body, held: dict[str, str], agreed: Make
) -> None:
    made = over(agreed, held, "supply_link")
    point_ = SupplyPoints(store).read(partner.caller, held["p_home"], agreement=made.id, now=NOW)
    series = SeriesBook(store).read(partner.caller, held["s_home"], agreement=made.id, now=NOW)
    cabinet = Cabinets(store).read(partner.caller, held["c_home"], agreement=made.id, now=NOW)
    key = f"other:{held['p_home'].replace('_', '')}"
    assert point_.external_id == series.supply_point == cabinet.supply_point == key


def test_no_number_of_a_home_is_in_any_file_of_a_recipient(
    store: Store, partner: Body, held: dict[str, str], agreed: Make
) -> None:
    made = over(agreed, held, "supply_link", "annual_energy")
    out = Outgoing(store, partner.caller, lambda: NOW)
    for kind in ("supply_points", "cabinets"):
        told = [one.model_dump_json() for one in out.records(wish(kind, agreement=made.id))]
        assert told
        assert any(LAMP in one for one in told)
        assert not any(HOME in one for one in told)


def test_how_fresh_a_home_is_told_by_the_day(
    store: Store, owner: Body, partner: Body, held: dict[str, str], agreed: Make
) -> None:
    """FR-DAILY, also for what is about the data."""
    from synergie.exchange.readings.curves import Curves
    from tests.exchange.test_curves import HOUR, MONDAY, curve, put

    for name in ("s_lamp", "s_home"):
        put(Curves(store), owner, curve(held[name], [2] * 77, start=MONDAY - HOUR))
    made = agreed({"supply_points": [held["p_lamp"], held["p_home"]]}, granularity="raw")
    seen = {}
    for name in ("s_lamp", "s_home"):
        one = SeriesBook(store).read(partner.caller, held[name], agreement=made.id, now=NOW)
        assert one.freshness.last_reading is not None
        seen[name] = one.freshness.last_reading.minute, one.freshness.last_reading.hour
    assert seen == {"s_lamp": (30, 13), "s_home": (0, 23)}


def test_the_table_names_fields_that_exist() -> None:
    from synergie.schemas.assets.supply_point import SupplyPointRecord
    from synergie.schemas.readings.fact import FACTS

    models: dict[str, Any] = FACTS | {
        "supply_point": SupplyPointRecord,
        "cabinet": CabinetRecord,
        "light_point": LightPointRecord,
    }
    for noun, field in CLOSED:
        assert field in models[noun].model_fields
