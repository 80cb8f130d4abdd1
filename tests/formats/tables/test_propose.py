"""What a table tells of itself, and what is asked because nothing tells it."""

import io
import pickle

import pytest

from synergie.errors import BadInput
from synergie.formats.format import Sample
from synergie.formats.tables import table_csv, table_workbook
from synergie.formats.tables._cells import month_of
from synergie.formats.tables._words import class_in
from synergie.formats.tables.propose import Proposal, Unconfirmed, propose, table_format
from synergie.formats.tables.unknown import guessed_roles
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.table_profile import TableProfile
from tests.formats.tables.made import BILLS, as_proposed, proposal, workbook

EDF = "Référence PDL;Libellé site;Début;Fin;Conso (kWh);Montant HT (€)\n{0};x;01/01/2025;31/01/2025;1 000;150,00\n{0};x;01/02/2025;28/02/2025;900,5;140,10\n"  # noqa: E501 (a table)
ENGIE = "PCE;Nom du point;Date de début;Date de fin;Quantité (MWh);Montant TTC\n{0};x;01/01/2025;01/02/2025;1,5;150\n{0};x;01/02/2025;01/03/2025;1,2;140\n"  # noqa: E501 (a table)
TOTAL = 'N° PRM,Site,Mois de consommation,Consommation HP (kWh),Consommation HC (kWh),Total HT\n{0},x,janv-25,"1 000,5",500,"150,00"\n'  # noqa: E501 (a table)
EKWATEUR = "PRM\tPériode\tkWh\tTTC\n{0}\t2025-01\t1000.5\t150.25\n"
GEG = "Point de livraison;Période du;Au;Energie active (kWh);Nature\n{0};01/01/2025;31/01/2025;10;Réel\n{0};01/02/2025;28/02/2025;10;Estimé\n"  # noqa: E501 (a table)
SYNDICATE = "Commune;PDL;Armoire;Année;Janvier;Février;Mars;Avril\nPompey;{0};A1;2025;10;20;30;40\n"
GRID = "Identifiant PRM;Date et heure;Puissance active (kW)\n{0};01/01/2025 00:30;1,5\n{0};01/01/2025 01:00;1,25\n"  # noqa: E501 (a table)
PRM = "99000000000017"


def fields(told: Proposal) -> dict[str, str]:
    """Name of a column to what it holds, with its class."""
    return {
        one.name: one.field + (f" {one.tariff_class}" if one.tariff_class else "")
        for one in told.table.columns
    }


def asked(told: Proposal) -> list[str]:
    """What is asked."""
    return [question.field for question in told.questions]


@pytest.mark.parametrize(
    ("text", "layout", "open_", "facts"),
    [
        (EDF, "periods", [], {"last_day": "included", "decimal": ",", "scheme": "prm"}),
        (
            ENGIE,
            "periods",
            [],
            {"last_day": "excluded", "energy": "gas", "scheme": "pce"},
        ),
        (TOTAL, "periods", [], {"decimal": ",", "separator": ","}),
        (EKWATEUR, "periods", [], {"decimal": ".", "separator": "\t"}),
        (GEG, "periods", ["scheme", "direction"], {"last_day": "included"}),
        (SYNDICATE, "wide_months", ["unit", "direction"], {}),
        (GRID, "curve", ["stamp", "direction"], {"decimal": ","}),
    ],
    ids=["edf", "engie", "total", "ekwateur", "geg", "syndicate", "grid"],
)
def test_exports_of_suppliers_are_understood_and_only_the_unknown_is_asked(
    text: str, layout: str, open_: list[str], facts: dict[str, str]
) -> None:
    told = proposal(text.format(PRM))
    assert told.table.layout == layout
    assert sorted(asked(told)) == sorted(open_)
    assert {name: getattr(told.table, name) for name in facts} == facts


def test_columns_are_named_by_what_they_hold() -> None:
    assert fields(proposal(BILLS)) == {
        "PRM": "supply_point",
        "Nom du site": "name",
        "Du": "from_date",
        "Au": "to_date",
        "Consommation (kWh)": "value",
        "Montant HT": "cost_ht",
        "Montant TTC": "cost_ttc",
    }
    assert fields(proposal(TOTAL.format(PRM))) == {
        "N° PRM": "supply_point",
        "Site": "name",
        "Mois de consommation": "month",
        "Consommation HP (kWh)": "value HP",
        "Consommation HC (kWh)": "value HC",
        "Total HT": "cost_ht",
    }


def test_a_column_of_fourteen_digits_is_the_point_whatever_its_name() -> None:
    data = "Réf.;Mois;Conso kWh\n99000000000017;2025-01;5\n99000000000024;2025-01;5\n"
    assert fields(proposal(data))["Réf."] == "supply_point"


@pytest.mark.parametrize(
    ("last", "told"),
    [("31/01/2025", "included"), ("01/02/2025", "excluded"), ("15/01/2025", None)],
)
def test_the_end_of_a_period_is_told_by_months_or_asked(last: str, told: str | None) -> None:
    data = f"PRM;Du;Au;Conso kWh\n99000000000017;01/01/2025;{last};5\n"
    found = proposal(data)
    assert found.table.last_day == told
    assert ("last_day" in asked(found)) == (told is None)


def test_what_is_asked_is_answered_with_a_choice_and_nothing_else() -> None:
    told = proposal(SYNDICATE.format(PRM))
    with pytest.raises(BadInput, match="one of the choices"):
        told.answered("unit", "kVA")
    with pytest.raises(BadInput, match="a question that is open"):
        told.answered("stamp", "end")
    sure = told.answered("unit", "MWh").answered("direction", "import")
    assert sure.sure
    assert (sure.table.unit, sure.table.direction) == ("MWh", "import")


def test_a_file_of_one_meter_asks_which_and_reads_it_afterwards() -> None:
    data = "start,value\n2025-01-01 00:00:00+00:00,0.5\n2025-01-01 01:00:00+00:00,0.25\n"
    told = proposal(data)
    assert asked(told) == ["unit", "direction", "supply_point"]
    with pytest.raises(BadInput):
        told.answered("supply_point", "the one in the cellar")
    found, report = as_proposed(data, unit="kWh", direction="import", supply_point="other:cellar")
    assert (len(found), report.kept) == (1, 2)


def test_american_dates_and_ambiguous_ones_are_told_apart() -> None:
    head = "meter point,start,end,consumption kwh\n"
    american = proposal(head + "99000000000017,01/01/2025,01/31/2025,5\n")
    assert american.table.dates == "mdy"
    either = proposal(head + "99000000000017,01/02/2025,03/04/2025,5\n")
    assert "dates" in asked(either)
    month = proposal(head + "99000000000017,01/01/2025,02/01/2025,5\n")
    assert ("dates" in asked(month), month.table.dates) == (False, "mdy")


def test_dates_that_go_forward_in_one_order_only_tell_it_and_others_are_asked() -> None:
    head = "PRM;Date et heure;Consommation (kWh)\n"
    rows = [
        f"99000000000017;{day} 01:00;{n + 5}\n"
        for n, day in enumerate(("03/12/2025", "02/04/2025"))
    ]
    assert "dates" in asked(proposal(head + "".join(rows)))
    forward = [
        f"99000000000017;{day} 01:00;{n + 5}\n"
        for n, day in enumerate(("11/03/2025", "02/04/2025"))
    ]
    assert "dates" not in asked(proposal(head + "".join(forward)))


@pytest.mark.parametrize("separator", ["\t", ";", "|"])
@pytest.mark.parametrize("number", ["1,234", "1.234"])
def test_a_number_that_may_be_either_is_asked_whatever_the_separator(
    separator: str, number: str
) -> None:
    data = f"PRM\tMois\tConso kWh\n99000000000017\t2025-01\t{number}\n".replace("\t", separator)
    assert asked(proposal(data))[0] == "decimal"
    told = proposal(
        data.replace("\n", "\n99000000000024\t2025-01\t1234,5\n".replace("\t", separator), 1)
        if number == "1,234"
        else data + "99000000000024\t2025-01\t0.5\n".replace("\t", separator)
    )
    assert "decimal" not in asked(told)


def test_the_head_is_known_again_with_other_months_titles_and_separators() -> None:
    first = proposal("Titre\nSite;janv-25;févr-25;mars-25\nx;1;2;3\n")
    other = proposal("Site,avr-26,mai-26,juin-26,juil-26\nx,1,2,3,4\n")
    moved = proposal("janv-25;févr-25;mars-25;Site\n1;2;3;x\n")
    assert first.table.fingerprint == other.table.fingerprint != moved.table.fingerprint


def test_the_same_table_in_a_workbook_has_the_same_fingerprint() -> None:
    data = workbook([["PRM", "Mois", "Conso kWh"], ["99000000000017", "2025-01", 5]])
    text = "PRM;Mois;Conso kWh\n99000000000017;2025-01;5\n"
    assert proposal(data).table.fingerprint == proposal(text).table.fingerprint
    assert (table_format(data), table_format(text.encode())) == ("table-workbook", "table-csv")


def test_a_file_or_title_called_export_says_nothing_of_the_direction() -> None:
    data = "Export du 05/02/2026;;\nPRM;Mois;kWh\n99000000000017;2026-01;5\n"
    assert asked(proposal(data, "export.csv")) == ["direction"]
    fed = proposal(data.replace("kWh", "Energie exportée (kWh)").replace("exportée", "injectée"))
    assert (asked(fed), fed.table.direction) == ([], "export")


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("Janvier 2025 (kWh)", (2025, 1)),
        ("2025 / Févr.", (2025, 2)),
        ("Conso mars-25", (2025, 3)),
        ("04/2025", (2025, 4)),
        ("Mai", (None, 5)),
        ("1-janv-25", (2025, 1)),
        ("01 mars 2025", (2025, 3)),
        ("2-janv-25", None),
        ("4/25", (2025, 4)),
        ("4/12", None),
        ("juin-25 €", None),
        ("Coût juin-25", None),
        ("Mois", None),
        ("2025", None),
        ("13/2025", None),
    ],
)
def test_a_column_of_a_month_is_known_by_its_name(
    name: str, month: tuple[int | None, int] | None
) -> None:
    assert month_of(name) == month


def test_energies_and_euros_of_the_same_months_are_not_mixed() -> None:
    data = (
        "PRM;2025;;;;\n"
        ";Janvier (kWh);Janvier (€);Février (kWh);Février (€);Mars (kWh)\n"
        "99000000000017;10;1;20;2;30\n"
    )
    found, _ = as_proposed(data, direction="import")
    energies = [one for one in found if isinstance(one, PeriodEnergy)]
    assert [(str(one.from_date), int(one.energy_kwh or 0)) for one in energies] == [
        ("2025-01-01", 10), ("2025-02-01", 20), ("2025-03-01", 30),
    ]  # fmt: skip


def test_columns_of_people_are_never_proposed() -> None:
    data = "PRM;Nom client;Téléphone;Mois;Conso kWh\n99000000000017;M. Martin;06;2025-01;5\n"
    told = proposal(data)
    assert told.passed_over == ("Nom client", "Téléphone")
    _, report = as_proposed(data)
    assert "personal-data-dropped" in report.findings


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bonjour\n",
        "a;b\n1;2\n",
        "Nom;Prénom\nMartin;Luce\n",
        "| file | readings | sum |\n|---|---|---|\n| a | 5 | 6 |\n",
        "PRM;Mois;Conso kWh\n",
        '{"PRM": 1, "date": 2, "kWh": 3}',
        "<html><table>PRM;Mois;kWh</table></html>",
        "%PDF-1.7;PRM;date;kWh",
    ],
)
def test_what_is_no_table_is_not_taken_for_one(text: str) -> None:
    assert table_csv.sniff(Sample("f.csv", text.encode())) == 0
    with pytest.raises(BadInput):
        propose(text.encode())


def test_any_format_of_its_own_is_more_sure_than_a_table() -> None:
    assert 0.5 <= table_csv.sniff(Sample("f.csv", BILLS.encode("cp1252"))) <= 0.55
    assert 0.5 <= table_csv.sniff(Sample("f.txt", BILLS.encode("utf-16"))) <= 0.55
    assert table_workbook.sniff(Sample("f.xlsx", b"PK", ("xl/workbook.xml",))) < 0.7
    assert (
        table_workbook.sniff(Sample("f.odt", b"PK..opendocument.text", ("mimetype", "content.xml")))
        == 0
    )
    assert table_workbook.sniff(Sample("f.zip", b"PK", ("a.csv", "b.csv"))) == 0


def test_a_proposal_travels_with_its_error() -> None:
    with pytest.raises(Unconfirmed) as caught:
        table_csv.read(io.BytesIO(BILLS.encode()), Profile())
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 (our own bytes)
    assert again.proposal == caught.value.proposal


@pytest.mark.parametrize(
    "columns",
    [
        [("a", "name", None), ("b", "name", None)],
        [("a", "value", "HP"), ("b", "value", "HP")],
    ],
)
def test_a_profile_gives_a_field_by_one_column(
    columns: list[tuple[str, str, str | None]],
) -> None:
    made = [{"name": n, "field": f, "tariff_class": c} for n, f, c in columns]
    with pytest.raises(ValueError, match="one column at most"):
        TableProfile.model_validate({"name": "x", "layout": "periods", "columns": made})


GAS = (
    "Les consommations de ce tableau sont fournies pour information\n"
    "Date de relevé;Index de début de période (m3);Index de fin de période (m3);"
    "Volume consommé (m3);Energie consommée (kWh)\n"
)


def test_an_index_of_gas_is_no_volume_and_a_sentence_is_no_head() -> None:
    told = propose((GAS + "24/11/2020;12163;12175;12;133\n25/11/2020;12175;12182;7;76\n").encode())
    table = told.profile.table
    assert table is not None
    assert [(one.name, one.field) for one in table.columns] == [
        ("Date de relevé", "date"),
        ("Volume consommé (m3)", "volume"),
        ("Energie consommée (kWh)", "value"),
    ]


def test_months_told_in_words_under_a_date_are_months() -> None:
    text = "Date de relevé;Energie consommée (kWh)\nNovembre 2020;845\nDécembre 2020;3808\n"
    table = propose(text.encode()).profile.table
    assert table is not None
    assert (table.layout, [one.field for one in table.columns]) == ("periods", ["month", "value"])


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Usage TOU off-peak (kWh)", "HC"),
        ("Usage on-peak (kWh)", "HP"),
        ("Usage mid-peak (kWh)", None),
        ("Peak kWh", "HP"),
    ],
)
def test_off_peak_is_no_peak(name: str, code: str | None) -> None:
    assert class_in(name) == code


def test_roles_for_a_table_of_which_nothing_is_known_name_what_its_rows_are_of() -> None:
    rows = "".join(f"Mairie;0{n}/2025;{1300 - 70 * n};ras\n" for n in range(1, 5))
    told = guessed_roles(f"Endroit;Quand;Combien;Autre\n{rows}".encode())
    assert [role for _, role in told] == ["name", "month", "energy", "ignore"]
    numbered = rows.replace("Mairie", "99000000000017")
    told = guessed_roles(f"Endroit;Quand;Combien;Autre\n{numbered}".encode())
    assert [role for _, role in told] == ["supply_point", "month", "energy", "ignore"]
