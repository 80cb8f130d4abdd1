"""The report of a watch as a document: cabinets with alerts, each with its picture."""

from collections.abc import Mapping

from synergie.reports.document import Document, Fact, Figure, Items, Note, Section, Table
from synergie.reports.language import choose_text, choose_texts
from synergie.reports.written import describe_missing, format_number, short_date
from synergie.watch.records.report import WatchAlert, WatchedCabinet, WatchReport
from synergie.watch.reports.sentences import describe_not_testable


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
