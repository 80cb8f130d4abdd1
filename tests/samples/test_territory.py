from collections import Counter

import pytest

from synergie.exchange.assets.communes import Communes
from synergie.samples import COMMUNES, ENERGY, EPCI, LIGHTING, Territory, member, territory
from synergie.samples.communes import OUTLINES, Commune
from synergie.samples.lamps import LAMPS
from synergie.samples.lighting import LARGEST, SMALLEST, compute_built_area
from synergie.schemas.assets.location import Location

DIGEST = "5f6439ea7a4d8e6d073bc0e1313049aac2434794d58877fd50549feae4b70287"
"""SHA-256 of the territory of seed 54. It changes only when the territory is meant to change."""


@pytest.fixture(scope="module")
def whole() -> Territory:
    return territory()


def test_the_communes_are_those_of_the_source_table() -> None:
    def total(*names: str) -> tuple[int, ...]:
        return tuple(sum(getattr(commune, name) for commune in COMMUNES) for name in names)

    assert len(COMMUNES) == 13
    assert total("population_total", "population_municipal") == (40_059, 39_626)
    assert total("light_points", "cabinets", "c5_buildings", "c4_points") == (7_500, 191, 236, 26)
    assert [commune.light_points for commune in COMMUNES] == _points_by_weight()


def _points_by_weight() -> list[int]:
    """The rule of the reference: population by a factor; the rest of the rounding to the first."""
    factors = {"54430": 1.25, "54150": 1.10, "54215": 1.05, "54115": 1.0}
    weights = [
        c.population_total * factors.get(c.insee_code, 1.12 if c.population_total < 1800 else 0.95)
        for c in COMMUNES
    ]
    points = [round(7500 * weight / sum(weights)) for weight in weights]
    return [points[0] + 7500 - sum(points), *points[1:]]


@pytest.mark.parametrize("commune", COMMUNES, ids=lambda commune: commune.id)
def test_cabinets_and_buildings_follow_the_rule_of_the_reference(commune: Commune) -> None:
    people = commune.population_total
    points_each = 44 if people > 4000 else 38 if people > 2000 else 28
    assert commune.cabinets == max(2, round(commune.light_points / points_each))
    assert commune.c5_buildings == max(4, round(people / 190) + 2)
    assert commune.c4_points == round(people / 1500)


def test_the_organisations_are_real_or_say_that_they_are_not(whole: Territory) -> None:
    for organisation in whole.organisations:
        real = organisation.siren is not None
        assert organisation.provenance == ("public" if real else "synthetic")
        assert real != ("(fictif)" in organisation.name)
    assert len(whole.organisations) == 16
    assert whole.organisations[0].siren == "245400601"
    assert {o.parent for o in whole.organisations if o.kind == "commune"} == {EPCI}


def test_every_other_record_is_labelled_synthetic(whole: Territory) -> None:
    records = [
        record
        for holding in whole.holdings
        for record in (*holding.records(), *holding.light_points)
    ]
    assert {record.provenance for record in records} == {"synthetic"}


def test_it_has_7500_light_points_in_191_cabinets_and_295_delivery_points(whole: Territory) -> None:
    assert (len(whole.light_points), len(whole.cabinets)) == (7_500, 191)
    assert len(whole.sites) == len(whole.series) == len(whole.supply_points) == 295
    kinds = Counter((p.market_segment, p.usage) for p in whole.supply_points)
    assert kinds["C5", "public_lighting"] == 191
    assert kinds["C4", "building"] == 26 + 10
    assert kinds["C2", "building"] == 3
    assert kinds["C5", "building"] + kinds["C5", "charging"] == 47 + 4 + 8 + 6


def test_each_commune_has_its_points_and_cabinets_of_real_sizes(whole: Territory) -> None:
    points = Counter(point.insee_code for point in whole.light_points)
    cabinets = Counter(cabinet.insee_code for cabinet in whole.cabinets)
    assert {c.insee_code: (points[c.insee_code], cabinets[c.insee_code]) for c in COMMUNES} == {
        c.insee_code: (c.light_points, c.cabinets) for c in COMMUNES
    }
    sizes = Counter(point.cabinet for point in whole.light_points)
    assert min(sizes.values()) >= SMALLEST and max(sizes.values()) <= LARGEST
    assert len(set(sizes.values())) > 10, "cabinets are not all of one size"


def test_identifiers_are_unique_and_every_prm_starts_with_99(whole: Territory) -> None:
    codes = [point.code for point in whole.supply_points]
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 14 and code.startswith("99") and code.isdigit() for code in codes)
    for holding in whole.holdings:
        for records in (holding.sites, holding.cabinets, holding.light_points, holding.series):
            names = [record.external_id for record in records]
            assert len(set(names)) == len(names)


def test_what_a_record_points_to_is_held_by_the_same_organisation(whole: Territory) -> None:
    for holding in whole.holdings:
        prms = {point.external_id for point in holding.supply_points}
        assert {point.site for point in holding.supply_points} == {
            site.external_id for site in holding.sites
        }
        assert {series.supply_point for series in holding.series} == prms
        assert {cabinet.supply_point for cabinet in holding.cabinets} <= prms
        assert {point.cabinet for point in holding.light_points} == {
            cabinet.external_id for cabinet in holding.cabinets
        }


def test_the_lamps_of_2021_draw_975_kw(whole: Territory) -> None:
    power = sum(point.power_w or 0 for point in whole.light_points)
    assert power == 130 * 7_500 == sum(lamp.power_w * lamp.count for lamp in LAMPS)
    kinds = Counter(point.source_type for point in whole.light_points)
    assert kinds == {"SHP": 5_100, "IM": 900, "VM": 600, "LED": 900}


def test_lighting_takes_4_01_gwh_a_year(whole: Territory) -> None:
    assert whole.lighting_kwh() == pytest.approx(4_006_300, abs=2_000)
    declared = sum(p.annual_kwh or 0 for p in whole.supply_points if p.usage == "public_lighting")
    assert declared == pytest.approx(whole.lighting_kwh(), abs=10)


def test_8_percent_of_the_points_cannot_be_switched_off(whole: Territory) -> None:
    fixed = {cabinet.external_id for cabinet in whole.cabinets if not cabinet.programmable}
    share = sum(point.cabinet in fixed for point in whole.light_points) / 7_500
    assert share == pytest.approx(0.08, abs=0.004)


def test_buildings_consume_what_the_reference_says(whole: Territory) -> None:
    bounds = {"C5": (8_000, 12_000), "C4": (110_000, 130_000), "C2": (600_000, 1_400_000)}
    for point in whole.supply_points:
        if point.usage != "public_lighting":
            low, high = bounds[point.market_segment or ""]
            assert low <= (point.annual_kwh or 0) <= high


def test_lights_stand_in_their_commune(whole: Territory) -> None:
    boxes = {commune.insee_code: compute_built_area(commune) for commune in COMMUNES}
    for point in whole.light_points:
        area, place = boxes[point.insee_code or ""], _place(point.location)
        assert abs(place.longitude - area.longitude) <= area.half_width + 0.0023
        assert abs(place.latitude - area.latitude) <= area.half_height + 0.0017


def _place(location: Location | None) -> Location:
    assert location is not None
    return location


def test_no_name_holds_a_street_or_a_person(whole: Territory) -> None:
    words = {"rue", "avenue", "place", "chemin", "m.", "mme", "monsieur", "madame"}
    for site in whole.sites:
        assert not words & set(site.name.lower().replace(",", " ").split())


def test_sixteen_members_pay_for_the_points(whole: Territory) -> None:
    members = {member(h.owner, site) for h in whole.holdings for site in h.sites}
    assert members == {commune.id for commune in COMMUNES} | {EPCI, ENERGY, LIGHTING}


def test_the_same_seed_gives_the_same_bytes(whole: Territory) -> None:
    assert whole.digest() == DIGEST
    assert territory(seed=55).digest() != DIGEST


def test_the_small_territory_is_a_part_of_the_whole(whole: Territory) -> None:
    small = territory(fast=True)
    assert {commune.operator for commune in small.communes} == {EPCI, ENERGY, LIGHTING}
    assert set(small.sites) < set(whole.sites)
    assert {c.external_id: c for c in small.cabinets}.items() <= {
        c.external_id: c for c in whole.cabinets
    }.items()
    assert {p.market_segment for p in small.supply_points} == {"C2", "C4", "C5"}


def test_each_commune_has_its_outline_around_its_centre() -> None:
    found = Communes.of(OUTLINES).outlines
    assert {code: one.name for code, one in found.items()} == {
        one.insee_code: one.name for one in COMMUNES
    }
    for one in COMMUNES:
        box = found[one.insee_code].box
        assert box.west < one.longitude < box.east and box.south < one.latitude < box.north
