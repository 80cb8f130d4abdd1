"""What the page of a curve shows: a figure, a sentence, and the same figures in a table."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from synergie.calendar import day_of, load_time_zone
from synergie.policy.readings.morning import count_days_ago, is_undated
from synergie.reports.document import Figure, Table
from synergie.reports.figure.columns import Series
from synergie.reports.figure.lines import Lines
from synergie.reports.figure.picture import Cell, build_figure
from synergie.reports.figure.scale import mark_moments
from synergie.reports.french import MINUS
from synergie.reports.readings.curve_rows import QUALITY, Row, build_even_values, format_step_start
from synergie.reports.readings.digest_words import describe_days_ago
from synergie.reports.trust import agreement_words
from synergie.schemas.freshness import FreshnessLine
from synergie.schemas.readings.curve import CurveExtract
from synergie.schemas.trust.agreement import Granularity
from synergie.server.pages.readings.curve_figures import build_curve_figures
from synergie.server.pages.visit import Visit
from synergie.server.pages.words import format_page_number, format_quantity, short_date

MOST_ROWS = 400
"""Rows of the table; the file has all."""
PAS: dict[str, Granularity] = {
    "mesure": "raw",
    "demi-heure": "half_hour",
    "heure": "hour",
    "jour": "day",
    "mois": "month",
    "annee": "year",
}
"""What `pas` in the address may be."""
_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveView:
    """One curve over a period."""

    sentence: str
    grain: str
    figure: Figure | None
    others: tuple[Figure, ...]
    """Day by hour, and how long it is above what; empty: too short, or too coarse."""
    more: str
    fresh: str


def curve_view(
    visit: Visit, extract: CurveExtract, some: Sequence[Row], line: FreshnessLine | None
) -> CurveView:
    """*extract*, of which *some* are the steps; *line*: how fresh one's own series is."""
    there = [one.value for one in some if one.value is not None]
    rest = len(some) - MOST_ROWS
    return CurveView(
        sentence=_describe_curve(visit, extract, some, there),
        grain=visit.say(*agreement_words.GRAIN[extract.granularity]),
        others=build_curve_figures(visit, extract, some),
        figure=_build_curve_figure(visit, extract, some, there) if there else None,
        more=visit.say(
            "{} lignes de plus dans le fichier.", "{} more rows in the file.",
            format_page_number(visit.lang, rest),
        )
        if rest > 0
        else "",
        fresh=fresh_sentence(visit, extract, line),
    )  # fmt: skip


def fresh_sentence(visit: Visit, extract: CurveExtract, line: FreshnessLine | None) -> str:
    """How old the newest reading is; of one's own by the rule of its flow, and who can act."""
    last = extract.freshness.last_reading
    if last is None and extract.state is not None:
        return visit.say("Aucune période complète à ce jour.", "No whole period so far.")
    if last is None:
        return visit.say("Aucune mesure reçue à ce jour.", "No reading received yet.")
    tz = load_time_zone(extract.time_zone)
    day = day_of(last - _MOMENT, tz)
    told = visit.say("Dernière mesure : {}.", "Last reading: {}.", short_date(visit.lang, day))
    if line is not None:
        if is_undated(line):
            old = describe_days_ago(visit.lang, count_days_ago(day, visit.now, tz))
            told += " " + visit.say("Sans envoi prévu ({}).", "No due date ({}).", old)
        return " ".join(filter(None, (told, line.reason, line.who_can_act)))
    if extract.freshness.state == "late":
        told += " " + visit.say("En retard.", "Late.")
    return told


def _describe_curve(
    visit: Visit, extract: CurveExtract, some: Sequence[Row], there: Sequence[float]
) -> str:
    if not there:
        return visit.say("Pas de mesure sur cette période.", "No reading over this period.")
    least, most = min(there), max(there)
    told = visit.say(
        "De {} à {} entre le {} et le {}.",
        "From {} to {} between {} and {}.",
        _format_curve_value(visit, least, extract.unit),
        _format_curve_value(visit, most, extract.unit),
        *(short_date(visit.lang, day) for day in _get_curve_days(extract, some)),
    )
    missing = len(some) - len(there)
    if missing:
        told += " " + visit.say(
            "{} pas sans mesure.",
            "{} steps without a reading.",
            format_page_number(visit.lang, missing),
        )
    return told


def _build_curve_figure(
    visit: Visit, extract: CurveExtract, some: Sequence[Row], there: Sequence[float]
) -> Figure:
    tz = load_time_zone(extract.time_zone)
    values = build_even_values(some)
    chart = Lines(
        title=_describe_curve(visit, extract, some, there),
        steps=[""] * len(values),
        series=[Series("", tuple(Cell(one, "") for one in values))],
        marks=mark_moments(some[0].start, some[-1].end, tz),
        unit=extract.unit,
    )
    return replace(build_figure(chart, table=_build_curve_table(visit, extract, some)), file="")


def _build_curve_table(visit: Visit, extract: CurveExtract, some: Sequence[Row]) -> Table:
    heads = visit.say("Début", "Start"), visit.say("Valeur", "Value")
    return Table(
        visit.say("Valeurs", "Values"),
        (*heads, visit.say("Qualité", "Quality")),
        tuple(_build_curve_row(visit, extract, one) for one in some[:MOST_ROWS]),
        frozenset({1}),
    )


def _get_curve_days(extract: CurveExtract, some: Sequence[Row]) -> tuple[date, date]:
    tz = load_time_zone(extract.time_zone)
    return day_of(some[0].start, tz), day_of(some[-1].end - _MOMENT, tz)


def _build_curve_row(visit: Visit, extract: CurveExtract, one: Row) -> tuple[str, str, str]:
    tz = load_time_zone(extract.time_zone)
    return (
        format_step_start(visit.lang, one, tz, months=extract.granularity == "month"),
        _format_curve_value(visit, one.value, extract.unit),
        visit.say(*QUALITY[one.quality]),
    )


def _format_curve_value(visit: Visit, value: float | None, unit: str) -> str:
    """A value with as many decimals as it has; words for None."""
    if value is None:
        return format_quantity(visit.lang, None, unit)
    if unit == "Wh":
        value, unit = value / 1000, "kWh"
    text = f"{value:.12g}"
    decimals = len(text.partition(".")[2]) if "e" not in text else 3
    return format_quantity(visit.lang, value, unit, min(decimals, 6)).replace("-", MINUS)
