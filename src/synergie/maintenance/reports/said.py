"""Sentences that the report of a joint maintenance and the note of a body share."""

from collections.abc import Sequence

from synergie.reports.language import say
from synergie.reports.written import count, number


def visited(visits: int, cabinets: int, lamps: int) -> str:
    """How many visits of how many cabinets; *lamps* are their light points, 0: not known."""
    points = f", {light_points(lamps)}" if lamps else ""
    return say(
        f"{count(visits, 'visite')} de {count(cabinets, 'armoire')}{points}.",
        f"{count(visits, 'visit')} of {count(cabinets, 'cabinet')}{points}.",
    )


def lateness(late_weeks: Sequence[int], visits: int) -> str:
    """How many of *visits* are late; *late_weeks* are the weeks of each that is, never empty."""
    late, most = len(late_weeks), max(late_weeks)
    due = "son" if late == 1 else "leur"
    return say(
        f"{count(late, 'visite')} sur {number(visits)} après {due} échéance, "
        f"de {number(most)} semaine{'s' if most > 1 else ''} au plus.",
        f"{number(late)} of {count(visits, 'visit')} past due, by {count(most, 'week')} at most.",
    )


def crew_days(many: int) -> str:
    """How many days of a crew."""
    return count(many, say("jour d'équipe", "crew-day"), say("jours d'équipe", "crew-days"))


def light_points(many: int) -> str:
    """How many light points."""
    return count(many, say("point lumineux", "light point"), say("points lumineux", "light points"))


def unproved() -> str:
    """That no bound is known."""
    return say("Sans preuve : un meilleur plan peut exister.", "No proof: a better plan may exist.")


def waiting(names: str) -> str:
    """Communes that are worse served than alone."""
    return say(f"Attendent plus que seules : {names}.", f"Waiting longer than alone: {names}.")


def nobody_waits() -> str:
    """That none is."""
    return say("Aucune commune n'attend plus que seule.", "No commune waits longer than alone.")


def nothing_more() -> str:
    """That nothing is assumed beside the files."""
    return say("Rien d'autre que ce que disent les fichiers.", "Nothing but what the files say.")
