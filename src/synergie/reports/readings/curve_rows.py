"""A curve as rows that people read: local times, the repeated hour named, what is missing said."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds, day_of, load_time_zone
from synergie.calendar.civil import month_bounds
from synergie.reports import french
from synergie.schemas.readings.curve import CurveExtract, CurveRun
from synergie.schemas.readings.quality import Quality
from synergie.units import STEP_SECONDS, Step

type Lang = Literal["fr", "en"]

QUALITY: dict[Quality, tuple[str, str]] = {
    "measured": ("mesuré", "measured"),
    "validated": ("validé", "validated"),
    "corrected": ("corrigé", "corrected"),
    "estimated": ("estimé", "estimated"),
    "suspect": ("douteux", "suspect"),
    "reconstructed": ("reconstitué", "reconstructed"),
    "partial": ("en partie", "partial"),
    "missing": ("pas de mesure", "no reading"),
}
_MOST_DRAWN = 150_000
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Row:
    """One step: from when to when, its value (None: no reading) and how good it is."""

    start: datetime
    end: datetime
    value: float | None
    quality: Quality


def iterate_curve_rows(extract: CurveExtract) -> Iterator[Row]:
    """The steps of *extract* in order of time."""
    tz = load_time_zone(extract.time_zone)
    for run in extract.runs:
        told = _expand_qualities(run)
        bounds = _compute_step_bounds(run.start, run.step, len(run.values), tz)
        for index, value in enumerate(run.values):
            quality = told[index] if told else _infer_quality(value)
            yield Row(bounds[index], bounds[index + 1], value, quality)


def build_even_values(some: Sequence[Row]) -> list[float | None]:
    """*some* as equal steps, holes as gaps: what a figure draws."""
    if not some:
        return []
    base = min((one.end - one.start).total_seconds() for one in some)
    span = (some[-1].end - some[0].start).total_seconds()
    if span / base > _MOST_DRAWN:
        base = span / _MOST_DRAWN
    values: list[float | None] = []
    at = some[0].start
    for one in some:
        values += [None] * round((one.start - at).total_seconds() / base)
        values += [one.value] * max(1, round((one.end - one.start).total_seconds() / base))
        at = one.end
    return values


def format_step_start(lang: Lang, one: Row, tz: ZoneInfo, *, months: bool = False) -> str:
    """The start of a step in local time; a day or a month by its name; the repeated hour told."""
    local = one.start.astimezone(tz)
    seconds = (one.end - one.start).total_seconds()
    if months or seconds > 3 * _DAY_S:
        return f"{local:%m/%Y}" if lang == "fr" else f"{local:%b %Y}"
    day = french.short_date(local.date()) if lang == "fr" else f"{local.day} {local:%b %Y}"
    if seconds > _DAY_S / 2:
        return day
    return f"{day} {_format_step_hour(lang, one.start, tz)}"


def _format_step_hour(lang: Lang, at: datetime, tz: ZoneInfo) -> str:
    told = french.format_hour(at, tz)
    if lang == "fr":
        return told
    season = " (winter time)" if "hiver" in told else " (summer time)" if "(" in told else ""
    return f"{at.astimezone(tz):%H:%M}{season}"


def render_spreadsheet(extract: CurveExtract, some: Sequence[Row]) -> bytes:
    """*some* as French spreadsheets read it: semicolons, decimal comma, UTF-8 with BOM, CRLF.

    Local times with their offset in UTC, so that the repeated hour is told apart; the newest
    reading on each row, so that the age of the data goes with them.
    """
    out = io.StringIO()
    write = csv.writer(out, delimiter=";", lineterminator="\r\n")
    tz = load_time_zone(extract.time_zone)
    last = extract.freshness.last_reading
    newest = "" if last is None else _format_local_stamp(last, tz)
    write.writerow(("debut", "fin", "valeur", "unite", "qualite", "ecart_utc", "derniere_mesure"))
    for one in some:
        write.writerow(
            (
                _format_local_stamp(one.start, tz),
                _format_local_stamp(one.end, tz),
                "" if one.value is None else f"{one.value:.12g}".replace(".", ","),
                extract.unit,
                QUALITY[one.quality][0],
                f"{one.start.astimezone(tz):%z}",
                newest,
            )
        )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _format_local_stamp(at: datetime, tz: ZoneInfo) -> str:
    return f"{at.astimezone(tz):%d/%m/%Y %H:%M}"


def _expand_qualities(run: CurveRun) -> list[Quality] | None:
    if run.quality is None:
        return None
    return [one.quality for one in run.quality for _ in range(one.n)]


def _infer_quality(value: float | None) -> Quality:
    return "missing" if value is None else "measured"


def _compute_step_bounds(start: datetime, step: Step, n: int, tz: ZoneInfo) -> list[datetime]:
    """The bounds of *n* steps from *start*: n + 1 of them."""
    seconds = STEP_SECONDS.get(step)
    if seconds is not None:
        return [start + timedelta(seconds=seconds * i) for i in range(n + 1)]
    found, at = [start], start
    for _ in range(n):
        at = _compute_next_bound(day_of(at, tz), step, tz)
        found.append(at)
    return found


def _compute_next_bound(day: date, step: Step, tz: ZoneInfo) -> datetime:
    match step:
        case "P1D":
            return day_bounds(day, tz)[1]
        case "P1M":
            return month_bounds(day, tz)[1]
        case _:
            return month_bounds(day.replace(month=12), tz)[1]
