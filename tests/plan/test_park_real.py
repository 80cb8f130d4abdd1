"""The state of real inventories beside the project, and of real power beside real schedules."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from synergie import formats
from synergie.formats import Record
from synergie.park.plan import NightHours, Owned, learn, models, state
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.work_order import WorkOrder
from tests.plan.park_cases import order

CHAMPAIGN = "data/lighting-champaign/Streetlights.csv"
MONTPELLIER = "data/lighting-montpellier/VilleMTP_MTP_EclairagePublic.zip"
AS_OF = datetime(2019, 6, 1, tzinfo=UTC)
CHICAGO = NightHours(zone_name="America/Chicago")
ABROAD = {"champaign": "98818"}
"""A code without an area of its own: the city is in no part of France."""


def records(path: Path) -> list[Record]:
    with formats.read(path) as result:
        return list(result.records)


def owned[T](kind: type[T], owner: str, found: Sequence[object]) -> list[Owned[T]]:
    return [Owned(owner, one, f"row {n}") for n, one in enumerate(found) if isinstance(one, kind)]


@pytest.fixture(scope="module")
def champaign(shared: Path) -> tuple[list[Owned[CabinetRecord]], list[Owned[LightPointRecord]]]:
    found = records(shared / CHAMPAIGN)
    return owned(CabinetRecord, "champaign", found), owned(LightPointRecord, "champaign", found)


def test_champaign_has_a_state(
    champaign: tuple[list[Owned[CabinetRecord]], list[Owned[LightPointRecord]]],
) -> None:
    boxes, points = champaign
    found = state(boxes, points, [], as_of=AS_OF, night=CHICAGO, communes=ABROAD)
    lamps = [one for box in found.cabinets for one in box.lamps]
    without = [one for one in points if one.record.cabinet is None]
    assert len(found.cabinets) == 151
    assert len(lamps) == 4_556 - 215
    assert sum("the cabinet that feeds" in row.expected for row in found.set_aside) == len(without)
    assert not any(box.location_told for box in found.cabinets)
    ages = [one.age_years for one in lamps]
    dated = [p for p in points if p.record.cabinet and p.record.installed_on is not None]
    assert sum(age is not None for age in ages) == len(dated)
    assert all(3_950 < one.burn_hours_year < 4_250 for one in lamps)
    kinds = {one.source_type: one for one in found.technologies}
    assert kinds["IND"].failures_year is None
    assert kinds["VM"].purchasable_until == date(2015, 4, 13)
    sodium, led = kinds["SHP"], kinds["LED"]
    assert sodium.failures_year is not None and led.failures_year is not None
    assert 0.09 < sodium.failures_year / sodium.count < 0.14
    assert 0.007 < led.failures_year / led.count < 0.009


def test_champaign_has_no_ticket_so_that_nothing_is_learned(
    champaign: tuple[list[Owned[CabinetRecord]], list[Owned[LightPointRecord]]],
) -> None:
    found = learn(champaign[1], [], until=AS_OF, night=CHICAGO)
    assert {one.failures_missing for one in found} == {20}
    bare = [one.model_copy(update={"failures_missing": None}) for one in found]
    assert bare == sorted(models.assumed(), key=lambda one: one.technology)


def test_champaign_with_tickets_of_every_kind_loses_none(
    champaign: tuple[list[Owned[CabinetRecord]], list[Owned[LightPointRecord]]],
) -> None:
    boxes, points = champaign
    told: list[Owned[WorkOrder]] = []
    for n, one in enumerate(points[:300]):
        asset = one.record.external_id if n % 10 else f"gone-{n}"
        told.append(
            order(f"T-{n}", "champaign", asset=asset, reported_at=date(2019, 5, 1 + n % 28))
        )
    found = state(boxes, points, told, as_of=AS_OF, night=CHICAGO, communes=ABROAD)
    aside = {row.where for row in found.set_aside}
    kept = {one.ticket for one in found.tickets}
    for name in (ticket.record.external_id for ticket in told):
        assert (name in kept) != any(f"(champaign {name})" in where for where in aside)
    assert sum(one.is_out for box in found.cabinets for one in box.lamps) == len(kept)


def test_montpellier_has_places_and_no_cabinet_so_that_all_is_set_aside(shared: Path) -> None:
    points = owned(LightPointRecord, "montpellier", records(shared / MONTPELLIER))
    found = state([], points, [], as_of=AS_OF, communes={"montpellier": "34172"})
    assert found.cabinets == ()
    assert len(found.set_aside) == 29_969
    assert {row.expected for row in found.set_aside} == {"the cabinet that feeds the light point"}
