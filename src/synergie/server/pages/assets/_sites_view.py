"""What the pages of sites show: every text is ready to print."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol
from urllib.parse import quote, urlencode

from synergie.calendar import load_time_zone
from synergie.exchange.assets.holdings import HoldingSeries, MonthSum, PointLine, SiteLine, Summary
from synergie.policy.readings.morning import Ages, count_days_ago, is_undated, last_day
from synergie.reports.document import Figure
from synergie.reports.explore import UNKNOWN, Field
from synergie.reports.figure.columns import Columns, Series
from synergie.reports.figure.picture import Cell, Quality, build_figure
from synergie.reports.figure.scale import MONTHS
from synergie.reports.readings.digest_words import UNDATED, describe_ages
from synergie.schemas.freshness import FreshnessLine, FreshnessState
from synergie.server.pages.visit import MARK, Shape, Visit
from synergie.server.pages.words import (
    format_energy,
    format_page_number,
    format_percent,
    short_date,
)

STATE: dict[FreshnessState, tuple[Shape, str, str]] = {
    "up_to_date": ("fresh", "à jour", "up to date"),
    "late": ("late", "en retard", "late"),
    "never_received": ("plain", "jamais reçue", "never received"),
}
USAGE = {
    "building": ("bâtiment", "building"),
    "public_lighting": ("éclairage public", "public lighting"),
    "water": ("eau", "water"),
    "charging": ("recharge", "charging"),
    "other": ("autre", "other"),
}
QUANTITY: dict[str, tuple[str, str]] = {
    "active_power": ("puissance", "power"),
    "active_energy": ("énergie", "energy"),
    "reactive_inductive": ("réactif, inductif", "reactive, inductive"),
    "reactive_capacitive": ("réactif, capacitif", "reactive, capacitive"),
    "apparent_power_max": ("puissance apparente maximale", "highest apparent power"),
    "voltage": ("tension", "voltage"),
    "gas_volume": ("volume de gaz", "gas volume"),
    "gas_energy": ("énergie de gaz", "gas energy"),
    "operating_time": ("durée de fonctionnement", "operating time"),
    "overrun_time": ("durée de dépassement", "overrun time"),
}
FORM: dict[str, tuple[str, str]] = {
    "mean_power": ("moyenne par pas", "mean of each step"),
    "interval_energy": ("énergie par pas", "energy of each step"),
    "register_index": ("index", "register index"),
    "period_energy": ("énergie par période", "energy of each period"),
    "peak": ("pointe", "peak"),
}

_BILLED = ("connu par factures ou relevés", "known by bills or index readings")
_CURVES = ("courbes", "curves")


@dataclass(frozen=True, slots=True, kw_only=True)
class StateView:
    """A state by a word and a shape."""

    mark: str
    word: str
    code: str = ""
    """Its name in an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointView:
    """One delivery point as a row of a list."""

    key: str
    href: str
    site: str
    site_href: str
    usage: str
    energy: str
    state: StateView
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesView:
    """One series of a point, how fresh it is, and who can mend it."""

    name: str
    href: str
    state: StateView
    last: str
    reason: str
    who: str


def first_sentence(visit: Visit, told: Summary) -> str:
    """Total of the last full year, number of points, share without any reading."""
    say, lang = visit.say, visit.lang
    if not told.points:
        return say(
            "Aucun site visible pour vous. Demandez un accord, ou déposez un premier fichier.",
            "No site that you can see. Ask for an agreement, or deposit a first file.",
        )
    energy = told.energy
    parts = [
        say(
            "{} en {}. Points mesurés : {} sur {}.",
            "{} in {}. Measured points: {} of {}.",
            format_energy(lang, energy.wh / 1000 if energy.points else None),
            told.year,
            format_page_number(lang, energy.points),
            format_page_number(lang, told.points),
        ),
        say(
            "{} des points sont sans aucune mesure ni facture.",
            "{} of the points have neither a reading nor a bill.",
            format_percent(lang, Decimal(told.unread) / told.points),
        ),
    ]
    if told.billed:
        billed = say(
            "Points connus par leurs seules factures ou leurs seuls relevés d'index : {} ; ce "
            "total ne les compte pas.",
            "Points known by their bills or index readings alone: {}; this total does not count "
            "them.",
            format_page_number(lang, told.billed),
        )
        parts.insert(1, billed)
    if energy.partial:
        parts.append(
            say(
                "Points dont une partie de l'année manque : {}.",
                "Points of which a part of the year is missing: {}.",
                format_page_number(lang, energy.partial),
            )
        )
    if energy.waiting:
        parts.append(
            say(
                "Séries qui restent à compter : {} ; rechargez la page dans un instant.",
                "Series that are still to be counted: {}; load the page again in a moment.",
                format_page_number(lang, energy.waiting),
            )
        )
    return " ".join(parts)


def point_view(visit: Visit, line: PointLine) -> PointView:
    """*line* as a row."""
    point, lang = line.point, visit.lang
    last = _find_last_day(line)
    energy = format_energy(lang, None if line.wh is None else line.wh / 1000)
    if line.wh is not None and not line.whole:
        energy = visit.say("{} (année incomplète)", "{} (part of the year)", energy)
    if line.by_bills:
        energy = visit.say("{}, d'après factures ou relevés", "{}, by bills or indexes", energy)
    return PointView(
        key=point.key,
        href=f"/sites/points/{quote(point.id)}",
        site=point.site_name or visit.say("sans site", "no site"),
        site_href="" if point.site is None else f"/sites/{quote(point.site)}",
        usage=visit.say(*USAGE[point.usage]) if point.usage else visit.say("inconnu", "not known"),
        energy=energy,
        state=_find_worst_state(visit, line),
        last=short_date(lang, last) if last else _no_curve(visit, line),
    )


def _no_curve(visit: Visit, line: PointLine) -> str:
    if line.point.told:
        return visit.say("pas de courbe", "no curve")
    return visit.say("pas de mesure", "no reading")


def list_point_fields(visit: Visit) -> list[Field[PointLine]]:
    """What the table of points can show, sort and filter by."""
    say = visit.say
    states: dict[str, str] = {name: say(*words) for name, (_, *words) in STATE.items()}
    states |= {"undated": say(*UNDATED), "billed": say(*_BILLED)}

    def see(line: PointLine) -> PointView:
        return point_view(visit, line)

    def state(line: PointLine) -> StateView:
        return _find_worst_state(visit, line)

    def origin(line: PointLine) -> str | None:
        if line.wh is None:
            return None
        return say("factures ou relevés", "bills or indexes") if line.by_bills else say(*_CURVES)

    def extent(line: PointLine) -> str | None:
        if line.wh is None:
            return None
        return say("année entière", "whole year") if line.whole else say("incomplète", "partial")

    return [
        Field(name="point", head=say("Point de livraison", "Delivery point"),
              value=lambda one: one.point.key, href=lambda one: see(one).href),
        Field(name="site", head=say("Site", "Site"), value=lambda one: one.point.site_name,
              text=lambda one: see(one).site, href=lambda one: see(one).site_href, facet=True),
        Field(name="usage", head=say("Usage", "Use"), facet=True,
              value=lambda one: say(*USAGE[one.point.usage]) if one.point.usage else None,
              key=lambda one: one.point.usage or UNKNOWN),
        Field(name="energie", head=say("Énergie de l'année", "Energy of the year"), kind="energy",
              value=lambda one: None if one.wh is None else one.wh / 1000, unit="kWh",
              text=lambda one: see(one).energy, beside=("origine", "etendue")),
        Field(name="origine", head=say("D'après", "By"), value=origin, facet=True, hidden=True),
        Field(name="etendue", head=say("Étendue", "Extent"), value=extent, facet=True, hidden=True),
        Field(name="etat", head=say("État", "State"), value=lambda one: state(one).word,
              text=lambda one: f"{state(one).mark} {state(one).word}",
              key=lambda one: state(one).code, words=states, facet=True),
        Field(name="mesure", head=say("Dernière mesure", "Last reading"), kind="date",
              value=_find_last_day, text=lambda one: see(one).last),
    ]  # fmt: skip


def _find_last_day(line: PointLine) -> date | None:
    days = [day for series, fresh in line.series if (day := last_day_of(series, fresh))]
    return max(days, default=None)


def series_view(visit: Visit, series: HoldingSeries, fresh: FreshnessLine) -> SeriesView:
    """One series of one's own."""
    return SeriesView(
        name=series_name(visit, series),
        href=f"/sites/series/{quote(series.id)}",
        state=own_state(visit, series, fresh),
        last=visit.say("pas de mesure", "no reading")
        if (day := last_day_of(series, fresh)) is None
        else short_date(visit.lang, day),
        reason=fresh.reason,
        who=fresh.who_can_act or "",
    )


class Zoned(Protocol):
    """A series, one's own or of others, as far as its days go."""

    @property
    def time_zone(self) -> str:
        """Where its days begin."""


class Read(Protocol):
    """How fresh it is, as far as its last reading goes."""

    @property
    def last_reading(self) -> datetime | None:
        """End of the newest reading. None: there is none."""


class Named(Protocol):
    """A series, one's own or of others, as far as its name goes."""

    @property
    def quantity(self) -> str:
        """What is measured."""

    @property
    def form(self) -> str:
        """How."""

    @property
    def direction(self) -> str:
        """Which way."""

    @property
    def unit(self) -> str:
        """In which unit."""


def series_name(visit: Visit, one: Named) -> str:
    """What a series tells, in words: puissance soutirée, moyenne par pas (W)."""
    what = visit.say(*QUANTITY.get(one.quantity, (one.quantity, one.quantity)))
    form = visit.say(*FORM.get(one.form, (one.form, one.form)))
    way = visit.say("soutirage", "import")
    if one.direction == "export":
        way = visit.say("injection", "export")
    return f"{what}, {way}, {form} ({one.unit})"


def state_view(visit: Visit, state: FreshnessState) -> StateView:
    """*state* by a word and a shape."""
    shape, fr, en = STATE[state]
    return StateView(mark=MARK[shape], word=visit.say(fr, en), code=state)


def own_state(visit: Visit, series: HoldingSeries, fresh: FreshnessLine) -> StateView:
    """The state of a series of one's own: how old it is, where no file is due for it."""
    day = last_day_of(series, fresh)
    if day is None or not is_undated(fresh):
        return state_view(visit, fresh.state)
    days = count_days_ago(day, visit.now, load_time_zone(series.time_zone))
    told = f"{visit.say(*UNDATED)} ({describe_ages(visit.lang, Ages(days, days))})"
    return StateView(mark=MARK["plain"], word=told, code="undated")


def last_day_of(series: Zoned, fresh: Read) -> date | None:
    """The last civil day, where the series is, that holds a reading. None: there is none."""
    if fresh.last_reading is None:
        return None
    return last_day(fresh.last_reading, load_time_zone(series.time_zone))


def _find_worst_state(visit: Visit, line: PointLine) -> StateView:
    """Of a point with several series the state that asks the most of people; then the oldest.

    One that bills alone tell of is known by them, and nothing of it is late here.
    """
    if line.point.told and all(one.last_end is None for one, _ in line.series):
        known = visit.say(*_BILLED)
        return StateView(mark=MARK["plain"], word=known, code="billed")
    if not line.series:
        return state_view(visit, "never_received")
    series, fresh = min(line.series, key=lambda one: _rate_series_state(*one))
    return own_state(visit, series, fresh)


def _rate_series_state(series: HoldingSeries, fresh: FreshnessLine) -> tuple[int, date]:
    states = ("late", "never_received", "undated", "up_to_date")
    return (
        states.index("undated" if is_undated(fresh) else fresh.state),
        last_day_of(series, fresh) or date.min,
    )


def months_figure(visit: Visit, told: SiteLine) -> Figure:
    """The last full year by month, as columns."""
    chart = Columns(
        title=year_sentence(visit, told),
        steps=[month_name(visit, one) for one in told.months],
        series=[
            Series(
                visit.say("Énergie", "Energy"),
                tuple(_make_month_cell(visit, one) for one in told.months),
            )
        ],
        heads=visit.say("Mois", "Month"),
        labels=[visit.say(*MONTHS[one.month.month - 1]) for one in told.months],
        unit="kWh",
        source=visit.say("D'après les courbes.", "By the curves."),
    )
    return build_figure(chart)


def _make_month_cell(visit: Visit, one: MonthSum) -> Cell:
    text = month_text(visit, one)
    if one.wh is None:
        return Cell(None, text, "unknown")
    quality: Quality = "measured" if one.points >= one.of else "estimated"
    return Cell(one.wh / 1000, text, quality)


def month_name(visit: Visit, one: MonthSum) -> str:
    """01/2025 or Jan 2025."""
    return f"{one.month:%m/%Y}" if visit.lang == "fr" else f"{one.month:%b %Y}"


def month_text(visit: Visit, one: MonthSum) -> str:
    """Its energy, and whether something is missing."""
    told = format_energy(visit.lang, None if one.wh is None else one.wh / 1000)
    if one.wh is not None and one.points < one.of:
        return visit.say("{} (incomplet)", "{} (incomplete)", told)
    return told


def year_sentence(visit: Visit, told: SiteLine) -> str:
    """What the site drew in its last full year, in a sentence."""
    there = [one.wh for one in told.months if one.wh is not None]
    if not there:
        return visit.say("Pas de mesure en {}.", "No reading in {}.", told.year)
    return visit.say(
        "{} en {}. Mois mesurés : {} sur 12.",
        "{} in {}. Measured months: {} of 12.",
        format_energy(visit.lang, sum(there) / 1000),
        told.year,
        len(there),
    )


def build_page_address(path: str, **kept: str | None) -> str:
    """*path* with what is kept in its address."""
    told = {name: value for name, value in kept.items() if value}
    return f"{path}?{urlencode(told)}" if told else path


def build_point_views(visit: Visit, lines: Sequence[PointLine]) -> list[PointView]:
    """Rows of a list."""
    return [point_view(visit, one) for one in lines]
