"""Workbooks read through a profile: typed cells, merged heads, sheets, and what lies in them."""

import io
import re
import sys
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest

from synergie.errors import BadInput, MissingExtra, TooLarge
from synergie.formats import read
from synergie.formats.tables import table_workbook
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile
from tests.formats.tables.made import as_proposed, column, profile, proposal, records, workbook

HEAD = ["PRM", "Mois", "kWh"]
ONE = profile("periods", column("PRM", "supply_point"), column("Mois", "month"),
              column("kWh", "value", unit="kWh"))  # fmt: skip
JANUARY = date(2026, 1, 1)


def sheet(*rows: list[object], **more: object) -> bytes:
    """A workbook of months of points."""
    return workbook([HEAD, *rows], **more)  # type: ignore[arg-type]  # passed on


def read_back(data: bytes, told: Profile = ONE) -> tuple[list[object], list[BadInput]]:
    """Energies, and the faults of the rows that were refused."""
    found, report = records(data, told, "table-workbook")
    values = [one.energy_kwh for one in found if isinstance(one, PeriodEnergy)]
    return list(values), [one.fault for one in report.refused]


def edited(data: bytes, part: str, change: tuple[str, str]) -> bytes:
    """A workbook with one of its parts rewritten."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(sink, "w", 8) as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == part:
                text, times = re.subn(change[0], change[1], content.decode())
                assert times, f"{change[0]} is not in {part}"
                content = text.encode()
            new.writestr(info, content)
    return sink.getvalue()


def test_numbers_dates_and_texts_are_read_as_their_cells_hold_them() -> None:
    data = sheet(
        ["99000000000017", JANUARY, 1234.5],
        ["99000000000024", "févr-26", "1 234,5"],
        ["99000000000031", 46082, 0.1 + 0.2],
    )
    values, faults = read_back(data)
    assert (values, faults) == ([Decimal("1234.5"), Decimal("1234.5"), Decimal("0.3")], [])


def test_a_prm_of_fourteen_exact_digits_is_read_from_a_number() -> None:
    values, faults = read_back(sheet([99000000000017, JANUARY, 5.0]))
    assert (values, faults) == ([Decimal(5)], [])


@pytest.mark.parametrize("number", [9900000000017, 99000000123000, 9.9e13])
def test_a_prm_that_lost_its_digits_is_refused_with_its_remedy(number: float) -> None:
    values, (fault,) = read_back(sheet([number, JANUARY, 5.0]))
    assert values == []
    assert (fault.check, fault.where) == ("bad-identifier", "/PRM")
    assert "set to Text" in fault.expected


def test_a_merged_head_names_each_column_under_it() -> None:
    data = workbook(
        [
            ["Factures 2026", None, None, None, None],
            ["PRM", "Mois", "Consommation (kWh)", None, "Montant TTC"],
            [None, None, "HP", "HC", None],
            ["99000000000017", JANUARY, 10, 20, 6.5],
        ],
        merges=[(0, 0, 0, 4), (1, 2, 1, 3)],
    )
    told = proposal(data)
    assert [one.name for one in told.table.columns] == [
        "PRM", "Mois", "Consommation (kWh) / HP", "Consommation (kWh) / HC", "Montant TTC",
    ]  # fmt: skip
    found, _ = as_proposed(data)
    assert [(getattr(o, "tariff_class", 0), getattr(o, "energy_kwh", 0)) for o in found] == [
        ("HP", 10), ("HC", 20),
    ]  # fmt: skip


def test_an_error_cell_is_refused_and_is_no_blank() -> None:
    data = sheet(["99000000000017", JANUARY, ("=1/0", "#DIV/0!")])
    values, (fault,) = read_back(data)
    assert (values, fault.found) == ([], "#DIV/0!")


def test_a_formula_that_nobody_computed_is_refused_and_is_not_zero() -> None:
    data = sheet(["99000000000017", JANUARY, ("=A1*2", 0)])
    values, (fault,) = read_back(data)
    assert (values, fault.found) == ([], "=A1*2")
    computed = sheet(
        ["99000000000017", JANUARY, ("=A1*2", 0)], ["99000000000024", JANUARY, ("=A1*3", 7.5)]
    )
    assert read_back(computed) == ([0, Decimal("7.5")], [])


def test_hidden_sheets_are_named_and_not_read() -> None:
    data = sheet(
        ["99000000000017", JANUARY, 5], sheets=[("Conso", True), ("Notes", True), ("Paie", False)]
    )
    found, report = records(data, ONE, "table-workbook")
    assert len(found) == 1
    told = report.tell(str)
    assert any("Paie" in one for one in told)
    assert any("Notes" in one for one in told)
    other = ONE.table.model_copy(update={"sheet": "Paie"}) if ONE.table else None
    with pytest.raises(BadInput, match="the sheet that the profile names"):
        records(data, Profile(table=other), "table-workbook")


def test_the_total_at_the_bottom_is_passed_over_here_too() -> None:
    rows: list[list[object]] = [["99000000000017", JANUARY, 5], ["TOTAL", None, ("=SUM(C2)", 5)]]
    found, report = records(sheet(*rows), ONE, "table-workbook")
    assert (len(found), report.findings["total-row"].first) == (1, 3)


def test_a_curve_of_real_times_is_read() -> None:
    rows: list[list[object]] = [["PRM", "Début", "kW"]]
    rows += [["99000000000017", datetime(2026, 6, 10, hour), 1.5] for hour in range(24)]  # noqa: DTZ001 (a cell)
    found, _ = as_proposed(workbook(rows), direction="import")
    (run,) = found
    assert isinstance(run, MeterCurve)
    assert (run.step, len(run.values), run.start.isoformat()) == (
        "PT1H", 24, "2026-06-09T22:00:00+00:00",
    )  # fmt: skip


def test_two_cells_in_far_corners_are_refused_before_they_take_gigabytes() -> None:
    data = sheet(["99000000000017", JANUARY, 5])
    far = edited(
        data,
        "xl/worksheets/sheet1.xml",
        ("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
    )
    with pytest.raises(TooLarge, match="cells in a sheet"):
        records(far, ONE, "table-workbook")


@pytest.mark.parametrize("place", ["A9999999999", "A0", "AAAA1", "a1", "1", "A", "A-1", "A1B"])
def test_a_cell_with_a_place_that_no_sheet_has_is_refused(place: str) -> None:
    data = edited(
        sheet(["99000000000017", JANUARY, 5]),
        "xl/worksheets/sheet1.xml",
        ('r="A2"', f'r="{place}"'),
    )
    with pytest.raises(BadInput):
        records(data, ONE, "table-workbook")


@pytest.mark.parametrize("count", ["99999999999", "4294967295", "-1", "x"])
def test_a_count_of_strings_that_cannot_be_is_refused(count: str) -> None:
    data = edited(
        sheet(["99000000000017", JANUARY, 5]),
        "xl/sharedStrings.xml",
        (r'uniqueCount="\d+"', f'uniqueCount="{count}"'),
    )
    with pytest.raises(BadInput):
        records(data, ONE, "table-workbook")


@pytest.mark.parametrize("times", ["99999999999", "0", "-1", "1e9", ""])
def test_a_repetition_that_is_no_number_is_refused(times: str) -> None:
    data = ods("PRM|Mois|kWh", "99000000000017|janv-26|5")
    told = f'<table:table-cell table:number-columns-repeated="{times}" '
    with pytest.raises(BadInput):
        records(edited(data, "content.xml", ("<table:table-cell ", told)), ONE, "table-workbook")


def test_a_workbook_that_unpacks_to_far_more_than_its_size_is_refused() -> None:
    data = sheet(["99000000000017", JANUARY, 5])
    spaces = " " * 60_000_000
    bomb = edited(data, "xl/worksheets/sheet1.xml", ("</worksheet>", f"{spaces}</worksheet>"))
    assert len(bomb) < 200_000
    with pytest.raises(BadInput, match="200 times its size"):
        records(bomb, ONE, "table-workbook")


def test_entities_are_not_expanded() -> None:
    doctype = '<!DOCTYPE r [<!ENTITY a "aaaa">]><worksheet'
    data = edited(sheet(["1", JANUARY, 5]), "xl/worksheets/sheet1.xml", ("<worksheet", doctype))
    with pytest.raises(BadInput):
        records(data, ONE, "table-workbook")


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9, 0.99])
def test_a_cut_workbook_is_refused(cut: float) -> None:
    data = sheet(["99000000000017", JANUARY, 5])
    with pytest.raises(BadInput):
        table_workbook.read(io.BytesIO(data[: int(len(data) * cut)]), ONE)[0].__next__()


def ods(*rows: str, before: str = "") -> bytes:
    """An OpenDocument table of two sheets; the rows are those of the second, `before` the first's.

    `|` stands between cells: a text, a number, `!` an error, `=` a formula without a value.
    """
    sink = io.BytesIO()
    sheets = "".join(
        f'<table:table table:name="{name}">{"".join(map(_ods_row, some))}</table:table>'
        for name, some in (("Notes", [before] if before else []), ("Conso", rows))
    )
    spaces = "".join(f' xmlns:{one}="urn:{one}"' for one in ("office", "table", "text", "calcext"))
    body = f"<office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body>"
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml", f"<office:document-content{spaces}>{body}</office:document-content>"
        )
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return sink.getvalue()


def _ods_row(row: str) -> str:
    cells = []
    for cell in row.split("|"):
        if cell == "!":
            told = 'table:formula="of:=1/0" office:value-type="string" calcext:value-type="error"'
            cells.append(f"<table:table-cell {told}><text:p>#DIV/0!</text:p></table:table-cell>")
        elif cell == "=":
            cells.append('<table:table-cell table:formula="of:=[.A1]"/>')
        elif cell.replace(".", "").isdecimal() and len(cell) < 10:
            told = f'office:value-type="float" office:value="{cell}"'
            cells.append(f"<table:table-cell {told}><text:p>{cell}</text:p></table:table-cell>")
        else:
            told = 'office:value-type="string"'
            cells.append(f"<table:table-cell {told}><text:p>{cell}</text:p></table:table-cell>")
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def test_an_opendocument_table_is_read_like_a_workbook() -> None:
    data = ods("PRM|Mois|kWh", "99000000000017|janv-26|1234.5", "TOTAL||1234.5")
    with read(data, profile=ONE) as result:
        found = [one.energy_kwh for one in result.records if isinstance(one, PeriodEnergy)]
    assert (result.format, found) == ("table-workbook", [Decimal("1234.5")])
    assert "total-row" in result.report.findings


@pytest.mark.parametrize(("text", "stops"), [("en MWh", True), ("saisi par Nadia", False)])
def test_the_comment_of_a_cell_of_an_opendocument_table_is_a_note(
    text: str, *, stops: bool
) -> None:
    note = f"<office:annotation><text:p>{text}</text:p></office:annotation>"
    plain = ods("PRM|Mois|kWh", "99000000000017|janv-26|1234.5")
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        body = archive.read("content.xml").decode()
    told = body.replace("<text:p>1234.5<", f"{note}<text:p>1234.5<")
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(sink, "w") as archive:
        for name in old.namelist():
            archive.writestr(name, told if name == "content.xml" else old.read(name))
    with read(sink.getvalue(), profile=ONE) as result:
        found = [one.energy_kwh for one in result.records if isinstance(one, PeriodEnergy)]
    assert found == [Decimal("1234.5")]
    assert ("note-other-unit" in result.report.findings) is stops
    assert any(text in str(note) for note in result.report.notes)


def test_cells_that_lie_are_found_in_the_right_sheet_of_an_opendocument_table() -> None:
    rows = ["PRM|Mois|kWh", "99000000000017|janv-26|!", "99000000000024|janv-26|="]
    values, faults = read_back(ods(*rows), ONE)
    assert values == []
    assert [fault.found for fault in faults] == ["#DIV/0!", "=[.A1]"]
    elsewhere = ods("PRM|Mois|kWh", "99000000000017|janv-26|5", before="a|b|!")
    sheet_named = ONE.table.model_copy(update={"sheet": "Conso"}) if ONE.table else None
    assert read_back(elsewhere, Profile(table=sheet_named)) == ([5], [])


def test_a_repeated_cell_does_not_fill_the_memory() -> None:
    data = ods("PRM|Mois|kWh", "99000000000017|janv-26|5")
    wide = 'table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384" '  # noqa: E501 (one attribute)
    far = edited(
        data, "content.xml", ("<table:table-row><table:table-cell ", f"<table:table-row {wide}")
    )
    with pytest.raises(TooLarge, match="cells in a sheet"):
        records(far, ONE, "table-workbook")


def test_an_old_workbook_is_refused_with_its_remedy() -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2048)
    with pytest.raises(BadInput, match="saved as XLSX") as caught:
        read(old, name="factures.xls")
    assert caught.value.found == "an old Office document (XLS, DOC)"
    with pytest.raises(BadInput, match="a file in a known format"):
        read(old, name="lettre.doc")


def test_without_calamine_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    data = sheet(["99000000000017", JANUARY, 5])
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(MissingExtra, match="cli"):
        records(data, ONE, "table-workbook")
