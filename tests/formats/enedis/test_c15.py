"""C15: events of C5 points, their terms, the indexes before and after; nobody's name."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from synergie import formats
from synergie.formats.enedis import c15
from synergie.formats.format import Record
from synergie.formats.report import Report
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.supply_terms import SupplyTerms
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.register_reading import RegisterReading
from tests.formats.enedis import flows
from tests.formats.enedis.flows import OTHER, TARIFF, c15_prm, cadran, releve, tags, utc

BEFORE = {"Date_Releve": "2026-10-04T00:01:00+02:00", "Id_Calendrier_Distributeur": "DI000001"}
AFTER = {"Date_Releve": "2026-10-04T00:02:00+02:00", "Id_Calendrier_Distributeur": "DI000003"}


def read(data: bytes) -> tuple[list[Record], Report]:
    records, report = c15.read(io.BytesIO(data), Profile())
    return list(records), report


def indexes(records: list[Record]) -> list[RegisterReading]:
    return [one for one in records if isinstance(one, RegisterReading)]


def test_the_real_event_changes_the_option_and_reads_its_dial_on(shared: Path) -> None:
    with formats.read(shared / "data/enedis-flux/c15_avec_releves.xml") as result:
        some = list(result.records)
    point, terms = some[:2]
    assert isinstance(point, SupplyPointRecord)
    assert isinstance(terms, SupplyTerms)
    assert (point.external_id, point.market_segment) == ("prm:99660599682036", "C5")
    assert (point.tariff_code, point.subscribed_power_kva) == ("BTINFCU4", 6.0)
    assert terms.valid_from == date(2024, 10, 4)
    assert (terms.offpeak_hours, terms.calendar) == ("HC (21H02-5H02)", "DI000003")
    assert (terms.connection_power_kva, terms.voltage_domain) == (Decimal(12), "BT_UP_TO_36")
    assert [(one.value, one.unit) for one in terms.subscribed_powers] == [(Decimal(6), "kVA")]
    assert (terms.state, terms.meter_type) == ("EN SERVICE", "CCB")
    readings = [one for one in indexes(some) if one.grid == "distributor"]
    told = {(one.calendar, one.register_class): int(one.value) for one in readings}
    assert told == {
        ("DI000001", "BASE"): 2_531, ("DI000003", "HCB"): 2_531, ("DI000003", "HCH"): 1_065,
        ("DI000003", "HPB"): 3_005, ("DI000003", "HPH"): 2_967,
    }  # fmt: skip
    assert {one.instant for one in readings} == {utc("2024-10-03T22:01"), utc("2024-10-03T22:02")}
    assert {int(one.value) for one in indexes(some) if one.grid == "supplier"} == {9_569}
    assert [note.args for note in result.report.notes] == [("1", "BASE", "HCB")]
    assert result.report.kept == 8


def test_nobody_of_the_real_file_is_in_what_comes_out(shared: Path) -> None:
    with formats.read(shared / "data/enedis-flux/c15_avec_releves.xml") as result:
        text = " ".join(one.model_dump_json() for one in result.records) + repr(result.report)
    for word in ("ANONYME", "Anonyme", "0600000000", "EXEMPLE", "LIGNE ADRESSE", "248912973"):
        assert word not in text
    assert "personal-data-dropped" in result.report.findings


def test_a_name_in_a_refused_event_is_not_told_either() -> None:
    data = flows.c15(c15_prm(releve(cadran("BASE", 1)), prm="12"))
    records, report = read(data)
    assert records == []
    text = repr(report) + " ".join(str(one.fault) for one in report.refused)
    for word in ("DURAND", "Camille", "0600000017", "example.org"):
        assert word not in text
    assert (report.refusals, len(report.refused)) == (2, 1)


def test_the_same_dial_under_two_classes_is_two_registers() -> None:
    data = flows.c15(
        c15_prm(releve(cadran("BASE", 2_531), **BEFORE), releve(cadran("HCB", 2_531), **AFTER))
    )
    records, report = read(data)
    first, second = indexes(records)
    assert (first.register_rank, second.register_rank) == ("1", "1")
    assert first.external_id.rpartition("/")[0] != second.external_id.rpartition("/")[0]
    assert [note.args for note in report.notes] == [("1", "BASE", "HCB")]


def test_an_event_without_a_change_of_option_says_nothing_of_dials() -> None:
    same = BEFORE | {"Date_Releve": "2026-10-04T00:02:00+02:00"}
    data = flows.c15(
        c15_prm(releve(cadran("BASE", 5), **BEFORE), releve(cadran("BASE", 5), **same))
    )
    assert read(data)[1].notes == {}


def test_two_indexes_of_one_register_at_one_moment_are_not_both_kept() -> None:
    again = releve(cadran("BASE", 0), **BEFORE)
    data = flows.c15(c15_prm(releve(cadran("BASE", 84_231), **BEFORE), again))
    records, report = read(data)
    assert [int(one.value) for one in indexes(records)] == [84_231]
    assert [refused.fault.check for refused in report.refused] == ["conflicting-duplicate"]
    same = releve(cadran("BASE", 84_231), **BEFORE)
    _, report = read(flows.c15(c15_prm(same, same)))
    assert (report.duplicates, report.refusals) == (1, 0)


@pytest.mark.parametrize(
    ("category", "data"), [("RES", "yes"), ("PRO", "possible"), ("", "possible")]
)
def test_only_the_category_of_the_holder_is_used(category: str, data: str) -> None:
    (point, *_), report = read(flows.c15(c15_prm(holder=tags(Categorie=category))))
    assert isinstance(point, SupplyPointRecord)
    assert point.personal_data == data
    _, report = read(flows.c15(c15_prm(holder=None)))
    assert "personal-data-dropped" not in report.findings


def test_several_offpeak_periods_are_told_one_after_another() -> None:
    labels = "".join(
        tags(Plage_Heures_Creuses=tags(Libelle_Plage_Heures_Creuses=one))
        for one in ("HC (12H-14H)", "HC (2H-6H)")
    )
    (_, terms), _ = read(flows.c15(c15_prm(tariff=tags(Plages_Heures_Creuses=labels))))
    assert isinstance(terms, SupplyTerms)
    assert terms.offpeak_hours == "HC (12H-14H); HC (2H-6H)"
    assert (terms.tariff_code, terms.subscribed_powers) == (None, ())


def test_without_an_event_the_terms_begin_with_their_sequence() -> None:
    (_, terms), _ = read(flows.c15(c15_prm(Date_Evenement=None)))
    assert isinstance(terms, SupplyTerms)
    assert terms.valid_from == date(2026, 10, 4)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [("kVA", "ch", "/Unite_Puissance_Souscrite"), ("6.0", "-6", "/Puissance_Souscrite"),
     ("6.0", "1e3", "/Puissance_Souscrite"), ("BTINFCU4", "bt inf", "/tariff_code")],
)  # fmt: skip
def test_terms_that_are_wrong_cost_their_event(old: str, new: str, where: str) -> None:
    wrong = c15_prm(releve(cadran("BASE", 1)), tariff=TARIFF.replace(old, new))
    records, report = read(flows.c15(wrong, c15_prm(prm=OTHER)))
    assert [one.external_id for one in records] == [f"prm:{OTHER}", f"prm:{OTHER}/2026-10-04"]
    assert report.refused[0].fault.where == f"record 1, {where}"
    assert (report.kept, report.refusals) == (1, 2)
