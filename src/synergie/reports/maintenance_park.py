"""The park in a report: how fresh its data are, what it is made of, its faults, rows set aside."""

from collections.abc import Iterable
from datetime import date, datetime

from synergie.reports.document import Block, Items, Note, Paragraph, Section, Table
from synergie.reports.french import number, percent, short_date
from synergie.reports.maintenance_brief import Inventory, MaintenanceBrief
from synergie.reports.maintenance_words import SEVERITIES, hours, lamp
from synergie.schemas.park import FaultReport, ParkState, Technology

MOST_ROWS = 100
"""Rows of tickets and of what is set aside that the report lists; the workbook has all."""
_OLD_DAYS = 180
"""An inventory older than this is told as old."""


def park_sections(brief: MaintenanceBrief) -> list[Section]:
    """The data and their age, the park, the rows set aside."""
    found = [Section("donnees", "De quand datent les données", tuple(_freshness(brief)))]
    if brief.park is not None:
        found.append(Section("parc", "L'état du parc", tuple(_park(brief, brief.park))))
    found.append(Section("ecarte", "Ce qui a été mis de côté", tuple(_aside(brief))))
    return found


def _freshness(brief: MaintenanceBrief) -> Iterable[Block]:
    if brief.park is not None:
        yield Paragraph(f"État du parc au {brief.when(brief.park.as_of)}.")
    if not brief.sources:
        yield Paragraph("Les fichiers d'origine ne sont pas connus.")
        return
    heads = ("Fichier", "Ce qu'il dit", "Dernière modification", "Âge", "Pourquoi rien de neuf",
             "Empreinte SHA-256")  # fmt: skip
    yield Table(
        "Les fichiers et leur âge", heads, tuple(_source(brief, one) for one in brief.sources)
    )


def _source(brief: MaintenanceBrief, one: Inventory) -> tuple[str, ...]:
    if one.modified is None:
        return one.name, one.what, "pas connue", "pas connu", one.reason or "—", one.sha256[:16]
    day = one.modified.astimezone(brief.tz).date()
    told = age(one.modified, brief.made_at)
    reason = one.reason or "le fichier ne le dit pas"
    return one.name, one.what, short_date(day), told, reason, one.sha256[:16]


def age(then: datetime, now: datetime) -> str:
    """How old something is: days under two months, then months."""
    days = max((now - then).days, 0)
    if days < 60:  # noqa: PLR2004 (two months)
        return f"{number(days)} jour{'s' if days > 1 else ''}"
    return f"{number(days * 12 // 365)} mois"


def oldest(brief: MaintenanceBrief) -> Inventory | None:
    """The file that was changed longest ago. None: none is dated."""
    dated = [one for one in brief.sources if one.modified is not None]
    return min(dated, key=lambda one: one.modified or brief.made_at, default=None)


def is_old(brief: MaintenanceBrief, one: Inventory) -> bool:
    """Whether a file is older than half a year."""
    return one.modified is not None and (brief.made_at - one.modified).days > _OLD_DAYS


def _park(brief: MaintenanceBrief, park: ParkState) -> Iterable[Block]:
    lamps = sum(len(one.lamps) for one in park.cabinets)
    out = "pas connue" if park.out_share is None else percent(park.out_share)
    told = (
        f"{number(len(park.cabinets))} armoires, {number(lamps)} points lumineux ; part éteinte "
        f"d'après les signalements ouverts : {out}."
    )
    if park.repair_hours is not None:
        told += f" Délai médian de réparation : {hours(park.repair_hours)}."
    yield Paragraph(told)
    if park.technologies:
        yield _technologies(park.technologies)
    ends = [one for one in park.technologies if one.purchasable_until is not None]
    if ends:
        yield Note("late", "Fin de vente.", _ends(ends))
    yield _tickets(brief, park.tickets)
    if park.notes:
        yield Items("Ce qui est supposé du parc", brief.sentences(park.notes))


def _technologies(found: Iterable[Technology]) -> Table:
    heads = ("Lampe", "Points", "Éteints", "Âge moyen", "Âge connu", "Pannes par an",
             "Vendue jusqu'au")  # fmt: skip
    return Table(
        "Le parc par type de lampe",
        heads,
        tuple(
            (
                lamp(one.source_type), number(one.count), number(one.out),
                "pas connu" if one.mean_age_years is None
                else f"{number(one.mean_age_years, 1)} ans",
                number(one.age_known),
                "pas connu" if one.failures_year is None else number(one.failures_year, 1),
                _day(one.purchasable_until),
            )
            for one in found
        ),
        frozenset({1, 2, 3, 4, 5}),
    )  # fmt: skip


def _day(day: date | None) -> str:
    return "sans fin connue" if day is None else short_date(day)


def _ends(found: Iterable[Technology]) -> str:
    return " ".join(
        f"{number(one.count)} points en {lamp(one.source_type)} : lampes en vente jusqu'au "
        f"{_day(one.purchasable_until)}."
        for one in found
    )


def overdue(brief: MaintenanceBrief) -> list[FaultReport]:
    """The open faults that should be mended by now."""
    return [one for one in (brief.park.tickets if brief.park else ()) if one.due_at < brief.made_at]


def _tickets(brief: MaintenanceBrief, tickets: Iterable[FaultReport]) -> Block:
    found = list(tickets)
    if not found:
        return Paragraph("Aucun signalement n'est ouvert.")
    rows = tuple(
        (
            one.ticket, SEVERITIES[one.severity] + ("" if one.severity_told else " (supposé)"),
            one.light_point or one.cabinet, brief.body(one.organisation), one.fault or "pas dit",
            brief.when(one.due_at), "dépassé" if one.due_at < brief.made_at else "à temps",
        )
        for one in found[:MOST_ROWS]
    )  # fmt: skip
    heads = ("Signalement", "Gravité", "Ouvrage", "Organisme", "Panne", "À réparer avant", "Délai")
    return Table(f"Signalements ouverts{shown_of(len(rows), len(found))}", heads, rows)


def shown_of(shown: int, there: int) -> str:
    """What a caption adds when not every row is shown; "" when all are."""
    return "" if shown == there else f" ({number(shown)} sur {number(there)} ; tous au classeur)"


def _aside(brief: MaintenanceBrief) -> Iterable[Block]:
    found = brief.asides()
    if not found:
        yield Note("ok", "Rien.", "Toutes les lignes lues ont servi.")
        return
    yield Paragraph("Ces lignes n'ont pas pu servir ; le reste a été planifié.")
    rows = tuple((one.where, one.found, one.expected) for one in found[:MOST_ROWS])
    title = f"Lignes mises de côté{shown_of(len(rows), len(found))}"
    yield Table(title, ("Où", "Trouvé", "Attendu"), rows)
