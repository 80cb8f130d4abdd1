"""Home for whom it is read: three figures first, one picture, and what is theirs to do.

Whom it is for is the visitor's choice, kept in a cookie: roles of accounts say what one may do, and
not what one cares for. It shows less of what the visitor may read, never more.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from starlette.responses import Response

from synergie.applications import load_declared
from synergie.calendar import day_of
from synergie.exchange.readings.energies.month_tables import MonthTable
from synergie.policy.readings.morning import HOME, Desk, Morning
from synergie.reports.document import Fact, Figure
from synergie.reports.figure.cells import Gantt, Task
from synergie.reports.figure.picture import build_figure
from synergie.schemas.readings.year_table import YearTable
from synergie.server.pages.assets.energy_figures import (
    build_known_figure,
    build_month_figure,
    build_top_figure,
    build_use_figure,
    build_year_figures,
    describe_missing_months,
    describe_month_change,
    name_month,
)
from synergie.server.pages.assets.years_view import format_year_cost
from synergie.server.pages.visit import Visit
from synergie.server.pages.words import (
    format_energy,
    format_page_moment,
    format_page_number,
    format_percent,
    short_date,
)

COOKIE = "pour"
_YEAR_S = 365 * 86_400
_WHOM: Mapping[str, tuple[str, str]] = {
    "tous": ("tout le monde", "everybody"),
    "elu": ("les élus", "councillors"),
    "energie": ("l'énergie", "energy"),
    "eclairage": ("l'éclairage", "lighting"),
    "technicien": ("les techniciens", "technicians"),
}
_DESKS: Mapping[str, frozenset[Desk]] = {
    "elu": frozenset({"agreements"}),
    "energie": frozenset({"deposits", "purchases", "buildings"}),
    "eclairage": frozenset({"lighting", "maintenance"}),
    "technicien": frozenset({"lighting", "maintenance", "buildings"}),
}
_LIGHTING = "public_lighting"
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
    """What stands first. `choices`: for whom, its address, and whether it is this page."""

    choices: tuple[tuple[str, str, bool], ...]
    facts: tuple[Fact, ...]
    figures: tuple[Figure, ...]
    known: Figure | None


def choose_whom(visit: Visit) -> str:
    """For whom home is: as the address says, else as it was kept, else for everybody."""
    for told in (visit.request.query_params.get(COOKIE), visit.request.cookies.get(COOKIE)):
        if told is not None and told in _WHOM:
            return told
    return "tous"


def keep_whom(visit: Visit, whom: str, answer: Response) -> Response:
    """*answer*, with the choice in a cookie when the address made it."""
    if visit.request.query_params.get(COOKIE) == whom:
        secure = visit.services.problems.settings.public_url.startswith("https:")
        answer.set_cookie(
            COOKIE, whom, max_age=_YEAR_S, secure=secure, httponly=True, samesite="lax"
        )
    return answer


def select_dues(morning: Morning, whom: str) -> Morning:
    """*morning* with what is theirs to do alone; of everybody all of it."""
    desks = _DESKS.get(whom)
    if desks is None:
        return morning
    return replace(morning, dues=tuple(one for one in morning.dues if one.who in desks))


def build_home_view(
    visit: Visit, whom: str, morning: Morning, *, years: YearTable, months: MonthTable
) -> HomeView:
    """Three figures and the pictures of *whom*."""
    lighting = replace(
        months,
        uses=tuple(one for one in months.uses if one.usage == _LIGHTING),
        totals=tuple(one for one in months.totals if one.point.usage == _LIGHTING),
        before=(None,) * len(months.months),
        before_wh=0,
        compared=0,
    )
    used, spent, late = (
        _tell_used(visit, months),
        _tell_spent(visit, years),
        _tell_late(visit, morning),
    )
    whole = build_month_figure(visit, months)
    known: Figure | None = None
    facts: tuple[Fact, ...]
    some: tuple[Figure | None, ...]
    match whom:
        case "elu":
            told = (tell(visit) for tell in load_declared("home"))
            facts = (used, spent, *(one for one in told if one is not None))
            some = (
                whole,
                *build_year_figures(visit, years)[:1],
                _draw_uses(visit),
                build_top_figure(visit, months),
            )
        case "energie":
            facts, some = (
                (late, _tell_missing(visit, months), used),
                (build_top_figure(visit, months),),
            )
            known = build_known_figure(visit, months)
        case "eclairage":
            facts = (_tell_used(visit, lighting), _tell_share(visit, lighting, months), late)
            some = (build_month_figure(visit, lighting) if lighting.uses else None,)
        case "technicien":
            stops = _list_coming_stops(visit)
            facts, some = _tell_stops(visit, stops, morning), (draw_stops(visit, stops),)
        case _:
            facts, some = (
                (used, spent, late),
                (whole, _draw_uses(visit), *build_year_figures(visit, years)),
            )
            known = build_known_figure(visit, months)
    return HomeView(
        choices=tuple(
            (visit.say(*words), f"/?{COOKIE}={one}", one == whom) for one, words in _WHOM.items()
        ),
        facts=facts,
        figures=tuple(one for one in some if one is not None),
        known=known,
    )


@dataclass(frozen=True, slots=True)
class CrewStop:
    """Work that comes: a stop at a place of one's own, or a day of a crew of one's own.

    *asset* "": it is such a day, of *stops* stops, all bodies together.
    """

    at: datetime
    asset: str
    crew: str
    stops: int = 1
    ours: bool = False
    """Whether the crew is one's own."""


def _list_coming_stops(visit: Visit) -> list[CrewStop]:
    """What crews do from now on, under plans in force, as far as it is told; in order of time."""
    if not visit.may("campaigns:read"):
        return []
    mine = visit.principal.organisation
    found = []
    coming = visit.services.plan_reports.list_coming_rounds(visit.principal, now=visit.now)
    for part, bodies in coming:
        for one in part.stops:
            if one.starts_at is not None and one.starts_at >= visit.now:
                crew = f"{bodies.get(one.organisation or '', '')}, {one.crew}"
                ours = one.organisation == mine
                found.append(CrewStop(one.starts_at, one.asset, crew, ours=ours))
        found += [
            CrewStop(day.leaves_at, "", visit.say("notre équipe {}", "our crew {}", day.crew),
                     day.stops, ours=True)
            for day in part.crews
            if day.returns_at >= visit.now
        ]  # fmt: skip
    return sorted(found, key=lambda one: (one.at, one.crew))


def _tell_stops(visit: Visit, stops: Sequence[CrewStop], morning: Morning) -> tuple[Fact, ...]:
    here = [one for one in stops if one.asset]
    week = sum(one.at < visit.now + _WEEK for one in here)
    first = visit.say("aucun passage fixé", "no stop is set")
    if here:
        first = f"{format_page_moment(visit.lang, here[0].at)}, {here[0].asset}"
    mine = sum(one.who in _DESKS["technicien"] for one in morning.dues)
    return (
        Fact(label=visit.say("Passages chez nous, sept jours qui viennent",
                             "Stops at our places, the coming seven days"),
             value=format_page_number(visit.lang, week)),
        Fact(label=visit.say("Le prochain", "The next"), value=first),
        Fact(label=visit.say("À faire, éclairage, bâtiments et entretien",
                             "To do, lighting, buildings and maintenance"),
             value=format_page_number(visit.lang, mine)),
    )  # fmt: skip


def draw_stops(visit: Visit, stops: Sequence[CrewStop]) -> Figure | None:
    """The coming days of one's own crews, and of others at one's own places. None: none is set."""
    if not stops:
        return None
    today, counted = day_of(visit.now, HOME), Counter[tuple[str, int]]()
    for one in stops:
        if not (one.ours and one.asset):  # the day of that crew tells it
            counted[one.crew, (day_of(one.at, HOME) - today).days] += one.stops
    spread = [0, *(at for _, at in counted)]
    first, last = min(spread), max(spread)
    days = [today + timedelta(days=n) for n in range(first, last + 1)]
    here, ours = (
        format_page_number(visit.lang, n)
        for n in (sum(bool(one.asset) for one in stops),
                  sum(one.stops for one in stops if not one.asset))
    )  # fmt: skip
    chart = Gantt(
        title=visit.say(
            "Jusqu'au {}, passages chez nous : {} ; arrêts de nos équipes : {}.",
            "Until {}, stops at our places: {}; stops of our crews: {}.",
            short_date(visit.lang, days[-1]), here, ours,
        ),
        steps=[short_date(visit.lang, one) for one in days],
        labels=[str(one.day) for one in days],
        tasks=[
            Task(crew, at - first, 1, visit.say("arrêts : {}", "stops: {}", n))
            for (crew, at), n in counted.items()
        ],
        heads=(visit.say("Équipe", "Crew"), visit.say("Jour", "Day"),
               visit.say("Arrêts", "Stops")),
        source=visit.say("D'après les dernières tournées des plans en vigueur.",
                         "By the last rounds of plans in force."),
    )  # fmt: skip
    return build_figure(chart)


def _tell_used(visit: Visit, months: MonthTable) -> Fact:
    label = visit.say("Électricité mesurée", "Electricity measured")
    if months.months:
        label = visit.say(
            "Électricité, douze mois jusqu'à {}",
            "Electricity, twelve months up to {}",
            name_month(visit, months.months[-1]),
        )
    if not months.totals:
        return Fact(label=label, value=visit.say("inconnu", "unknown"))
    told = format_energy(visit.lang, sum(one.wh for one in months.totals) / 1000)
    if describe_missing_months(visit, months):
        told = visit.say("{} (incomplet)", "{} (incomplete)", told)
    change = describe_month_change(visit, months)
    return Fact(label=label, value=f"{told}, {change}" if change else told)


def _tell_spent(visit: Visit, years: YearTable) -> Fact:
    one = next((one for one in years.lines if one.cost_eur is not None), None)
    if one is None:
        label = visit.say("Payé (aucune facture)", "Paid (no bill)")
        return Fact(label=label, value=visit.say("inconnu", "unknown"))
    label = visit.say("Payé en {}, d'après factures", "Paid in {}, by bills", one.year)
    told = format_year_cost(visit, one)
    if one.whole_points < one.points:
        told = visit.say("{} (incomplet)", "{} (incomplete)", told)
    return Fact(label=label, value=told)


def _tell_late(visit: Visit, morning: Morning) -> Fact:
    label = visit.say("Mesures en retard", "Series that are late")
    told = (format_page_number(visit.lang, n) for n in (morning.series.late, morning.series.all))
    return Fact(label=label, value=visit.say("{} sur {}", "{} of {}", *told))


def _draw_uses(visit: Visit) -> Figure | None:
    return build_use_figure(visit, visit.readings.years.list_uses(visit.principal, now=visit.now))


def _tell_missing(visit: Visit, months: MonthTable) -> Fact:
    whole = sum(one.of * len(one.known) for one in months.uses)
    missing = whole - sum(sum(one.known) for one in months.uses)
    told = (format_page_number(visit.lang, n) for n in (missing, whole))
    label = visit.say("Mois de points qui manquent", "Months of points that are missing")
    value = visit.say("{} sur {}", "{} of {}", *told) if whole else visit.say("inconnu", "unknown")
    return Fact(label=label, value=value)


def _tell_share(visit: Visit, some: MonthTable, months: MonthTable) -> Fact:
    whole = sum(one.wh for one in months.totals)
    label = visit.say("Part de l'éclairage", "Share of lighting")
    if not whole or not some.totals:
        return Fact(label=label, value=visit.say("inconnu", "unknown"))
    share = Decimal(sum(one.wh for one in some.totals)) / whole
    return Fact(label=label, value=format_percent(visit.lang, share))
