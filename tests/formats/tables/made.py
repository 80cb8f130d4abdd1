"""Tables made here: bills in French dialects, curves, indexes, lists of points, workbooks."""

import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from synergie.calendar import day_bounds, load_time_zone
from synergie.formats import Report, read
from synergie.formats.format import Record
from synergie.formats.tables.propose import Proposal, propose
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.table_profile import TableColumn, TableProfile
from tests.components import package

PARIS = load_time_zone("Europe/Paris")
BILLS = (
    "Relevé de factures - électricité;;;;;;\r\n"
    ";;;;;;\r\n"
    "PRM;Nom du site;Du;Au;Consommation (kWh);Montant HT;Montant TTC\r\n"
    "99000000000017;École du centre;01/01/2026;31/01/2026;1 234,5;185,18 €;222,21 €\r\n"
    "99000000000017;École du centre;01/02/2026;28/02/2026;1\u00a0100;165,00 €;198,00 €\r\n"
    "99000000000024;Éclairage, armoire 3;01/01/26;31/01/26;2345,75;351,86 €;422,23 €\r\n"
    "TOTAL GÉNÉRAL;;;;4 680,25;702,04 €;842,44 €\r\n"
)
"""Three bills, 4,680.25 kWh; an empty row, a title and a total that are none of them."""


def column(name: str, field: str, **more: Any) -> TableColumn:
    """A column of a profile."""
    return TableColumn.model_validate({"name": name, "field": field, **more})


def table(layout: str, *columns: TableColumn, **more: Any) -> TableProfile:
    """A profile of a table."""
    told = {"name": "essai", "layout": layout, "columns": columns, "direction": "import", **more}
    return TableProfile.model_validate(told)


def profile(layout: str, *columns: TableColumn, stamp: Any = None, **more: Any) -> Profile:
    """The same inside a whole profile."""
    return Profile(stamp=stamp, table=table(layout, *columns, **more))


def records(
    data: bytes | str, told: Profile, form: str = "table-csv"
) -> tuple[list[Record], Report]:
    """All that *told* reads of *data*, and the report."""
    source = data.encode() if isinstance(data, str) else data
    with read(source, format=form, profile=told) as result:
        return list(result.records), result.report


def as_proposed(data: bytes | str, name: str = "", **answers: str) -> tuple[list[Record], Report]:
    """All that the proposal reads once its questions are answered."""
    source = data.encode() if isinstance(data, str) else data
    told = proposal(source, name, **answers)
    assert told.sure, [question.field for question in told.questions]
    form = "table-workbook" if source[:2] == b"PK" else "table-csv"
    return records(source, told.profile, form)


def proposal(data: bytes | str, name: str = "", **answers: str) -> Proposal:
    """The proposal for *data* with some questions answered."""
    told = propose(data.encode() if isinstance(data, str) else data, name=name)
    for field, choice in answers.items():
        told = told.answered(field, choice)  # type: ignore[arg-type]  # a question of the house
    return told


def workbook(
    rows: Sequence[Sequence[Any]],
    *,
    sheets: Sequence[tuple[str, bool]] = (("Feuille1", True),),
    merges: Sequence[tuple[int, int, int, int]] = (),
) -> bytes:
    """An XLSX of *rows* in its first sheet; the others are empty, shown or hidden.

    A text that begins with `=` is a formula; `(formula, value)` has a stored value.
    """
    writer = package("xlsxwriter")
    sink = io.BytesIO()
    book = writer.Workbook(sink, {"in_memory": True})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    minute = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    for rank, (name, shown) in enumerate(sheets):
        sheet = book.add_worksheet(name)
        if not shown:
            sheet.hide()
        for number, row in enumerate(rows if rank == 0 else ()):
            for at, cell in enumerate(row):
                _put(sheet, number, at, cell, day, minute)
        for first, low, last, high in merges if rank == 0 else ():
            sheet.merge_range(first, low, last, high, rows[first][low])
    book.close()
    return sink.getvalue()


def _put(sheet: Any, number: int, at: int, cell: Any, day: Any, minute: Any) -> None:
    match cell:
        case None:
            pass
        case (formula, value):
            sheet.write_formula(number, at, formula, None, value)
        case datetime():
            sheet.write_datetime(number, at, cell, minute)
        case date():
            sheet.write_datetime(number, at, cell, day)
        case _:
            sheet.write(number, at, cell)


def hours(day: date) -> bytes:
    """One civil day by the hour, naive times that mark the start, in kW."""
    low, high = day_bounds(day, PARIS)
    count = int((high - low).total_seconds()) // 3600
    moments = [low + timedelta(hours=n) for n in range(count + 1)]
    lines = [
        f"99000000000017;{begin.astimezone(PARIS):%d/%m/%Y %H:%M};1,5\r\n"
        for begin, _ in pairwise(moments)
    ]
    return ("PRM;Début;Puissance (kW)\r\n" + "".join(lines)).encode()


HOURS = profile(
    "curve",
    column("PRM", "supply_point"),
    column("Début", "datetime"),
    column("Puissance (kW)", "value", unit="kW"),
    stamp="start",
)
"""How `hours` is read."""
