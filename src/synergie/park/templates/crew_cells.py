"""Cells of the crew book that hold lists, hours and days: read as people write them, and written.

BadInput at the name of the column when a cell says something else.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise

from synergie.errors import BadInput
from synergie.formats.cells import read_day
from synergie.formats.text import normalize_column_name
from synergie.park.records.crew import PartCount
from synergie.park.templates._crew_columns import DAYS

_SPLIT = re.compile(r"\s*(?:[,;\n]|\bet\b)\s*")
_PART = re.compile(r"(.+?)\s*(?:[×x*:=]\s*(\d{1,7}))?", re.ASCII)
_HOUR = re.compile(r"(\d{1,2})\s*(?:[:hH]\s*(\d{2})?)?(?::00)?", re.ASCII)
_OF_DAY = re.compile(r"0,\d{1,20}", re.ASCII)
_SPAN = re.compile(r"\s*(?:\bau\b|à|–|\s-\s)\s*")
_DATE = "a date as 25/11/2026"
_MINUTES = 24 * 60
_MOST_DAYS = 366


def parse_code_list(
    text: str, words: Mapping[str, str], column: str, *, free: bool = False
) -> list[str]:
    """Codes of a list of words; with *free*, a word of its own is a code, joined by hyphens."""
    codes = {
        normalize_column_name(name): code for code, word in words.items() for name in (code, word)
    }
    found = []
    for part in filter(None, _SPLIT.split(text.strip())):
        code = codes.get(normalize_column_name(part), re.sub(r"\s+", "-", part) if free else None)
        if code is None:
            raise BadInput(f"/{column}", part, "words of the list of this column, with commas")
        found.append(code)
    return list(dict.fromkeys(found))


def parse_identifiers(text: str) -> list[str]:
    """Identifiers between commas, as they are written."""
    return list(dict.fromkeys(filter(None, re.split(r"\s*[,;\n]\s*", text.strip()))))


def parse_part_counts(text: str, column: str) -> list[PartCount]:
    """`lamp-SHP-100 × 20, fusible × 10`; without a number, one piece."""
    found = []
    for one in parse_identifiers(text):
        told = _PART.fullmatch(one)
        if told is None or told[2] == "0":
            raise BadInput(f"/{column}", one, "a part and how many, as lamp-SHP-100 × 20")
        key = re.sub(r"\s+", "-", told[1])
        found.append(PartCount(part=key, count=int(told[2] or 1)))
    return found


def format_part_counts(counts: Iterable[PartCount]) -> str | None:
    """Parts as a cell says them; None for none."""
    return ", ".join(f"{one.part} × {one.count}" for one in counts) or None


def parse_clock_time(text: str, column: str) -> str:
    """`7h30`, `7:30`, `07:30` or a time of a spreadsheet (a share of the day), as `07:30`."""
    if _OF_DAY.fullmatch(text):
        hour, minute = divmod(round(float(text.replace(",", ".")) * _MINUTES), 60)
    elif told := _HOUR.fullmatch(text):
        hour, minute = int(told[1]), int(told[2] or 0)
    else:
        hour, minute = 24, 0
    if hour >= 24 or minute >= 60:  # noqa: PLR2004 (hours and minutes of a day)
        raise BadInput(f"/{column}", text, "an hour as 07:30")
    return f"{hour:02}:{minute:02}"


def parse_weekdays(text: str, column: str) -> list[int]:
    """`lundi à vendredi`, `lun, mar, jeu` or `1, 2, 4`, in order."""
    found: set[int] = set()
    for part in filter(None, _SPLIT.split(text.strip())):
        ends = [_parse_weekday(one, column) for one in _SPAN.split(part)]
        if len(ends) > 2:  # noqa: PLR2004 (a first and a last)
            raise BadInput(f"/{column}", part, "days of the week, as lundi à vendredi")
        day = ends[0]
        found.add(day)
        while day != ends[-1]:
            day = day % 7 + 1
            found.add(day)
    return sorted(found)


def _parse_weekday(word: str, column: str) -> int:
    short = normalize_column_name(word)
    for number, name in DAYS.items():
        if short == str(number) or (len(short) >= 2 and name.startswith(short)):  # noqa: PLR2004
            return number
    raise BadInput(f"/{column}", word, "days of the week, as lundi à vendredi")


def format_weekdays(days: Iterable[int]) -> str:
    """Days of the week as a cell says them."""
    told = sorted(days)
    if len(told) > 2 and all(b == a + 1 for a, b in pairwise(told)):  # noqa: PLR2004
        return f"{DAYS[told[0]]} à {DAYS[told[-1]]}"
    return ", ".join(DAYS[day] for day in told)


def parse_days(text: str, column: str) -> list[date]:
    """Days and spans of days (`02/08/2027 au 20/08/2027`), in order; a year of them at most."""
    found: set[date] = set()
    for part in filter(None, re.split(r"\s*[,;\n]\s*", text.strip())):
        ends = [read_day(one.strip(), f"/{column}", _DATE) for one in _SPAN.split(part)]
        if len(ends) > 2 or ends[-1] < ends[0]:  # noqa: PLR2004 (a first and a last)
            raise BadInput(f"/{column}", part, "a day, or two with « au » between, in order")
        length = (ends[-1] - ends[0]).days
        if len(found) + length >= _MOST_DAYS:
            raise BadInput(f"/{column}", part, "a year of days at most")
        found |= {ends[0] + timedelta(days=n) for n in range(length + 1)}
    return sorted(found)


def format_days(found: Iterable[date]) -> str | None:
    """Days as a cell says them, spans of three and more with their ends; None for none."""
    spans: list[list[date]] = []
    for day in sorted(found):
        if spans and (day - spans[-1][-1]).days == 1:
            spans[-1].append(day)
        else:
            spans.append([day])
    told = []
    for span in spans:
        if len(span) > 2:  # noqa: PLR2004 (two days are written one by one)
            told.append(f"{span[0]:%d/%m/%Y} au {span[-1]:%d/%m/%Y}")
        else:
            told += [f"{day:%d/%m/%Y}" for day in span]
    return ", ".join(told) or None


def parse_months(text: str, column: str) -> list[int]:
    """Numbers of months between commas, in order."""
    found = set()
    for one in parse_identifiers(text):
        if not one.isdecimal() or not 1 <= int(one) <= 12:  # noqa: PLR2004 (months)
            raise BadInput(f"/{column}", one, "numbers of months, as 4, 5, 9")
        found.add(int(one))
    return sorted(found)
