"""ADICT: gas days of 23, 24 and 25 hours, volume and energy, billed periods, refusals."""

import io
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from synergie.errors import BadInput
from synergie.formats import Record, Report, checks
from synergie.formats.format import Sample
from synergie.formats.grdf import adict
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile

PARIS = ZoneInfo("Europe/Paris")
PCE = "99000000000017"
DAY = date(2026, 6, 10)
START, END = "date_debut_consommation", "date_fin_consommation"


def read(data: object) -> tuple[list[Record], Report]:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    records, report = adict.read(io.BytesIO(raw), Profile())
    return list(records), report


def six(day: date) -> str:
    return datetime(day.year, day.month, day.day, 6, tzinfo=PARIS).isoformat()


def daily(day: date = DAY, **changes: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "date_debut_consommation": six(day),
        "date_fin_consommation": six(day + timedelta(days=1)),
        "flag_retour_zero": None,
        "volume_brut": 12,
        "coeff_calcul": {"coeff_pta": None, "valeur_pcs": None, "coeff_conversion": 11.16},
        "volume_converti": None,
        "energie": 134,
        "type_qualif_conso": "Mesuré",
        "sens_flux_gaz": "Consommation",
        "statut_conso": "Provisoire",
        "journee_gaziere": f"{day}",
        "type_conso": "Informative Journalier",
    }
    return {"pce": {"id_pce": PCE}, "consommation": told | changes, "statut_restitution": None}


def published(**changes: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "date_debut_consommation": six(date(2026, 1, 1)),
        "date_fin_consommation": six(date(2026, 2, 1)),
        "volume_brut": 180,
        "energie": 2032,
        "statut_conso": "Définitive",
        "journee_gaziere": None,
        "type_conso": "Publiée",
    }
    return daily(**(told | changes))


def intervals(data: object) -> list[IntervalReading]:
    return [one for one in read(data)[0] if isinstance(one, IntervalReading)]


@pytest.mark.parametrize(
    ("day", "hours"), [(DAY, 24), (date(2026, 3, 28), 23), (date(2026, 10, 24), 25)]
)
@pytest.mark.parametrize("dated", [True, False])
def test_a_gas_day_runs_from_six_to_six_local_time(day: date, hours: int, *, dated: bool) -> None:
    blank: dict[str, Any] = (
        {} if dated else {"date_debut_consommation": None, "date_fin_consommation": None}
    )
    volume, energy = intervals(daily(day, **blank))
    assert volume.start == datetime(day.year, day.month, day.day, 6, tzinfo=PARIS)
    assert (volume.end - volume.start).total_seconds() == hours * 3600
    assert (energy.start, energy.end) == (volume.start, volume.end)
    assert volume.start.tzinfo is UTC


def test_volume_and_energy_of_a_gas_day_are_both_kept() -> None:
    records, report = read(daily())
    volume, energy = records
    facts = {
        "supply_point": f"pce:{PCE}", "direction": "import", "quality": "measured",
        "source_quality": "Mesuré / Provisoire / Informative Journalier",
        "source": "grdf-adict", "provenance": "synthetic",
        "start": datetime(2026, 6, 10, 4, tzinfo=UTC), "end": datetime(2026, 6, 11, 4, tzinfo=UTC),
    }  # fmt: skip
    assert volume == IntervalReading.model_validate(
        facts | {"quantity": "gas_volume", "unit": "m3", "value": Decimal(12)}
    )
    assert energy == IntervalReading.model_validate(
        facts | {"quantity": "gas_energy", "unit": "kWh", "value": Decimal(134)}
    )
    assert (report.kept, report.refusals) == (1, 0)


def test_a_published_period_is_an_energy_of_civil_dates_with_its_volume() -> None:
    (found,), report = read(published())
    assert found == PeriodEnergy(
        name=PCE,
        supply_point=f"pce:{PCE}",
        from_date=date(2026, 1, 1),
        to_date=date(2026, 2, 1),
        energy_kwh=Decimal(2032),
        energy="gas",
        volume_m3=Decimal(180),
        quality="measured",
        source_quality="Mesuré / Définitive / Publiée",
        source="grdf-adict",
        provenance="synthetic",
    )
    assert report.kept == 1


def test_a_regularisation_may_be_negative_and_a_gas_day_not() -> None:
    (found,), _ = read(published(energie=-50, volume_brut=-4, type_qualif_conso="Corrigé"))
    assert isinstance(found, PeriodEnergy)
    assert (found.quality, str(found.energy_kwh)) == ("corrected", "-50")
    records, report = read(daily(energie=-50))
    assert records == []
    assert report.refused[0].fault.check == checks.NEGATIVE_ENERGY.code


def test_a_published_gas_day_is_an_interval_too() -> None:
    assert len(intervals(daily(type_conso="Publiée", statut_conso="Définitive"))) == 2


def test_an_hour_is_an_interval() -> None:
    hour: dict[str, Any] = {
        "journee_gaziere": None, "type_conso": "Informative horaire",
        "date_debut_consommation": "2026-10-25T02:00:00+02:00",
        "date_fin_consommation": "2026-10-25T02:00:00+01:00",
    }  # fmt: skip
    volume, _ = intervals(daily(**hour))
    assert (volume.end - volume.start).total_seconds() == 3600


@pytest.mark.parametrize(
    ("word", "quality"),
    [("Mesuré", "measured"), ("Estimé", "estimated"), ("Corrigé", "corrected"),
     ("Absence de Données", "missing"), ("Autre", "suspect"), (None, "measured")],
)  # fmt: skip
def test_the_qualification_is_the_quality(word: str | None, quality: str) -> None:
    assert {one.quality for one in intervals(daily(type_qualif_conso=word))} == {quality}


def test_null_is_missing_and_not_zero() -> None:
    volume, energy = intervals(daily(energie=None, volume_brut=0))
    assert (energy.value, energy.quality) == (None, "missing")
    assert volume.value == 0
    assert volume.quality == "measured"


def test_injected_gas_is_export() -> None:
    told = daily()["consommation"]
    injected = {key.replace("consommation", "injection").replace("_conso", "_injection"): value
                for key, value in told.items()}  # fmt: skip
    item = {"pce": {"id_pce": PCE}, "injection": injected | {"sens_flux_gaz": "Injection"}}
    volume, energy = intervals(item)
    assert volume.direction == energy.direction == "export"
    assert energy.value == 134
    assert intervals(daily(sens_flux_gaz="Production"))[0].direction == "export"


@pytest.mark.parametrize("code", ["GI999999", "23000000000000"])
def test_both_forms_of_a_pce_are_taken(code: str) -> None:
    item = daily() | {"pce": {"id_pce": code}}
    assert intervals(item)[0].supply_point == f"pce:{code}"
    assert intervals(item)[0].provenance == "partner"


@pytest.mark.parametrize(
    ("change", "where", "code"),
    [
        ({"pce": {"id_pce": "2300000000000"}}, "/pce/id_pce", "bad-identifier"),
        ({"pce": {"id_pce": "GI99999"}}, "/pce/id_pce", "bad-identifier"),
        ({"pce": None}, "/pce", "bad-cell"),
    ],
)
def test_what_is_no_pce_is_refused(change: dict[str, Any], where: str, code: str) -> None:
    records, report = read([daily(), daily() | change])
    (refused,) = report.refused
    assert (refused.fault.where, refused.fault.check) == (f"/1{where}", code)
    assert (len(records), report.kept) == (2, 1)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"energie": "beaucoup"}, "/consommation/energie"),
        ({"volume_brut": True}, "/consommation/volume_brut"),
        ({"date_debut_consommation": "hier"}, "/consommation/date_debut_consommation"),
        ({END: "2026-02-30T06:00:00+01:00"}, f"/consommation/{END}"),
        ({START: "9999-12-31"}, f"/consommation/{START}"),
        ({START: "2026-10-25T02:30:00"}, f"/consommation/{START}"),
        ({"date_fin_consommation": six(DAY)}, "/"),
        ({"sens_flux_gaz": "Autre"}, "/consommation/sens_flux_gaz"),
        ({"journee_gaziere": None, "date_debut_consommation": None},
         "/consommation/date_debut_consommation"),
    ],
)  # fmt: skip
def test_a_wrong_item_is_refused_with_its_place(change: dict[str, Any], where: str) -> None:
    records, report = read([daily(), daily(**change)])
    assert [refused.fault.where for refused in report.refused] == [f"/1{where}"]
    assert (len(records), report.kept, report.refusals) == (2, 1, 1)


def test_one_item_a_line_is_read_to_its_closing_line() -> None:
    lines = [
        daily(),
        daily(date(2026, 6, 11), energie="x"),
        {"code_statut_traitement": "0000000000"},
    ]
    records, report = read("\n".join(map(json.dumps, lines)).encode())
    assert len(records) == 2
    assert [(r.fault.where, r.line) for r in report.refused] == [("/consommation/energie", 2)]


@pytest.mark.parametrize(
    ("item", "where"),
    [
        ({"pce": {"id_pce": PCE}, "statut_restitution": {"code": "1000008", "message": "x"}},
         "/statut_restitution/code"),
        ({"code_statut_traitement": "1000002", "message_retour_traitement": "x"},
         "/code_statut_traitement"),
        ({"pce": {"id_pce": PCE}, "donnees_techniques": {}}, ""),
        (5, ""),
    ],
)  # fmt: skip
def test_an_answer_without_readings_is_refused_with_its_code(item: object, where: str) -> None:
    records, report = read([daily(), item])
    assert [refused.fault.where for refused in report.refused] == [f"/1{where}"]
    assert len(records) == 2


def test_the_holder_of_a_contract_is_never_read() -> None:
    item = {"id_pce": PCE, "nom_titulaire": "MARTIN", "courriel_titulaire": "m@example.org"}
    records, report = read([daily(), item])
    assert checks.PERSONAL_DATA_DROPPED.code in report.findings
    assert "MARTIN" not in repr(records) + repr(report)


def test_a_volume_that_its_indexes_deny_is_told() -> None:
    item = published() | {
        "releve_debut": {"index_brut_debut": {"valeur_index": 771}},
        "releve_fin": {"index_brut_fin": {"valeur_index": 951}},
    }
    assert read(item)[1].findings == {}
    item["releve_fin"] = {"index_brut_fin": {"valeur_index": 950}}
    (found,) = read(item)[1].findings.values()
    assert (found.check, found.args) == (checks.PERIOD_AGAINST_INDEX, ("180", "179"))


def test_the_list_of_a_customers_own_space_is_read_too() -> None:
    reading = {
        "dateDebutReleve": six(DAY), "dateFinReleve": six(DAY + timedelta(days=1)),
        "journeeGaziere": f"{DAY}", "indexDebut": 1, "indexFin": 2, "volumeBrutConsomme": 0.8,
        "energieConsomme": 8.9, "natureReleve": "Informative Journalier",
        "qualificationReleve": "Mesuré", "status": None,
    }  # fmt: skip
    data = {"GI000000": {"releves": [reading, reading | {"energieConsomme": "x"}]}}
    records, report = read(data)
    volume, energy = [one for one in records if isinstance(one, IntervalReading)]
    assert (volume.value, energy.value) == (Decimal("0.8"), Decimal("8.9"))
    assert report.refused[0].fault.where == "/GI000000/releves/1/energieConsomme"


@pytest.mark.parametrize(
    ("data", "confidence"),
    [
        (daily(), 1.0),
        ({"GI000000": {"releves": [{"energieConsomme": 1}]}}, 1.0),
        ({"code_statut_traitement": "1"}, 0.9),
        ({"mesures": []}, 0.0),
    ],
)
def test_an_answer_is_recognised(data: object, confidence: float) -> None:
    assert adict.sniff(Sample("x", json.dumps(data).encode())) == confidence


def test_text_that_is_no_json_is_refused_whole() -> None:
    with pytest.raises(BadInput) as caught:
        read(b"PCE;Date\n")
    assert caught.value.where == "line 1"
