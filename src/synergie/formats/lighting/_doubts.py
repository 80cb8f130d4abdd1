"""Columns of an inventory that give no field, and hold what nobody would leave out unasked."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.lighting._cells import lamps
from synergie.formats.lighting._columns import is_of_supports, names_lights, rank_watts
from synergie.formats.lighting._degrees import MAYBE
from synergie.formats.lighting._heads import (
    is_aside,
    is_of_gear,
    is_support_head,
    may_count,
    names_watts,
    tells_power,
    watts_of,
)
from synergie.formats.lighting._places import Ends
from synergie.formats.lighting._powers import Cells, watts_in
from synergie.formats.report import Report
from synergie.formats.values import normalize_column_name, normalize_words, read_number
from synergie.schemas.assets.lighting_mapping import LightField

_SAMPLE, _LONG = 2_000, 200
_MOST_LAMPS = 12
_PLACE = re.compile(
    r"^(?:x|y|n|e)(?: |$)|\b(?:coord\w*|lat\w*|lon(?:g\w*)?|utm\w*|lambert\w*|l93|gps)\b"
)
"""Heads, as `words` writes them, that tell where something is."""
_END = re.compile(r"[-+]?(?:\d{1,4}[.,]\d{3,}|\d{5,8}(?:[.,]\d+)?)", re.ASCII)
_FACTOR = re.compile(
    r"(?:coeff?s?|coefficients?|facteurs?|factors?|multiplicateurs?|scale|echelle|prorata"
    r"|quote ?part|parts?|unites?|units?|um|u)"
    r"(?: (?:multiplicateur|de puissance active|puissance|power|de mesure))?"
)
_NO_FACTOR = re.compile(r"(?i)1(?:[.,]0+)?|100 ?%?|w|watts?|u|pce|pi[eè]ces?|ens|unit[eé]s?|n[br]")
_OF_FIGURES = re.compile(
    r"(?:types?|natures?|origines?|sources?|qualites?|fiabilites?|statuts?|bases?|modes?)"
    r" (?:de )?(?:la |l |des )?(?:donnees?|puissances?|valeurs?|mesures?|figures?|data|power)"
    r"|modes?|phases?|scenarios?|versions?|hypotheses?|variantes?|horizons?|data (?:type|source)"
    r"|(?:regimes?|calculs?|puissances?|valeurs?|donnees?|fiabilites?|perimetres?)"
    r"(?: (?:de )?(?:la |l |des )?(?:puissances?|calculs?|donnees?|fonctionnement))?"
)
"""Heads, as `words` writes them, of columns that say what the figures of their row are."""
_MEASURED = re.compile(
    r"(?:relev\w*|mesur\w*|constat\w*|inventaire|terrain|plaque|etiquette|reelles?|reel|nominales?"
    r"|permanente?s?|normale?s?|pleine puissance|complete?s?|toute la nuit"
    r"|compris|inclus|avec|existante?s?|actuel\w*"
    r"|sig|recensement|gps|visite|measured|field|existing|v?\d[\d. ]*|\W)+"
)
_ARM = r"(?:crosses?|consoles?|bras|tetes?|feux|lanternes?|foyers?)"
_SEVERAL = re.compile(
    rf"double|triple|quadruple|twin|jumel|dosados|^[2-9]x|^x[2-9]|(?<!\d)[2-9]{_ARM}"
)
_ARMS = re.compile(
    rf"(?:mono|simple|single|double|triple|quadruple|twin|jumele?e?s?|dosados|[1-9]x|x[1-9]|[1-9](?={_ARM})){_ARM}?"
)
"""How a cell tells what a support carries, as `normalize_column_name` writes it."""
_RANGE = re.compile(r"(\D+)\d+ ?(?:à|au?|-|–|→) ?\1\d+|\d+ ?(?:à|au|→) ?\d+")
_SAID = re.compile(r"^(?:oui|o|yes|y|si|ja|j|vrai|true|x|[2-9]|d)$")
"""That a column that asks for several lights has some in a row: `Double feux` = oui."""
_NEARLY_ALL, _MISSES = 0.9, 0.05
_LEAST = 3
_NO_CABINETS = (
    "lights, each with its identifier: every row here is another cabinet; give cabinets in their"
    " template (synergie template cabinets), or declare external_id in the mapping of a profile"
)
_WATTS = frozenset({"power", "power_kw"})


class Unread(NamedTuple):
    """What a proposal leaves."""

    columns: Sequence[str]
    """Those that give no field."""
    read: dict[str, LightField]
    """Those that do."""
    ends: Ends | None
    """The columns of x and y of a French inventory, when they hold something."""
    identifier: str
    """The column that identifies; empty: none."""


def stop_at_cabinets(columns: Sequence[str], cells: Cells) -> None:
    """BadInput for rows that nothing but cabinets tells apart, each another: they are no lights."""
    for column, values in _iterate_column_starts(columns[:1], cells):
        if len(values) >= _LEAST and len(set(values)) == len(values):
            raise BadInput("line 1", column, _NO_CABINETS)


def tell(unread: Unread, cells: Cells, report: Report, *, placed: bool) -> None:
    """Doubts over columns that are not read. *placed*: two columns or the format give places."""
    _look_for_ranges([*unread.columns, *unread.read], unread.identifier, cells, report)
    if not (placed or "place" in unread.read.values()):
        _look_for_places(unread, cells, report)
    watts = next((column for column, what in unread.read.items() if what in _WATTS), None)
    is_support = is_of_supports(unread.identifier)
    if watts:
        _look_for_rivals(watts, unread.columns, cells, report)
    else:
        _look_for_watts(unread.columns, cells, report)
    told = watts_of(watts) if watts else None
    if watts and not (told and (told.total or told.level == "light")):
        _look_for_gear(unread.columns, cells, report)
    if watts:
        _look_for_factors(unread.columns, cells, report)
        _look_for_natures(unread.columns, cells, report)
    if watts:
        _look_for_arms(unread, cells, report, is_support=is_support)
    if watts and "lamps" not in unread.read.values() and not (told and told.total):
        _look_for_counts([one for one in unread.columns if may_count(one)], cells, report)


def _look_for_ranges(columns: Sequence[str], named: str, cells: Cells, report: Report) -> None:
    """A doubt over rows from one light to another: `S1 à S9`, or `Du support` and `Au support`."""
    plain = {normalize_words(one): one for one in columns}
    ends = [one for name, one in plain.items() if f"du {name.removeprefix('au ')}" in plain]
    for column, values in _iterate_column_starts([named, *ends] if named else ends, cells):
        many = [one for one in values if column in ends or _RANGE.fullmatch(one)]
        if many:
            report.find(checks.COUNT_UNUSED, column, many[0])


def _look_for_watts(columns: Sequence[str], cells: Cells, report: Report) -> None:
    """A doubt over watts under a head that is not known, where no column gives powers."""
    for column, values in _iterate_column_starts(list(filter(names_watts, columns)), cells):
        numbers = [cell for cell in values if watts_in(cell)]
        if 2 * len(numbers) > len(values):
            report.find(checks.COLUMN_NOT_READ, column, numbers[0])


def _look_for_factors(columns: Sequence[str], cells: Cells, report: Report) -> None:
    """A doubt over a factor that is not 1, or a unit that is no watt, beside the powers."""
    named = [one for one in columns if _FACTOR.fullmatch(normalize_words(one))]
    for column, values in _iterate_column_starts(named, cells):
        odd = next((one for one in values if not _NO_FACTOR.fullmatch(one.strip())), None)
        if odd is not None:
            report.find(checks.COLUMN_NOT_READ, column, odd)


def _look_for_natures(columns: Sequence[str], cells: Cells, report: Report) -> None:
    """A doubt over a column that says what the figures are, in words of no measure or survey."""
    named = [one for one in columns if _OF_FIGURES.fullmatch(normalize_words(one))]
    for column, values in _iterate_column_starts(named, cells):
        odd = next((one for one in values if not _MEASURED.fullmatch(normalize_words(one))), None)
        if odd is not None:
            report.find(checks.COLUMN_NOT_READ, column, odd)


def _look_for_places(unread: Unread, cells: Cells, report: Report) -> None:
    for column, values in _iterate_column_starts(unread.columns, cells):
        like = [cell for cell in values if MAYBE.fullmatch(cell[:_LONG])]
        if values and len(like) >= _NEARLY_ALL * len(values):
            report.find(checks.PLACES_UNREAD, f"{column} ({like[0]})")
    ends = (unread.ends.x, unread.ends.y) if unread.ends else ()
    named = [
        one for one in unread.columns if _PLACE.search(normalize_words(one)) and one not in ends
    ]
    for column, values in _iterate_column_starts(named, cells):
        if values and all(map(_END.fullmatch, values)):
            report.find(checks.PLACES_UNREAD, f"{column} ({values[0]})")
    if unread.ends:
        report.find(checks.PLACES_UNREAD, f"{unread.ends.x}, {unread.ends.y}")


def _look_for_rivals(watts: str, columns: Sequence[str], cells: Cells, report: Report) -> None:
    """A doubt over a column of powers that differs from *watts*, or is filled where that is blank.

    What a luminaire takes may be more than its lamp does.
    """
    for column in filter(tells_power, columns):
        other, pairs = watts_of(column), _pair_column_watts(watts, column, cells)
        lone = next(((a, b) for a, b in pairs if not a and b), None)
        both = [(a, b) for a, b in pairs if a and b]
        if other is not None and (other.total or other.kilo or other.second):
            continue
        parts = other is not None and rank_watts(watts_of(watts)) < rank_watts(other)
        apart = [(a, b) for a, b in both if a < b or (a > b and not parts)]
        if (other is None and is_aside(column)) or len(apart) <= _MISSES * len(both):
            apart = []
        if found := next(iter(apart), lone):
            report.find(checks.WATTS_CONTESTED, watts, column, found[0] or "–", found[1])


def _pair_column_watts(one: str, other: str, cells: Cells) -> list[tuple[int | None, int | None]]:
    """Watts of two columns, row by row."""
    return [(watts_in(a), watts_in(b)) for a, b in islice(cells([one, other]), _SAMPLE)]


def _look_for_counts(columns: Sequence[str], cells: Cells, report: Report) -> None:
    """A doubt over a column that holds numbers of lamps, and of several."""
    for column, values in _iterate_column_starts(columns, cells):
        try:
            several = {cell: count for cell in values if (count := lamps(cell)) > 1}
        except BadInput:
            continue
        if several and max(several.values()) <= _MOST_LAMPS:
            report.find(checks.COUNT_UNUSED, column, next(iter(several)))


def _look_for_gear(columns: Sequence[str], cells: Cells, report: Report) -> None:
    """A doubt over what the gear takes, told as a share or as losses beside the power of a lamp."""
    for column, values in _iterate_column_starts(
        [one for one in columns if is_of_gear(one)], cells
    ):
        numbers = [cell for cell in values if read_number(cell.strip(" %W"))]
        if 2 * len(numbers) > len(values):
            report.find(checks.COLUMN_NOT_READ, column, numbers[0])


def _look_for_arms(unread: Unread, cells: Cells, report: Report, *, is_support: bool) -> None:
    """A doubt over rows of several lights, each of the power of its row, where one says so.

    The head does (`Double feux` = oui), or its cells where a row is a support (`Crosse` = double).
    """
    own = {"support_type", "luminaire_model"}
    columns = [*unread.columns, *(c for c, what in unread.read.items() if what in own)]
    several = {one for one in columns if _SEVERAL.search(normalize_column_name(one))}
    is_support = is_support or _is_one_a_place(unread, cells)
    for column, values in _iterate_column_starts(columns, cells):
        form = _SAID if column in several else _SEVERAL
        told = list(map(normalize_column_name, values))
        arms = is_support and (is_support_head(column) or all(map(_ARMS.fullmatch, told)))
        if not (column in several or arms):
            continue
        if many := next((a for a, b in zip(values, told, strict=True) if form.search(b)), None):
            report.find(checks.COUNT_UNUSED, column, many)


def _is_one_a_place(unread: Unread, cells: Cells) -> bool:
    """Whether the first rows stand each at a place, or a support, of its own, or lights alone.

    Where nothing tells their places, whether no word calls them lights.
    """
    ends = [one for one, what in unread.read.items() if what in {"x", "y", "place"}]
    ends = ends or [one for one, what in unread.read.items() if what == "support"]
    if not ends:
        return not names_lights({"external_id": [unread.identifier]})
    places = [tuple(row) for row in islice(cells(ends), _SAMPLE)]
    return len(set(places)) == len(places) > 0


def _iterate_column_starts(columns: Sequence[str], cells: Cells) -> Iterator[tuple[str, list[str]]]:
    """Each column with its first cells that are not blank."""
    rows = list(islice(cells(list(columns)), _SAMPLE)) if columns else []
    for at, column in enumerate(columns):
        yield column, [cell for row in rows if (cell := row[at].strip())]
