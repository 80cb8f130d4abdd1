"""The sheets of rounds and of the park in the workbook of a joint maintenance."""

from collections.abc import Iterator, Sequence

from synergie.maintenance.reports.brief import MaintenanceBrief
from synergie.maintenance.reports.rounds_words import list_crew_parts, stops_of
from synergie.maintenance.reports.words import describe_parts, describe_severity, describe_task
from synergie.reports.assets.lamps import describe_lamp
from synergie.reports.language import choose_text
from synergie.reports.sheets import Head, Sheet, Value, build_columns

_STOPS: tuple[Head, ...] = (
    ("Jour", "Day", "date"), ("Équipe", "Crew", "text"), ("Arrêt", "Stop", "whole"),
    ("Début", "Start", "instant"), ("Fin", "End", "instant"), ("Ouvrage", "Asset", "text"),
    ("Organisme", "Body", "text"), ("Tâche", "Task", "text"), ("Gravité", "Severity", "text"),
    ("Signalement", "Fault report", "text"), ("Lieu", "Place", "text"),
    ("Latitude", "Latitude", "price"), ("Longitude", "Longitude", "price"),
    ("Route (min)", "Drive (min)", "whole"), ("Route (m)", "Drive (m)", "whole"),
    ("Pièces", "Parts", "text"), ("Réseau", "Network", "long"),
    ("Consigne", "Instruction", "long"),
)  # fmt: skip
_LOAD: tuple[Head, ...] = (
    ("Jour", "Day", "date"), ("Équipe", "Crew", "text"), ("Pièce", "Part", "text"),
    ("Nombre", "Count", "whole"),
)  # fmt: skip
_LEFT: tuple[Head, ...] = (
    ("Ouvrage", "Asset", "text"), ("Tâche", "Task", "text"), ("Commune", "Commune", "text"),
    ("Coût de l'attente (€)", "Cost of waiting (€)", "euros"), ("Pourquoi", "Why", "long"),
)  # fmt: skip
_TICKETS: tuple[Head, ...] = (
    ("Signalement", "Fault report", "text"), ("Organisme", "Body", "text"),
    ("Armoire", "Cabinet", "text"), ("Point lumineux", "Light point", "text"),
    ("Gravité", "Severity", "text"), ("Gravité dite", "Severity stated", "text"),
    ("Panne", "Fault", "long"), ("Signalé", "Reported", "instant"),
    ("À réparer avant", "To be repaired by", "instant"), ("Contrat", "Contract", "text"),
)  # fmt: skip
_PARK: tuple[Head, ...] = (
    ("Lampe", "Lamp", "text"), ("Points", "Points", "whole"), ("Éteints", "Out", "whole"),
    ("Âge moyen (ans)", "Mean age (years)", "price"), ("Âge connu", "Age known", "whole"),
    ("Pannes par an", "Failures a year", "price"), ("Vendue jusqu'au", "Sold until", "date"),
)  # fmt: skip


def stops_sheet(brief: MaintenanceBrief) -> Sheet:
    """Every stop, in the order of its crew."""
    return Sheet(
        choose_text("Tournées", "Rounds"), build_columns(*_STOPS), list(_stop_rows(brief)), frozen=3
    )


def _stop_rows(brief: MaintenanceBrief) -> Iterator[Sequence[Value]]:
    for week in brief.weeks:
        for one in week.rounds:
            for rank, told in enumerate(stops_of(brief, week, one), start=1):
                planned, at = told.planned, told.location
                yield (
                    one.day, one.crew, rank, planned.starts_at, planned.ends_at, told.asset,
                    told.body, told.task, told.severity or None, told.ticket or None,
                    told.where or None, at.latitude if at else None, at.longitude if at else None,
                    planned.drive_minutes, planned.drive_m, describe_parts(told.parts) or None,
                    told.authorisation, told.instructions or None,
                )  # fmt: skip


def load_sheet(brief: MaintenanceBrief) -> Sheet:
    """What each crew loads, day by day."""
    rows = [
        (one.day, one.crew, name, many)
        for week in brief.weeks
        for one in week.rounds
        for name, many in list_crew_parts(week, one)
    ]
    return Sheet(choose_text("À charger", "To load"), build_columns(*_LOAD), rows)


def build_left_out_sheet(brief: MaintenanceBrief) -> Sheet:
    """The work that no round takes."""
    rows: list[Sequence[Value]] = []
    for week in brief.weeks:
        for one in week.plan.left_out:
            stop = week.stops.get(one.stop)
            asset, job = (stop.asset, describe_task(stop.task)) if stop else (one.stop, None)
            town = brief.commune(stop.insee_code) if stop else None
            rows.append((asset, job, town, one.skip_eur, brief.sentences([one.reason])[0]))
    return Sheet(choose_text("Laissé", "Left out"), build_columns(*_LEFT), rows)


def tickets_sheet(brief: MaintenanceBrief) -> Sheet:
    """The open faults."""
    yes, assumed = choose_text("oui", "yes"), choose_text("supposée", "assumed")
    rows = [
        (
            one.ticket, brief.body(one.organisation), one.cabinet, one.light_point,
            describe_severity(one.severity), yes if one.severity_told else assumed, one.fault,
            one.reported_at, one.due_at, one.contract,
        )
        for one in (brief.park.tickets if brief.park else ())
    ]  # fmt: skip
    return Sheet(choose_text("Signalements", "Fault reports"), build_columns(*_TICKETS), rows)


def park_sheet(brief: MaintenanceBrief) -> Sheet:
    """The park by kind of lamp."""
    rows = [
        (
            describe_lamp(one.source_type), one.count, one.out, one.mean_age_years, one.age_known,
            one.failures_year, one.purchasable_until,
        )
        for one in (brief.park.technologies if brief.park else ())
    ]  # fmt: skip
    return Sheet(choose_text("Parc", "Assets"), build_columns(*_PARK), rows)
