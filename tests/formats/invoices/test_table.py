"""Tables of invoice lines as suppliers and spreadsheets write them; what is not read is told."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import BadInput
from synergie.formats.cells import prove_marks, read_amount
from synergie.formats.invoices import TotalRow, read_prices, read_rows
from synergie.formats.report import Report
from synergie.schemas.readings.invoice import InvoiceRow

HEAD = "N° facture;PRM;Libellé;Du;Au;Quantité;Unité;Prix unitaire;Montant HT;TVA"
ROW = "F-1;99000000000017;Consommation HPE;01/06/2026;30/06/2026;1234;kWh;0,05945;73,36;20"


def read(text: str | bytes, **more: object) -> tuple[list[InvoiceRow | TotalRow], Report]:
    data = text if isinstance(text, bytes) else text.encode()
    return read_rows(io.BytesIO(data), "f.csv", **more)  # type: ignore[arg-type]


def row(text: str | bytes, **more: object) -> InvoiceRow:
    found, report = read(text, **more)
    assert [one.with_line().expected for one in report.refused] == []
    (one,) = found
    assert isinstance(one, InvoiceRow)
    return one


EXPECTED = row(f"{HEAD}\n{ROW}\n")


def test_a_row_says_what_it_says() -> None:
    assert EXPECTED.model_dump(exclude_none=True) == {
        "where": "f.csv, line 2", "invoice": "F-1", "supply_point": "prm:99000000000017",
        "point_told": "99000000000017", "label": "Consommation HPE",
        "from_date": date(2026, 6, 1), "to_date": date(2026, 7, 1), "quantity": Decimal(1234),
        "quantity_unit": "kWh", "unit_price": Decimal("0.05945"), "amount_eur": Decimal("73.36"),
        "vat_percent": Decimal(20),
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [f"\ufeff{HEAD}\r\n{ROW}\r\n",
     f"{HEAD}\n{ROW}\n\n\n".upper().replace("F-1", "F-1"),
     HEAD.replace(";", "\t") + "\n" + ROW.replace(";", "\t"),
     HEAD.replace(";", "|") + "\n" + ROW.replace(";", "|"),
     HEAD.replace(";", ",") + "\n" + ROW.replace(",", ".").replace(";", ","),
     HEAD.replace(";", ",") + "\n" + ",".join(f'"{cell}"' for cell in ROW.split(";")),
     "Facture du fournisseur\nClient;Commune\n\n" + f"{HEAD}\n{ROW}\n",
     f"{HEAD};Site\n{ROW};Mairie\n",
     f"{HEAD}\n{ROW.replace('01/06/2026', '2026-06-01').replace('30/06/2026', '2026-06-30')}",
     f"{HEAD}\n{ROW.replace('01/06/2026', '01.06.26').replace('30/06/2026', '30-06-26')}",
     f"{HEAD}\n{ROW.replace('01/06/2026', '01/06/2026 00:00')}",
     f"{HEAD}\n{ROW.replace('1234', '1 234,000').replace('73,36', '73,36 €')}",
     f"{HEAD}\n{ROW.replace('1234', '1\u202f234').replace('73,36', '+73,36')}",
     f"{HEAD}\n{ROW.replace('1234', '1.234')}",
     f"{HEAD}\n{ROW.replace('99000000000017', '=' + chr(34) * 3 + '99000000000017' + chr(34) * 3)}"
     .replace('="""', '"=""').replace('"""', '"""'),
     f"{HEAD}\n{ROW.replace('99000000000017', ' 99 000 000 000 017 ')}",
     f"{HEAD.replace('TVA', 'Taux de TVA')}\n{ROW.replace(';20', ';20 %')}",
     f"{HEAD}\n{ROW.replace(';20', ';0,2')}"],
    ids=["BOM", "capitals", "tabs", "bars", "commas", "quoted", "title above", "more columns",
         "ISO dates", "short years", "hours", "spaces", "thin spaces", "dot for thousands",
         "guarded PRM", "spaced PRM", "percent", "share"],
)  # fmt: skip
def test_usual_ways_of_writing_mean_the_same(text: str) -> None:
    found = row(text)
    for name in ("supply_point", "from_date", "to_date", "quantity", "unit_price", "amount_eur",
                 "vat_percent"):  # fmt: skip
        assert getattr(found, name) == getattr(EXPECTED, name), name


def test_windows_1252_is_read() -> None:
    assert row(f"{HEAD}\n{ROW}\n".encode("cp1252")).label == "Consommation HPE"


@pytest.mark.parametrize("cell", ["-73,36", "73,36-", "(73,36)", "\u221273,36", "-73,36 EUR"])
def test_money_that_comes_back_is_negative(cell: str) -> None:
    assert row(f"{HEAD}\n{ROW.replace('73,36', cell)}\n").amount_eur == Decimal("-73.36")


def test_units_may_stand_in_the_head() -> None:
    found = row("PDL;Désignation;Quantité (MWh);Prix (c€/kWh);Montant HT (€)\n"
                "99000000000017;Conso;1,234;5,945;73,36\n")  # fmt: skip
    assert (found.quantity_unit, found.price_unit) == ("MWh", "c€/kWh")


def test_the_last_day_counts_unless_the_days_say_otherwise() -> None:
    head = "Libellé;Du;Au;Quantité;Unité;Montant HT\n"
    assert row(head + "Gestion;01/06/2026;30/06/2026;30;jours;1,38\n").to_date == date(2026, 7, 1)
    assert row(head + "Gestion;01/06/2026;01/07/2026;30;j;1,38\n").to_date == date(2026, 7, 1)
    told = head + "Gestion;01/06/2026;01/07/2026;;;1,38\n"
    assert row(told, last_day="excluded").to_date == date(2026, 7, 1)
    assert row(told).to_date == date(2026, 7, 2)


def test_totals_are_told_apart_from_lines() -> None:
    totals = ("Total HT;;;;;;73,36;", "Total TVA;;;;;;14,67;", "Net à payer;;;;;;88,03;")
    found, _ = read("\n;;".join((f"{HEAD}\n{ROW}", *totals)))
    told = [(one.kind, one.amount) for one in found if isinstance(one, TotalRow)]
    assert told == [
        ("ht", Decimal("73.36")), ("vat", Decimal("14.67")), ("ttc", Decimal("88.03")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("was", "cell", "where"),
    [("73,36", "", "/amount"), ("73,36", "voir annexe", "/amount"), ("1234", "12x", "/quantity"),
     ("01/06/2026", "31/02/2026", "/from_date"), ("30/06/2026", "juin", "/to_date"),
     ("30/06/2026", "30/05/2026", ""), ("0,05945", "1,2,3", "/unit_price")],
)  # fmt: skip
def test_a_wrong_cell_costs_its_row_only(was: str, cell: str, where: str) -> None:
    found, report = read(f"{HEAD}\n{ROW.replace(was, cell)}\n{ROW}\n")
    assert len(found) == (2 if not where else 1)
    if where:
        assert report.refused[0].with_line().where == f"line 2, {where}"


def test_what_is_no_prm_is_kept_as_it_was_written() -> None:
    found = row(f"{HEAD}\n{ROW.replace('99000000000017', '9900000000001')}\n")
    assert (found.supply_point, found.point_told) == (None, "9900000000001")


@pytest.mark.parametrize(
    "text", ["", "a;b;c\n1;2;3\n", "Libellé;Quantité\nx;1\n", "Montant HT\n12\n", "\n\n"]
)
def test_a_table_without_a_head_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="Montant HT"):
        read(text)


def test_a_bill_in_one_line_needs_no_label() -> None:
    found = row("N° facture;PRM;Du;Au;Consommation (kWh);Montant HT;Montant TTC\n"
                "F-1;99000000000017;01/06/2026;30/06/2026;1234;150,20;180,24\n")  # fmt: skip
    assert (found.quantity, found.quantity_unit, found.amount_eur) == (
        Decimal(1234), "kWh", Decimal("150.20"),
    )  # fmt: skip


def test_columns_that_are_not_read_are_told() -> None:
    _, report = read(f"{HEAD};Couleur\n{ROW};bleu\n")
    assert [note.args[0] for note in report.notes] == ["Couleur"]


def workbook(rows: Sequence[Sequence[object]], *, hidden: bool = False) -> bytes:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        form = book.add_format({"num_format": "dd/mm/yyyy"})
        book.add_worksheet("Notice").write(0, 0, "Facture de juin")
        sheet = book.add_worksheet("Détail")
        for n, cells in enumerate(rows, 4):
            for at, cell in enumerate(cells, 1):
                if isinstance(cell, datetime):
                    sheet.write_datetime(n, at, cell, form)
                else:
                    sheet.write(n, at, cell)
        old = book.add_worksheet("Brouillon")
        old.write_row(0, 0, ["Libellé", "Montant HT"])
        old.write_row(1, 0, ["x", 1])
        if hidden:
            old.hide()
    return sink.getvalue()


CELLS: list[object] = [
    "F-1", 99000000000017, "Consommation HPE",
    datetime(2026, 6, 1), datetime(2026, 6, 30),  # noqa: DTZ001 (a workbook has no zone)

    1234, "kWh", 0.05945, 73.36, 0.2,
]  # fmt: skip


def test_a_workbook_is_read_wherever_its_table_stands() -> None:
    found, report = read(workbook([HEAD.split(";"), CELLS], hidden=True))
    (one,) = found
    assert isinstance(one, InvoiceRow)
    for name in ("supply_point", "from_date", "to_date", "quantity", "unit_price", "amount_eur",
                 "vat_percent"):  # fmt: skip
        assert getattr(one, name) == getattr(EXPECTED, name), name
    assert one.where == "f.csv, Détail, line 6"
    assert [note.args[0] for note in report.notes if "sheets" in note.text] == ["Notice"]


def test_every_visible_sheet_of_a_workbook_is_read() -> None:
    found, _ = read(workbook([HEAD.split(";"), CELLS]))
    assert [one.amount_eur for one in found if isinstance(one, InvoiceRow)] == [
        Decimal("73.36"), Decimal(1),
    ]  # fmt: skip


@pytest.mark.parametrize("data", [b"\xd0\xcf\x11\xe0" + bytes(600), b"PK\x03\x04" + bytes(90)])
def test_old_and_damaged_workbooks_are_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        read(data)


@pytest.mark.parametrize(
    ("told", "others", "expected"),
    [("1.234", "12,5", "1234"), ("1.234", "0.5", "1.234"), ("1.234", "", "1.234"),
     ("1,234", "0.05", "1234"), ("1,234", "12,5", "1.234"), ("1,234", "", "1.234"),
     ("0.059", "12,5", "0.059"), ("1,000.00", "", "1000"), ("1.000,00", "0.5", "1000"),
     ("1.234.567", "", "1234567"), ("1,234,567", "", "1234567"), ("1.234", "1,5|0.5", None)],
)  # fmt: skip
def test_a_mark_of_thousands_is_told_from_a_decimal_mark(
    told: str, others: str, expected: str | None
) -> None:
    proved = prove_marks([told, *others.split("|")])
    if expected is None:
        with pytest.raises(BadInput):
            read_amount(told, "/amount", proved=proved)
    else:
        assert read_amount(told, "/amount", proved=proved) == Decimal(expected)


AMOUNTS = st.decimals(Decimal("-999999.99"), Decimal("999999.99"), places=2)


@given(
    pairs=st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=20),
    comma=st.booleans(),
    grouped=st.booleans(),
)
def test_numbers_are_read_as_they_were_written(
    pairs: list[tuple[Decimal, Decimal]], *, comma: bool, grouped: bool
) -> None:
    def told(value: Decimal) -> str:
        text = f"{value:,.2f}" if grouped else f"{value:.2f}"
        return text.replace(",", "\u00a0").replace(".", ",") if comma else text

    lines = [f'x|"{told(a)}"|"{told(b)}"' for a, b in pairs]
    found, report = read("Libellé|Quantité|Montant HT\n" + "\n".join(lines) + "\n")
    assert report.refused == []
    assert [(one.quantity, one.amount_eur) for one in found if isinstance(one, InvoiceRow)] == pairs


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        read(HEAD.encode() + b"\n" + data)
    except BadInput:
        return


@given(st.text(alphabet="0123456789,.-+() €%kWhHPE;/\n", max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        read(f"{HEAD}\n{text}")
    except BadInput:
        return


def test_a_plain_price_schedule_is_read() -> None:
    head = "Bordereau\nlot;FTA;Classe;Prix (c€/kWh)\n"
    text = head + "lot-2;btinfmu4;hph;11,716\nlot-2;BTINFMU4;HCH;\n"
    found = read_prices(io.BytesIO(text.encode()), "p.csv")
    assert found is not None
    assert [(one.lot, one.tariff_code, one.time_class, one.eur_per_mwh) for one in found] == [
        ("lot-2", "BTINFMU4", "HPH", Decimal("117.160"))
    ]
    assert read_prices(io.BytesIO(b"a;b\n1;2\n"), "p.csv") is None
    with pytest.raises(BadInput, match=r"p\.csv, line 2, /prix"):
        read_prices(io.BytesIO(b"fta;classe;prix\nBTINFMU4;HPH;cher\n"), "p.csv")


LINES = (
    "N° facture;Libellé;Du;Au;Quantité (kWh);Prix unitaire (c€/kWh);Montant HT\n"
    "F1;Conso HP;01/01/2026;31/01/2026;1000;12,5;125,00\n"
    "F1;Conso HC;01/01/2026;31/01/2026;500;8;40,00\n"
)


@pytest.mark.parametrize(
    "row",
    [
        "F1;Total consommation;;;1500;;165,00",
        "F1;Total général;;;1500;;165,00",
        ";Sous-total École;;;1500;;165,00",
        "F1;TOTAL HT;;;1500;;165,00",
    ],
)
def test_a_total_that_has_a_quantity_is_no_line(row: str) -> None:
    found, report = read(f"{LINES}{row}\n")
    lines = [one for one in found if isinstance(one, InvoiceRow)]
    assert [one.amount_eur for one in lines] == [Decimal(125), Decimal(40)]
    assert report.refused == []


def test_a_line_that_begins_with_total_and_has_its_period_is_a_line() -> None:
    found, _ = read(f"{LINES}F1;Total énergie;01/01/2026;31/01/2026;7;10;0,70\n")
    assert sum(isinstance(one, InvoiceRow) for one in found) == 3
    found, _ = read(f"{LINES}F1;TotalEnergies abonnement;;;1;;9,00\n")
    assert sum(isinstance(one, InvoiceRow) for one in found) == 3


@pytest.mark.parametrize("unit", ["k€", "c€", "cts", "M€", "$"])
def test_amounts_of_another_money_than_euros_stop(unit: str) -> None:
    with pytest.raises(BadInput, match="amounts in euros"):
        read(LINES.replace("Montant HT", f"Montant HT ({unit})"))


@pytest.mark.parametrize("unit", ["€", "EUR HT", "euros", "€ HT"])
def test_amounts_in_euros_are_read(unit: str) -> None:
    found, _ = read(LINES.replace("Montant HT", f"Montant ({unit})"))
    assert len(found) == 2


@pytest.mark.parametrize(
    ("head", "price", "eur_per_mwh"),
    [
        ("Prix", "98,5", "98.5"),
        ("Prix", "9,85", None),
        ("Prix", "0,0985", None),
        ("Prix", "98500", None),
        ("Prix (€/MWh)", "9,85", "9.85"),
        ("Prix (cEUR/kWh)", "9,85", "98.5"),
        ("Prix (cts/kWh)", "9,85", "98.5"),
        ("Prix (centimes/kWh)", "9,85", "98.5"),
        ("Prix (€/kWh)", "0,0985", "98.5"),
    ],
)
def test_a_price_without_its_unit_is_one_of_a_megawatt_hour_or_stops(
    head: str, price: str, eur_per_mwh: str | None
) -> None:
    data = io.BytesIO(f"FTA;Classe;{head}\nBTINFMU4;HPH;{price}\n".encode())
    if eur_per_mwh is None:
        with pytest.raises(BadInput, match="its unit in the head"):
            read_prices(data, "p.csv")
        return
    found = read_prices(data, "p.csv")
    assert found is not None
    assert [one.eur_per_mwh for one in found] == [Decimal(eur_per_mwh)]


@pytest.mark.parametrize(
    ("head", "prices", "is_read"),
    [
        ("c€/kWh", ("117,16", "85,53", "59,45", "61,94"), False),
        ("€/kWh", ("0,11716", "0,08553", "0,05945", "0,06194"), True),
        ("€/kWh", ("11,716", "8,553", "5,945", "6,194"), False),
        ("€/MWh", ("11,716", "8,553", "5,945", "6,194"), False),
        ("€/MWh", ("0,11716", "0,08553", "0,05945", "0,06194"), False),
        ("c€/kWh", ("11,716", "8,553", "5,945", "6,194"), True),
        ("€/MWh", ("612", "498", "455", "430"), True),
        ("c€/kWh", ("31,2", "26,8", "12,5", "11,4"), True),
    ],
)
def test_prices_usual_in_another_unit_than_their_own_stop(
    head: str, prices: tuple[str, ...], is_read: object
) -> None:
    classes = zip(("HPH", "HCH", "HPB", "HCB"), prices, strict=True)
    lines = "".join(f"BTINFMU4;{name};{price}\n" for name, price in classes)
    data = io.BytesIO(f"FTA;Classe;Prix ({head})\n{lines}".encode())
    if is_read:
        assert len(read_prices(data, "p.csv") or ()) == 4
    else:
        with pytest.raises(BadInput, match="prices in the unit of their title"):
            read_prices(data, "p.csv")


def test_two_prices_of_one_cell_stop_and_the_same_again_is_one() -> None:
    head = "FTA;Classe;Prix (€/MWh)\nBTINFMU4;HPH;98,5\n"
    found = read_prices(io.BytesIO(f"{head}BTINFMU4;HPH;98,5\n".encode()), "p.csv")
    assert found is not None
    assert len(found) == 1
    with pytest.raises(BadInput, match="one price for each cell"):
        read_prices(io.BytesIO(f"{head}BTINFMU4;HPH;99\n".encode()), "p.csv")
