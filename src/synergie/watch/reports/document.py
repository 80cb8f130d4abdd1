"""The report of a watch as a document: cabinets with alerts, each with its picture.

Fourteen nights as rows, hours across: what was drawn, and the outline of what is expected.
"""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
from markupsafe import Markup

from synergie.calendar import day_bounds, load_time_zone
from synergie.energy.plan.power.clock import Floats
from synergie.energy.plan.power.curves import Curve
from synergie.measure.watch.building import find_step
from synergie.measure.watch.figures import spread_share
from synergie.measure.watch.learning import Expected
from synergie.measure.watch.nights import Nights, compute_lit_minutes
from synergie.reports.document import Document, Fact, Figure, Items, Note, Section, Table
from synergie.reports.language import choose_text, choose_texts
from synergie.reports.written import describe_missing, format_number, short_date
from synergie.watch.records.report import WatchAlert, WatchedCabinet, WatchReport
from synergie.watch.reports.sentences import describe_not_testable

SHOWN = 14
"""Nights of one picture."""
_ROW, _LEFT, _WIDE = 18, 90, 480
_CELL = Markup(
    '<rect x="{x}" y="{y}" width="{width}" height="14" fill="currentColor" fill-opacity="{dark}"/>'
)
_OUTLINE = Markup(
    '<rect x="{x}" y="{y}" width="{width}" height="14" fill="none" stroke="currentColor"/>'
)
_MISSING = Markup('<text x="{x}" y="{y}">×</text>')
_NIGHT = Markup('<text class="label" x="0" y="{y}">{text}</text>')
_SVG = Markup(
    '<svg role="img" viewBox="0 0 {width} {height}" width="100%" aria-label="{title}">{body}</svg>'
)


def build_watch_document(report: WatchReport, pictures: Mapping[str, Figure]) -> Document:
    """Alerts of every cabinet, *pictures* by delivery point, and what cannot be tested."""
    alerts = sum(len(one.alerts) for one in report.cabinets)
    last = max((one.last_night for one in report.cabinets), default=None)
    found = tuple(one for one in report.cabinets if one.alerts)
    waiting = tuple(one for one in report.cabinets if one.untaught or one.not_testable)
    sections = [_build_section(one, pictures.get(one.supply_point)) for one in found]
    if waiting:
        sections.append(_build_waiting(waiting))
    dated = describe_missing() if last is None else short_date(last)
    return Document(
        title=choose_text("Veille de l'éclairage", "Watch of lighting"),
        lead=choose_text(
            f"{alerts} alertes sur {len(report.cabinets)} courbes, jusqu'à la nuit du {dated}.",
            f"{alerts} alerts on {len(report.cabinets)} curves, up to the night of {dated}.",
        ),
        banner=None,
        dated=dated,
        facts=(
            Fact(label=choose_text("Courbes", "Curves"), value=format_number(len(report.cabinets))),
            Fact(label=choose_text("Alertes", "Alerts"), value=format_number(alerts)),
        ),
        sections=tuple(sections),
    )


def get_cabinet_name(cabinet: WatchedCabinet) -> str:
    """What people call it: its cabinet, else its delivery point."""
    return cabinet.cabinet or cabinet.supply_point


def _build_section(cabinet: WatchedCabinet, picture: Figure | None) -> Section:
    notes = tuple(
        Note(
            "ok" if one.ended_night else "late",
            choose_text("terminé", "over") if one.ended_night else choose_text("alerte", "alert"),
            f"{one.sentence} {one.check}",
        )
        for one in cabinet.alerts
    )
    table = Table(
        choose_text("Alertes", "Alerts"),
        choose_texts(
            ("Première nuit", "First night"),
            ("Nuits", "Nights"),
            ("kWh", "kWh"),
            ("€", "EUR"),
            ("Certitude", "Certainty"),
        ),
        tuple(_list_cells(one) for one in cabinet.alerts),
        frozenset({1, 2, 3}),
    )
    drawn = () if picture is None else (picture,)
    anchor = "".join(c if c.isalnum() else "-" for c in cabinet.supply_point)
    return Section(anchor, get_cabinet_name(cabinet), (*notes, *drawn, table))


def _list_cells(alert: WatchAlert) -> tuple[str, ...]:
    return (
        short_date(alert.first_night),
        format_number(alert.nights),
        describe_missing() if alert.kwh is None else format_number(alert.kwh),
        describe_missing() if alert.eur is None else format_number(float(alert.eur), 2),
        choose_text("sûr", "sure") if alert.sure else choose_text("probable", "likely"),
    )


def _build_waiting(cabinets: tuple[WatchedCabinet, ...]) -> Section:
    lines = []
    for one in cabinets:
        name = get_cabinet_name(one)
        if one.untaught:
            lines.append(f"{name} : {one.untaught}")
        lines += [f"{name} : {describe_not_testable(w.test, w.until)}" for w in one.not_testable]
    title = choose_text("Pas encore testable", "Not testable yet")
    return Section("attente", title, (Items(title, tuple(lines)),))


def draw_nights(name: str, nights: Nights, expected: Expected) -> Figure:
    """The last nights of *name*, and a table of the same."""
    first = max(nights.grid.nights - SHOWN, 0)
    summary = choose_text(
        f"{name} : {SHOWN} nuits de midi à midi ; foncé, la puissance mesurée ; cadre, la lumière"
        " attendue ; ×, pas de relevé.",
        f"{name}: {SHOWN} nights from noon to noon; dark, the measured power; framed, the light"
        " that is expected; ×, no reading.",
    )
    body = Markup()
    for row, night in enumerate(range(first, nights.grid.nights)):
        body += _draw_night(nights, expected, night, row * _ROW)
    height = _ROW * (nights.grid.nights - first)
    svg = _SVG.format(width=_LEFT + _WIDE, height=height, title=summary, body=body)
    return Figure(summary, svg, _list_nights(nights, expected, first))


def draw_days(name: str, curve: Curve, last: date) -> Figure:
    """The fourteen days of *curve* to *last*, and a table of the same."""
    tz, body, rows = load_time_zone(curve.zone), Markup(), []
    days = [last - timedelta(days=SHOWN - 1 - n) for n in range(SHOWN)]
    spans = [[max(find_step(curve, one), 0) for one in day_bounds(day, tz)] for day in days]
    values = [curve.watts[begins:ends] for begins, ends in spans]
    most = float(np.nanmax(np.concatenate([*values, np.ones(1)])))
    for row, (day, watts) in enumerate(zip(days, values, strict=True)):
        body += _draw_row(day, watts, most, row * _ROW)
        known = watts[~np.isnan(watts)]
        kwh = describe_missing()
        if len(known):
            kwh = format_number(float(known.sum()) * curve.step_s / 3_600_000, 1)
        rows.append((short_date(day), f"{len(known)}/{len(watts)}", kwh))
    heads = choose_texts(("Jour", "Day"), ("Relevés", "Readings"), ("kWh mesurés", "kWh measured"))
    summary = choose_text(
        f"{name} : {SHOWN} jours de minuit à minuit ; foncé, la puissance mesurée, jusqu'à"
        f" {format_number(most)} W ; ×, pas de relevé.",
        f"{name}: {SHOWN} days from midnight to midnight; dark, the measured power, up to"
        f" {format_number(most)} W; ×, no reading.",
    )
    svg = _SVG.format(width=_LEFT + _WIDE, height=_ROW * SHOWN, title=summary, body=body)
    table = Table(choose_text("Jours", "Days"), heads, tuple(rows), frozenset({1, 2}))
    return Figure(summary, svg, table)


def _draw_row(day: date, values: Floats, most: float, y: int) -> Markup:
    """A day or a night: steps as dark as their part of *most*."""
    body = _NIGHT.format(y=y + 11, text=short_date(day))
    wide = _WIDE / max(len(values), 1)
    for step, watts in enumerate(values):
        x = round(_LEFT + step * wide, 1)
        if np.isnan(watts):
            body += _MISSING.format(x=x, y=y + 11)
            continue
        dark = round(float(np.clip(watts / most, 0, 1)), 2)
        if dark >= 0.02:  # noqa: PLR2004 (two hundredths are not seen)
            body += _CELL.format(x=x, y=y, width=round(wide, 1), dark=dark)
    return body


def _draw_night(nights: Nights, expected: Expected, night: int, y: int) -> Markup:
    begins, ends = nights.grid.bounds[night : night + 2]
    wide = _WIDE / (ends - begins)
    watts, day = nights.watts[begins:ends], nights.grid.find_day(night)
    body = _draw_row(day, watts, expected.watts, y)
    lit = _find_lit(nights, expected)[begins:ends]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], lit, [0]])))
    for on, off in edges.reshape(-1, 2):
        x = round(_LEFT + on * wide, 1)
        body += _OUTLINE.format(x=x, y=y, width=round((off - on) * wide, 1))
    return body


def _find_lit(nights: Nights, expected: Expected) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    grid, share = nights.grid, spread_share(nights.grid, expected.habit.share)
    minutes = np.where(
        grid.evening,
        compute_lit_minutes(grid, expected.edges_deg[0]),
        compute_lit_minutes(grid, expected.edges_deg[1]),
    )
    lit = (minutes >= grid.step_min / 2) & ~(share < 0.5)  # noqa: PLR2004 (half of the light)
    return lit.astype(np.int64)


def _list_nights(nights: Nights, expected: Expected, first: int) -> Table:
    lit = _find_lit(nights, expected) * nights.grid.step_min / 60
    rows = []
    for night in range(first, nights.grid.nights):
        begins, ends = nights.grid.bounds[night : night + 2]
        values = nights.watts[begins:ends]
        known = values[~np.isnan(values)]
        kwh = describe_missing()
        if len(known):
            kwh = format_number(float(known.sum()) * nights.grid.step_min / 60_000, 1)
        steps = f"{len(known)}/{len(values)}"
        hours = format_number(float(lit[begins:ends].sum()), 1)
        rows.append((short_date(nights.grid.find_day(night)), steps, kwh, hours))
    heads = choose_texts(
        ("Nuit du", "Night of"),
        ("Relevés", "Readings"),
        ("kWh mesurés", "kWh measured"),
        ("Heures attendues", "Hours expected"),
    )
    return Table(choose_text("Nuits", "Nights"), heads, tuple(rows), frozenset({1, 2, 3}))
