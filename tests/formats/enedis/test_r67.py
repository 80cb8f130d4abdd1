"""R67: energy per period and class, negative when it is a regularisation; grids stay apart."""

import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from synergie.errors import BadInput
from synergie.formats import Report, checks
from synergie.formats.enedis import r67
from synergie.formats.format import Sample
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile
from tests.formats.enedis.r6x import PRM, envelope

D, F = ("D", "Distributeur", "DI000003"), ("F", "Fournisseur", "FC022034")


def read(data: bytes) -> tuple[list[PeriodEnergy], Report]:
    records, report = r67.read(io.BytesIO(data), Profile())
    return list(records), report


def parts(energy: PeriodEnergy, *names: str) -> tuple[object, ...]:
    return tuple(getattr(energy, name) for name in names)


def quantity(v: object, **more: Any) -> dict[str, Any]:
    known = {
        "dateCreation": "2026-02-04 05:05:21", "dbtMesure": "2026-01-04", "finMesure": "2026-02-04",
        "codeNature": "R", "libelleNature": "Réel", "codeStatut": "I", "libelleStatut": "Initial",
    }  # fmt: skip
    return known | {"quantite": v} | more


def calendar(grid: tuple[str, str, str], **classes: list[dict[str, Any]]) -> dict[str, Any]:
    code, label, name = grid
    each = [{"idClasseTemporelle": c, "libelleClasseTemporelle": c, "quantite": quantities}
            for c, quantities in classes.items()]  # fmt: skip
    return {"codeGrille": code, "libelleGrille": label, "codeCalendrier": name,
            "classeTemporelle": each}  # fmt: skip


def mesure(*calendars: dict[str, Any], motive: str = "CYCL", **more: Any) -> dict[str, Any]:
    grandeur: dict[str, Any] = {"grandeurMetier": "CONS", "grandeurPhysique": "EA", "unite": "Wh"}
    known: dict[str, Any] = {"idPrm": PRM}
    for name, changed in more.items():
        (grandeur if name in grandeur else known)[name] = changed
    grandeur["calendrier"] = list(calendars)
    return known | {"contexte": [
        {"etapeMetier": "FACT", "idMotifReleve": motive, "grandeur": [grandeur]}
    ]}  # fmt: skip


def test_each_class_of_each_period_is_an_energy_in_kilowatt_hours() -> None:
    data = envelope("R67", [mesure(calendar(D, HPH=[quantity(1_234_567)], HCH=[quantity(0)]))])
    (first, second), report = read(data)
    assert first == PeriodEnergy(
        name=PRM,
        supply_point=f"prm:{PRM}",
        from_date=date(2026, 1, 4),
        to_date=date(2026, 2, 4),
        energy_kwh=Decimal("1234.567"),
        grid="distributor",
        calendar="DI000003",
        tariff_class="HPH",
        quality="measured",
        source_quality="CYCL R I",
        source="enedis-r67",
        provenance="synthetic",
    )
    assert second.energy_kwh == 0
    assert (report.kept, report.refusals) == (2, 0)


def test_both_grids_are_kept_and_told_apart() -> None:
    both = mesure(calendar(D, HPH=[quantity(4000)], HCH=[quantity(1000)]),
                  calendar(F, BASE=[quantity(5000)]))  # fmt: skip
    found, report = read(envelope("R67", [both]))
    assert [parts(r, "grid", "calendar", "tariff_class", "energy_kwh") for r in found] == [
        ("distributor", "DI000003", "HPH", 4),
        ("distributor", "DI000003", "HCH", 1),
        ("supplier", "FC022034", "BASE", 5),
    ]
    assert (report.kept, report.duplicates) == (3, 0)


@pytest.mark.parametrize(
    ("code", "quality"),
    [("R", "measured"), ("C", "corrected"), ("E", "estimated"), ("I", "suspect")],
)
def test_a_regularisation_may_be_negative(code: str, quality: str) -> None:
    data = envelope("R67", [mesure(calendar(F, BASE=[quantity(-150_000, codeNature=code)]))])
    (found,), _ = read(data)
    assert parts(found, "energy_kwh", "quality") == (-150, quality)


def test_all_the_reasons_for_a_reading_share_the_time_out() -> None:
    later = quantity(7000, dbtMesure="2026-02-04", finMesure="2026-02-05")
    mesures = [mesure(calendar(D, HPH=[quantity(5000)])),
               mesure(calendar(D, HPH=[later]), motive="CFNS")]  # fmt: skip
    mesures[0]["contexte"] += mesures.pop()["contexte"]
    found, _ = read(envelope("R67", mesures))
    assert [(r.from_date.day, r.to_date.day, r.source_quality) for r in found] == [
        (4, 4, "CYCL R I"), (4, 5, "CFNS R I")
    ]  # fmt: skip


def test_of_two_quantities_of_one_class_and_period_the_one_made_last_holds() -> None:
    newer = quantity(6000, dateCreation="2026-03-01 00:00:00", codeStatut="R")
    for pair in ([quantity(5000), newer], [newer, quantity(5000)]):
        (found,), report = read(envelope("R67", [mesure(calendar(D, HPH=pair))]))
        assert found.energy_kwh == 6
        (refused,) = report.refused
        assert refused.fault.check == checks.CONFLICTING_DUPLICATE.code
        assert refused.fault.where.endswith(f"quantite/{pair.index(newer) ^ 1}/quantite")
        assert (report.kept, report.refusals) == (1, 1)
    _, report = read(envelope("R67", [mesure(calendar(D, HPH=[quantity(5), quantity(5)]))]))
    assert (report.kept, report.duplicates) == (1, 1)


def test_a_cancelled_quantity_is_refused() -> None:
    pair = [quantity(5000), quantity(9000, codeStatut="A", dbtMesure="2025-01-04")]
    (found,), report = read(envelope("R67", [mesure(calendar(D, HPH=pair))]))
    assert found.energy_kwh == 5
    assert report.refusals == 1


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"quantite": None}, "/quantite"),
        ({"quantite": "mille"}, "/quantite"),
        ({"dbtMesure": "2026-02-30"}, "/dbtMesure"),
        ({"finMesure": None}, "/finMesure"),
        ({"finMesure": "2025-12-04"}, "/"),
    ],
)
def test_a_wrong_quantity_is_refused_with_its_pointer(change: dict[str, Any], where: str) -> None:
    pair = [quantity(1), quantity(2, dbtMesure="2025-12-04") | change]
    found, report = read(envelope("R67", [mesure(calendar(D, HPH=pair))]))
    pointer = "/mesures/0/contexte/0/grandeur/0/calendrier/0/classeTemporelle/0/quantite/1"
    assert report.refused[0].fault.where == pointer + where
    assert (len(found), report.kept, report.refusals) == (1, 1, 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"idPrm": "1"}, "bad-identifier"), ({"unite": "kg"}, "unit-unknown"),
     ({"grandeurMetier": None}, "bad-cell")],
)  # fmt: skip
def test_what_is_wrong_above_costs_its_quantities(change: dict[str, Any], code: str) -> None:
    some = calendar(D, HPH=[quantity(1)])
    found, report = read(envelope("R67", [mesure(some, **change), mesure(some)]))
    assert (len(found), report.refusals, report.refused[0].fault.check) == (1, 1, code)


def test_what_is_no_active_energy_is_passed_over() -> None:
    data = envelope("R67", [mesure(calendar(D, HPH=[quantity(1)]), grandeurPhysique="DQ")])
    found, report = read(data)
    assert (found, [note.args for note in report.notes]) == ([], [("DQ",)])


def test_production_is_export() -> None:
    data = envelope("R67", [mesure(calendar(D, BASE=[quantity(1)]), grandeurMetier="PROD")])
    assert read(data)[0][0].direction == "export"


CSV = (
    "Identifiant PRM;Date de début;Date de fin;Grandeur physique;Grandeur métier;Etape métier;"
    "Unité;Horodate de création;Début de la mesure;Fin de la mesure;Identifiant motif de relève;"
    "Libellé motif de relève;Libellé grille;Libellé calendrier;Identifiant classe temporelle;"
    "Libellé classe temporelle;Libellé nature;Libellé statut;Quantité\n"
)


def test_the_csv_of_the_portal_has_labels_only() -> None:
    rows = [
        f"{PRM};;;EA;CONS;FACT;Wh;2026-02-04 05:05:21;2026-01-04;2026-02-04;CYCL;x;{grid};x;"
        f"{name};x;{nature};Initial;{v}\n"
        for grid, name, nature, v in [
            ("Distributeur", "HPH", "Réel", 4000),
            ("Fournisseur", "BASE", "Régularisé", -5000),
            ("Fournisseur", "HP", "Estimé", "x"),
        ]
    ]
    found, report = read((CSV + "".join(rows)).encode("cp1252"))
    names = "grid", "calendar", "tariff_class", "quality", "energy_kwh"
    assert [parts(r, *names) for r in found] == [
        ("distributor", None, "HPH", "measured", 4),
        ("supplier", None, "BASE", "corrected", -5),
    ]
    assert [(r.line, r.column) for r in report.refused] == [(4, "quantite")]


@pytest.mark.parametrize(
    ("data", "confidence"),
    [
        (envelope("R67", []), 1.0),
        (envelope("R64", []), 0.0),
        (json.dumps({"mesures": [mesure(calendar(D, HPH=[quantity(1)]))]}).encode(), 0.8),
        (CSV.encode(), 0.9),
        (b"{}", 0.0),
    ],
)
def test_the_flow_is_recognised(data: bytes, confidence: float) -> None:
    assert r67.sniff(Sample("x", data)) == confidence


def test_a_list_of_envelopes_is_read_too() -> None:
    one = json.loads(envelope("R67", [mesure(calendar(D, HPH=[quantity(1)]))]))
    two = json.loads(
        envelope("R67", [mesure(calendar(D, HPH=[quantity(2)]), idPrm=PRM[:-1] + "8")])
    )
    found, _ = read(json.dumps([one, two]).encode())
    assert [r.energy_kwh for r in found] == [Decimal("0.001"), Decimal("0.002")]
    with pytest.raises(BadInput, match="codeFlux"):
        read(json.dumps([json.loads(envelope("R64", []))]).encode())
