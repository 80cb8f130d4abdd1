"""Curve of a Spanish delivery point (CUPS) as Datadis answers it, JSON, both versions of its API.

Energies in kWh by hours or quarters; times are local labels at the end of the step (manual of the
private API, June 2023, and real answers). What is generated or consumed behind the meter is no
exchange with the network, and is passed over.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import BinaryIO, Final
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds, load_time_zone
from synergie.errors import BadInput, TooLarge, Words
from synergie.formats import checks
from synergie.formats._json import Node, items
from synergie.formats._points import (
    Head,
    Number,
    Points,
    build_stamped_curves,
    parse_exact_number,
    resolve_label_times,
)
from synergie.formats.format import Format, Sample
from synergie.formats.report import Place, Report
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.quality import Quality
from synergie.schemas.series import Direction

# Hours of Spanish days, whose labels mark the end of the step: 01:00 to 24:00.
#
# On the days of the clock change distributors differ. Seen or reported: 23 rows in March without
# 02:00, or numbered 01:00 to 23:00; in October 02:00 or 03:00 twice, or numbered to 25:00, or 24
# rows whose 02:00 holds both hours (that one tells no instant: it is refused). One distributor
# stamped starts, 00:00 to 23:00, for a while.

A_DAY = 1440
"""Minutes of an ordinary day."""
_HOUR = 60


@dataclass(slots=True)
class Row:
    """One reading as it is told."""

    minutes: int
    """Label: minutes after the midnight before; 1440 is 24:00, 1500 is 25:00."""
    drawn: Number
    fed_in: Number
    quality: Quality
    place: Place


@dataclass(slots=True)
class Day:
    """Rows of one civil day, in file order."""

    day: date
    rows: list[Row] = field(default_factory=list)

    def step(self) -> int:
        """Minutes of each step: hours, or halves or quarters when a label is one."""
        if any(row.minutes % 30 for row in self.rows):
            return 15
        return 30 if any(row.minutes % _HOUR for row in self.rows) else _HOUR

    def counted(self, tz: ZoneInfo) -> list[int] | None:
        """Epoch seconds of the end of each row, when their number or numbering tells them.

        So on a day of the clock change whose rows are all there, in order, however it labels
        them; and whenever they are numbered to 25:00. None: the labels must tell.
        """
        low, high = (int(moment.timestamp()) for moment in day_bounds(self.day, tz))
        labels = [row.minutes for row in self.rows]
        if max(labels) > A_DAY:
            return [low + 60 * minutes for minutes in labels]
        step = 60 * self.step()
        n = (high - low) // step
        if high - low == 60 * A_DAY or len(labels) != n or not _is_forward(labels):
            return None
        return [low + step * (i + 1) for i in range(n)]

    def labels(self) -> list[datetime]:
        """Naive local time of the end of each row."""
        midnight = datetime.combine(self.day, datetime.min.time())
        later = self.step() if self.starts else 0
        return [midnight + timedelta(minutes=row.minutes + later) for row in self.rows]

    @property
    def starts(self) -> bool:
        """Whether the labels mark starts: the day has 00:00 and no 24:00."""
        labels = {row.minutes for row in self.rows}
        return 0 in labels and A_DAY not in labels


def _is_forward(labels: Sequence[int]) -> bool:
    """Whether labels go forward, but for the hour when clocks go back."""
    return all(b >= a or a - b <= _HOUR for a, b in pairwise(labels))


def in_bounds(one: date) -> bool:
    """Whether meters read on that day at all: no overflow of a calendar."""
    return datetime(1990, 1, 1, tzinfo=UTC).date() <= one <= datetime(2200, 1, 1, tzinfo=UTC).date()


NAME = "datadis"
LIST = "timeCurve"
"""Member of the second version that holds the rows; the first version is a bare list."""
MAX_HELD = 2_000_000
"""Rows of one file."""

_DEFAULT_ZONE: Final = Profile().time_zone
_DATE = re.compile(r"(\d{4})[/-](\d\d)[/-](\d\d)", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):([0-5]\d)", re.ASCII)
_MOST_MINUTES = 25 * 60
_QUARTER = 15
_METHODS: Final[dict[str, Quality]] = {
    "": "measured", "real": "measured", "estimada": "estimated", "estimated": "estimated",
}  # fmt: skip

_CUPS = "a CUPS: 1 to 33 letters and digits"
_DAY = "a date as 2026/10/25"
_LABEL = "a time at the end of a quarter or an hour, 00:15 to 24:00, as 01:00"
_ENERGY = "an energy in kWh, zero or more, at most 6 decimals, or null"
_CURVE = "a list of readings of Datadis, or an object with one (timeCurve)"


def sniff(sample: Sample) -> float:
    """1.0 for JSON with the names that Datadis gives to a reading."""
    start = sample.start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    named = b'"consumptionKWh"' in sample.start and b'"cups"' in sample.start
    return float(start in (b"[", b"{") and named)


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[MeterCurve], Report]:
    """Curves of what each point draws, and of what it feeds in when that is not always zero.

    Local times are those of Europe/Madrid, or of *profile*'s zone when that is another than its
    default (Atlantic/Canary). BadInput: no readings of Datadis.
    """
    report = Report()
    return _read_datadis_curves(source, profile, report), report


def _read_datadis_curves(
    source: BinaryIO, profile: Profile, report: Report
) -> Iterator[MeterCurve]:
    points: dict[str, dict[date, Day]] = {}
    n, strange, seen = 0, False, False
    for place, value in items(source, LIST):
        seen = True
        above, _, last = str(place).rpartition("/")
        if isinstance(place, int) or above not in {"", f"/{LIST}"} or not last.isdecimal():
            strange = strange or isinstance(place, int) or last not in _BESIDE
            if last == "distributorError" and value:
                report.note("the distributor answered with an error: the curve may be short")
            continue
        n += 1
        if n > MAX_HELD:
            raise TooLarge(MAX_HELD, "rows")
        try:
            node = Node.of(value)
            key, day = _parse_cups(node), _parse_day(node)
            row = _parse_row(node, str(place), report)
        except BadInput as fault:
            report.refuse(place, fault)
            continue
        points.setdefault(key, {}).setdefault(day, Day(day)).rows.append(row)
    if not n and (strange or not (seen or _is_list(source))):
        raise BadInput("document", Words("JSON of another kind"), _CURVE)
    for key, days in points.items():
        yield from _build_point_curves(key, list(days.values()), profile, report)


def _is_list(source: BinaryIO) -> bool:
    """Whether the document is a list: an empty one is an answer without readings."""
    source.seek(0)
    return source.read(64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")


_BESIDE: Final = {LIST, "distributorError"}


def _parse_cups(node: Node) -> str:
    cups = node.text("cups")
    code = re.sub(r"[ -]", "", cups)
    if not re.fullmatch(r"[0-9A-Za-z]{1,33}", code, re.ASCII):
        raise BadInput("/cups", cups, _CUPS, checks.BAD_IDENTIFIER.code)
    return f"other:{code}"


def _parse_day(node: Node) -> date:
    text = node.text("date")
    found = _DATE.fullmatch(text)
    try:
        day = date.fromisoformat("-".join(found.groups())) if found else None
    except ValueError as error:
        raise BadInput("/date", text, _DAY) from error
    if day is None or not in_bounds(day):
        raise BadInput("/date", text, _DAY)
    return day


def _parse_row(node: Node, place: str, report: Report) -> Row:
    text = node.text("time")
    found = _TIME.fullmatch(text)
    minutes = 60 * int(found[1]) + int(found[2]) if found else -1
    if not 0 <= minutes <= _MOST_MINUTES or minutes % _QUARTER:
        raise BadInput("/time", text, _LABEL)
    method = node.maybe("obtainMethod") or ""
    quality = _METHODS.get(method.casefold())
    if quality is None:
        report.note("obtainMethod {} is not known; taken as measured", method)
    elif quality == "estimated":
        report.find(checks.ESTIMATED)
    for name in ("generationEnergyKWh", "selfConsumptionEnergyKWh"):
        if _parse_energy(node, name):
            report.note("{} is no exchange with the network: passed over", name)
    drawn, fed_in = _parse_energy(node, "consumptionKWh"), _parse_energy(node, "surplusEnergyKWh")
    return Row(minutes, drawn, fed_in, quality or "measured", place)


def _parse_energy(node: Node, name: str) -> Number:
    text = node.maybe(name)
    if text is None:
        return None
    plain = text.rstrip("0").rstrip(".") if "." in text else text
    value = parse_exact_number(plain, f"/{name}", _ENERGY)
    if value < 0:
        raise BadInput(f"/{name}", text, _ENERGY, checks.NEGATIVE_ENERGY.code)
    return value


def _build_point_curves(
    key: str, days: list[Day], profile: Profile, report: Report
) -> Iterator[MeterCurve]:
    """The curves of one point; the rows are counted once, with what is drawn."""
    rows, stamps, steps = _resolve_rows(days, profile, report)
    provenance = profile.provenance or "partner"
    sides: list[tuple[Direction, Callable[[Row], Number]]] = [("import", lambda row: row.drawn)]
    if any(row.fed_in for row in rows):
        sides.append(("export", lambda row: row.fed_in))
    for direction, value in sides:
        head = Head(
            supply_point=key,
            quantity="active_energy",
            unit="kWh",
            form="interval_energy",
            direction=direction,
            provenance=provenance,
        )
        told = report if direction == "import" else Report()
        column = Points()
        for row, stamp in zip(rows, stamps, strict=True):
            column.add(stamp, value(row), row.quality, row.place)
        yield from build_stamped_curves(head, column, side="end", steps=list(steps), report=told)
        if told is not report:
            report.gaps += told.gaps


def _resolve_rows(
    days: list[Day], profile: Profile, report: Report
) -> tuple[list[Row], list[int], list[int]]:
    """The rows that have an instant, with the end of their step (epoch) and its length, seconds."""
    name = "Europe/Madrid" if profile.time_zone == _DEFAULT_ZONE else profile.time_zone
    tz = load_time_zone(name)
    known = [day.counted(tz) for day in days]
    bare = [day for day, stamps in zip(days, known, strict=True) if stamps is None]
    if any(day.starts for day in bare):
        report.note("days with 00:00 and without 24:00: their labels were read as starts")
    labels = [label for day in bare for label in day.labels()]
    places = [row.place for day in bare for row in day.rows]
    found = iter(resolve_label_times(labels, places, name, report))
    rows, ends, steps = list[Row](), list[int](), list[int]()
    for day, stamps in zip(days, known, strict=True):
        for i, row in enumerate(day.rows):
            end = next(found) if stamps is None else stamps[i]
            if end is not None:
                rows.append(row)
                ends.append(end)
                steps.append(60 * day.step())
    return rows, ends, steps


FORMAT = Format(name=NAME, title="Datadis curve (JSON)", sniff=sniff, read=read)
