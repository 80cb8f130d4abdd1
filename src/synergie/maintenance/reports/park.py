"""The park in a report: how fresh its data are, what it is made of, its faults, rows set aside."""

from collections.abc import Iterable
from datetime import date, datetime

from synergie.maintenance.reports.brief import MaintenanceBrief
from synergie.maintenance.reports.said import light_points
from synergie.maintenance.reports.words import describe_severity, format_crew_hours
from synergie.park.records.park import FaultReport, ParkState, Technology
from synergie.reports.assets.lamps import describe_lamp
from synergie.reports.document import Block, Items, Note, Paragraph, Section, Table
from synergie.reports.language import choose_text, choose_texts
from synergie.reports.plans import SourceFile
from synergie.reports.written import format_count, format_number, format_percent, short_date

MOST_ROWS = 100
"""Rows of tickets and of what is set aside that the report lists; the workbook has all."""
_OLD_DAYS = 180
"""An inventory older than this is told as old."""


def park_sections(brief: MaintenanceBrief) -> list[Section]:
    """The data and their age, the park, the rows set aside."""
    dates = choose_text("De quand datent les données", "The date of the data")
    found = [Section("donnees", dates, tuple(_iterate_freshness_blocks(brief)))]
    if brief.park is not None:
        state = choose_text("L'état du parc", "The state of the assets")
        found.append(Section("parc", state, tuple(_iterate_park_blocks(brief, brief.park))))
    aside = choose_text("Ce qui a été mis de côté", "What was set aside")
    found.append(Section("ecarte", aside, tuple(_iterate_aside_blocks(brief))))
    return found


def _iterate_freshness_blocks(brief: MaintenanceBrief) -> Iterable[Block]:
    if brief.park is not None:
        at = brief.when(brief.park.as_of)
        yield Paragraph(choose_text(f"État du parc au {at}.", f"State of the assets as of {at}."))
    if not brief.sources:
        unknown = choose_text(
            "Les fichiers d'origine ne sont pas connus.", "The source files are unknown."
        )
        yield Paragraph(unknown)
        return
    heads = choose_texts(
        ("Fichier", "File"), ("Ce qu'il dit", "What it tells"),
        ("Dernière modification", "Last change"), ("Âge", "Age"),
        ("Pourquoi rien de neuf", "Why nothing newer"), ("Empreinte SHA-256", "SHA-256 digest"),
    )  # fmt: skip
    rows = tuple(_build_source_row(brief, one) for one in brief.sources)
    yield Table(choose_text("Les fichiers et leur âge", "The files and their age"), heads, rows)


def _build_source_row(brief: MaintenanceBrief, one: SourceFile) -> tuple[str, ...]:
    if one.modified is None:
        changed, old = choose_text("pas connue", "not known"), choose_text("pas connu", "not known")
        return one.name, one.what, changed, old, one.reason or "—", one.sha256[:16]
    day = one.modified.astimezone(brief.tz).date()
    told = describe_age(one.modified, brief.made_at)
    reason = one.reason or choose_text("le fichier ne le dit pas", "the file does not say")
    return one.name, one.what, short_date(day), told, reason, one.sha256[:16]


def describe_age(then: datetime, now: datetime) -> str:
    """How old something is: days under two months, then months."""
    days = max((now - then).days, 0)
    if days < 60:  # noqa: PLR2004 (two months)
        return choose_text(format_count(days, "jour"), format_count(days, "day"))
    months = days * 12 // 365
    return choose_text(f"{format_number(months)} mois", format_count(months, "month"))


def find_oldest_source(brief: MaintenanceBrief) -> SourceFile | None:
    """The file that was changed longest ago. None: none is dated."""
    dated = [one for one in brief.sources if one.modified is not None]
    return min(dated, key=lambda one: one.modified or brief.made_at, default=None)


def is_old(brief: MaintenanceBrief, one: SourceFile) -> bool:
    """Whether a file is older than half a year."""
    return one.modified is not None and (brief.made_at - one.modified).days > _OLD_DAYS


def _iterate_park_blocks(brief: MaintenanceBrief, park: ParkState) -> Iterable[Block]:
    yield Paragraph(_describe_park(park))
    if park.technologies:
        yield _build_technology_table(park.technologies)
    ends = [one for one in park.technologies if one.purchasable_until is not None]
    if ends:
        yield Note("late", choose_text("Fin de vente.", "End of sale."), _describe_sale_ends(ends))
    yield _build_ticket_block(brief, park.tickets)
    if park.notes:
        supposed = choose_text("Ce qui est supposé du parc", "What is assumed of the assets")
        yield Items(supposed, brief.sentences(park.notes))


def _describe_park(park: ParkState) -> str:
    cabinets, lamps = len(park.cabinets), sum(len(one.lamps) for one in park.cabinets)
    unknown = choose_text("pas connue", "not known")
    out = unknown if park.out_share is None else format_percent(park.out_share)
    told = choose_text(
        f"{format_count(cabinets, 'armoire')}, {light_points(lamps)} ; part éteinte d'après les "
        f"signalements ouverts : {out}.",
        f"{format_count(cabinets, 'cabinet')}, {light_points(lamps)}"
        "; share out, from the open fault "
        f"reports: {out}.",
    )
    if park.repair_hours is None:
        return told
    median = format_crew_hours(park.repair_hours)
    return told + choose_text(
        f" Délai médian de réparation : {median}.", f" Median time to repair: {median}."
    )


def _build_technology_table(found: Iterable[Technology]) -> Table:
    heads = choose_texts(
        ("Lampe", "Lamp"), ("Points", "Points"), ("Éteints", "Out"), ("Âge moyen", "Mean age"),
        ("Âge connu", "Age known"), ("Pannes par an", "Failures a year"),
        ("Vendue jusqu'au", "Sold until"),
    )  # fmt: skip
    title = choose_text("Le parc par type de lampe", "The assets by kind of lamp")
    return Table(title, heads, tuple(map(_build_technology_row, found)), frozenset({1, 2, 3, 4, 5}))


def _build_technology_row(one: Technology) -> tuple[str, ...]:
    unknown = choose_text("pas connu", "not known")
    return (
        describe_lamp(one.source_type), format_number(one.count), format_number(one.out),
        unknown if one.mean_age_years is None else _format_mean_age(one.mean_age_years),
        format_number(one.age_known),
        unknown if one.failures_year is None else format_number(one.failures_year, 1),
        _describe_end_day(one.purchasable_until),
    )  # fmt: skip


def _format_mean_age(age: float) -> str:
    """A mean age: a French plural begins at two."""
    word = choose_text("ans" if age >= 2 else "an", "years")  # noqa: PLR2004
    return f"{format_number(age, 1)} {word}"


def _describe_end_day(day: date | None) -> str:
    return choose_text("sans fin connue", "no known end") if day is None else short_date(day)


def _describe_sale_ends(found: Iterable[Technology]) -> str:
    return " ".join(map(_describe_sale_end, found))


def _describe_sale_end(one: Technology) -> str:
    kind, day = describe_lamp(one.source_type), _describe_end_day(one.purchasable_until)
    return choose_text(
        f"{format_count(one.count, 'point')} en {kind} : lampes en vente jusqu'au {day}.",
        f"{format_count(one.count, 'point')} with {kind} lamps: on sale until {day}.",
    )


def list_overdue_faults(brief: MaintenanceBrief) -> list[FaultReport]:
    """The open faults that should be mended by now."""
    return [one for one in (brief.park.tickets if brief.park else ()) if one.due_at < brief.made_at]


def _build_ticket_block(brief: MaintenanceBrief, tickets: Iterable[FaultReport]) -> Block:
    found = list(tickets)
    if not found:
        return Paragraph(choose_text("Aucun signalement n'est ouvert.", "No fault report is open."))
    rows = tuple(_build_ticket_row(brief, one) for one in found[:MOST_ROWS])
    heads = choose_texts(
        ("Signalement", "Fault report"), ("Gravité", "Severity"), ("Ouvrage", "Asset"),
        ("Organisme", "Body"), ("Panne", "Fault"), ("À réparer avant", "To be repaired by"),
        ("Délai", "Deadline"),
    )  # fmt: skip
    title = choose_text("Signalements ouverts", "Open fault reports")
    return Table(f"{title}{describe_shown_rows(len(rows), len(found))}", heads, rows)


def _build_ticket_row(brief: MaintenanceBrief, one: FaultReport) -> tuple[str, ...]:
    guessed = "" if one.severity_told else choose_text(" (supposé)", " (assumed)")
    past, in_time = choose_text("dépassé", "overdue"), choose_text("à temps", "in time")
    return (
        one.ticket, describe_severity(one.severity) + guessed, one.light_point or one.cabinet,
        brief.body(one.organisation), one.fault or choose_text("pas dit", "not told"),
        brief.when(one.due_at), past if one.due_at < brief.made_at else in_time,
    )  # fmt: skip


def describe_shown_rows(shown: int, there: int) -> str:
    """What a caption adds when not every row is shown; "" when all are."""
    if shown == there:
        return ""
    some, all_ = format_number(shown), format_number(there)
    return choose_text(
        f" ({some} sur {all_} ; tous au classeur)", f" ({some} of {all_}; workbook: all)"
    )


def _iterate_aside_blocks(brief: MaintenanceBrief) -> Iterable[Block]:
    found = brief.asides()
    if not found:
        used = choose_text(
            "Toutes les lignes lues ont servi.", "All rows that were read were used."
        )
        yield Note("ok", choose_text("Rien.", "Nothing."), used)
        return
    yield Paragraph(
        choose_text(
            "Ces lignes n'ont pas pu servir ; le reste a été planifié.",
            "These rows could not be used; the rest was planned.",
        )
    )
    rows = tuple((one.where, one.found, one.expected) for one in found[:MOST_ROWS])
    title = choose_text("Lignes mises de côté", "Rows set aside")
    heads = choose_texts(("Où", "Where"), ("Trouvé", "Found"), ("Attendu", "Expected"))
    yield Table(f"{title}{describe_shown_rows(len(rows), len(found))}", heads, rows)
