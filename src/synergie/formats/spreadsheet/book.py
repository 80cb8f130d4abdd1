"""A workbook (XLSX, ODS) as rows of cells with their place: read by calamine, within limits."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, BinaryIO, Self

from synergie.errors import BadInput, MissingExtra, Words
from synergie.formats.spreadsheet.extent import Survey
from synergie.formats.spreadsheet.looking import check_unpacked_size, survey

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

type BookCell = str | float | bool | date | time | timedelta
"""What a cell holds; an empty text for a blank one."""
type BookRow = tuple[int, list[BookCell]]
"""Row of the sheet, from 1, and its cells from the first column on."""

_OLD = b"\xd0\xcf\x11\xe0"
_SAVE = "a workbook saved as XLSX or ODS (File, Save as), without a password"
_WHOLE = "a whole workbook"


class Book:
    """The sheets of one workbook; use it while *source* is open.

    BadInput for XLS, XLSB and damaged files; TooLarge; MissingExtra. *labels*: look for what
    formats show beside numbers, too.
    """

    def __init__(self, source: BinaryIO, *, labels: bool = False) -> None:
        calamine = _import_calamine()
        if is_old(source):
            raise BadInput("file", Words("an old Office document (XLS, DOC)"), _SAVE)
        check_unpacked_size(source)
        source.seek(0)
        with _map_calamine_errors():
            self._book = calamine.CalamineWorkbook.from_filelike(source)
        self._source, self._labels = source, labels
        self._ranks = {one.name: rank for rank, one in enumerate(self._book.sheets_metadata)}
        self._surveys = dict[str, Survey]()
        self._laid: tuple[str, CalamineSheet] | None = None
        self.sheets = {
            one.name: one.visible == calamine.SheetVisibleEnum.Visible
            for one in self._book.sheets_metadata
            if one.typ == calamine.SheetTypeEnum.WorkSheet
        }
        """Name of each sheet of cells, in their order, and whether it is visible."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    @property
    def visible(self) -> list[str]:
        """Names of the visible sheets of cells."""
        return [name for name, is_visible in self.sheets.items() if is_visible]

    def survey(self, sheet: str) -> Survey:
        """What is known of *sheet* before it is laid out. TooLarge over the limits of a sheet."""
        if sheet not in self._surveys:
            rank = self._ranks[sheet]
            self._surveys[sheet] = survey(self._source, sheet, rank, labels=self._labels)
        return self._surveys[sheet]

    def sheet(self, name: str) -> "CalamineSheet":
        """The sheet of that name, laid out."""
        if self._laid is None or self._laid[0] != name:
            self.survey(name)
            with _map_calamine_errors():
                self._laid = name, self._book.get_sheet_by_name(name)
        return self._laid[1]

    def rows(self, sheet: str) -> Iterator[BookRow]:
        """Every row of *sheet* up to the last that holds something.

        A cell that shows an error, or a formula that nobody has computed, gives its text.
        """
        laid, flaws = self.sheet(sheet), self.survey(sheet).flaws()
        flawed = {row for row, _ in flaws}
        before: list[BookCell] = [""] * (laid.start or (0, 0))[1]
        for row, values in enumerate(laid.iter_rows()):
            cells: list[BookCell] = [*before, *values]
            if row in flawed:
                cells = [flaws.get((row, column), cell) for column, cell in enumerate(cells)]
            yield row + 1, cells

    def merged(self, sheet: str) -> dict[int, list[tuple[int, int, int]]]:
        """Row from 0 → columns of merged cells that begin in it, and their last row."""
        found = dict(self.survey(sheet).merged)
        with _map_calamine_errors():
            ranges = self.sheet(sheet).merged_cell_ranges or []
        for (row, low), (last, high) in ranges:
            found.setdefault(row, []).append((low, high, last))
        return found


def is_old(source: BinaryIO) -> bool:
    """Whether *source* begins as an Office document before 2007, which is not read."""
    source.seek(0)
    start = source.read(len(_OLD))
    source.seek(0)
    return start == _OLD


def _import_calamine() -> ModuleType:
    try:
        return import_module("python_calamine")
    except ModuleNotFoundError as error:
        raise MissingExtra("cli") from error


@contextmanager
def _map_calamine_errors() -> Iterator[None]:
    """What calamine raises, and a panic of its Rust, as BadInput."""
    try:
        yield
    except (_import_calamine().CalamineError, OSError, ValueError, OverflowError) as error:
        raise BadInput("file", str(error)[:80] or Words("damage"), _WHOLE) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise BadInput("file", Words("damage"), _WHOLE) from error
