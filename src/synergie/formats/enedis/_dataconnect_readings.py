"""The readings of a DataConnect answer: load curve, energy of each day, highest power of it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from synergie.calendar import day_bounds, load_time_zone
from synergie.errors import BadInput
from synergie.formats import _points, checks
from synergie.formats._json import Node
from synergie.formats._points import (
    Days,
    Head,
    Number,
    Points,
    build_daily_curves,
    parse_exact_number,
)
from synergie.formats.enedis import _codes, _r6x
from synergie.formats.report import Place, Report
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.quality import Quality
from synergie.schemas.series import Direction, Form, Quantity
from synergie.units import STEP_NAMES

MOST = 10**9
NO_PEAK = 65_535
SUSPECT_WATTS = 54_000
"""One and a half times 36 kVA: DataConnect tells of C5 points only (up to 36 kVA)."""

_STEPS = {f"PT{s // 60}M": s for s in STEP_NAMES} | {"PT1H": 3600}
_DIRECTIONS: dict[str, Direction] = {
    "consumption": "import", "production": "export", "cons": "import", "prod": "export",
}  # fmt: skip


class _Kind(NamedTuple):
    quantity: Quantity
    form: Form
    daily: bool


_KINDS = {
    ("power", "average"): _Kind("active_power", "mean_power", daily=False),
    ("energy", "sum"): _Kind("active_energy", "interval_energy", daily=True),
    ("power", "maximum"): _Kind("apparent_power_max", "peak", daily=True),
}


def read_answer_curves(
    reading: Node, where: str, profile: Profile, report: Report
) -> Iterator[MeterCurve]:
    """The curves of one `meter_reading`; each of `interval_reading` is a row of the report.

    BadInput when it is of no known kind; a point that is no PRM costs its readings.
    """
    told = reading.node("reading_type")
    kind = _read_kind(told)
    found = reading.fields.get("interval_reading")
    each = found if isinstance(found, list) else [found]
    base = f"{where}{reading.where}/interval_reading"
    rows: list[_Row] = [(f"{base}/{i}", one) for i, one in enumerate(each)]
    try:
        head = _build_answer_head(reading, told, kind, profile=profile, report=report)
    except BadInput as fault:
        report.refuse(where or "file", fault)
        report.refusals += max(0, len(rows) - 1)
        return
    if kind.daily:
        yield from _build_day_curves(head, rows, profile, report)
    else:
        end = reading.maybe("end")
        yield from _build_step_curves(head, rows, end=end, profile=profile, report=report)


type _Row = tuple[Place, object]


def _read_kind(told: Node) -> _Kind:
    measure, aggregate = told.text("measurement_kind"), told.text("aggregate")
    kind = _KINDS.get((measure.lower(), aggregate.lower()))
    if kind is None:
        raise BadInput(
            told.at("aggregate"), f"{measure}, {aggregate}", "average or maximum power, or energy"
        )
    return kind


def _build_answer_head(
    reading: Node, told: Node, kind: _Kind, *, profile: Profile, report: Report
) -> Head:
    code = _codes.parse_prm(reading.text("usage_point_id"), reading.at("usage_point_id"))
    way = reading.maybe("flow_direction") or told.maybe("flow_direction") or ""
    direction = _DIRECTIONS.get(way.lower()) or profile.direction
    if direction is None:
        report.note("the file does not say drawn or fed in: read as drawn")
    return Head(
        supply_point=f"prm:{code}",
        quantity=kind.quantity,
        unit=_r6x.parse_unit(told.maybe("unit"), kind.quantity, told.at("unit")),
        form=kind.form,
        direction=direction or "import",
        provenance=profile.provenance or _codes.derive_provenance(code),
    )


def _build_day_curves(
    head: Head, rows: list[_Row], profile: Profile, report: Report
) -> Iterator[MeterCurve]:
    days, peak = Days(), head.form == "peak"
    for place, row in rows:
        try:
            node = Node.of(row)
            text, value = node.text("date"), _parse_value(node.maybe("value"))
            moment = peak and " " in text  # a peak has the time at which it was reached
            day = _r6x.time(text, "/date").date() if moment else _r6x.parse_civil_day(text, "/date")
        except BadInput as fault:
            report.refuse(place, fault)
            continue
        if peak and value == NO_PEAK:
            report.find(checks.SENTINEL, place=place)
            value = None
        days.add(day, value, _codes.derive_quality(node.maybe("measure_type")), place)
    yield from build_daily_curves(head, days, time_zone=profile.time_zone, report=report)


class _Reading(NamedTuple):
    """One point of a load curve."""

    place: Place
    time: datetime
    value: Number
    step: int | None
    """Seconds. None: not told."""
    nature: str | None


def _build_step_curves(
    head: Head, rows: list[_Row], *, end: str | None, profile: Profile, report: Report
) -> Iterator[MeterCurve]:
    found = list(_parse_readings(rows, report))
    places = [one.place for one in found]
    moments = _r6x.resolve_instants([one.time for one in found], places, profile.time_zone, report)
    points, steps = Points(), list[int | None]()
    for one, moment in zip(found, moments, strict=True):
        if moment is not None:
            points.add(moment, one.value, _derive_reading_quality(one, head, report), one.place)
            steps.append(one.step)
    told = [step for step in steps if step is not None]
    if points.stamps:
        _note_missing_last_step(points, told, end, profile=profile, report=report)
        known: int | list[int] | None = told if len(told) == len(steps) else None
        if told and set(steps) == {told[0]}:
            known = told[0]
        side = profile.stamp or "end"
        yield from _points.build_stamped_curves(head, points, side=side, steps=known, report=report)


def _derive_reading_quality(one: _Reading, head: Head, report: Report) -> Quality:
    """From the nature, worse for a power that no C5 point can draw."""
    most = SUSPECT_WATTS / 1000 if head.unit == "kW" else SUSPECT_WATTS
    if one.value is not None and head.quantity == "active_power" and one.value > most:
        power = f"{one.value} {head.unit}"
        report.find(checks.POWER_OVER_SUBSCRIBED, power, "36 kVA", place=one.place)
        return "suspect"
    return _codes.derive_quality(one.nature)


def _parse_readings(rows: list[_Row], report: Report) -> Iterator[_Reading]:
    for place, row in rows:
        try:
            node = Node.of(row)
            yield _Reading(
                place,
                _r6x.time(node.text("date"), "/date"),
                _parse_value(node.maybe("value")),
                _parse_step(node.maybe("interval_length")),
                node.maybe("measure_type"),
            )
        except BadInput as fault:
            report.refuse(place, fault)


def _note_missing_last_step(
    points: Points, steps: list[int], end: str | None, *, profile: Profile, report: Report
) -> None:
    """Tells of the step that ends at midnight when this answer lacks it."""
    if end is None or not steps:
        return
    try:
        midnight = day_bounds(_r6x.parse_civil_day(end, "/end"), load_time_zone(profile.time_zone))[
            0
        ]
    except BadInput:
        return  # only a remark hangs on it
    if datetime.fromtimestamp(max(points.stamps) + steps[-1], UTC) == midnight:
        report.note("the step that ends at midnight of {} comes with the next answer", end)


def _parse_value(text: str | None) -> Number:
    """None for null or a blank: not measured, which is not zero."""
    if text is None or text == "null":
        return None
    found = parse_exact_number(text, "/value", "a number of at least 0, or null", most=MOST)
    if found < 0:
        raise BadInput("/value", text, "a number of at least 0, or null")
    return found


def _parse_step(text: str | None) -> int | None:
    if text is None:
        return None
    seconds = _STEPS.get(text.upper())
    if seconds is None:
        raise BadInput("/interval_length", text, "PT5M, PT10M, PT15M, PT30M or PT60M")
    return seconds
