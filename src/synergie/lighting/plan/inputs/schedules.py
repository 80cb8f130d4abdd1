"""Schedules of today: night profiles of EclExt as far as they are in clock times, and what is told.

Times that are counted from the sun or from the middle of the night have no hour on the clock: such
a profile is set aside.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from pydantic import ValidationError

from synergie.lighting.plan._rows import set_aside
from synergie.lighting.plan.house_names import off_name
from synergie.lighting.plan.inputs import _text
from synergie.lighting.records.schedule import LightingSchedule, ScheduleSpan
from synergie.park.records.park import SetAside
from synergie.schemas.assets.night_profile import DimmingRange, NightProfile, parse_eclext_time

OFF = ("00:00", "05:30")
"""Hours without light where a point is off and no file says when [assumed]: most streets of the
Bassin de Pompey since May 2022."""
_MOST_SHIFT_MIN = 90
"""Up to how far from the sun an hour of lighting is still taken as "with the sun", minutes."""
_SPAN = re.compile(r"(\d{1,2})[:hH](\d{2})-(\d{1,2})[:hH](\d{2})", re.ASCII)


class Unclocked(ValueError):
    """A time of a profile that has no hour on the clock."""


def profiles_as_schedules(
    profiles: Mapping[str, NightProfile],
    ranges: Mapping[str, DimmingRange],
    on: date,
    aside: list[SetAside],
) -> dict[str, LightingSchedule]:
    """Name of a profile → the schedule that its lights follow by themselves on the day *on*."""
    found: dict[str, LightingSchedule] = {}
    for rank, (name, profile) in enumerate(sorted(profiles.items()), start=1):
        held = [ranges[one] for one in profile.ranges if one in ranges]
        try:
            found[name] = LightingSchedule(
                id=f"profile-{rank}",
                name=name,
                executor="luminaire",
                on_at=_parse_lighting_hour(profile.on_at, "CS"),
                off_at=_parse_lighting_hour(profile.off_at, "LS"),
                spans=tuple(
                    _build_schedule_span(one) for one in held if _is_range_in_force(one, on)
                ),
                source="EclExt ProfilNocturne",
            )
        except (Unclocked, ValidationError):
            aside.append(set_aside(name, _format_profile_times(profile, held), _text.PROFILE))
    return found


def _format_profile_times(profile: NightProfile, held: Iterable[DimmingRange]) -> str:
    times = [profile.on_at, profile.off_at, *(t for one in held for t in (one.start, one.end))]
    return " ".join(one for one in times if one)


def _parse_lighting_hour(told: str | None, sun: str) -> str | None:
    """An hour of lighting; None: with the sun."""
    if told is None:
        return None
    mark, value = parse_eclext_time(told)
    if mark == sun and abs(value) <= _MOST_SHIFT_MIN:
        return None
    return _parse_clock_time(told)


def _parse_clock_time(told: str) -> str:
    mark, value = parse_eclext_time(told)
    if mark != "HL":
        raise Unclocked(told)
    return f"{value // 60:02d}:{value % 60:02d}"


def _build_schedule_span(one: DimmingRange) -> ScheduleSpan:
    if one.value_kind != "%" and one.value:
        raise Unclocked(one.external_id)
    share = 0.0 if one.quantity == "EX" else min(one.value, 100.0) / 100
    return ScheduleSpan(
        starts=_parse_clock_time(one.start),
        ends=_parse_clock_time(one.end),
        light_share=share,
        power_share=share if one.quantity == "P" else None,
    )


def _is_range_in_force(one: DimmingRange, day: date) -> bool:
    if one.quantity == "TC":  # the colour changes, not the light
        return False
    return (one.valid_from or date.min) <= day <= (one.valid_to or date.max)


def span_of(text: str) -> tuple[str, str] | None:
    """`00:00-05:30` as two clock times. None: it is none."""
    found = _SPAN.fullmatch(text.replace(" ", ""))
    if found is None or int(found[1]) > 24 or int(found[3]) > 24 or max(  # noqa: PLR2004 (a clock)
        int(found[2]), int(found[4])
    ) > 59:  # fmt: skip  # noqa: PLR2004
        return None
    return tuple(f"{int(found[i]) % 24:02d}:{found[i + 1]}" for i in (1, 3))  # type: ignore[return-value]


def off_schedule(span: tuple[str, str], key: str, source: str) -> LightingSchedule:
    """Off between two clock times, by the clock of the cabinet."""
    starts, ends = span
    return LightingSchedule(
        id=key,
        name=off_name(starts, ends)[0],
        executor="cabinet",
        spans=(ScheduleSpan(starts=starts, ends=ends),),
        source=source,
    )
