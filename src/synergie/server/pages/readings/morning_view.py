"""What the pages of the morning show: every text is ready to print."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from synergie.policy.readings.morning import (
    HOME,
    FlowMorning,
    Morning,
    Named,
    Tally,
    count_days_ago,
    is_undated,
    last_day,
)
from synergie.reports.readings import digest_words as words
from synergie.reports.readings.digest_words import DueNotice, Group
from synergie.schemas.freshness import FreshnessLine
from synergie.server.pages.visit import Shape, Visit
from synergie.server.pages.words import format_page_number, short_date

_MOMENT = timedelta(seconds=1)
"""A reading that ends at midnight is of the day before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesLink:
    """A series and the page of its curve."""

    key: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowView:
    """One flow as a row: state by a word and a shape, the reason, who can act."""

    name: str
    format: str
    shape: Shape
    state: str
    series: str
    limits: str
    last_reading: str
    last_file: str
    expected: str
    reason: str
    who: str
    deposit: str
    left_out: tuple[SeriesLink, ...]
    left_out_more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MorningView:
    """The home page."""

    first: str
    shape: Shape
    empty: bool
    today: tuple[Group, ...]
    later: tuple[DueNotice, ...]
    flows: tuple[FlowView, ...]
    never: tuple[SeriesLink, ...]
    never_more: str


def morning_view(visit: Visit, morning: Morning) -> MorningView:
    """*morning* in the visit's language."""
    late = morning.series.late or any(one.line.late_days for one in morning.flows)
    return MorningView(
        first=words.first_sentence(visit.lang, morning),
        shape="late" if late else _choose_tally_shape(morning.series),
        empty=not morning.flows and not morning.series.all,
        today=words.group_due_by_actor(visit.lang, morning),
        later=words.list_later_notices(visit.lang, morning),
        flows=tuple(_build_flow_view(visit, one) for one in morning.flows),
        never=_build_series_links(morning.never),
        never_more=_describe_rest(visit, morning.series.never, morning.never),
    )


def _choose_tally_shape(series: Tally) -> Shape:
    """Of what is not late: fresh where it can be said of all that was read."""
    return "fresh" if series.up_to_date and not series.undated else "plain"


def _build_flow_view(visit: Visit, one: FlowMorning) -> FlowView:
    line, say = one.line, visit.say
    nothing = say("aucune", "none")
    file = line.last_file or say("par programme", "by a program")
    came = "" if line.received_at is None else short_date(visit.lang, line.received_at)
    return FlowView(
        name=line.flow or line.id,
        format=line.id,
        shape="late" if line.late_days else "plain" if is_undated(line) else "fresh",
        state=words.state(visit.lang, line),
        series=words.describe_counts(visit.lang, one.series) if one.series.all else nothing,
        limits=words.describe_limits(visit.lang, line),
        last_reading=_describe_last_day(visit, line) or nothing,
        last_file=f"{file} ({came})",
        expected=say("sans date", "no date")
        if line.expected_by is None
        else short_date(visit.lang, line.expected_by - _MOMENT),
        reason=line.reason,
        who=line.who_can_act or "",
        deposit=f"/depot?flux={quote(line.id)}",
        left_out=_build_series_links(one.left_out_named),
        left_out_more=_describe_rest(visit, one.left_out, one.left_out_named),
    )


def _describe_last_day(visit: Visit, line: FreshnessLine) -> str:
    """The last day that holds a reading, and its age where no file is due. Empty: none."""
    if line.last_reading is None:
        return ""
    day = last_day(line.last_reading, HOME)
    told = short_date(visit.lang, day)
    if not is_undated(line):
        return told
    return f"{told} ({words.describe_days_ago(visit.lang, count_days_ago(day, visit.now, HOME))})"


def _build_series_links(some: Iterable[Named]) -> tuple[SeriesLink, ...]:
    return tuple(SeriesLink(key=key, href=f"/sites/series/{quote(name)}") for name, key in some)


def _describe_rest(visit: Visit, n: int, shown: tuple[Named, ...]) -> str:
    rest = n - len(shown)
    if rest <= 0:
        return ""
    return visit.say("et {} autres", "and {} more", format_page_number(visit.lang, rest))
