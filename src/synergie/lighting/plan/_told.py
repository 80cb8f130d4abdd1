"""What a scenario could not do, counted by subject and reason."""

from typing import NamedTuple

import numpy as np

from synergie.lighting.plan._selected import Bools, Names
from synergie.lighting.plan.measured import Places
from synergie.lighting.records.effects import NotDone
from synergie.schemas.plan import Phrase

_NO_SUBJECT = "–"


class _Reason(NamedTuple):
    """Why, and of what: a cabinet, a commune, or one entry of the catalogue."""

    of: str
    text: str
    values: tuple[str, ...]


class OmissionLog:
    """Luminaires that stay as they are, in the order of telling; each once for a reason."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._rows: dict[_Reason, Bools] = {}

    def by_cabinet(self, rows: Bools, reason: str, *values: str) -> None:
        """Tells *rows* by their cabinets; those without one by what was asked for."""
        self._tell(rows, _Reason("cabinet", reason, values))

    def by_commune(self, rows: Bools, reason: str, *values: str) -> None:
        """Tells *rows* by their communes."""
        self._tell(rows, _Reason("commune", reason, values))

    def by_entry(self, rows: Bools, reason: str, entry: str) -> None:
        """Tells *rows* as one, under an *entry* of the catalogue."""
        self._tell(rows, _Reason("entry", reason, (entry,)))

    def _tell(self, rows: Bools, reason: _Reason) -> None:
        if rows.any():
            self._rows[reason] = rows | self._rows.get(reason, False)

    def changes(self) -> tuple[NotDone, ...]:
        """All of it."""
        return tuple(
            NotDone(subject=subject, count=round(count), reason=_build_reason_phrase(reason))
            for reason, rows in self._rows.items()
            for subject, count in self._counted(reason, rows)
        )

    def _counted(self, reason: _Reason, rows: Bools) -> list[tuple[str, float]]:
        """How many luminaires of each subject, in the order of the study."""
        names, count = self._names, self._names.park.count
        if reason.of == "entry":
            return [(reason.values[0], float(count[rows].sum()))]
        of: Places = names.park.cabinet if reason.of == "cabinet" else names.park.commune
        subjects = list(names.cabinets if reason.of == "cabinet" else names.communes)
        counted = np.bincount(of[rows] + 1, weights=count[rows], minlength=len(subjects) + 1)
        alone = reason.values[0] if reason.values else _NO_SUBJECT
        return [
            (subjects[place - 1] if place else alone, float(counted[place]))
            for place in np.flatnonzero(counted)
        ]


def _build_reason_phrase(reason: _Reason) -> Phrase:
    values = () if reason.of == "entry" else reason.values
    return Phrase(text=reason.text, values=values)
