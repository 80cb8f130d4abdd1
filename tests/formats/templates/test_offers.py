"""Price schedules: our workbook there and back, and layouts that coordinators really have."""

import io
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from synergie import formats
from synergie.energy.records.offer_row import OfferRow
from synergie.errors import BadInput, SynergieError
from synergie.formats.check import check
from tests.components import package
from tests.formats.damage import damaged
from tests.formats.templates.made import OFFERS, csv_of, read, xlsx_of

ALL = {"HPH": "117.16", "HCH": "85.53", "HPB": "59.45", "HCB": "61.94"}


def rows(data: str | bytes, name: str = "bpu.csv") -> list[OfferRow]:
    """The rows of a schedule without a refusal."""
    content = data.encode() if isinstance(data, str) else data
    form, records, report = read(content, name)
    assert form in ("offers", "offers-xlsx")
    assert report.refused == []
    return [one for one in records if isinstance(one, OfferRow)]


def prices(found: list[OfferRow], code: str) -> dict[str | None, str]:
    """Class → price of one tariff option."""
    return {r.time_class: f"{r.eur_per_mwh:.2f}" for r in found if r.tariff_code == code}


def book(sheets: dict[str, list[list[Any]]], **formats_: str) -> bytes:
    """A workbook as a person types it; a cell `(value, form)` has that number format."""
    xlsxwriter = package("xlsxwriter")
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink) as made:
        forms = {name: made.add_format({"num_format": form}) for name, form in formats_.items()}
        for name, lines in sheets.items():
            page = made.add_worksheet(name)
            for i, line in enumerate(lines):
                for at, cell in enumerate(line):
                    if isinstance(cell, tuple):
                        page.write(i, at, cell[0], forms[cell[1]])
                    elif cell is not None:
                        page.write(i, at, cell)
    return sink.getvalue()


PIVOTED = """BORDEREAU DE PRIX UNITAIRES;;;;;
Lot n° 2 : Éclairage public;;;;;
Candidat : Énergie d'Essai SA;;;;;
Prix en €/MWh HT, offre valable jusqu'au 25/11/2026 à 16h00;;;;;

Segment;Base;HPH;HCH;HPE;HCE
CU/LU;86,90;;;;
CU4/MU4;;117,16;85,53;59,45;61,94
C4;NC;117,96;89,37;57,08;67,71
Total;;100;;;
"""


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_pivoted_schedule_with_titles_above_is_read_whatever_its_coding(coding: str) -> None:
    found = rows(PIVOTED.encode(coding))
    assert {r.lot for r in found} == {"lot-2"}
    assert {r.supplier for r in found} == {"Énergie d'Essai SA"}
    assert {r.valid_until for r in found} == {datetime(2026, 11, 25, 15, tzinfo=UTC)}
    assert prices(found, "BTINFLU") == {"BASE": "86.90"}
    assert prices(found, "BTINFMU4") == ALL
    assert prices(found, "BTSUPCU") == {
        "HPH": "117.96", "HCH": "89.37", "HPB": "57.08", "HCB": "67.71",
    }  # fmt: skip
    assert len(found) == 2 + 8 + 8


def test_what_a_schedule_leaves_open_is_said() -> None:
    _, _, report = read(PIVOTED.encode())
    told = " ".join(report.tell(str))
    assert "CU4/MU4 read as the tariff options BTINFCU4, BTINFMU4" in told
    assert set(report.findings) == {"price-blank", "total-row"}


def test_two_rows_of_titles_with_joined_cells_in_cents_and_a_part_for_all_classes() -> None:
    found = rows(
        "Lot;Candidat;Option tarifaire;Fourniture (c€/kWh);;;;Capacité (c€/kWh);;;;CEE (c€/kWh)\n"
        ";;;HPH;HCH;HPE;HCE;HPH;HCH;HPE;HCE;Tous postes\n"
        "1;Alizé;C4 CU;10,781;7,739;4,933;5,139;0,132;0;0;0;1,059\n"
    )
    assert prices(found, "BTSUPCU") == {
        "HPH": "119.72", "HCH": "87.98", "HPB": "59.92", "HCB": "61.98",
    }  # fmt: skip
    assert found[0].parts is not None
    assert (found[0].parts.supply, found[0].parts.cee) == (Decimal("107.81"), Decimal("10.59"))
    assert {r.lot for r in found} == {"1"}


BY_CLASS = (
    "LOT,CANDIDAT,Tranche,FTA,Poste,Prix 2027 (€/kWh),Prix 2028 (€/kWh),Abonnement (€/mois)\n"
    'Lot 1,Boréal,"0 à 500 MWh",BTINFCUST,Base,"0,0869","0,0880","1,5"\n'
    ',,,BTINFMUDT,heures pleines,"0,0931","0,0940",\n'
    ',,,,Heures creuses,"0,0754",NC,\n'
    'Lot 1,Boréal,≥ 500 MWh,BTINFCUST,Base,"0,0800","0,0810","1,5"\n'
)


def test_rows_by_class_with_cells_joined_downwards_tiers_in_words_and_a_column_a_year() -> None:
    found = rows(BY_CLASS)
    told = [
        (r.tariff_code, r.time_class, r.year, f"{r.eur_per_mwh:.2f}", r.from_mwh, r.to_mwh)
        for r in found
    ]
    five = Decimal(500)
    assert told == [
        ("BTINFCUST", "BASE", 2027, "86.90", 0, five),
        ("BTINFCUST", "BASE", 2028, "88.00", 0, five),
        ("BTINFMUDT", "HP", 2027, "93.10", 0, five),
        ("BTINFMUDT", "HP", 2028, "94.00", 0, five),
        ("BTINFMUDT", "HC", 2027, "75.40", 0, five),
        ("BTINFCUST", "BASE", 2027, "80.00", five, None),
        ("BTINFCUST", "BASE", 2028, "81.00", five, None),
    ]
    assert {r.subscription_eur for r in found} == {Decimal(18), None}
    assert "joined-cells" in read(BY_CLASS.encode())[2].findings


def test_a_sheet_a_lot_with_prices_as_numbers_and_shares_as_percentages() -> None:
    head = ["Tarif", "Fournisseur", "HPH (€/MWh)", "HCH (€/MWh)", "HPE (€/MWh)", "HCE (€/MWh)",
            "Part verte (%)"]  # fmt: skip
    line = ["CU4", "Cèdre", 117.16, 85.53, 59.45, 61.94, (0.5, "percent")]
    sheets: dict[str, list[list[Any]]] = {
        "Notice": [["Lisez d'abord"]],
        "Lot 1": [["Offre de prix"], [], head, line],
        "Lot 2": [head, [*line[:2], 118, *line[3:6], 100]],
    }
    found = rows(book(sheets, percent="0 %"), "bpu.xlsx")
    assert [r.lot for r in found] == ["lot-1"] * 4 + ["lot-2"] * 4
    assert prices(found[:4], "BTINFCU4") == ALL
    assert [r.green_share for r in found[::4]] == [0.5, 1.0]


def test_a_wrong_cell_of_one_sheet_tells_its_sheet_and_row() -> None:
    head = ["FTA", "Fournisseur", "HPH (€/MWh)", "HCH (€/MWh)", "HPE (€/MWh)"]
    lines: list[list[Any]] = [head, ["CU4", "Cèdre", 100, 90, "cher"]]
    sheets: dict[str, list[list[Any]]] = {f"Lot {n}": lines for n in (1, 2)}
    _, records, report = read(book(sheets), "bpu.xlsx")
    assert records == []
    assert [one.with_line().where for one in report.refused] == [
        "Lot 1!2, /HPE (€/MWh)", "Lot 2!2, /HPE (€/MWh)",
    ]  # fmt: skip


def test_a_second_table_below_the_first_has_its_own_lot_and_head() -> None:
    data = (
        "Fournisseur : Delta;;;\nLot 1 : éclairage;;;\nFTA;Poste;Prix (€/MWh);\nBTINFLU;Base;80;\n"
        ";;;\nLot 2 : bâtiments;;;\nFTA;Poste;Prix (c€/kWh);\nBTINFMUDT;HP;9,5;\n;HC;7,5;\n"
    )
    found = rows(data)
    assert [(r.lot, r.time_class, f"{r.eur_per_mwh:f}") for r in found] == [
        ("lot-1", "BASE", "80"), ("lot-2", "HP", "95.0"), ("lot-2", "HC", "75.0"),
    ]  # fmt: skip


def test_the_option_column_may_have_no_title_and_a_bpu_no_lot_column() -> None:
    data = "Lot 3;;\nSoumissionnaire : Alizé;;\n;HP (€/MWh HT);HC (€/MWh HT)\nMU DT;93,06;75,37\n"
    assert prices(rows(data), "BTINFMUDT") == {"HP": "93.06", "HC": "75.37"}


ONE_COLUMN = """Titulaire : Hérault;;;;;;
Lot;Poste;Fourniture (€/MWh);Capacité (€/MWh);CEE (€/MWh);GO (€/MWh);Total (€/MWh)
2 éclairage;CU/LU base;75,80;0,49;9,09;1,52;86,90
2 éclairage;CU4/MU4 HPH;105,58;0,97;9,09;1,52;117,16
;HCH;74,92;0;9,09;1,52;85,53
;HPE;48,84;0;9,09;1,52;59,45
;HCE;51,33;0;9,09;1,52;61,94
1 bâtiments;MUDT HP;80,12;0,68;10,59;1,67;93,06
;HC;62,96;0,15;10,59;1,67;75,37
1 bâtiments;C2 Pointe;109,46;1,26;10,59;1,67;122,98
"""


def test_the_class_and_the_option_may_stand_in_one_cell() -> None:
    found = rows(ONE_COLUMN)
    assert prices(found, "BTINFLU") == {"BASE": "86.90"}
    assert prices(found, "BTINFCU4") == prices(found, "BTINFMU4") == ALL
    assert prices(found, "BTINFMUDT") == {"HP": "93.06", "HC": "75.37"}
    assert prices(found, "HTACU5") == {"POINTE": "122.98"}
    assert {(r.lot, r.tariff_code) for r in found if r.lot == "lot-1"} == {
        ("lot-1", code) for code in ("BTINFMUDT", "HTACU5", "HTALU5", "HTACUPM", "HTALUPM")
    }


def test_options_may_be_columns_and_classes_rows() -> None:
    found = rows(
        "Lot 1 - Candidat : Alizé - prix en €/MWh HT;;;\n"
        "Poste;CU4/MU4;C4;MUDT\nHPH;117,16;121,39;\nHCH;85,53;89,65;\nHP;;;93,06\n"
    )
    assert prices(found, "BTINFMU4") == {"HPH": "117.16", "HCH": "85.53"}
    assert prices(found, "BTSUPLU") == {"HPH": "121.39", "HCH": "89.65"}
    assert prices(found, "BTINFMUDT") == {"HP": "93.06"}


def test_one_row_a_supplier_with_a_column_for_each_option_and_class() -> None:
    found = rows(
        "Lot;Fournisseur;C5 base (€/MWh);C4 HPH (€/MWh);C4 HCH (€/MWh)\n"
        "1;Alizé;86,9;121,39;89,65\n1;Boréal;85;120;90\n"
    )
    alize = [row for row in found if row.supplier == "Alizé"]
    assert prices(alize, "BTINFCUST") == {"BASE": "86.90"}
    assert prices(alize, "BTSUPCU") == {"HPH": "121.39", "HCH": "89.65"}
    assert len(found) == 2 * (2 + 2 + 2)


def test_a_row_without_a_price_is_no_head_of_what_follows() -> None:
    for lot in ("Lot 1", "1"):
        data = f"{HEAD}{lot};A;BTINFLU;Base;NC\n{lot};A;BTINFMUDT;HP;90\n{lot};A;BTINFMUDT;HC;70\n"
        assert prices(rows(data), "BTINFMUDT") == {"HP": "90.00", "HC": "70.00"}
    data = "Lot 1 - Candidat : A;;;\nFTA;Poste;Prix (€/MWh);\nBTINFLU;Base;NC;\nBTINFMUDT;HP;90;\n"
    assert prices(rows(data), "BTINFMUDT") == {"HP": "90.00"}


def test_a_blank_option_under_another_title_takes_nothing_from_above_it() -> None:
    data = (
        "Candidat : A;;\nLot 1;;\nFTA;Poste;Prix (€/MWh)\nBTINFMUDT;HP;90\n;HC;70\n"
        "Lot 2;;\n;HC;75\nFTA;Poste;Prix (€/MWh)\n;HC;76\nBTINFMUDT;HC;77\n"
    )
    report = check(data.encode(), format="offers")
    assert [(one.line, one.column) for one in report.refused] == [(7, "FTA"), (9, "FTA")]
    assert report.records == 3


HEAD = "Lot;Fournisseur;FTA;Poste;Prix total (€/MWh)\n"


@pytest.mark.parametrize(
    ("data", "line", "column", "code"),
    [
        (HEAD + "1;A;BTINFLU;Base;86,9\n1;A;minuit;Base;80\n", 3, "FTA", "bad-cell"),
        (HEAD + "1;A;BTINFLU;Base;86,9\n1;A;BTINFLU;nuit;80\n", 3, "Poste", "bad-cell"),
        (HEAD + "1;A;BTINFLU;Base;86,9\n1;A;BTINFLU;;80\n", 3, "Poste", "bad-cell"),
        (HEAD + ";A;BTINFLU;Base;80\n1;A;BTINFLU;Base;81\n", 2, "Lot", "bad-cell"),
        (HEAD + "1;;BTINFLU;Base;80\n1;A;BTINFLU;Base;81\n", 2, "Fournisseur", "bad-cell"),
        (
            HEAD + "1;A;BTINFLU;Base;cher\n1;A;BTINFLU;Base;80\n",
            2,
            "Prix total (€/MWh)",
            "bad-cell",
        ),
        (
            HEAD + "1;A;BTINFLU;Base;1.234\n1;A;BTINFLU;Base;80\n",
            2,
            "Prix total (€/MWh)",
            "bad-cell",
        ),
        (HEAD + "1;A;BTINFLU;Base;80\n1;A;BTINFLU;Base;81\n", 3, None, "conflicting-duplicate"),
    ],
)
def test_a_wrong_row_is_refused_by_line_and_title_and_the_others_are_kept(
    data: str, line: int, column: str | None, code: str
) -> None:
    report = check(data.encode(), name="bpu.csv")
    (refused,) = report.refused
    assert (refused.line, refused.column, refused.code) == (line, column, code)
    assert report.records == 1


@pytest.mark.parametrize(
    ("title", "cell", "column"),
    [
        ("Valable jusqu'au", "25/11/2026", "Valable jusqu'au"),
        ("Valable jusqu'au", "29/03/2026 02:30", "Valable jusqu'au"),
        ("Valable jusqu'au", "25/10/2026 02:30", "Valable jusqu'au"),
        ("Valable jusqu'au", "25/10/2026 02:30 +99:00", "Valable jusqu'au"),
        ("Part verte (%)", "150", "Part verte (%)"),
        ("Tranche", "beaucoup", "Tranche"),
        ("Tunnel : baisse admise (%)", "10", "Tunnel : hausse admise (%)"),
        ("Année", "1999", "Année"),
    ],
)
def test_a_wrong_condition_costs_its_row(title: str, cell: str, column: str) -> None:
    data = f"Lot;Fournisseur;FTA;Poste;Prix total (€/MWh);{title}\n1;A;BTINFLU;Base;80;{cell}\n"
    (refused,) = check(data.encode(), format="offers").refused
    assert (refused.line, refused.column) == (2, column)


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("25/11/2026 14:42", datetime(2026, 11, 25, 13, 42, tzinfo=UTC)),
        ("25/11/2026 14h42", datetime(2026, 11, 25, 13, 42, tzinfo=UTC)),
        ("2026-11-25T14:42:30+01:00", datetime(2026, 11, 25, 13, 42, 30, tzinfo=UTC)),
        ("25/10/2026 02:30 +02:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("25/10/2026 02:30 +01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("25/11/2026 00:00", datetime(2026, 11, 24, 23, tzinfo=UTC)),
    ],
)
def test_validity_is_to_the_minute_and_both_half_past_two_of_october_can_be_told(
    cell: str, moment: datetime
) -> None:
    title = "Lot;Fournisseur;FTA;Poste;Prix total (€/MWh);Valable jusqu'au"
    (row,) = rows(f"{title}\n1;A;BTINFLU;Base;80;{cell}\n")
    assert row.valid_until == moment


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("0 à 500 MWh", "0", "500"),
        ("de 500 MWh à 1 000 MWh", "500", "1000"),
        ("500-1000", "500", "1000"),
        ("< 500 MWh", "0", "499.999999"),
        ("≤ 500", "0", "500"),
        ("jusqu'à 500,5 MWh", "0", "500.5"),
        ("plus de 1 500 MWh", "1500", None),
        ("≥ 2 GWh", "2000", None),
        ("1 à 2 GWh", "1000", "2000"),
    ],
)
def test_a_tier_in_one_cell_is_exact_at_its_edges(text: str, low: str, high: str | None) -> None:
    (row,) = rows(f"Lot;Fournisseur;Tranche;FTA;Poste;Prix (€/MWh)\n1;A;{text};BTINFLU;Base;80\n")
    assert (row.from_mwh, row.to_mwh) == (Decimal(low), None if high is None else Decimal(high))


def test_a_price_without_a_unit_is_never_guessed() -> None:
    data = "Lot;Fournisseur;FTA;Poste;Prix HT\n1;A;BTINFLU;Base;86,9\n"
    (refused,) = check(data.encode(), format="offers").refused
    assert (refused.code, refused.line, refused.column) == ("unit-unknown", 2, "Prix HT")


def test_prices_with_taxes_are_refused() -> None:
    data = "Lot;Fournisseur;FTA;Poste;Prix TTC (€/MWh)\n1;A;BTINFLU;Base;86,9\n"
    (refused,) = check(data.encode(), name="bpu.csv").refused
    assert "HT" in refused.reason


PARTS = "Fourniture (€/MWh);Capacité (€/MWh);CEE (€/MWh);GO (€/MWh);Total (€/MWh)"


@pytest.mark.parametrize(("total", "whole"), [("86,90", True), ("86,91", False)])
def test_parts_add_up_to_their_total_or_miss_it_by_rounding(total: str, whole: object) -> None:
    line = f"1;A;BTINFLU;Base;75,80;0,49;9,09;1,52;{total}"
    (row,) = rows(f"Lot;Fournisseur;FTA;Poste;{PARTS}\n{line}\n")
    assert f"{row.eur_per_mwh:.2f}" == total.replace(",", ".")
    assert (row.parts is not None) == whole


def test_parts_that_do_not_add_up_are_refused() -> None:
    line = "1;A;BTINFLU;Base;75,80;0,49;9,09;1,52;87"
    (refused,) = check(f"Lot;Fournisseur;FTA;Poste;{PARTS}\n{line}\n".encode()).refused
    assert (refused.line, refused.value) == (2, "87 ≠ 86.90")


def test_a_price_of_nothing_or_in_the_wrong_unit_is_to_be_looked_at() -> None:
    for cell in ("0", "0,0869", "86900"):
        _, _, report = read(f"{HEAD}1;A;BTINFLU;Base;{cell}\n".encode())
        assert report.findings["price-unusual"].times == 1


@pytest.mark.parametrize(
    ("unit", "times", "is_read"),
    [("c€/kWh", "1", False), ("c€/kWh", "0.1", True), ("€/kWh", "0.1", False),
     ("€/kWh", "0.001", True), ("€/MWh", "0.1", False), ("€/MWh", "0.001", False),
     ("€/MWh", "1", True), ("€/MWh", "6", True)],
)  # fmt: skip
@pytest.mark.parametrize("layout", ["rows", "columns"])
def test_prices_usual_in_another_unit_than_their_own_stop(
    unit: str, times: str, is_read: object, layout: str
) -> None:
    told = {name: f"{Decimal(eur) * Decimal(times):f}".replace(".", ",")
            for name, eur in ALL.items()}  # fmt: skip
    if layout == "rows":
        head = f"Lot;Fournisseur;FTA;Poste;Prix ({unit})\n"
        data = head + "".join(f"1;A;BTINFMU4;{name};{one}\n" for name, one in told.items())
    else:
        head = ";".join(f"{name} ({unit})" for name in told)
        line = ";".join(told.values())
        data = f"Lot;Fournisseur;FTA;{head}\n1;A;BTINFMU4;{line}\n"
    if is_read:
        assert rows(data)
    else:
        with pytest.raises(BadInput, match="prices in the unit of their title"):
            rows(data)


def test_margins_over_an_index_are_no_prices_of_energy() -> None:
    lines = "".join(f"1;A;BTINFMU4;{name};4,5;indexé;PEG\n" for name in ALL)
    assert len(rows(f"Lot;Fournisseur;FTA;Poste;Prix (€/MWh);Nature du prix;Indice\n{lines}")) == 4


def test_a_file_of_something_else_is_no_schedule() -> None:
    for text in (
        "PRM;FTA;Poste;Prix (€/MWh)\n99000000000017;BTINFLU;Base;80\n",
        "Lot;Fournisseur;FTA;Poste\n1;A;BTINFLU;Base\n",
        "Lot;Fournisseur;FTA;HPH (MWh);HCH (MWh);Montant HPH (€)\n1;A;BTINFCU4;1;2;3\n",
    ):
        with pytest.raises(BadInput):
            formats.read(text.encode(), format="offers")


@pytest.mark.parametrize("what", ["pivoted", "by class"])
def test_a_schedule_of_others_that_is_damaged_gets_an_answer_and_never_a_crash(what: str) -> None:
    data = (PIVOTED if what == "pivoted" else BY_CLASS).encode()
    draw = Random(what)  # noqa: S311 (the same damage at each run)
    for _ in range(150):
        with suppress(SynergieError), formats.read(damaged(data, draw), format="offers") as result:
            for record in result.records:
                assert OfferRow.model_validate(record.model_dump()) == record


def test_the_hour_that_comes_twice_and_midnight_survive_the_workbook() -> None:
    found = rows(xlsx_of("offers"), "offres.xlsx")
    assert found == list(OFFERS)
    assert rows(csv_of("offers"), "offres.csv") == found


@pytest.mark.parametrize("label", ["Total lot 1", "Sous-total", "TOTAL GENERAL", "Totaux du lot"])
def test_a_total_is_no_price_of_the_option_above(label: str) -> None:
    head = "Lot;Fournisseur;FTA;HPH (€/MWh);HCH (€/MWh);HPE (€/MWh);HCE (€/MWh)\n"
    row = "1;ENGIE;BTSUPCU4;98,5;70,2;60,1;50,3\n"
    assert len(rows(f"{head}{row}{label};;;279,1;;;\n")) == 4
    assert len(rows(f"{head}{row}TotalEnergies;ENGIE;BTSUPLU4;97;71;61;51\n")) == 8


@pytest.mark.parametrize(
    ("title", "columns", "cells", "codes"),
    [
        ("€/MWh HT", "", "", set()),
        ("€/MWh TTC", "", "", {"price-claims"}),
        ("€/MWh HT, hors CEE et hors capacité", "", "", {"price-claims"}),
        ("gaz, €/MWh HT", "", "", {"price-claims"}),
        ("prix actuels 2024, €/MWh HT", "", "", {"price-claims"}),
        ("€/MWh HT", ";Remise (%)", ";3", {"price-claims"}),
        ("€/MWh HT", ";Prime fixe (€/kVA)", ";9,1", {"price-claims"}),
        ("€/MWh HT", ";CEE (€/MWh)", ";9,1", {"price-parts"}),
    ],
)
def test_words_and_columns_that_change_what_a_price_is_stop(
    title: str, columns: str, cells: str, codes: set[str]
) -> None:
    lines = (
        f"Lot 1 - bordereau ({title})",
        f"Fournisseur;FTA;HPH;HCH;HPE;HCE{columns}",
        f"A;CU4;105,20;78,10;69,40;52,30{cells}",
    )
    report = read("\n".join(lines).encode())[2]
    stops = {code for code, one in report.findings.items() if one.check.severity == "block"}
    assert stops == codes
