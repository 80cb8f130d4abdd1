"""What an asset can reach: one figure far beyond it stops, as many a little beyond it do."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from synergie.formats.check import check
from synergie.formats.format import Record
from synergie.formats.reach import Figures
from synergie.formats.report import Report
from synergie.formats.templates.catalogue import TEMPLATES
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.lighting_network import SupportRecord
from synergie.schemas.assets.location import Location
from synergie.schemas.assets.perimeter import PerimeterRow
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord


def found(records: Iterable[Record]) -> dict[str, int]:
    """How often each check found something."""
    figures, report = Figures(), Report()
    for record in records:
        figures.add(record)
    figures.tell(report)
    return {code: one.times for code, one in report.findings.items()}


def light(rank: int, **told: object) -> LightPointRecord:
    return LightPointRecord.model_validate(
        {"external_id": f"PL{rank}", "provenance": "synthetic"} | told
    )


def point(**told: object) -> SupplyPointRecord:
    fields = {"scheme": "prm", "code": "99000000000017", "personal_data": "none"}
    return SupplyPointRecord.model_validate(fields | {"provenance": "synthetic"} | told)


def test_one_light_beyond_the_usual_is_told_many_stop_and_so_does_one_that_is_none() -> None:
    usual = [light(n, power_w=70) for n in range(40)]
    assert found(usual) == {}
    assert found([*usual, light(40, power_w=2001)]) == {"absurd-value": 1}
    assert found([*usual, *(light(40 + n, power_w=2001) for n in range(3))]) == {"beyond-reach": 3}
    assert found([*usual, light(40, power_w=30_001)]) == {"beyond-reach": 1}
    assert found([*usual, light(40, power_w=70, flux_lm=17_500)]) == {}
    assert found([*usual, light(40, power_w=70, flux_lm=17_600)]) == {"beyond-reach": 1}
    assert found([*usual, light(40, power_w=1500, flux_lm=70)]) == {"beyond-reach": 1}


@pytest.mark.parametrize(
    ("told", "stops"),
    [
        ({"market_segment": "C5", "subscribed_power_kva": 36}, False),
        ({"market_segment": "C5", "subscribed_power_kva": 120}, True),
        ({"tariff_code": "BTINFCU4", "subscribed_power_kva": 37}, True),
        ({"market_segment": "C4", "subscribed_power_kva": 250}, False),
        ({"tariff_code": "BTSUPCU4", "subscribed_power_kva": 6000}, True),
        ({"market_segment": "C2", "subscribed_power_kva": 6000}, False),
        ({"subscribed_power_kva": 2000}, False),
        ({"subscribed_power_kva": 3000}, True),
        ({"subscribed_power_kva": 6, "annual_kwh": 5400}, False),
        ({"subscribed_power_kva": 6, "annual_kwh": 78_000}, False),
        ({"subscribed_power_kva": 6, "annual_kwh": 5_400_000}, True),
        ({"subscribed_power_kva": 6, "annual_kwh": 5.4}, True),
        ({"subscribed_power_kva": 6, "annual_kwh": 0}, False),
    ],
)
def test_a_point_takes_what_its_segment_and_its_power_allow(
    told: dict[str, object], *, stops: bool
) -> None:
    assert found([point(**told)]) == ({"beyond-reach": 1} if stops else {})


def test_a_point_that_hardly_takes_anything_is_told_among_others_that_do() -> None:
    usual = [point(subscribed_power_kva=6, annual_kwh=5400) for _ in range(3)]
    assert found([*usual, point(subscribed_power_kva=6, annual_kwh=20)]) == {"absurd-value": 1}


def test_cabinets_supports_and_floors_have_their_own() -> None:
    def cabinet(kva: float) -> CabinetRecord:
        return CabinetRecord(external_id="A", subscribed_power_kva=kva, provenance="synthetic")

    def floor(area: float) -> SiteRecord:
        return SiteRecord(external_id="S", name="École", kind="building", floor_area_m2=area,
                          provenance="synthetic")  # fmt: skip

    assert found([cabinet(36), floor(8000)]) == {}
    assert found([cabinet(6000)]) == found([floor(850_000)]) == {"beyond-reach": 1}
    mast = SupportRecord(external_id="M", height_m=80, provenance="synthetic")
    assert found([mast]) == {"beyond-reach": 1}


def test_powers_that_give_no_watts_are_told_once() -> None:
    figures, report = Figures(), Report()
    for rank in range(3):
        figures.add(light(rank, power_text="0,070"))
    figures.tell(report)
    assert report.findings["watts-open"].times == 3
    figures.tell(report)
    assert report.findings["watts-open"].times == 3


def test_places_lie_in_the_part_of_france_of_their_commune() -> None:
    def site(insee_code: str | None, longitude: float, latitude: float) -> SiteRecord:
        return SiteRecord(external_id="S", name="École", kind="building", insee_code=insee_code,
                          location=Location(longitude=longitude, latitude=latitude),
                          provenance="synthetic")  # fmt: skip

    reunion = site("97411", 55.45, -20.88)
    assert found([site("54430", 6.12, 48.77), reunion, site("98818", 166.4, -22.3)]) == {}
    assert found([site(None, -6.12, 48.77)]) == {}
    assert found([site("54430", -6.12, 48.77)]) == {"places-abroad": 1}
    assert found([site("97411", 6.12, 48.77)]) == {"places-abroad": 1}


def test_cabinets_that_all_have_one_point_are_asked_about() -> None:
    def cabinets(*codes: int) -> list[CabinetRecord]:
        return [
            CabinetRecord(external_id=f"A{n}", supply_point=f"prm:990000000000{code}",
                          provenance="synthetic")
            for n, code in enumerate(codes)
        ]  # fmt: skip

    assert found(cabinets(17, 17, 17, 17)) == {"one-point": 1}
    assert found(cabinets(17, 17, 17, 25)) == found(cabinets(17, 17, 17)) == {}


def test_a_perimeter_is_held_against_the_same_limits() -> None:
    def row(power: str, kwh: str, days: int = 365) -> PerimeterRow:
        first = date(2025, 1, 1)
        return PerimeterRow.model_validate({
            "supply_point": "prm:99000000000017", "market_segment": "C5", "power_unit": "kVA",
            "subscribed_powers": [{"value": power}], "provenance": "synthetic",
            "reference": {"total_kwh": kwh, "method": "computed_12m", "from_date": first,
                          "to_date": first + timedelta(days=days)},
        })  # fmt: skip

    assert found([row("36", "40000")]) == found([row("36", "40", 30)]) == {}
    assert found([row("36000", "40000")]) == {"beyond-reach": 2}
    assert found([row("36", "40")]) == found([row("36", "40000000")]) == {"beyond-reach": 1}


def test_lights_at_one_place_and_one_far_from_the_others_are_asked_about() -> None:
    def at(rank: int, longitude: float, latitude: float) -> LightPointRecord:
        return light(rank, location=Location(longitude=longitude, latitude=latitude))

    usual = [at(n, 6.1 + n / 1000, 48.7) for n in range(12)]
    assert found(usual) == found([*usual, at(12, 7.9, 47.3)]) == {}
    assert found([*usual, at(12, 5.4, 43.3)]) == {"place-far": 1}
    assert found([*usual, *(at(12 + n, 5.4, 43.3) for n in range(4))]) == {}
    assert found([at(n, 6.1, 48.7) for n in range(12)]) == {"one-place": 1}
    assert found([at(n, 6.1, 48.7) for n in range(3)]) == {}


def test_an_inventory_of_which_half_are_floodlights_is_asked_about() -> None:
    lights = [light(n, power_w=70 if n % 2 else 700) for n in range(20)]
    assert found(lights) == {}
    assert found([*lights, light(20, power_w=700)]) == {"watts-unusual": 1}
    assert found([light(n, power_w=1500) for n in range(4)]) == {}


@pytest.mark.parametrize(
    ("hour", "km", "stops"), [(65, "0.6", 0), (130_000, "0.6", 1), (65, "60", 1)]
)
def test_an_hour_and_a_kilometre_of_a_crew_have_a_cost(hour: int, km: str, stops: int) -> None:
    head = "Ligne;Identifiant;Collectivité;Dépôt;Coût horaire (€);Coût au km (€)"
    titles = [column.title for column in TEMPLATES["crews"].columns]
    told = dict(zip(head.split(";"), ["équipe", "n-1", "cc-x", "d1", str(hour), km], strict=True))
    cells = [told.get(title, "").replace(".", ",") for title in titles]
    report = check(f"{';'.join(titles)}\n{';'.join(cells)}\n".encode())
    assert report.records == 1
    assert [one.code for one in report.blocks] == ["beyond-reach"] * stops
