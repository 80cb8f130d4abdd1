"""Home for whom it is read: three figures first, one picture, and what is theirs to do.

Whom it is for is the visitor's choice, kept in a cookie: roles of accounts say what one may do, and
not what one cares for. It shows less of what the visitor may read, never more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from starlette.responses import Response

from synergie.exchange.readings.energies.month_tables import MonthTable
from synergie.policy.readings.morning import Desk, Morning
from synergie.reports.document import Fact, Figure
from synergie.schemas.readings.year_table import YearTable
from synergie.server.pages.assets.energy_figures import (
    build_known_figure,
    build_month_figure,
    build_top_figure,
    build_year_figures,
    describe_missing_months,
    describe_month_change,
    name_month,
)
from synergie.server.pages.assets.years_view import format_year_cost
from synergie.server.pages.visit import Visit
from synergie.server.pages.words import format_energy, format_page_number, format_percent

COOKIE = "pour"
_YEAR_S = 365 * 86_400
_WHOM: Mapping[str, tuple[str, str]] = {
    "tous": ("tout le monde", "everybody"),
    "elu": ("les élus", "councillors"),
    "energie": ("l'énergie", "energy"),
    "eclairage": ("l'éclairage", "lighting"),
}
_DESKS: Mapping[str, frozenset[Desk]] = {
    "elu": frozenset({"agreements"}),
    "energie": frozenset({"deposits", "purchases"}),
    "eclairage": frozenset({"lighting", "maintenance"}),
}
_LIGHTING = "public_lighting"


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
    some: tuple[Figure | None, ...]
    match whom:
        case "elu":
            facts, some = (used, spent, _tell_largest(visit, months)), (whole,)
        case "energie":
            facts, some = (
                (late, _tell_missing(visit, months), used),
                (build_top_figure(visit, months),),
            )
            known = build_known_figure(visit, months)
        case "eclairage":
            facts = (_tell_used(visit, lighting), _tell_share(visit, lighting, months), late)
            some = (build_month_figure(visit, lighting) if lighting.uses else None,)
        case _:
            facts, some = (used, spent, late), (whole, *build_year_figures(visit, years))
            known = build_known_figure(visit, months)
    return HomeView(
        choices=tuple(
            (visit.say(*words), f"/?{COOKIE}={one}", one == whom) for one, words in _WHOM.items()
        ),
        facts=facts,
        figures=tuple(one for one in some if one is not None),
        known=known,
    )


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
    return Fact(label=label, value=format_year_cost(visit, one))


def _tell_late(visit: Visit, morning: Morning) -> Fact:
    label = visit.say("Séries en retard", "Series that are late")
    told = (format_page_number(visit.lang, n) for n in (morning.series.late, morning.series.all))
    return Fact(label=label, value=visit.say("{} sur {}", "{} of {}", *told))


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


def _tell_largest(visit: Visit, months: MonthTable) -> Fact:
    label = visit.say("Le plus gros point", "The largest point")
    if not months.totals:
        return Fact(label=label, value=visit.say("inconnu", "unknown"))
    one = months.totals[0]
    told = format_energy(visit.lang, one.wh / 1000)
    return Fact(label=label, value=f"{one.point.site_name or one.point.key}, {told}")
