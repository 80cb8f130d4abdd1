"""R64: every index of every grid at the start of its day, to the watt-hour; sums are checked."""

import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from synergie.errors import BadInput
from synergie.formats import Report, checks
from synergie.formats.enedis import r64
from synergie.formats.format import Sample
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.register_reading import RegisterReading
from tests.formats.enedis.r6x import PRM, envelope

CLASSES = {"HCB": 100, "HPB": 200, "HCH": 300, "HPH": 400}
DIALS = {"HCB": "D1", "HPB": "D2", "HCH": "D3", "HPH": "D4"}
DAY = "2026-06-01 00:00:00"


def read(data: bytes) -> tuple[list[RegisterReading], Report]:
    records, report = r64.read(io.BytesIO(data), Profile())
    return list(records), report


def value(v: object, d: str = DAY, iv: object = 0) -> dict[str, object]:
    return {"d": d, "v": v, "iv": iv}


def classes(values: dict[str, int] = CLASSES, day: str = DAY) -> dict[str, Any]:
    each = [
        {"idClasseTemporelle": name, "codeCadran": f"IDX_EAS_{DIALS[name]}",
         "libelleClasseTemporelle": "X", "valeur": [value(v, day)]}
        for name, v in values.items()
    ]  # fmt: skip
    return {"idCalendrier": "DI000003", "libelleCalendrier": "diffÃ©renciation",
            "libelleGrille": "INCONNU", "classeTemporelle": each}  # fmt: skip


def mesure(
    calendars: list[dict[str, Any]], total: list[dict[str, Any]] | None = None, **more: Any
) -> dict[str, Any]:
    grandeur: dict[str, Any] = {"grandeurMetier": "CONS", "grandeurPhysique": "EA", "unite": "Wh"}
    known = {"idPrm": PRM, "periode": {"dateDebut": DAY, "dateFin": DAY}}
    for name, changed in more.items():
        (grandeur if name in grandeur else known)[name] = changed
    grandeur["calendrier"] = calendars
    if total is not None:
        grandeur["cadranTotalisateur"] = {"codeCadran": "IDX_EAS_T", "valeur": total}
    context = {"etapeMetier": "BRUT", "contexteReleve": "COL", "typeReleve": "AQ",
               "grandeur": [grandeur]}  # fmt: skip
    return known | {"contexte": [context]}


def test_the_real_file_gives_every_index_to_the_watt_hour(shared: Path) -> None:
    data = (shared / "data/enedis-flux/r64.json").read_bytes()
    found, report = read(data)
    facts = {((r.supply_point or "")[4:], r.grid, r.register_class): r.value for r in found}
    first, second = "99103630318530", "99331145115979"
    assert facts == {
        (first, "distributor", "HPH"): 6_038_145,
        (first, "distributor", "HCH"): 1_941_120,
        (first, "distributor", "HPB"): 2_675_549,
        (first, "distributor", "HCB"): 789_363,
        (first, None, None): 11_444_177,
        (first, "supplier", "BASE"): 3_602_078,
        (second, "distributor", "HPH"): 10_497_780,
        (second, "distributor", "HCH"): 7_742_696,
        (second, "distributor", "HPB"): 15_923_474,
        (second, "distributor", "HCB"): 13_514_462,
        (second, None, None): 47_678_412,
        (second, "supplier", "HP"): 26_419_967,
        (second, "supplier", "HC"): 21_258_445,
    }
    assert {r.instant for r in found} == {datetime(2026, 5, 31, 22, tzinfo=UTC)}
    assert {r.unit for r in found} == {"Wh"}
    assert (report.kept, report.refusals, report.findings) == (13, 0, {})


def test_the_floored_kilowatt_hours_are_those_of_another_program(shared: Path) -> None:
    folder = shared / "data/enedis-flux"
    found, _ = read((folder / "r64.json").read_bytes())
    golden = json.loads((folder / "golden/flux_r64.json").read_text())
    assert len(golden) == 2
    for row in golden:
        for name in CLASSES:
            (mine,) = [r for r in found if r.supply_point == f"prm:{row['pdl']}"
                       and (r.grid, r.register_class) == ("distributor", name)]  # fmt: skip
            assert mine.value // 1000 == row[f"index_{name.lower()}_kwh"]
            assert mine.instant == datetime.fromisoformat(row["date_releve"])
            assert mine.calendar == row["id_calendrier_distributeur"]


def test_the_grid_is_told_by_the_dial_and_not_by_a_damaged_label() -> None:
    found, _ = read(envelope("R64", [mesure([classes()], [value(1000)])]))
    assert [r.grid for r in found] == ["distributor"] * 4 + [None]
    assert [r.register_class for r in found] == [*CLASSES, None]
    assert found[0].register_rank == "IDX_EAS_D1"


@pytest.mark.parametrize(
    ("calendar", "label", "grid", "told"),
    [
        ("DI000002", "INCONNU", "distributor", "DI000002"),
        ("FC000015", "", "supplier", "FC000015"),
        ("F", "Distributeur", "supplier", None),
        ("HoroF1", "Fournisseur", "supplier", "HoroF1"),
        ("HoroF1", "INCONNU", None, "HoroF1"),
    ],
)
def test_registers_above_36_kva_have_their_calendar(
    calendar: str, label: str, grid: str | None, told: str | None
) -> None:
    one = {"idClasseTemporelle": "HN", "codeCadran": "EA1", "valeur": [value(5)]}
    some = {"idCalendrier": calendar, "libelleGrille": label, "classeTemporelle": [one]}
    (found,), _ = read(envelope("R64B", [mesure([some])]))
    assert (found.grid, found.calendar, found.register_class) == (grid, told, "HN")


@pytest.mark.parametrize(
    ("dial", "grid"), [("IDX_EAS_F1", "supplier"), ("IDX_EAS_D1", "distributor")]
)
def test_the_dial_of_linky_tells_the_grid_of_an_unknown_calendar(dial: str, grid: str) -> None:
    one = {"codeCadran": dial, "valeur": [value(5)]}
    some = {"idCalendrier": "INCONNU", "libelleGrille": "INCONNU", "classeTemporelle": [one]}
    (found,), _ = read(envelope("R64", [mesure([some])]))
    assert (found.grid, found.calendar, found.register_class) == (grid, None, dial)


def test_classes_that_do_not_add_up_to_the_total_are_told() -> None:
    _, report = read(envelope("R64", [mesure([classes()], [value(1001)])]))
    (found,) = report.findings.values()
    assert (found.check, found.args) == (checks.CLASS_SUM, ("1000", "1001"))
    _, report = read(envelope("R64", [mesure([classes()], [value(1000)])]))
    assert report.findings == {}


def test_an_index_that_goes_down_is_told() -> None:
    later = {name: v - 1 if name == "HPH" else v for name, v in CLASSES.items()}
    calendars = [classes(), classes(later, "2026-06-02 00:00:00")]
    _, report = read(envelope("R64", [mesure(calendars)]))
    (found,) = report.findings.values()
    assert (found.check, found.args) == (checks.REGISTER_DECREASING, ("400", "399"))


def test_a_likelihood_above_zero_makes_an_index_suspect() -> None:
    some = classes()
    some["classeTemporelle"][0]["valeur"] = [value(5, iv=2)]
    some["classeTemporelle"][1]["valeur"] = [value(5, iv=None)]
    found, _ = read(envelope("R64", [mesure([some])]))
    assert [r.quality for r in found] == ["suspect", "measured", "measured", "measured"]
    assert found[0].source_quality == "BRUT COL AQ iv=2"


def test_the_same_index_twice_is_ignored_and_another_one_refused() -> None:
    _, report = read(envelope("R64", [mesure([classes(), classes()])]))
    assert (report.kept, report.duplicates, report.refusals) == (4, 4, 0)
    _, report = read(envelope("R64", [mesure([classes(), classes(CLASSES | {"HPH": 401})])]))
    assert (report.kept, report.duplicates, report.refusals) == (4, 3, 1)
    assert report.refused[0].fault.check == checks.CONFLICTING_DUPLICATE.code


@pytest.mark.parametrize(
    ("bad", "where"),
    [
        (value(-1), "/v"),
        (value(None), "/v"),
        (value(True), "/v"),
        (value(10**16), "/v"),
        (value(5, "2026-03-29 02:30:00"), "/time"),
        (value(5, "2026-10-25 02:30:00"), "/time"),
        (value(5, "01/06/2026"), "/d"),
        (value(5, "0001-01-01 00:00:00"), "/d"),
    ],
)
def test_a_wrong_index_is_refused_with_its_pointer(bad: dict[str, Any], where: str) -> None:
    some = classes()
    some["classeTemporelle"][1]["valeur"] = [bad]
    found, report = read(envelope("R64", [mesure([some])]))
    (refused,) = report.refused
    pointer = "/mesures/0/contexte/0/grandeur/0/calendrier/0/classeTemporelle/1/valeur/0"
    assert refused.fault.where == pointer + where
    assert (len(found), report.kept) == (3, 3)


@pytest.mark.parametrize(
    ("change", "where", "code"),
    [
        ({"idPrm": "123"}, "/idPrm", "bad-identifier"),
        ({"unite": "W"}, "/unite", "unit-unknown"),
        ({"grandeurMetier": "X"}, "/grandeurMetier", "bad-cell"),
    ],
)
def test_a_register_that_is_wrong_costs_its_indexes(
    change: dict[str, Any], where: str, code: str
) -> None:
    found, report = read(envelope("R64", [mesure([classes()], **change), mesure([classes()])]))
    assert (len(found), report.refusals) == (4, 4)
    assert report.refused[0].fault.where.endswith("valeur/0" + where)
    assert report.refused[0].fault.check == code


def test_overruns_are_no_index_and_are_passed_over() -> None:
    found, report = read(envelope("R64", [mesure([classes()], grandeurPhysique="DQ", unite="W")]))
    assert found == []
    assert report.findings["series-not-read"].args == ("DQ",)


def test_reactive_registers_of_linky_tell_their_kind_by_the_dial() -> None:
    total = [value(7)]
    some = mesure([], total, grandeurPhysique="ER", unite="VArh")
    some["contexte"][0]["grandeur"][0]["cadranTotalisateur"]["codeCadran"] = "IDX_ERS_C"
    (found,), _ = read(envelope("R64", [some]))
    assert (found.quantity, found.unit) == ("reactive_capacitive", "VArh")


CSV = (
    "Identifiant PRM;Date de début;Date de fin;Grandeur physique;Grandeur métier;Etape métier;"
    "Unité;Horodate;Contexte de relève;Type de relève;Motif de relève;Grille;"
    "Identifiant calendrier;Libellé Calendrier;Identifiant classe temporelle;"
    "Libellé classe temporelle;Cadran;Valeur;Indice de vraisemblance\n"
)


def test_the_csv_of_the_portal_gives_the_same_as_the_json() -> None:
    rows = [
        f"{PRM};;;EA;CONS;BRUT;Wh;{DAY};COL;AQ;;Distributeur;DI000003;;{name};;IDX_EAS_{DIALS[name]};{v};0"
        for name, v in CLASSES.items()
    ]
    rows.append(f"{PRM};;;EA;CONS;BRUT;Wh;{DAY};COL;AQ;;;;;;;IDX_EAS_T;1000;0")
    found, report = read((CSV + "\n".join(rows) + "\n").encode("utf-8-sig"))
    same, _ = read(envelope("R64", [mesure([classes()], [value(1000)])]))
    assert found == same
    assert (report.kept, report.findings) == (5, {})
    rows[2] = rows[2].replace(";300;", ";trois cents;")
    _, report = read((CSV + "\n".join(rows)).encode())
    assert [(r.line, r.column) for r in report.refused] == [(4, "v")]


def test_the_value_is_exact() -> None:
    found, _ = read(envelope("R64", [mesure([], [value(123_456_789_012)])]))
    assert found[0].value == Decimal(123_456_789_012)


@pytest.mark.parametrize(
    ("data", "confidence"),
    [
        (envelope("R64", []), 1.0),
        (envelope("R63", [mesure([classes()])]), 0.0),
        (json.dumps({"mesures": [mesure([classes()])]}).encode(), 0.8),
        (CSV.encode(), 0.9),
    ],
)
def test_the_flow_is_recognised(data: bytes, confidence: float) -> None:
    assert r64.sniff(Sample("x", data)) == confidence


def test_another_flow_is_refused() -> None:
    with pytest.raises(BadInput, match="codeFlux"):
        read(envelope("R63", []))
