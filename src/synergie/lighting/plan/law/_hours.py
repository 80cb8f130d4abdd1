"""Hours of article 2: how long each installation must be dark, and which schedules leave it so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from synergie.lighting.records.lit_area import AreaKind, Derogation, LitArea
from synergie.lighting.records.schedule import LightingSchedule, ScheduleSpan, Weekday
from synergie.schemas.assets.light_point import LightUsage

# Whether a schedule leaves a stretch of the night dark, every night of the year.

DAY, NOON = 1440, 720
type Stretch = tuple[int, int]
"""Minutes since the noon before the night, half-open: 780 is 01:00, 1440 the noon after it."""
_WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday.__value__)
_LEAP = date(2024, 1, 1)


def is_dark(
    schedule: LightingSchedule, stretch: Stretch, derogation: Derogation | None = None
) -> bool:
    """Whether no light is planned within *stretch*, on any night that *derogation* does not name.

    Light on detection of presence is no planned light (article 2 lets it be adapted). Twilight is
    left aside: the whole stretch counts as night.
    """
    start, end = max(0, stretch[0]), min(DAY, stretch[1])
    if schedule.on_at is not None:
        start = max(start, count_night_minutes(parse_clock(schedule.on_at)))
    if schedule.off_at is not None:
        end = min(end, count_night_minutes(parse_clock(schedule.off_at)))
    if start >= end:
        return True
    dark = [span for span in schedule.spans if span.light_share == 0]
    return all(
        _is_covered(_list_dark_stretches(dark, evening), start, end)
        for evening in _iterate_test_evenings(dark, derogation)
        if derogation is None or not _is_within(evening[0], derogation.from_day, derogation.to_day)
    )


def parse_clock(clock: str) -> int:
    """Minutes since midnight."""
    hours, minutes = clock.split(":")[:2]
    return 60 * int(hours) + int(minutes)


def count_night_minutes(minute: int) -> int:
    """Minutes since noon of a minute of the day, so that a night is one stretch."""
    return (minute - NOON) % DAY


def _list_dark_stretches(
    spans: Sequence[ScheduleSpan], evening: tuple[str, Weekday]
) -> list[Stretch]:
    day, weekday = evening
    found: list[Stretch] = []
    for span in spans:
        if span.evenings and weekday not in span.evenings:
            continue
        if _is_within(day, span.from_day, span.to_day):
            start, end = (
                count_night_minutes(parse_clock(clock)) for clock in (span.starts, span.ends)
            )
            found.append((start, end if end > start else end + DAY))
    return sorted(found)


def _is_within(day: str, from_day: str | None, to_day: str | None) -> bool:
    first, last = from_day or "01-01", to_day or "12-31"
    return first <= day <= last if first <= last else day >= first or day <= last


def _is_covered(stretches: Sequence[Stretch], start: int, end: int) -> bool:
    for first, last in stretches:
        if first > start:
            break
        start = max(start, last)
    return start >= end


def _iterate_test_evenings(
    spans: Sequence[ScheduleSpan], derogation: Derogation | None
) -> Iterator[tuple[str, Weekday]]:
    """Evenings that stand for all: the days about each change, every day of the week."""
    days = {"01-01"}
    for one in (*spans, *(() if derogation is None else (derogation,))):
        for told in (one.from_day, one.to_day):
            if told is not None:
                days |= {_shift_month_day(told, by) for by in (-1, 0, 1)}
    yield from ((day, weekday) for day in sorted(days) for weekday in _WEEKDAYS)


def _shift_month_day(day: str, by: int) -> str:
    month, rest = day.split("-")
    found = min(int(rest), 29) if month == "02" else int(rest)
    last = 30 if month in {"04", "06", "09", "11"} else 31
    moved = _LEAP.replace(month=int(month), day=min(found, last)) + timedelta(days=by)
    return f"{moved:%m-%d}"


type Verdict = Literal["kept", "broken", "unknown"]

SUNSET_DEG = -0.833
"""Altitude of the middle of the sun at sunset: half its width and refraction (NOAA)."""
_FIRST, _ONE, _LAST = 7 * 60, 25 * 60, 5 * 60
"""07:00; 01:00 of the night that began the day before; 05:00, where no text says when light may
come back: a park at unknown hours is surely closed by then, and no more is asked of works."""
_NEVER: Stretch = (DAY, DAY)
_ALL: Stretch = (0, DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursRule:
    """What article 2 asks of one kind of installation."""

    key: str
    """The rule."""
    after: int
    """Minutes of light after the activity ends; without meaning where `by_activity` is false."""
    by_activity: bool = True
    """Whether hours of the activity are needed."""
    at_least: int | None = None
    """Minute of the day, counted on past midnight, until which light is lawful whatever the
    activity. None: there is none."""
    morning: int | None = _FIRST
    """Minute of the day at which light may come back, or an hour before the activity if that is
    earlier. None: not before the next evening."""
    sunset: bool = False
    """Whether light may begin at sunset at the earliest."""


HOURS: Mapping[AreaKind, HoursRule] = {
    "closed-site": HoursRule(key="hours-site", after=60),
    "heritage": HoursRule(
        key="hours-heritage", after=0, by_activity=False, at_least=_ONE, morning=None, sunset=True
    ),
    "garden": HoursRule(
        key="hours-heritage", after=0, by_activity=False, at_least=_ONE, morning=None, sunset=True
    ),
    "closing-garden": HoursRule(key="hours-garden", after=60, morning=None, sunset=True),
    "facade": HoursRule(
        key="hours-facade", after=0, by_activity=False, at_least=_ONE, morning=None, sunset=True
    ),
    "office": HoursRule(key="hours-office", after=60),
    "window": HoursRule(key="hours-window", after=60, at_least=_ONE),
    "car-park": HoursRule(key="hours-car-park", after=120, sunset=True),
    "works": HoursRule(key="hours-works", after=60, morning=_LAST),
}
"""By kind; streets and what is not named have no legal hour (an order of the mayor sets one)."""

CANDIDATES: Mapping[LightUsage, tuple[AreaKind, ...]] = {
    "A": ("street",),
    "B1": ("heritage", "garden", "closing-garden"),
    "B2": ("heritage", "garden", "closing-garden"),
    "B3": ("heritage", "garden", "closing-garden"),
    "B4": ("heritage", "garden", "closing-garden"),
    "D": ("facade", "office", "window"),
    "E": ("car-park",),
    "G": ("works",),
    "C": ("other",), "F": ("other",), "PU": ("other",), "IN": ("other",), "AU": ("other",),
}  # fmt: skip
"""Kinds that a luminaire of a category may be of, while its area does not say which. Category a of
an inventory of public lighting is a street: sites that close are told as areas."""
_BARE = LitArea(id="bare", source="-")


def judge_hours(
    schedule: LightingSchedule | None, area: LitArea | None, usage: LightUsage | None, day: date
) -> tuple[Verdict, str | None]:
    """Whether *schedule* keeps article 2 on *day*, and the rule where it does not.

    What is not known is never kept: a kind, hours of an activity, the schedule. Several kinds that
    are possible must all say the same.
    """
    kinds = list_possible_kinds(area, usage)
    bound = [HOURS[kind] for kind in kinds if kind in HOURS]
    if kinds and not bound:
        return "kept", None
    if not kinds or schedule is None:
        return "unknown", None
    each = [(_judge_kind(schedule, area or _BARE, rule, day), rule.key) for rule in bound]
    verdicts = {verdict for verdict, _ in each}
    if len(verdicts) > 1 or len(bound) < len(kinds):
        return "unknown", None
    verdict, key = each[0]
    return verdict, key if verdict == "broken" else None


def list_possible_kinds(area: LitArea | None, usage: LightUsage | None) -> tuple[AreaKind, ...]:
    """What a luminaire may be of. Empty: nothing is known of it."""
    if area is not None and area.kind is not None:
        return (area.kind,)
    return () if usage is None else CANDIDATES.get(usage, ())


def list_missing_hours(
    schedule: LightingSchedule | None, area: LitArea | None, usage: LightUsage | None
) -> tuple[str, ...]:
    """Names of the facts without which hours cannot be judged."""
    kinds = list_possible_kinds(area, usage)
    missing = [] if schedule is not None else ["schedule"]
    if len(kinds) != 1:
        return (*missing, "area_kind" if usage is not None else "usage")
    rule = HOURS.get(kinds[0])
    if rule is None or not rule.by_activity:
        return tuple(missing)
    told = area or _BARE
    missing += [] if told.closes is not None else ["closes"]
    missing += [] if told.opens is not None or rule.morning is None else ["opens"]
    return tuple(missing)


def _judge_kind(schedule: LightingSchedule, area: LitArea, rule: HoursRule, day: date) -> Verdict:
    leave = area.derogation
    if leave is not None and not leave.signed_on <= day <= leave.until:
        leave = None
    if area.is_adapted or (leave is not None and {leave.from_day, leave.to_day} == {None}):
        return "kept"
    if rule.sunset and schedule.lit_below_deg > SUNSET_DEG:
        return "broken"
    most, least = compute_dark_stretches(rule, area)
    if is_dark(schedule, most, leave):
        return "kept"
    return "unknown" if is_dark(schedule, least, leave) else "broken"


def compute_dark_stretches(rule: HoursRule, area: LitArea) -> tuple[Stretch, Stretch]:
    """The longest stretch that may have to be dark, and the one that surely has to be.

    Both are the same where the hours of the activity are known, or none are needed.
    """
    if not rule.by_activity:
        fixed = ((rule.at_least or 0) - NOON, DAY)
        return fixed, fixed
    if rule.morning is None:
        return _compute_closing_stretches(rule, area)
    opens, closes = (
        None if clock is None else parse_clock(clock) for clock in (area.opens, area.closes)
    )
    if opens is not None and opens == closes:
        return _NEVER, _NEVER
    on = rule.morning if opens is None else min(rule.morning, opens - 60)
    if closes is None:
        off = NOON if rule.at_least is None else rule.at_least
        return (off - NOON, on + DAY - NOON), _NEVER
    closes += DAY if closes < (NOON if opens is None else opens) else 0
    off = max(rule.at_least or 0, closes + rule.after)
    sure = off - NOON, on + DAY - NOON
    return sure, sure if opens is not None else _NEVER


def _compute_closing_stretches(rule: HoursRule, area: LitArea) -> tuple[Stretch, Stretch]:
    """A park that closes: dark from an hour after it until the next evening."""
    if area.closes is None:
        return _ALL, (_LAST + DAY - NOON, DAY)
    closes = parse_clock(area.closes)
    sure = (closes + rule.after + (DAY if closes < NOON else 0) - NOON, DAY)
    return sure, sure
