"""What the pages of sites show: every text is ready to print."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol
from urllib.parse import quote, urlencode

from markupsafe import Markup

from synergie.exchange.holdings import HeldSeries, MonthSum, PointLine, SiteLine, Summary
from synergie.reports.bars import Bar, bars
from synergie.schemas.freshness import FreshnessLine, FreshnessState
from synergie.server.pages._visit import Shape, Visit
from synergie.server.pages._words import kwh, number, percent, short_date

STATE: dict[FreshnessState, tuple[Shape, str, str]] = {
    "up_to_date": ("fresh", "à jour", "up to date"),
    "late": ("late", "en retard", "late"),
    "never_received": ("plain", "jamais reçue", "never received"),
}
MARK: dict[Shape, str] = {"fresh": "●", "late": "▲", "refused": "■", "plain": "○"}
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
}
FORM: dict[str, tuple[str, str]] = {
    "mean_power": ("moyenne par pas", "mean of each step"),
    "interval_energy": ("énergie par pas", "energy of each step"),
    "register_index": ("index", "register index"),
    "period_energy": ("énergie par période", "energy of each period"),
    "peak": ("pointe", "peak"),
}
_WORST: tuple[FreshnessState, ...] = ("late", "never_received", "up_to_date")


@dataclass(frozen=True, slots=True, kw_only=True)
class StateView:
    """A state by a word and a shape."""

    mark: str
    word: str


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
            kwh(lang, energy.wh / 1000 if energy.points else None),
            told.year,
            number(lang, energy.points),
            number(lang, told.points),
        ),
        say(
            "{} des points sont sans aucune mesure.",
            "{} of the points have no reading at all.",
            percent(lang, Decimal(told.unread) / told.points),
        ),
    ]
    if energy.partial:
        parts.append(
            say(
                "Points dont une partie de l'année manque : {}.",
                "Points of which a part of the year is missing: {}.",
                number(lang, energy.partial),
            )
        )
    if energy.waiting:
        parts.append(
            say(
                "Séries qui restent à compter : {} ; rechargez la page dans un instant.",
                "Series that are still to be counted: {}; load the page again in a moment.",
                number(lang, energy.waiting),
            )
        )
    return " ".join(parts)


def point_view(visit: Visit, line: PointLine) -> PointView:
    """*line* as a row."""
    point, lang = line.point, visit.lang
    states = {fresh.state for _, fresh in line.series} or {"never_received"}
    ends = [fresh.last_reading for _, fresh in line.series if fresh.last_reading is not None]
    energy = kwh(lang, None if line.wh is None else line.wh / 1000)
    if line.wh is not None and not line.whole:
        energy = visit.say("{} (année incomplète)", "{} (part of the year)", energy)
    return PointView(
        key=point.key,
        href=f"/sites/points/{quote(point.id)}",
        site=point.site_name or visit.say("sans site", "no site"),
        site_href="" if point.site is None else f"/sites/{quote(point.site)}",
        usage=visit.say(*USAGE[point.usage]) if point.usage else visit.say("inconnu", "not known"),
        energy=energy,
        state=state_view(visit, next(one for one in _WORST if one in states)),
        last=short_date(lang, max(ends)) if ends else visit.say("pas de mesure", "no reading"),
    )


def series_view(visit: Visit, series: HeldSeries, fresh: FreshnessLine) -> SeriesView:
    """One series of one's own."""
    return SeriesView(
        name=series_name(visit, series),
        href=f"/sites/series/{quote(series.id)}",
        state=state_view(visit, fresh.state),
        last=visit.say("pas de mesure", "no reading")
        if fresh.last_reading is None
        else short_date(visit.lang, fresh.last_reading),
        reason=fresh.reason,
        who=fresh.who_can_act or "",
    )


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
    return StateView(mark=MARK[shape], word=visit.say(fr, en))


def months_figure(visit: Visit, told: SiteLine) -> Markup:
    """The last full year by month, as bars."""
    title = visit.say("Énergie par mois, {}", "Energy by month, {}", told.year)
    rows = [
        Bar(month_name(visit, one), (one.wh or 0) / 1000, month_text(visit, one))
        for one in told.months
    ]
    return bars(title, rows)


def month_name(visit: Visit, one: MonthSum) -> str:
    """01/2025 or Jan 2025."""
    return f"{one.month:%m/%Y}" if visit.lang == "fr" else f"{one.month:%b %Y}"


def month_text(visit: Visit, one: MonthSum) -> str:
    """Its energy, and whether something is missing."""
    told = kwh(visit.lang, None if one.wh is None else one.wh / 1000)
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
        kwh(visit.lang, sum(there) / 1000),
        told.year,
        len(there),
    )


def address(path: str, **kept: str | None) -> str:
    """*path* with what is kept in its address."""
    told = {name: value for name, value in kept.items() if value}
    return f"{path}?{urlencode(told)}" if told else path


def views(visit: Visit, lines: Sequence[PointLine]) -> list[PointView]:
    """Rows of a list."""
    return [point_view(visit, one) for one in lines]
