"""`/sites`: what we have and what it draws; one site, one delivery point, one curve.

What others open to us is apart (`?vue=partage`, `?accord=`): at the grain of its agreement, which
is named, and each look is in the journal.
"""

import re
from datetime import date, timedelta
from typing import Annotated, Literal

from fastapi import Query
from starlette.responses import Response

from synergie.application import PointNote
from synergie.applications import load_declared
from synergie.calendar import day_bounds, day_of, load_time_zone
from synergie.errors import BadInput, NotFound
from synergie.exchange.assets.holdings import Looked, PointLine
from synergie.policy.readings.morning import HOME
from synergie.policy.trust.agreement import LIVE
from synergie.reports.document import Figure
from synergie.reports.readings.curve_rows import iterate_curve_rows, render_spreadsheet
from synergie.reports.trust import agreement_words
from synergie.schemas.freshness import FreshnessLine
from synergie.schemas.readings.curve import CurveExtract
from synergie.schemas.series import Series
from synergie.schemas.trust.agreement import Agreement
from synergie.server.pages.assets import _sites_view as view
from synergie.server.pages.assets.energy_figures import (
    build_bill_figure,
    build_month_figure,
    build_top_figure,
    build_year_figures,
)
from synergie.server.pages.assets.years_view import (
    YearsView,
    list_bill_fields,
    terms_view,
    years_view,
)
from synergie.server.pages.door import require_page_scopes
from synergie.server.pages.frame import (
    Visit,
    build_table_file,
    page_router,
    read_table_question,
    render_page,
)
from synergie.server.pages.readings.curve_view import PAS, curve_view

router = page_router()

Reader = Annotated[Visit, require_page_scopes("sites:read", "supply-points:read", "series:read")]
Looks = Annotated[Visit, require_page_scopes("series:read", "curves:read")]
Words = Annotated[str, Query(max_length=100)]
Key = Annotated[str, Query(max_length=200)]
Id = Annotated[str, Query(max_length=64)]
Day = Annotated[date | None, Query(ge=date(1970, 1, 2), le=date(2199, 12, 31))]
"""As the API takes: the periods around it are days, too."""
Pas = Literal["", "mesure", "demi-heure", "heure", "jour", "mois", "annee"]

_LARGE = 500
"""Points found from which values to filter by are counted only when that is asked for."""
_MOST = 5000
"""Points that one page sorts and filters."""
_BILLED = 200
"""Points whose bills are read at once."""
_SHARED = 100
_DAYS = timedelta(days=30)
_MOMENT = timedelta(seconds=1)
_ID = re.compile(r"[0-9A-Za-z_]{1,64}", re.ASCII)


@router.get("/sites")
def sites_page(
    *,
    visit: Reader,
    q: Words = "",
    sans: Literal["", "1"] = "",
    apres: Key = "",
    vue: Literal["", "partage", "factures"] = "",
    accord: Id = "",
) -> Response:
    """One's own delivery points by name; or what an agreement opens; or which ones do."""
    if accord:
        return _render_shared_series(visit, accord, apres)
    if vue == "factures":
        return _render_bills(visit, Looked(words=_remove_nul(q)), q)
    if vue:
        return _render_open_agreements(visit)
    looked = Looked(words=_remove_nul(q), unread=bool(sans))
    holdings = visit.assets.holdings
    told = holdings.summary(visit.principal, looked, now=visit.now)
    asked = read_table_question(visit, view.list_point_fields(visit), searches=False)
    few = asked.count_first_rows() if told.found > _LARGE else None
    most = min(few or _MOST, _MOST)
    lines, more = holdings.page(visit.principal, looked, limit=most, now=visit.now)
    if asked.form:
        return build_table_file(visit, asked, lines, name="points", most=_MOST if more else None)
    begun = bool(visit.request.query_params.keys() - {"lang"})
    figures, years = ((), None) if begun else _build_totals(visit)
    return render_page(
        visit,
        "sites.html",
        first=view.first_sentence(visit, told),
        told=told,
        points=asked.view(lines, whole=min(told.found, _MOST) if few else None),
        cut=told.found > _MOST,
        most=_MOST,
        years=years,
        figures=figures,
        q=q,
        sans=bool(sans),
        begun=begun,
    )


def _build_totals(visit: Visit) -> tuple[tuple[Figure | None, ...], YearsView]:
    """Pictures of months and years of all of one's points, and the table of years."""
    table = visit.readings.years.all(visit.principal, now=visit.now)
    months = visit.readings.months.read(visit.principal, now=visit.now)
    figures = (
        build_month_figure(visit, months),
        build_top_figure(visit, months),
        *build_year_figures(visit, table),
    )
    return figures, years_view(visit, table)


def _render_bills(visit: Visit, looked: Looked, q: str) -> Response:
    """Each period that a bill tells, beside the meter; or the view as a file."""
    asked = read_table_question(visit, list_bill_fields(visit), searches=False)
    bills = visit.readings.years.bills
    lines, more = bills(visit.principal, looked, limit=_BILLED, now=visit.now)
    if asked.form:
        return build_table_file(
            visit, asked, lines, name="factures", most=_BILLED if more else None
        )
    return render_page(
        visit, "factures.html", table=asked.view(lines), q=q, most=_BILLED if more else None
    )


@router.get("/sites/series/{series_id}.csv")
def series_file(
    *, visit: Looks, series_id: str, du: Day = None, au: Day = None, pas: Pas = "", accord: Id = ""
) -> Response:
    """The same steps as a file for a French spreadsheet."""
    series = _read_series(visit, series_id, accord)
    span = _choose_day_span(visit, series, du, au)
    extract = _extract_curve(visit, series, span, pas=pas, accord=accord)
    name = f"courbe-{span[0]:%Y%m%d}-{span[1]:%Y%m%d}-tableur.csv"
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    content = render_spreadsheet(extract, list(iterate_curve_rows(extract)))
    return Response(content, headers=headers, media_type="text/csv; charset=utf-8")


@router.get("/sites/series/{series_id}")
def series_page(
    *, visit: Looks, series_id: str, du: Day = None, au: Day = None, pas: Pas = "", accord: Id = ""
) -> Response:
    """One curve: its figure, its table, its state in the address."""
    series = _read_series(visit, series_id, accord)
    first, last = _choose_day_span(visit, series, du, au)
    extract = _extract_curve(visit, series, (first, last), pas=pas, accord=accord)
    some, point = list(iterate_curve_rows(extract)), _find_point_line(visit, series, extract)
    kept = {"du": first.isoformat(), "au": last.isoformat(), "pas": pas, "accord": accord}
    path = f"/sites/series/{series_id}"
    return render_page(
        visit,
        "serie.html",
        name=view.series_name(visit, series),
        series=series,
        point=None if point is None else point.point,
        agreement=extract.agreement,
        told=curve_view(visit, extract, some, _find_freshness_line(point, series)),
        first=first,
        last=last,
        pas=pas,
        steps=tuple(PAS),
        accord=accord,
        file=view.build_page_address(f"{path}.csv", **kept),
        before=view.build_page_address(path, **_shift_period(kept, first, last, back=True)),
        after=view.build_page_address(path, **_shift_period(kept, first, last, back=False)),
    )


@router.get("/sites/points/{point_id}")
def point_page(*, visit: Reader, point_id: str) -> Response:
    """One delivery point of one's own: its series, how fresh each is, who can act."""
    holdings, now = visit.assets.holdings, visit.now
    line = holdings.point(visit.principal, _check_identifier(point_id), tell=visit.tell, now=now)
    year = day_of(now, HOME).year - 1
    terms = visit.assets.point_terms.point(visit.principal, line.point.key, now=now)
    looked = Looked(point=line.point.id)
    bills, _ = visit.readings.years.bills(visit.principal, looked, limit=1, now=now)
    asked = read_table_question(visit, list_bill_fields(visit))
    if asked.form:
        return build_table_file(visit, asked, bills, name="factures")
    table = visit.readings.years.point(visit.principal, line.point.id, tell=visit.tell, now=now)
    return render_page(
        visit,
        "point.html",
        point=view.point_view(visit, line),
        years=years_view(visit, table, of_one=True),
        figures=(build_bill_figure(visit, bills), *build_year_figures(visit, table)),
        bills=asked.view(bills),
        terms=terms_view(visit, terms),
        notes=_list_point_notes(visit, [line.point.key]),
        year=year,
        series=[view.series_view(visit, one, fresh) for one, fresh in line.series],
    )


@router.get("/sites/{site_id}")
def site_page(*, visit: Reader, site_id: str) -> Response:
    """One site of one's own: its points, and twelve months against the year before."""
    told = visit.assets.holdings.site(visit.principal, _check_identifier(site_id), now=visit.now)
    table = visit.readings.years.site(visit.principal, told.site.id, now=visit.now)
    months = visit.readings.months.read(visit.principal, told.site.id, now=visit.now)
    whole = build_month_figure(visit, months)
    return render_page(
        visit,
        "site.html",
        told=told,
        years=years_view(visit, table),
        figures=build_year_figures(visit, table),
        months=whole or view.months_figure(visit, told),
        partly=whole is None,
        points=view.build_point_views(visit, told.lines),
        notes=_list_point_notes(visit, [line.point.key for line in told.lines]),
    )


def _list_point_notes(visit: Visit, points: list[str]) -> list[PointNote]:
    """What applications tell of points of one's own."""
    return [one for tell in load_declared("point_notes") for one in tell(visit, points)]


def _render_open_agreements(visit: Visit) -> Response:
    """The agreements in force under which others open something to us."""
    mine = visit.principal.organisation
    found = visit.trust.agreements.page(visit.principal, now=visit.now).items
    opened = [
        one
        for one in found
        if one.terms.recipient == mine and one.state in LIVE and one.version_in_force is not None
    ]
    grains = {one.id: visit.say(*agreement_words.GRAIN[one.terms.granularity]) for one in opened}
    called = {one.id: _get_agreement_title(visit, one) for one in opened}
    return render_page(visit, "sites_partage.html", opened=opened, grains=grains, called=called)


def _get_agreement_title(visit: Visit, one: Agreement) -> str:
    """What an agreement that opens something to us is called."""
    return agreement_words.build_agreement_title(
        one.terms, visit.someone.organisation.name, visit.lang
    )


def _render_shared_series(visit: Visit, accord: str, apres: str) -> Response:
    """The series that one agreement opens, at its grain."""
    one = visit.trust.agreements.read(visit.principal, _check_identifier(accord), now=visit.now)
    told = visit.readings.series.page(
        visit.principal, agreement=accord, after=apres or None, limit=_SHARED, now=visit.now
    )
    series = [
        (
            each,
            view.series_name(visit, each),
            view.build_page_address(f"/sites/series/{each.id}", accord=accord),
            view.state_view(visit, each.freshness.state),
            view.last_day_of(each, each.freshness),
        )
        for each in told.items
    ]
    return render_page(
        visit,
        "sites_accord.html",
        one=one,
        called=_get_agreement_title(visit, one),
        grain=visit.say(*agreement_words.GRAIN[one.terms.granularity]),
        series=series,
        begun=bool(apres),
        following=told.next and view.build_page_address("/sites", accord=accord, apres=told.next),
    )


def _read_series(visit: Visit, series_id: str, accord: str) -> Series:
    return visit.readings.series.read(
        visit.principal,
        _check_identifier(series_id),
        agreement=_check_identifier(accord) if accord else None,
        now=visit.now,
    )


def _find_point_line(visit: Visit, series: Series, extract: CurveExtract) -> PointLine | None:
    """The point of one's own series; None: it is of others."""
    if extract.agreement is not None:
        return None
    return visit.assets.holdings.point(
        visit.principal, series.supply_point_id, tell=visit.tell, now=visit.now
    )


def _find_freshness_line(point: PointLine | None, series: Series) -> FreshnessLine | None:
    """How fresh one's own series is, by the rule of its flow; None: it is of others."""
    told = () if point is None else point.series
    return next((fresh for one, fresh in told if one.id == series.id), None)


def _choose_day_span(
    visit: Visit, series: Series, du: date | None, au: date | None
) -> tuple[date, date]:
    """First and last day: as asked, else the thirty days before the newest reading."""
    tz = load_time_zone(series.time_zone)
    newest = series.freshness.last_reading
    last = au or day_of((newest or visit.now) - _MOMENT, tz)
    first = du or last - _DAYS
    if first > last:
        raise BadInput("/au", last.isoformat(), "an end after the start")
    return first, last


def _extract_curve(
    visit: Visit, series: Series, span: tuple[date, date], *, pas: Pas, accord: str
) -> CurveExtract:
    tz = load_time_zone(series.time_zone)
    start, end = day_bounds(span[0], tz)[0], day_bounds(span[1], tz)[1]
    return visit.readings.curves.extract(
        visit.principal,
        series.id,
        start=start,
        end=end,
        granularity=PAS.get(pas),
        agreement=accord or None,
        now=visit.now,
    )


def _check_identifier(told: str) -> str:
    """An identifier as the server gives them. NotFound for any other text."""
    if not _ID.fullmatch(told):
        raise NotFound
    return told


def _remove_nul(words: str) -> str:
    """*words* without what no name holds: PostgreSQL takes no NUL."""
    return "".join(one for one in words if one.isprintable()).strip()


def _shift_period(kept: dict[str, str], first: date, last: date, *, back: bool) -> dict[str, str]:
    """The period of the same length before or after."""
    length = last - first + timedelta(days=1)
    by = -length if back else length
    return kept | {"du": (first + by).isoformat(), "au": (last + by).isoformat()}
