"""Any table as its address asks for it: sorted, filtered, some columns; and as a file.

`?sort=-energie&columns=point,energie&usage=bâtiment&q=école&page=2`: a field's own name filters by
its value, `format=csv`, `xlsx` or `parquet` gives every row of the view that is shown. No script is
needed.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Literal
from urllib.parse import urlencode

from synergie.errors import BadInput
from synergie.formats.csv_text import join_rows
from synergie.formats.opendata.open_parquet import is_parquet_available
from synergie.reports import written
from synergie.reports.language import choose_text, get_language
from synergie.reports.ods import list_csv_rows
from synergie.reports.sheets import Column, Kind, Sheet, Value, build_parquet, write

PAGE = 50
"""Rows of a page; a file has them all."""
FORMS = ("csv", "xlsx", "parquet")
"""The files that a view can be taken away as."""
_NAMES = {"csv": "CSV", "xlsx": "XLSX", "parquet": "Parquet"}
UNKNOWN = "inconnu"
"""In the address: rows of which a field is not known."""
_OWN = frozenset({"sort", "columns", "q", "page", "format"})
_MOST_FACETS = 60
_NUMBERS = frozenset({"whole", "year", "euros", "price", "energy", "share"})

type Params = Sequence[tuple[str, str]]
"""Names and values of an address, in its order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field[Row]:
    """One column that a table can have."""

    name: str
    """In the address."""
    head: str
    value: Callable[[Row], Value]
    """What is sorted, and stands in a file. None: not known."""
    kind: Kind = "text"
    text: Callable[[Row], str] | None = None
    """What the page shows. None: the value as its kind is written."""
    href: Callable[[Row], str] | None = None
    """Where the cell leads; "" nowhere. None: nowhere."""
    facet: bool = False
    """Whether the table can be filtered by its values."""
    key: Callable[[Row], str] | None = None
    """What the address says of the value when it filters. None: the value itself."""
    words: Mapping[str, str] = field(default_factory=dict[str, str])
    """Keys in words, where the value of a row says more than its key."""
    hidden: bool = False
    """Whether it is shown only when it is asked for."""
    unit: str = ""
    """Unit of the values in a file; the page writes it with each value."""
    beside: tuple[str, ...] = ()
    """Fields that a file has beside it: they say what the page's cell says in words."""


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of the page. *href* "": it leads nowhere."""

    text: str
    href: str
    number: bool


@dataclass(frozen=True, slots=True)
class TableHead:
    """A head: its words, the address that sorts by it, and `aria-sort` (""; not sorted by it)."""

    text: str
    href: str
    order: Literal["", "ascending", "descending"]
    number: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A field to filter by: each value in the address and in words, how often, whether chosen."""

    name: str
    head: str
    values: tuple[tuple[str, str, int, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """A table as it was asked for. *found* of *whole* rows; addresses are of the same page."""

    heads: tuple[TableHead, ...]
    rows: tuple[tuple[TableCell, ...], ...]
    facets: tuple[Facet, ...]
    columns: tuple[tuple[str, str, bool], ...]
    """Every field: its name, its head, whether it is shown."""
    words: str | None
    """What is searched for. None: the page searches by itself."""
    kept: tuple[tuple[str, str], ...]
    """What the address says besides: of the page itself, and the order."""
    found: int
    whole: int
    narrowed: bool
    """Whether a search or a filter leaves rows out."""
    files: tuple[tuple[str, str], ...]
    """A file of the view: its kind and its address."""
    before: str
    after: str
    """The pages beside; "" when there is none."""
    counting: str
    """The address that counts values to filter by, when they were not counted; else ""."""
    clear: str
    """The address without search, filter, order and choice of columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    sort: str
    back: bool
    columns: tuple[str, ...]
    words: str
    facets: Mapping[str, str]
    page: int


class Explorer[Row]:
    """The *fields* of a table, and what *params*, those of an address of *path*, ask of it.

    *searches*: `q` is looked for in the cells; else it is the page's own. BadInput for a column
    that there is not, a page that is no number, a file of no known kind.
    """

    def __init__(
        self, fields: Sequence[Field[Row]], path: str, params: Params, *, searches: bool = True
    ) -> None:
        self._fields = {one.name: one for one in fields}
        self._searches, self._path = searches, path
        self._params = [(name, told) for name, told in params if name != "lang"]
        told = dict(self._params)
        self.form = told.get("format", "")
        if self.form not in ("", *FORMS):
            raise BadInput("/format", self.form, "csv, xlsx or parquet")
        self._asked = self._read(told)

    def count_first_rows(self) -> int | None:
        """How many rows in the order of the table show the page asked for; None: it needs all."""
        asked = self._asked
        if asked.sort or asked.words or asked.facets or self.form:
            return None
        return asked.page * PAGE

    def _read(self, told: Mapping[str, str]) -> _Question:
        sort = told.get("sort", "")
        named = [one for name, text in self._params if name == "columns" for one in text.split(",")]
        for place, name in (("/sort", sort.removeprefix("-")), *(("/columns", n) for n in named)):
            if name and name not in self._fields:
                raise BadInput(place, name, "a column of this table")
        page = told.get("page", "1")
        if not re.fullmatch("[1-9][0-9]{0,5}", page, re.ASCII):
            raise BadInput("/page", page, "the number of a page, from 1")
        chosen = {one for one in named if one}
        return _Question(
            sort=sort.removeprefix("-"),
            back=sort.startswith("-"),
            columns=tuple(
                one.name
                for one in self._fields.values()
                if (one.name in chosen if chosen else not one.hidden)
            ),
            words=told.get("q", "").strip() if self._searches else "",
            facets={
                name: told[name]
                for name, one in self._fields.items()
                if one.facet and told.get(name)
            },
            page=int(page),
        )

    def view(self, rows: Sequence[Row], *, whole: int | None = None) -> TableView:
        """One page of *rows* as asked.

        *whole*: how many rows there are, where *rows* are only those of `count_first_rows`: no
        values are counted then.
        """
        asked = self._asked
        kept = self._select(rows)
        found = len(kept) if whole is None else whole
        pages = max(1, -(-found // PAGE))
        first = next(iter(self._fields))
        at = min(asked.page, pages)
        shown = [self._fields[name] for name in asked.columns]
        narrow = bool(asked.words or asked.facets)
        return TableView(
            heads=tuple(self._build_head(one) for one in shown),
            rows=tuple(
                tuple(_show_cell(one, row) for one in shown)
                for row in kept[(at - 1) * PAGE : at * PAGE]
            ),
            facets=tuple(
                self._count(one, rows)
                for one in self._fields.values()
                if one.facet and whole is None
            ),
            columns=tuple((n, one.head, n in asked.columns) for n, one in self._fields.items()),
            words=asked.words if self._searches else None,
            kept=tuple(
                (name, told)
                for name, told in self._params
                if told and (name == "sort" or not self._owns(name))
            ),
            found=found,
            whole=len(rows) if whole is None else whole,
            narrowed=narrow,
            files=tuple((_NAMES[form], self._address(format=form)) for form in list_table_forms()),
            before=self._address(page=str(at - 1)) if at > 1 else "",
            after=self._address(page=str(at + 1)) if at < pages else "",
            counting="" if whole is None else self._address(sort=first),
            clear=self._join([one for one in self._params if one[1] and not self._owns(one[0])]),
        )

    def write_file(self, rows: Sequence[Row], title: str) -> bytes:
        """Every row of the view as the file that was asked for.

        Columns of Parquet are called as in the address. MissingExtra("frames") for it and XLSX.
        """
        names = self._asked.columns
        beside = {each for name in names for each in self._fields[name].beside}
        shown = [one for name, one in self._fields.items() if name in names or name in beside]
        sheet = Sheet(
            title,
            tuple(Column(_add_unit(one.head, one.unit), one.kind) for one in shown),
            [[one.value(row) for one in shown] for row in self._select(rows)],
        )
        if self.form == "csv":
            french = get_language() == "fr"
            told = list_csv_rows(sheet, french=french)
            return join_rows(told, separator=";" if french else ",").encode("utf-8-sig")
        if self.form == "parquet":
            return build_parquet(sheet, [one.name for one in shown])
        sink = BytesIO()
        write([sheet], sink, written.PARIS)
        return sink.getvalue()

    def _select(self, rows: Sequence[Row], *, but: str = "") -> list[Row]:
        """*rows* that search and filters leave, in order; *but*: not the filter of that field."""
        asked = self._asked
        facets = [(self._fields[name], told) for name, told in asked.facets.items() if name != but]
        kept = [one for one in rows if all(_name_value(f, one) == told for f, told in facets)]
        if asked.words:
            sought = _fold(asked.words)
            every = self._fields.values()
            kept = [
                one for one in kept if any(sought in _fold(_show_cell(f, one).text) for f in every)
            ]
        if asked.sort and not but:
            by = self._fields[asked.sort].value
            known = [one for one in kept if by(one) is not None]
            known.sort(key=lambda one: _rank(by(one)), reverse=asked.back)
            kept = known + [one for one in kept if by(one) is None]
        return kept

    def _count(self, field: Field[Row], rows: Sequence[Row]) -> Facet:
        """How many rows have each value under the other filters; the one chosen is always there."""
        chosen = self._asked.facets.get(field.name, "")
        some = self._select(rows, but=field.name)
        counted = Counter(_name_value(field, one) for one in some)
        words = {_name_value(field, one): _write(field, field.value(one)) for one in rows}
        words |= field.words
        told = counted.most_common(_MOST_FACETS)
        if chosen and chosen not in dict(told):
            told.append((chosen, counted[chosen]))
        told.sort(key=lambda one: (one[0] == UNKNOWN, _fold(words.get(one[0], one[0]))))
        values = ((one, words.get(one, one), n, one == chosen) for one, n in told)
        return Facet(field.name, field.head, tuple(values))

    def _build_head(self, one: Field[Row]) -> TableHead:
        asked, mine = self._asked, self._asked.sort == one.name
        back = "-" if mine and not asked.back else ""
        order: Literal["", "ascending", "descending"] = (
            "" if not mine else "descending" if asked.back else "ascending"
        )
        return TableHead(one.head, self._address(sort=back + one.name), order, one.kind in _NUMBERS)

    def _owns(self, name: str) -> bool:
        if name == "q":
            return self._searches
        return name in _OWN or (name in self._fields and self._fields[name].facet)

    def _address(self, **changed: str) -> str:
        """The same view but for *changed*: its first page."""
        left = {"page", "format"} | changed.keys()
        kept = [(name, told) for name, told in self._params if told and name not in left]
        return self._join([*kept, *changed.items()])

    def _join(self, params: Params) -> str:
        return f"{self._path}?{urlencode(params)}" if params else self._path


def list_table_forms() -> tuple[str, ...]:
    """The files that this installation writes, the workbook first."""
    return ("xlsx", "csv", "parquet") if is_parquet_available() else ("xlsx", "csv")


def _show_cell[Row](field: Field[Row], row: Row) -> TableCell:
    text = field.text(row) if field.text else _write(field, field.value(row))
    return TableCell(text, field.href(row) if field.href else "", field.kind in _NUMBERS)


def _write[Row](field: Field[Row], value: Value) -> str:
    """*value* as pages write what *field* holds."""
    told: str
    match value:
        case None:
            told = choose_text("inconnu", "unknown")
        case datetime():
            told = written.format_moment(value, written.PARIS)
        case date():
            told = written.short_date(value)
        case int() | float() | Decimal():
            told = _write_number(field.kind, value)
        case _:
            told = value
    return told


def _write_number(kind: Kind, value: float | Decimal) -> str:
    match kind:
        case "euros":
            return written.format_euros(value)
        case "energy":
            return written.format_energy(float(value))
        case "share":
            return written.format_percent(value)
        case "year":
            return str(value)
        case "price":
            return written.format_number(value, 2)
        case _:
            return written.format_number(value)


def _name_value[Row](field: Field[Row], row: Row) -> str:
    """What the address says of the value of *row*."""
    if field.key is not None:
        return field.key(row)
    value = field.value(row)
    return UNKNOWN if value is None else str(value)


def _add_unit(head: str, unit: str) -> str:
    return f"{head} ({unit})" if unit else head


def _rank(value: Value) -> tuple[float, str]:
    match value:
        case datetime():
            return value.timestamp(), ""
        case date():
            return value.toordinal(), ""
        case int() | float() | Decimal():
            return float(value), ""
        case _:
            return 0.0, _fold(str(value))


def _fold(text: str) -> str:
    """*text* without accents, in small letters: what is compared."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in plain if not unicodedata.combining(one))
