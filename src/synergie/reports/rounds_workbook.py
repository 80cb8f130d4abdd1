"""The sheets of rounds and of the park in the workbook of a joint maintenance."""

from collections.abc import Iterator, Sequence

from synergie.reports.maintenance_brief import MaintenanceBrief
from synergie.reports.maintenance_words import SEVERITIES, TASKS, lamp, parts
from synergie.reports.rounds_words import loaded, stops_of
from synergie.reports.sheets import Column, Sheet, Value


def stops_sheet(brief: MaintenanceBrief) -> Sheet:
    """Every stop, in the order of its crew."""
    columns = (
        Column("Jour", "date"), Column("Équipe"), Column("Arrêt", "whole"),
        Column("Début", "instant"), Column("Fin", "instant"), Column("Ouvrage"),
        Column("Organisme"), Column("Tâche"), Column("Gravité"), Column("Signalement"),
        Column("Lieu"), Column("Latitude", "price"), Column("Longitude", "price"),
        Column("Route (min)", "whole"), Column("Route (m)", "whole"), Column("Pièces"),
        Column("Réseau", "long"), Column("Consigne", "long"),
    )  # fmt: skip
    return Sheet("Tournées", columns, list(_stop_rows(brief)), frozen=3)


def _stop_rows(brief: MaintenanceBrief) -> Iterator[Sequence[Value]]:
    for week in brief.weeks:
        for one in week.rounds:
            for rank, told in enumerate(stops_of(brief, week, one), start=1):
                planned, at = told.planned, told.location
                yield (
                    one.day, one.crew, rank, planned.starts_at, planned.ends_at, told.asset,
                    told.body, told.task, told.severity or None, told.ticket or None,
                    told.where or None, at.latitude if at else None, at.longitude if at else None,
                    planned.drive_minutes, planned.drive_m, parts(told.parts) or None,
                    told.authorisation, told.instructions or None,
                )  # fmt: skip


def load_sheet(brief: MaintenanceBrief) -> Sheet:
    """What each crew loads, day by day."""
    columns = (Column("Jour", "date"), Column("Équipe"), Column("Pièce"), Column("Nombre", "whole"))
    rows = [
        (one.day, one.crew, name, many)
        for week in brief.weeks
        for one in week.rounds
        for name, many in loaded(week, one)
    ]
    return Sheet("À charger", columns, rows)


def left_out_sheet(brief: MaintenanceBrief) -> Sheet:
    """The work that no round takes."""
    columns = (
        Column("Ouvrage"), Column("Tâche"), Column("Commune"), Column("Coût de l'attente (€)",
        "euros"), Column("Pourquoi", "long"),
    )  # fmt: skip
    rows: list[Sequence[Value]] = []
    for week in brief.weeks:
        for one in week.plan.left_out:
            stop = week.stops.get(one.stop)
            asset, task = (stop.asset, TASKS[stop.task]) if stop else (one.stop, None)
            town = brief.commune(stop.insee_code) if stop else None
            rows.append((asset, task, town, one.skip_eur, brief.sentences([one.reason])[0]))
    return Sheet("Laissé", columns, rows)


def tickets_sheet(brief: MaintenanceBrief) -> Sheet:
    """The open faults."""
    columns = (
        Column("Signalement"), Column("Organisme"), Column("Armoire"), Column("Point lumineux"),
        Column("Gravité"), Column("Gravité dite"), Column("Panne", "long"),
        Column("Signalé", "instant"), Column("À réparer avant", "instant"), Column("Contrat"),
    )  # fmt: skip
    rows = [
        (
            one.ticket, brief.body(one.organisation), one.cabinet, one.light_point,
            SEVERITIES[one.severity], "oui" if one.severity_told else "supposée", one.fault,
            one.reported_at, one.due_at, one.contract,
        )
        for one in (brief.park.tickets if brief.park else ())
    ]  # fmt: skip
    return Sheet("Signalements", columns, rows)


def park_sheet(brief: MaintenanceBrief) -> Sheet:
    """The park by kind of lamp."""
    columns = (
        Column("Lampe"), Column("Points", "whole"), Column("Éteints", "whole"),
        Column("Âge moyen (ans)", "price"), Column("Âge connu", "whole"),
        Column("Pannes par an", "price"), Column("Vendue jusqu'au", "date"),
    )  # fmt: skip
    rows = [
        (
            lamp(one.source_type), one.count, one.out, one.mean_age_years, one.age_known,
            one.failures_year, one.purchasable_until,
        )
        for one in (brief.park.technologies if brief.park else ())
    ]  # fmt: skip
    return Sheet("Parc", columns, rows)
