"""Numbers, dates and identifiers as people and spreadsheets write them: the parser of all tables.

How a file writes them is an argument: its decimal mark, what stands between thousands, the order
of its dates. None for anything else: who asks says what was expected.
"""

import re
import unicodedata
from collections.abc import Collection
from decimal import Decimal
from functools import cache, lru_cache

from synergie.errors import BadInput
from synergie.formats.checks import BAD_IDENTIFIER, N_
from synergie.schemas.assets.supply_point import CODES

SPACES = " \u00a0\u202f\u2009"
"""What stands between the thousands of a number in French."""
AROUND = f"{SPACES}\t\r\n\ufeff"
"""What may stand around a cell and says nothing."""

_YMD = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_THREE = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_PACKED = re.compile(r"(20\d\d)(\d\d)(\d\d)", re.ASCII)
_ROUNDED = re.compile(r"\d+[.,]\d+(?:E\+?\d+)?|\d+E\+?\d+", re.ASCII | re.IGNORECASE)
_GROUPED = re.compile(r"[-+\u2212]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_QUOTED = re.compile(r'="([^"]*)"')
_IDLE = re.compile(rf"[{AROUND}]")

SAME_AS_ABOVE = re.compile(r"""(?i)\s*(?:di?tt?o|idem|id\.|["″〃]|,,|//|-\s?["″]\s?-)\s*""")
"""What a cell holds that repeats the one above, and is no value of its own."""
WRITTEN_OUT = N_("the cell written out, not a mark that repeats the one above")
_SHORT = 100
"""Letters of a name that is remembered: what a hostile file repeats takes no memory."""

_AS_TEXT = N_("14 digits, in a column set to Text: the spreadsheet has made a number of it")
_ZERO_LOST = N_("14 digits; the zero in front is lost: set the column to Text and type it again")


@cache
def _build_number_pattern(decimal: str, groups: str) -> re.Pattern[str]:
    whole = r"\d{1,15}"
    if groups:
        whole = rf"(?:\d{{1,3}}(?:[{re.escape(groups)}]\d{{3}})+|{whole})"
    return re.compile(rf"([+-]?{whole})(?:[{re.escape(decimal)}](\d{{1,20}}))?", re.ASCII)


@lru_cache(maxsize=65_536)
def read_number(text: str, decimal: str = ",.", groups: str = SPACES) -> Decimal | None:
    """The number in *text*: up to 15 digits, one mark of *decimal*, up to 20 digits more.

    *groups*: the signs that may stand between thousands; empty: none may.
    """
    found = _build_number_pattern(decimal, groups).fullmatch(
        text.strip(AROUND).replace("\u2212", "-")
    )
    if found is None:
        return None
    whole = re.sub(r"[^0-9-]", "", found[1])
    return Decimal(f"{whole}.{found[2]}" if found[2] else whole)


def is_grouped(text: str) -> bool:
    """Whether *text* may be a thousand and more as well as a number of three decimals: `1,250`."""
    return _GROUPED.fullmatch(text) is not None


def digits_of(number: Decimal) -> str:
    """*number* with a dot, no exponent, and a zero more where it could be a thousand and more."""
    text = f"{number:f}"
    return f"{text}0" if is_grouped(text) else text


@lru_cache(maxsize=4096)
def date_parts(
    text: str, order: str = "dmy", *, short_years: bool = False
) -> tuple[int, int, int] | None:
    """Year, month and day of `25/11/2026`, `2026-11-25` or `20261125`; they may not exist.

    *order*: `dmy`, `mdy`, or `ymd` where the year must stand in front. *short_years*: `25/11/26` is
    of this century; by `ymd` it is 26 November 2025.
    """
    if found := _YMD.fullmatch(text):
        return int(found[1]), int(found[3]), int(found[4])
    if found := _PACKED.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    found = _THREE.fullmatch(text)
    is_short = found is not None and len(found[4]) == 2  # noqa: PLR2004 (25/10/26)
    if found is None or (is_short and not short_years) or (order == "ymd" and not is_short):
        return None
    if order == "ymd":
        return 2000 + int(found[1]), int(found[3]), int(found[4])
    year = int(found[4]) + (2000 if is_short else 0)
    first, second = int(found[1]), int(found[3])
    return (year, second, first) if order == "dmy" else (year, first, second)


def bare_code(text: str) -> str:
    """An identifier without spaces, and without what some exports put to keep its zero."""
    text = text.strip(AROUND)
    quoted = _QUOTED.fullmatch(text)
    return _IDLE.sub("", (quoted[1] if quoted else text).removeprefix("'"))


@lru_cache(maxsize=16_384)
def read_point(text: str, scheme: str) -> str | None:
    """The key of a delivery point, as `prm:99000000000017`; never completed, never padded."""
    code = bare_code(text)
    return f"{scheme}:{code}" if CODES[scheme][0].fullmatch(code) else None


def point_fault(where: str, text: str, scheme: str) -> BadInput:
    """Why *text* is no delivery point of *scheme*, with the remedy."""
    code, expected = bare_code(text), CODES[scheme][1]
    if scheme != "other" and re.fullmatch(r"[0-9]{13}", code):
        expected = _ZERO_LOST
    elif scheme != "other" and _ROUNDED.fullmatch(code):
        expected = _AS_TEXT
    return BadInput(where, text, expected, BAD_IDENTIFIER.code)


def normalize_column_name(name: str) -> str:
    """*name* in lower case without accents, spaces or signs, to compare names of columns."""
    return _normalize_short_name(name) if len(name) <= _SHORT else _normalize_name(name)


def _normalize_name(name: str) -> str:
    spread = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in spread if letter.isalnum() and letter.isascii())


_normalize_short_name = lru_cache(maxsize=4096)(_normalize_name)
"""Each format that a file may have compares the same names: a quarter of the time of a table."""


def normalize_words(name: str) -> str:
    """*name* in lower case without accents, its words between single spaces."""
    spread = unicodedata.normalize("NFKD", name.casefold().replace("³", "3"))
    plain = "".join(c for c in spread if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()


_GRADE = re.compile(r"t?[bm]|n|u|bon|neuf|use|[1-5]")
_LEAST_GRADES = 4


def are_grades(head: str, states: Collection[str]) -> bool:
    """Whether short *states* say how worn things are, not whether they are in use.

    Digits do where there are four, or *head* says so (`Vétusté`): 1 and 2 without legend do not.
    """
    told = [normalize_words(one) for one in states]
    graded = len(told) >= _LEAST_GRADES or "vetuste" in normalize_words(head)
    return (graded or not any(map(str.isdigit, told))) and all(map(_GRADE.fullmatch, told))
