"""Sentences that the report of a joint maintenance and the note of a body share."""

from collections.abc import Sequence

from synergie.reports.language import say
from synergie.reports.purchase_words import count
from synergie.reports.written import number


def visited(visits: int, cabinets: int, lamps: int) -> str:
    """How many visits of how many cabinets; *lamps* are their light points, 0: not known."""
    many = number(lamps)
    points = say(f", {many} points lumineux", f", {count(lamps, 'light point')}") if lamps else ""
    return say(
        f"{number(visits)} visites de {number(cabinets)} armoires{points}.",
        f"{count(visits, 'visit')} of {count(cabinets, 'cabinet')}{points}.",
    )


def lateness(late_weeks: Sequence[int], visits: int) -> str:
    """How many of *visits* are late; *late_weeks* are the weeks of each that is, never empty."""
    late, most = len(late_weeks), max(late_weeks)
    return say(
        f"{number(late)} visites sur {number(visits)} après leur échéance, "
        f"de {number(most)} semaine{'s' if most > 1 else ''} au plus.",
        f"{number(late)} of {count(visits, 'visit')} past due, by {count(most, 'week')} at most.",
    )


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
