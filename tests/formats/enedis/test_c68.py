"""C68: the point and its terms, from JSON or CSV; nothing of people is ever read."""

import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from synergie.errors import BadInput
from synergie.formats import Record, Report, checks
from synergie.formats.enedis import c68
from synergie.formats.format import Sample
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.supply_terms import SubscribedPower, SupplyTerms
from synergie.schemas.readings.profile import Profile
from tests.formats.enedis.r6x import PRM

SIRET = "24540060100010"
PEOPLE = ("MARTIN", "Jeanne", "0600000000", "jeanne@example.org", "12 RUE HAUTE", "SECRET")


def item(**changes: Any) -> dict[str, Any]:
    tariff = {
        "formuleTarifaireAcheminement": {"code": "BTSUPCU4", "libelle": "x"},
        "puissanceSouscrite": {"unite": "kVA", "valeur": "132"},
        "grilleTurpe": {
            "calendrier": {"code": "DI000003", "libelle": "x"},
            "classesTemporelles": [
                {"code": name, "puissance": {"unite": "kVA", "valeur": kva}}
                for name, kva in (("HPH", "120"), ("HCH", "132"))
            ],
        },
    }
    contract: dict[str, Any] = {
        "dateDebut": "2025-04-01",
        "segment": "C4",
        "structureTarifaire": tariff,
        "informationsContractuelles": {"etatContractuel": "SERVC"},
        "clientFinal": {
            "categorie": "PRO",
            "informationsClient": {
                "adresse": {"ligne4": PEOPLE[4]},
                "coordonneesContact": {"telephonePortable": PEOPLE[2], "email": PEOPLE[3]},
                "personneMorale": {"numSiret": SIRET, "denominationSociale": PEOPLE[5]},
            },
            "interlocuteurClient": {"personnePhysique": {"nom": PEOPLE[0], "prenom": PEOPLE[1]}},
        },
    }
    known: dict[str, Any] = {
        "idPrm": PRM,
        "donneesGenerales": {"adresseInstallationNonNormalisee": {"numeroNomVoie": PEOPLE[4]}},
        "situationAlimentation": {"alimentationPrincipale": {
            "domaineTension": "BT>36kVA",
            "puissanceRaccordementSoutirage": {"unite": "kVA", "valeur": 144},
        }},
        "situationComptage": {
            "dispositifComptage": {"typeComptage": "PME-PMI"},
            "relais": {"plageHeuresCreuses": {"libelle": "HC (22H00-6H00)"}},
        },
        "situationsContractuelles": [contract],
    }  # fmt: skip
    for name, value in changes.items():
        where = contract if name in contract else tariff if name in tariff else known
        where[name] = value
    return known


def read(data: bytes | list[dict[str, Any]]) -> tuple[list[Record], Report]:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    records, report = c68.read(io.BytesIO(raw), Profile())
    return list(records), report


def terms(some: dict[str, Any]) -> SupplyTerms:
    _, found = read([some])[0]
    assert isinstance(found, SupplyTerms)
    return found


def test_an_item_gives_the_point_and_its_terms() -> None:
    (point, found), report = read([item()])
    assert point == SupplyPointRecord(
        scheme="prm",
        code=PRM,
        market_segment="C4",
        tariff_code="BTSUPCU4",
        subscribed_power_kva=132.0,
        personal_data="possible",
        provenance="synthetic",
    )
    assert found == SupplyTerms(
        supply_point=f"prm:{PRM}",
        valid_from=date(2025, 4, 1),
        market_segment="C4",
        tariff_code="BTSUPCU4",
        voltage_domain="BT_ABOVE_36",
        meter_type="PME-PMI",
        calendar="DI000003",
        subscribed_powers=(
            SubscribedPower(tariff_class="HPH", value=Decimal(120), unit="kVA"),
            SubscribedPower(tariff_class="HCH", value=Decimal(132), unit="kVA"),
        ),
        connection_power_kva=Decimal(144),
        offpeak_hours="HC (22H00-6H00)",
        state="SERVC",
        holder_siret=SIRET,
        source="enedis-c68",
        provenance="synthetic",
    )
    assert (report.kept, report.refusals) == (1, 0)


def test_nothing_of_people_is_in_a_record_or_in_the_report() -> None:
    bad = item(puissanceSouscrite="beaucoup", grilleTurpe=None, idPrm=PRM[:-1] + "8")
    records, report = read([item(), bad])
    told = repr(records) + repr(report)
    assert report.refusals == 1
    assert not [secret for secret in PEOPLE if secret in told]
    found = report.findings[checks.PERSONAL_DATA_DROPPED.code]
    assert (found.times, found.first) == (1, "/0")


def test_data_of_people_are_told_only_where_they_are() -> None:
    some = item(
        donneesGenerales=None, clientFinal={"informationsClient": {"adresse": {"ligne1": ""}}}
    )
    _, report = read([some])
    assert report.findings == {}


def test_a_person_who_holds_the_contract_makes_its_data_personal() -> None:
    client = {"informationsClient": {"personnePhysique": {"civilite": "MME", "nom": "MARTIN"}}}
    (point, found), _ = read([item(clientFinal=client)])
    assert isinstance(point, SupplyPointRecord)
    assert isinstance(found, SupplyTerms)
    assert (point.personal_data, found.holder_siret) == ("yes", None)


@pytest.mark.parametrize(
    ("changes", "power"),
    [
        ({"grilleTurpe": None}, [(None, 132, "kVA")]),
        ({"grilleTurpe": None, "puissanceSouscrite": {"valeur": "4890", "unite": "kW"}},
         [(None, 4890, "kW")]),
        ({"grilleTurpe": None, "puissanceSouscrite": "36kVA"}, [(None, 36, "kVA")]),
        ({"grilleTurpe": None, "puissanceSouscrite": {"valeur": 7500, "unite": "W"}},
         [(None, Decimal("7.5"), "kW")]),
        ({"grilleTurpe": None, "puissanceSouscrite": None}, []),
    ],
)  # fmt: skip
def test_powers_keep_their_unit(changes: dict[str, Any], power: list[tuple[object, ...]]) -> None:
    found = terms(item(**changes)).subscribed_powers
    assert [(one.tariff_class, one.value, one.unit) for one in found] == power


@pytest.mark.parametrize(
    ("text", "domain"),
    [("HTA", "HTA"), ("HTB1", "HTB"), ("BT<=36kVA", "BT_UP_TO_36"), ("BTINF", "BT_UP_TO_36"),
     ("BTSUP", "BT_ABOVE_36"), ("BT", None), (None, None)],
)  # fmt: skip
def test_the_voltage_domain_is_never_guessed(text: str | None, domain: str | None) -> None:
    supply = {"alimentationPrincipale": {"domaineTension": text}}
    assert terms(item(situationAlimentation=supply)).voltage_domain == domain


def test_codes_may_stand_in_objects_as_the_web_service_writes_them() -> None:
    some = item(
        segment={"attributes": {"code": "C5"}, "libelle": "C5"},
        formuleTarifaireAcheminement={"attributes": {"code": "BTINFMU4"}, "libelle": "x"},
    )
    found = terms(some)
    assert (found.market_segment, found.tariff_code) == ("C5", "BTINFMU4")


def test_of_several_contracts_the_latest_of_drawing_is_taken() -> None:
    some = item()
    old = some["situationsContractuelles"][0] | {"dateDebut": "2020-01-01", "segment": "C5"}
    injection = old | {"dateDebut": "2026-01-01", "segment": "P3", "typeInjection": True}
    some["situationsContractuelles"] += [old, injection]
    assert terms(some).market_segment == "C4"
    some["situationsContractuelles"] = [injection]
    assert terms(some).market_segment == "P3"


def test_two_contracts_that_begin_together_are_neither_taken() -> None:
    some = item()
    some["situationsContractuelles"] *= 2
    (point,), report = read([some])
    assert isinstance(point, SupplyPointRecord)
    assert point.market_segment is None
    assert len(report.notes) == 2


def test_terms_without_a_date_begin_at_the_last_change() -> None:
    changes = {
        "dateDerniereAugmentationPuissanceSouscrite": "2024-03-01T00:00:00+01:00",
        "dateDerniereModificationFormuleTarifaireAcheminement": "2025-08-01",
    }
    assert terms(item(dateDebut=None, syntheseContractuelle=changes)).valid_from == date(2025, 8, 1)
    (point,), report = read([item(dateDebut=None)])
    assert isinstance(point, SupplyPointRecord)
    assert [note.args for note in report.notes] == [(PRM,)]


@pytest.mark.parametrize("number", ["12345678900011", "123"])
def test_a_siret_without_its_check_digit_is_left_out(number: str) -> None:
    client = {"informationsClient": {"personneMorale": {"numSiret": number}}}
    (_, found), report = read([item(clientFinal=client)])
    assert isinstance(found, SupplyTerms)
    assert found.holder_siret is None
    assert len(report.notes) == 1


@pytest.mark.parametrize(
    ("change", "where", "code"),
    [
        ({"idPrm": "24115050XXXXXX"}, "/1/idPrm", "bad-identifier"),
        ({"idPrm": None}, "/1/idPrm", "bad-cell"),
        ({"dateDebut": "hier"}, "/1/situationsContractuelles/0/dateDebut", "bad-cell"),
        ({"situationsContractuelles": "x"}, "/1/situationsContractuelles", "bad-cell"),
    ],
)
def test_a_wrong_item_is_refused_with_its_pointer(
    change: dict[str, Any], where: str, code: str
) -> None:
    records, report = read([item(), item(**change), item()])
    (refused,) = report.refused
    assert (refused.fault.where, refused.fault.check) == (where, code)
    assert (len(records), report.kept, report.refusals) == (4, 2, 1)


def test_an_empty_item_is_a_point_of_which_nothing_is_known() -> None:
    (point,), report = read([{"idPrm": "01234567890123"}])
    assert isinstance(point, SupplyPointRecord)
    assert (point.market_segment, point.provenance, report.kept) == (None, "partner", 1)


CSV = (
    "PRM;Numero et nom de la voie ;Commune;Domaine de tension;Type de comptage;"
    "Puissance de raccordement principal en soutirage;Relais plage heure creuse;"
    "date de debut de la situation contractuelle;Etat contractuel;Segment;"
    "Formule tarifaire acheminement;Puissance souscrite;Calendrier (grille turpe);"
    "Classe temporelle 1 (grille turpe);Nom;Telephone portable;Numero Siret\r\n"
)
ROW = (
    f"{PRM};12 RUE HAUTE;X;BT>36kVA;PME-PMI;144 kVA;HC (22H00-6H00);01-04-2025;SERVC;C4;"
    f"BTSUPCU4;132 kVA;DI000003;;;;{SIRET}\r\n"
)


def test_the_csv_gives_the_same_as_the_json() -> None:
    records, report = read((CSV + ROW).encode("utf-8-sig"))
    one = {"classesTemporelles": [], "calendrier": {"code": "DI000003"}}
    assert records == read([item(grilleTurpe=one)])[0]
    assert checks.PERSONAL_DATA_DROPPED.code in report.findings


def test_the_csv_may_say_a_power_a_class_and_refuses_its_bad_rows() -> None:
    by_class = ROW.replace("DI000003;;", "DI000003;HPH 120 kVA;MARTIN")
    bad = ROW.replace("132 kVA", "132")
    (point, found), report = read((CSV + by_class + bad + "1;2\r\n").encode("cp1252"))
    assert isinstance(found, SupplyTerms)
    assert isinstance(point, SupplyPointRecord)
    (power,) = found.subscribed_powers
    assert power == SubscribedPower(tariff_class="HPH", value=Decimal(120), unit="kVA")
    assert point.personal_data == "yes"
    assert [(r.line, r.column) for r in report.refused] == [(3, "Puissance souscrite"), (4, None)]


@pytest.mark.parametrize(
    ("data", "confidence"),
    [
        (json.dumps([item()]).encode(), 1.0),
        (json.dumps([{"idPrm": PRM, "situationsContractuelles": []}]).encode(), 0.7),
        (json.dumps([{"idPrm": PRM}]).encode(), 0.0),
        (CSV.encode(), 0.9),
        (b"PRM;Segment\n", 0.0),
        (b"", 0.0),
    ],
)
def test_the_flow_is_recognised(data: bytes, confidence: float) -> None:
    assert c68.sniff(Sample("x", data)) == confidence


@pytest.mark.parametrize(
    ("data", "where"), [(b"", "line 1"), (b"[1", "line 1"), (b"Nom;Prenom\n", "line 1")]
)
def test_another_file_is_refused_whole(data: bytes, where: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(data)
    assert caught.value.where == where
