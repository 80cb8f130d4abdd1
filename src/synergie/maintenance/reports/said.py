"""Sentences that the report of a joint maintenance and the note of a body share."""

from collections.abc import Sequence

from synergie.reports.language import choose_text
from synergie.reports.written import format_count, format_number


def describe_visit_count(visits: int, cabinets: int, lamps: int) -> str:
    """How many visits of how many cabinets; *lamps* are their light points, 0: not known."""
    points = f", {light_points(lamps)}" if lamps else ""
    return choose_text(
        f"{format_count(visits, 'visite')} de {format_count(cabinets, 'armoire')}{points}.",
        f"{format_count(visits, 'visit')} of {format_count(cabinets, 'cabinet')}{points}.",
    )


def describe_late_visits(late_weeks: Sequence[int], visits: int) -> str:
    """How many of *visits* are late; *late_weeks* are the weeks of each that is, never empty."""
    late, most = len(late_weeks), max(late_weeks)
    due = "son" if late == 1 else "leur"
    return choose_text(
        f"{format_count(late, 'visite')} sur {format_number(visits)} après {due} échéance, "
        f"de {format_number(most)} semaine{'s' if most > 1 else ''} au plus.",
        f"{format_number(late)} of {format_count(visits, 'visit')} "
        f"past due, by {format_count(most, 'week')} at most.",
    )


def crew_days(many: int) -> str:
    """How many days of a crew."""
    return format_count(
        many, choose_text("jour d'équipe", "crew-day"), choose_text("jours d'équipe", "crew-days")
    )


def light_points(many: int) -> str:
    """How many light points."""
    return format_count(
        many,
        choose_text("point lumineux", "light point"),
        choose_text("points lumineux", "light points"),
    )


def describe_missing_bound() -> str:
    """That no bound is known."""
    return choose_text(
        "Sans preuve : un meilleur plan peut exister.", "No proof: a better plan may exist."
    )


def describe_waiting_communes(names: str) -> str:
    """Communes that are worse served than alone."""
    return choose_text(
        f"Attendent plus que seules : {names}.", f"Waiting longer than alone: {names}."
    )


def nobody_waits() -> str:
    """That none is."""
    return choose_text(
        "Aucune commune n'attend plus que seule.", "No commune waits longer than alone."
    )


def nothing_more() -> str:
    """That nothing is assumed beside the files."""
    return choose_text(
        "Rien d'autre que ce que disent les fichiers.", "Nothing but what the files say."
    )
