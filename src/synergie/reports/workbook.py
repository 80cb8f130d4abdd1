"""What every workbook of a plan or a comparison has: the sheet to read first, and three others.

The first sheet answers, says what the other sheets hold, and of what files all of it was made.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from synergie.park.records.park import SetAside
from synergie.reports.document import Answers
from synergie.reports.language import Pair, choose_text
from synergie.reports.sheets import Column, Head, Sheet, build_columns

type About = Sequence[tuple[Pair, Pair]]
"""The sheets after the first, each with what it holds."""

_ASIDE: tuple[Head, ...] = (
    ("Où", "Where", "text"), ("Trouvé", "Found", "long"), ("Attendu", "Expected", "long"),
)  # fmt: skip


class File(Protocol):
    """One file that something was made of."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def sha256(self) -> str:
        """Digest of its bytes."""


def read_me(
    title: str,
    told: Answers,
    *,
    units: str,
    about: About,
    made_of: Iterable[tuple[str, str]],
    files: Iterable[tuple[File, str]],
    banner: str | None,
) -> Sheet:
    """The sheet to read first.

    *units*: what amounts and hours are. *made_of*: digests and programs. *files*: each with what it
    tells. *banner*: what holds for all of it.
    """
    rows = (
        [] if banner is None else [(choose_text("Données synthétiques", "Synthetic data"), banner)]
    )
    rows += [(one.question, f"{one.answer} {one.more}".strip()) for one in told.answers]
    rows.append((choose_text("Ce classeur", "This workbook"), units))
    rows += [(choose_text(*name), choose_text(*what)) for name, what in about]
    rows += made_of
    file = choose_text("Fichier :", "File:")
    rows += [(f"{file} {one.name}", f"{what}, SHA-256 {one.sha256}") for one, what in files]
    return Sheet(
        choose_text("Lisez-moi", "Read me"), (Column("Question"), Column(title, "long")), rows
    )


def aside_sheet(asides: Iterable[SetAside]) -> Sheet:
    """What could not be used: where it stands, what was found, what was expected."""
    rows = [(one.where, one.found, one.expected) for one in asides]
    return Sheet(choose_text("Mis de côté", "Set aside"), build_columns(*_ASIDE), rows)


def assumed_sheet(told: Iterable[str]) -> Sheet:
    """What is assumed, a sentence a row."""
    heads = build_columns(("Énoncé", "Statement", "long"))
    return Sheet(choose_text("Hypothèses", "Assumptions"), heads, [(one,) for one in told])
