"""`/budget`: what was voted against what is known, by service and month; next year, to vote."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Annotated

from starlette.responses import Response

from synergie.budget.exchange.budgets import Budgets
from synergie.budget.records.budget import BudgetForecast
from synergie.budget.reports import (
    SHEET_TYPES,
    describe_actual,
    describe_forecast,
    describe_left_out_groups,
    describe_reserve,
    describe_unknown_costs,
    describe_waiting,
    draw_actual,
    draw_forecast,
    write_budget_sheets,
)
from synergie.budget.services import BudgetServices
from synergie.calendar import day_of
from synergie.errors import BadInput, NotFound, SynergieError
from synergie.policy.readings.morning import HOME
from synergie.reports.document import Fact
from synergie.server.pages.door import require_page_scopes
from synergie.server.pages.frame import Visit, page_router, render_page
from synergie.server.pages.words import build_translator, format_page_euros, format_page_number

router = page_router()

Reader = Annotated[Visit, require_page_scopes("budget:read")]

_FIRST, _LAST = 2000, 2100
_DIGITS = 4
_MOST_ROWS = 200
"""Most services that are listed; the workbook has all."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """What the address asks for, and what there is to ask for."""

    year: int
    member: str | None
    years: tuple[int, ...]
    members: tuple[str, ...]


def _get_budgets(visit: Visit) -> Budgets:
    return visit.services.of(BudgetServices).budgets


def _read_choice(visit: Visit, annee: str, membre: str, *, ahead: int = 0) -> _Choice:
    """BadInput: no year from 2000 to 2100. *ahead*: years after this one when none is asked for."""
    if annee and not (
        annee.isascii()
        and annee.isdigit()
        and len(annee) == _DIGITS
        and _FIRST <= int(annee) <= _LAST
    ):
        raise BadInput("annee", annee, "a year from 2000 to 2100")
    years, members = _get_budgets(visit).list_votes(visit.principal, now=visit.now)
    year = int(annee) if annee else day_of(visit.now, HOME).year + ahead
    return _Choice(year, membre or None, years, members)


@router.get("/budget")
def budget_page(*, visit: Reader, annee: str = "", membre: str = "") -> Response:
    """A year's budget against energy and bills: the year, its services, its months."""
    choice = _read_choice(visit, annee, membre)
    try:
        found = _get_budgets(visit).compare(
            visit.principal, choice.year, member=choice.member, now=visit.now
        )
    except NotFound:
        return render_page(visit, "budget.html", choice=choice, found=None)
    rows = found.rows
    services = [one for one in rows if one.service and not one.point and one.month is None]
    return render_page(
        visit,
        "budget.html",
        choice=choice,
        found=found,
        lead=describe_actual(found),
        waiting=describe_waiting(found.waiting),
        figure=draw_actual(found),
        services=services[:_MOST_ROWS],
        left=max(0, len(services) - _MOST_ROWS),
        months=[one for one in rows if one.month and one.service is None and one.point is None],
        unknown=describe_unknown_costs(found.unknown, build_translator(visit.lang))[:_MOST_ROWS],
        unknown_count=len(found.unknown),
    )


@router.get("/budget/prevision")
def forecast_page(*, visit: Reader, annee: str = "", membre: str = "") -> Response:
    """A year foreseen with its interval, of the points of the newest budget; what is left out."""
    choice = _read_choice(visit, annee, membre, ahead=1)
    translate = build_translator(visit.lang)
    try:
        found = _forecast(visit, choice)
    except SynergieError as error:
        told = None if isinstance(error, NotFound) else error.tell(translate)
        return render_page(visit, "budget_prevision.html", choice=choice, found=None, why=told)
    services = [one for one in found.rows if one.service and not one.point and not one.month]
    left_out = describe_left_out_groups(found.left_out, translate)
    return render_page(
        visit,
        "budget_prevision.html",
        choice=choice,
        found=found,
        why=None,
        lead=describe_forecast(found),
        waiting=describe_waiting(found.waiting),
        reserve=describe_reserve(found),
        figure=draw_forecast(found),
        last_known_day=found.known_until - timedelta(days=1),
        services=services[:_MOST_ROWS],
        left=max(0, len(services) - _MOST_ROWS),
        left_out=left_out,
    )


@router.get("/budget/feuille.{form}")
def budget_sheet(*, visit: Reader, form: str, annee: str = "", membre: str = "") -> Response:
    """The sheet of the vote: the same year foreseen as a workbook."""
    if form not in SHEET_TYPES:
        raise NotFound
    choice = _read_choice(visit, annee, membre, ahead=1)
    body = write_budget_sheets(_forecast(visit, choice), form, build_translator(visit.lang))
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="budget-{choice.year}.{form}"',
    }
    kind = SHEET_TYPES[form] + ("; charset=utf-8" if form == "csv" else "")
    return Response(body, headers=headers, media_type=kind)


def tell_home_budget(visit: Visit) -> Fact | None:
    """The budget of the year and what is known of it, for home. None: the visitor may not."""
    if not visit.may("budget:read"):
        return None
    year = day_of(visit.now, HOME).year
    try:
        found = _get_budgets(visit).compare(visit.principal, year, now=visit.now)
    except NotFound:
        return Fact(label=f"Budget {year}", value=visit.say("inconnu", "unknown"))
    row = found.total
    label = visit.say(
        "Budget {}, mois de points connus : {} sur {}",
        "Budget {}, months of points known: {} of {}",
        year,
        *(format_page_number(visit.lang, n) for n in (row.known_eur, row.of)),
    )
    known, voted = (
        visit.say("inconnu", "unknown")
        if eur is None
        else format_page_euros(visit.lang, round(eur), 0)
        for eur in (row.actual_eur, row.voted_eur)
    )
    return Fact(label=label, value=visit.say("{} sur {} votés", "{} of {} voted", known, voted))


def _forecast(visit: Visit, choice: _Choice) -> BudgetForecast:
    return _get_budgets(visit).forecast(
        visit.principal,
        choice.year,
        member=choice.member,
        price_change=Decimal(0),
        now=visit.now,
    )
