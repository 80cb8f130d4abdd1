"""The park in a report: how fresh its data are, what it is made of, its faults, rows set aside."""

from collections.abc import Iterable
from datetime import date, datetime

from synergie.maintenance.reports.brief import Inventory, MaintenanceBrief
from synergie.maintenance.reports.said import light_points
from synergie.maintenance.reports.words import hours, lamp, severity
from synergie.park.records.park import FaultReport, ParkState, Technology
from synergie.reports.document import Block, Items, Note, Paragraph, Section, Table
from synergie.reports.language import say, words
from synergie.reports.written import count, number, percent, short_date

MOST_ROWS = 100
"""Rows of tickets and of what is set aside that the report lists; the workbook has all."""
_OLD_DAYS = 180
"""An inventory older than this is told as old."""


def park_sections(brief: MaintenanceBrief) -> list[Section]:
    """The data and their age, the park, the rows set aside."""
    dates = say("De quand datent les données", "The date of the data")
    found = [Section("donnees", dates, tuple(_freshness(brief)))]
    if brief.park is not None:
        state = say("L'état du parc", "The state of the assets")
        found.append(Section("parc", state, tuple(_park(brief, brief.park))))
    aside = say("Ce qui a été mis de côté", "What was set aside")
    found.append(Section("ecarte", aside, tuple(_aside(brief))))
    return found


def _freshness(brief: MaintenanceBrief) -> Iterable[Block]:
    if brief.park is not None:
        at = brief.when(brief.park.as_of)
        yield Paragraph(say(f"État du parc au {at}.", f"State of the assets as of {at}."))
    if not brief.sources:
        unknown = say("Les fichiers d'origine ne sont pas connus.", "The source files are unknown.")
        yield Paragraph(unknown)
        return
    heads = words(
        ("Fichier", "File"), ("Ce qu'il dit", "What it tells"),
        ("Dernière modification", "Last change"), ("Âge", "Age"),
        ("Pourquoi rien de neuf", "Why nothing newer"), ("Empreinte SHA-256", "SHA-256 digest"),
    )  # fmt: skip
    rows = tuple(_source(brief, one) for one in brief.sources)
    yield Table(say("Les fichiers et leur âge", "The files and their age"), heads, rows)


def _source(brief: MaintenanceBrief, one: Inventory) -> tuple[str, ...]:
    if one.modified is None:
        changed, old = say("pas connue", "not known"), say("pas connu", "not known")
        return one.name, one.what, changed, old, one.reason or "—", one.sha256[:16]
    day = one.modified.astimezone(brief.tz).date()
    told = age(one.modified, brief.made_at)
    reason = one.reason or say("le fichier ne le dit pas", "the file does not say")
    return one.name, one.what, short_date(day), told, reason, one.sha256[:16]


def age(then: datetime, now: datetime) -> str:
    """How old something is: days under two months, then months."""
    days = max((now - then).days, 0)
    if days < 60:  # noqa: PLR2004 (two months)
        return say(count(days, "jour"), count(days, "day"))
    months = days * 12 // 365
    return say(f"{number(months)} mois", count(months, "month"))


def oldest(brief: MaintenanceBrief) -> Inventory | None:
    """The file that was changed longest ago. None: none is dated."""
    dated = [one for one in brief.sources if one.modified is not None]
    return min(dated, key=lambda one: one.modified or brief.made_at, default=None)


def is_old(brief: MaintenanceBrief, one: Inventory) -> bool:
    """Whether a file is older than half a year."""
    return one.modified is not None and (brief.made_at - one.modified).days > _OLD_DAYS


def _park(brief: MaintenanceBrief, park: ParkState) -> Iterable[Block]:
    yield Paragraph(_summary(park))
    if park.technologies:
        yield _technologies(park.technologies)
    ends = [one for one in park.technologies if one.purchasable_until is not None]
    if ends:
        yield Note("late", say("Fin de vente.", "End of sale."), _ends(ends))
    yield _tickets(brief, park.tickets)
    if park.notes:
        supposed = say("Ce qui est supposé du parc", "What is assumed of the assets")
        yield Items(supposed, brief.sentences(park.notes))


def _summary(park: ParkState) -> str:
    cabinets, lamps = len(park.cabinets), sum(len(one.lamps) for one in park.cabinets)
    unknown = say("pas connue", "not known")
    out = unknown if park.out_share is None else percent(park.out_share)
    told = say(
        f"{count(cabinets, 'armoire')}, {light_points(lamps)} ; part éteinte d'après les "
        f"signalements ouverts : {out}.",
        f"{count(cabinets, 'cabinet')}, {light_points(lamps)}; share out, from the open fault "
        f"reports: {out}.",
    )
    if park.repair_hours is None:
        return told
    median = hours(park.repair_hours)
    return told + say(
        f" Délai médian de réparation : {median}.", f" Median time to repair: {median}."
    )


def _technologies(found: Iterable[Technology]) -> Table:
    heads = words(
        ("Lampe", "Lamp"), ("Points", "Points"), ("Éteints", "Out"), ("Âge moyen", "Mean age"),
        ("Âge connu", "Age known"), ("Pannes par an", "Failures a year"),
        ("Vendue jusqu'au", "Sold until"),
    )  # fmt: skip
    title = say("Le parc par type de lampe", "The assets by kind of lamp")
    return Table(title, heads, tuple(map(_technology, found)), frozenset({1, 2, 3, 4, 5}))


def _technology(one: Technology) -> tuple[str, ...]:
    unknown = say("pas connu", "not known")
    return (
        lamp(one.source_type), number(one.count), number(one.out),
        unknown if one.mean_age_years is None else _years(one.mean_age_years),
        number(one.age_known),
        unknown if one.failures_year is None else number(one.failures_year, 1),
        _day(one.purchasable_until),
    )  # fmt: skip


def _years(age: float) -> str:
    """A mean age: a French plural begins at two."""
    word = say("ans" if age >= 2 else "an", "years")  # noqa: PLR2004
    return f"{number(age, 1)} {word}"


def _day(day: date | None) -> str:
    return say("sans fin connue", "no known end") if day is None else short_date(day)


def _ends(found: Iterable[Technology]) -> str:
    return " ".join(map(_end, found))


def _end(one: Technology) -> str:
    kind, day = lamp(one.source_type), _day(one.purchasable_until)
    return say(
        f"{count(one.count, 'point')} en {kind} : lampes en vente jusqu'au {day}.",
        f"{count(one.count, 'point')} with {kind} lamps: on sale until {day}.",
    )


def overdue(brief: MaintenanceBrief) -> list[FaultReport]:
    """The open faults that should be mended by now."""
    return [one for one in (brief.park.tickets if brief.park else ()) if one.due_at < brief.made_at]


def _tickets(brief: MaintenanceBrief, tickets: Iterable[FaultReport]) -> Block:
    found = list(tickets)
    if not found:
        return Paragraph(say("Aucun signalement n'est ouvert.", "No fault report is open."))
    rows = tuple(_ticket(brief, one) for one in found[:MOST_ROWS])
    heads = words(
        ("Signalement", "Fault report"), ("Gravité", "Severity"), ("Ouvrage", "Asset"),
        ("Organisme", "Body"), ("Panne", "Fault"), ("À réparer avant", "To be repaired by"),
        ("Délai", "Deadline"),
    )  # fmt: skip
    title = say("Signalements ouverts", "Open fault reports")
    return Table(f"{title}{shown_of(len(rows), len(found))}", heads, rows)


def _ticket(brief: MaintenanceBrief, one: FaultReport) -> tuple[str, ...]:
    guessed = "" if one.severity_told else say(" (supposé)", " (assumed)")
    past, in_time = say("dépassé", "overdue"), say("à temps", "in time")
    return (
        one.ticket, severity(one.severity) + guessed, one.light_point or one.cabinet,
        brief.body(one.organisation), one.fault or say("pas dit", "not told"),
        brief.when(one.due_at), past if one.due_at < brief.made_at else in_time,
    )  # fmt: skip


def shown_of(shown: int, there: int) -> str:
    """What a caption adds when not every row is shown; "" when all are."""
    if shown == there:
        return ""
    some, all_ = number(shown), number(there)
    return say(f" ({some} sur {all_} ; tous au classeur)", f" ({some} of {all_}; workbook: all)")


def _aside(brief: MaintenanceBrief) -> Iterable[Block]:
    found = brief.asides()
    if not found:
        used = say("Toutes les lignes lues ont servi.", "All rows that were read were used.")
        yield Note("ok", say("Rien.", "Nothing."), used)
        return
    yield Paragraph(
        say(
            "Ces lignes n'ont pas pu servir ; le reste a été planifié.",
            "These rows could not be used; the rest was planned.",
        )
    )
    rows = tuple((one.where, one.found, one.expected) for one in found[:MOST_ROWS])
    title = say("Lignes mises de côté", "Rows set aside")
    heads = words(("Où", "Where"), ("Trouvé", "Found"), ("Attendu", "Expected"))
    yield Table(f"{title}{shown_of(len(rows), len(found))}", heads, rows)
