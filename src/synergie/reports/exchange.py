"""The exchange in a report: what came in, what was agreed, what was refused, what was revoked."""

from collections.abc import Sequence
from dataclasses import dataclass

from synergie.reports.document import Note, Section, Table
from synergie.reports.written import format_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """What one organisation sent in one go."""

    organisation: str
    what: str
    received: int
    kept: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Accord:
    """One agreement, in words."""

    title: str
    owner: str
    recipient: str
    opens: str
    """What it opens and how finely. Example: "consommations, au mois"."""
    state: str
    """State at the end of the story, in French."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One request that was not served: what was asked, and what the server answered."""

    asked: str
    answered: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """How fresh the series of one organisation are."""

    organisation: str
    series: int
    up_to_date: int
    last: str
    """End of the newest reading, in words."""
    reason: str
    """Why, as the server says it."""


def freshness_section(ages: Sequence[Age], remark: str) -> Section:
    """How old the data are, and why; *remark* says what a reader must know of it."""
    late = sum(age.series - age.up_to_date for age in ages)
    whole = sum(age.series for age in ages)
    word = "À jour." if late == 0 else "En retard."
    fresh = "Aucune série" if late == whole else f"{format_number(whole - late)} séries"
    text = f"{fresh} à jour sur {format_number(whole)}. {remark}"
    table = Table(
        "Fraîcheur des séries",
        ("Organisation", "Séries", "À jour", "Dernière mesure", "Raison"),
        tuple(
            (
                age.organisation,
                format_number(age.series),
                format_number(age.up_to_date),
                age.last,
                age.reason,
            )
            for age in ages
        ),
        frozenset({1, 2}),
    )
    return Section("fraicheur", "Fraîcheur", (Note("late" if late else "ok", word, text), table))


def exchange_section(
    deposits: Sequence[Deposit], accords: Sequence[Accord], refusal: Answer, revocation: Answer
) -> Section:
    """Deposits, agreements, one refusal and one revocation."""
    received = Table(
        "Dépôts",
        ("Organisation", "Dépôt", "Reçus", "Gardés", "Refusés"),
        tuple(
            (
                d.organisation,
                d.what,
                format_number(d.received),
                format_number(d.kept),
                format_number(d.refused),
            )
            for d in deposits
        ),
        frozenset({2, 3, 4}),
    )
    agreed = Table(
        "Accords",
        ("Accord", "De", "Pour", "Ouvre", "État"),
        tuple((a.title, a.owner, a.recipient, a.opens, a.state) for a in accords),
    )
    return Section(
        "echange",
        "L'échange",
        (
            received,
            agreed,
            Note("refused", "Refusé.", f"{refusal.asked} Réponse : {refusal.answered}"),
            Note("refused", "Révoqué.", f"{revocation.asked} Réponse : {revocation.answered}"),
        ),
    )
