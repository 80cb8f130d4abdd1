"""R15: indexes and energies at each reading."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from synergie import formats
from synergie.formats.enedis import r15
from synergie.formats.report import Report
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.register_reading import RegisterReading
from tests.formats.enedis import flows
from tests.formats.enedis.flows import OTHER, PRM, cadran, releve, utc


def read(*releves: str, prm: str = PRM) -> tuple[list[RegisterReading], list[PeriodEnergy], Report]:
    data = flows.r15({prm: releves})
    records, report = r15.read(io.BytesIO(data), Profile())
    some = list(records)
    readings = [one for one in some if isinstance(one, RegisterReading)]
    return readings, [one for one in some if isinstance(one, PeriodEnergy)], report


def energy(code: str, value: object, **more: Any) -> str:
    return cadran(code, value, Classe_Mesure=2, **more)


def test_the_real_reading_tells_both_grids_and_their_indexes(shared: Path) -> None:
    with formats.read(shared / "data/enedis-flux/r15.xml") as result:
        some = list(result.records)
    assert (result.format, result.report.kept, result.report.findings) == ("enedis-r15", 4, {})
    readings = {
        (one.grid, one.instant): int(one.value) for one in some if isinstance(one, RegisterReading)
    }
    before, now = utc("2024-06-30T22:00"), utc("2024-07-29T22:01")
    assert readings == {
        ("distributor", before): 10_060, ("distributor", now): 10_160,
        ("supplier", before): 15_175, ("supplier", now): 15_276,
    }  # fmt: skip
    energies = {one.grid: one for one in some if isinstance(one, PeriodEnergy)}
    assert {grid: one.energy_kwh for grid, one in energies.items()} == {
        "distributor": 100, "supplier": 101
    }  # fmt: skip
    told = energies["distributor"]
    assert (told.from_date, told.to_date) == (date(2024, 7, 1), date(2024, 7, 30))
    assert (told.calendar, told.tariff_class) == ("DI000001", "BASE")
    assert energies["supplier"].calendar == "FC022034"
    assert {one.supply_point for one in some} == {"prm:99147508449444"}  # type: ignore[union-attr]
    assert {one.meter for one in some if isinstance(one, RegisterReading)} == {"92518064058186"}
    assert {one.quality for one in some} == {"measured"}  # type: ignore[union-attr]


def test_an_energy_that_is_not_the_difference_of_its_indexes_is_found() -> None:
    index = cadran("BASE", 10_160, Valeur_Precedent=10_060)
    assert read(releve(index, energy("BASE", 101)))[2].findings == {}
    _, _, report = read(releve(index, energy("BASE", 250)))
    assert report.findings["period-against-index"].args == ("250 kWh", "100 kWh")
    elsewhere = (
        energy("BASE", 250, supplier=True),
        energy("HP", 250),
        energy("BASE", 9, Sens_Mesure=1),
    )
    assert read(releve(index, *elsewhere))[2].findings == {}


def test_passing_through_zero_is_no_fall_and_a_fall_is_found() -> None:
    told: dict[str, Any] = {"Valeur_Precedent": 999_990, "Nb_Chiffres_Cadran": 6}
    passed = cadran("BASE", 15, Indicateur_Passage_A_Zero=1, **told)
    readings, _, report = read(releve(passed, energy("BASE", 25)))
    assert report.findings == {}
    assert [int(one.value) for one in readings] == [999_990, 15]
    _, _, report = read(releve(cadran("BASE", 15, **told), energy("BASE", 25)))
    assert report.findings["register-decreasing"].args == ("999990", "15")


def test_a_reading_coefficient_multiplies_the_indexes_and_says_so() -> None:
    told: dict[str, Any] = {"Valeur_Precedent": 100, "Coefficient_Lecture": "40.0"}
    readings, _, report = read(releve(cadran("BASE", 110, **told), energy("BASE", 400)))
    assert [one.value for one in readings] == [4_000, 4_400]
    assert report.findings == {}
    assert [note.args for note in report.notes] == [("40",)]


@pytest.mark.parametrize(
    ("nature", "status", "quality"),
    [("REEL", "INITIAL", "measured"), ("ESTI", "INITIAL", "estimated"),
     ("ESTIME", "INITIAL", "estimated"), ("REEL", "RECTIFICATIF", "corrected"),
     ("ESTIME", "RECTIFICATIF", "estimated"), ("AUTRE", "INITIAL", "suspect")],
)  # fmt: skip
def test_natures_become_qualities_and_are_kept(nature: str, status: str, quality: str) -> None:
    head = {"Nature_Index": nature, "Statut_Releve": status, "Nature_Consommation": nature}
    readings, energies, _ = read(releve(cadran("BASE", 10), energy("BASE", 5), **head))
    assert [(one.quality, one.source_quality) for one in (readings[0], energies[0])] == [
        (quality, nature)
    ] * 2


def test_a_regularisation_may_take_energy_back() -> None:
    _, (told,), report = read(releve(energy("BASE", -12)))
    assert (told.energy_kwh, report.refusals) == (Decimal(-12), 0)


def test_injection_is_another_direction() -> None:
    readings, (fed,), _ = read(
        releve(cadran("BASE", 10, Sens_Mesure=1), energy("BASE", 5, Sens_Mesure=1))
    )
    assert {readings[0].direction, fed.direction} == {"export"}


def test_shares_of_a_collective_self_consumption_are_passed_over() -> None:
    rows = [cadran("BASE", 500, Classe_Mesure=kind) for kind in (3, 4, 5, 6)]
    readings, energies, report = read(releve(*rows, cadran("BASE", 7)))
    assert (len(readings), energies, report.refusals, len(report.notes)) == (1, [], 0, 4)


def test_a_first_reading_has_no_reading_before() -> None:
    head = {"Date_Releve_Precedent": None}
    readings, _, report = read(releve(cadran("BASE", 10, Valeur_Precedent=5), **head))
    assert [int(one.value) for one in readings] == [10]
    _, energies, report = read(releve(energy("BASE", 5), **head))
    assert energies == []
    assert report.refused[0].fault.where == "record 1, /Date_Releve_Precedent"


def test_watt_hours_of_a_period_are_told_in_kilowatt_hours() -> None:
    _, (told,), _ = read(releve(energy("BASE", 1_500, Unite_Mesure="Wh")))
    assert told.energy_kwh == Decimal("1.5")


def test_a_date_without_hour_is_its_start() -> None:
    (one,), _, _ = read(releve(cadran("BASE", 10), Date_Releve="2026-10-25"))
    assert one.instant == utc("2026-10-24T22:00")


@pytest.mark.parametrize(
    ("more", "where"),
    [({"Unite_Mesure": "GJ"}, "/Unite_Mesure"), ({"Sens_Mesure": 2}, "/Sens_Mesure"),
     ({"Coefficient_Lecture": "0"}, "/Coefficient_Lecture"),
     ({"Coefficient_Lecture": "1e9"}, "/Coefficient_Lecture"),
     ({"Valeur_Precedent": "x"}, "/Valeur_Precedent"), ({"Valeur": "-1"}, "/Valeur"),
     ({"Indicateur_Passage_A_Zero": 1, "Nb_Chiffres_Cadran": 99}, "/Nb_Chiffres_Cadran"),
     ({"Rang_Cadran": "9" * 300}, "/register_rank")],
)  # fmt: skip
def test_a_bad_register_is_refused_at_its_record(more: dict[str, Any], where: str) -> None:
    readings, _, report = read(releve(cadran("BASE", 10), cadran("HP", 10, **more)))
    assert [one.register_class for one in readings] == ["BASE"]
    assert [refused.fault.where for refused in report.refused] == [f"record 2, {where}"]
    assert report.kept + report.refusals == 2


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    head = {"Date_Releve_Precedent": "2026-08-01T00:00:00+02:00"}
    _, energies, report = read(releve(energy("BASE", 5), **head))
    assert (energies, report.refusals) == ([], 1)


@pytest.mark.parametrize("head", [{"Date_Releve": "hier"}, {"Date_Releve": None}])
def test_a_reading_without_a_date_is_refused_whole(head: dict[str, object]) -> None:
    readings, _, report = read(
        releve(cadran("BASE", 1), energy("BASE", 5), **head), releve(cadran("HP", 2))
    )
    assert [one.register_class for one in readings] == ["HP"]
    assert (report.kept, report.refusals, len(report.refused)) == (1, 2, 1)


def test_a_bad_prm_is_refused_whole() -> None:
    assert read(releve(cadran("BASE", 1)), prm="1")[2].refused[0].fault.check == "bad-identifier"
    readings, _, _ = read(releve(cadran("BASE", 1)), prm=OTHER)
    assert readings[0].provenance == "synthetic"
