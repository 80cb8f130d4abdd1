"""What a scenario could not do, counted by subject and reason."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from synergie.scenarios._selected import Bools, Names
from synergie.scenarios.measured import Places
from synergie.schemas.lighting_effects import Change
from synergie.schemas.plan import Phrase

_NO_SUBJECT = "?"


class Told:
    """Luminaires that stay as they are, by subject and reason, in the order of telling."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._counts: dict[tuple[str, str, tuple[str, ...]], float] = defaultdict(float)

    def by_cabinet(self, rows: Bools, reason: str, *values: str) -> None:
        """Tells *rows* by their cabinets; those without one by what was asked for."""
        self._by(rows, self._names.park.cabinet, list(self._names.cabinets), (reason, *values))

    def by_commune(self, rows: Bools, reason: str, *values: str) -> None:
        """Tells *rows* by their communes."""
        self._by(rows, self._names.park.commune, list(self._names.communes), (reason, *values))

    def of(self, rows: Bools, subject: str, reason: str) -> None:
        """Tells *rows* as one."""
        if rows.any():
            self._counts[subject, reason, ()] += float(self._names.park.count[rows].sum())

    def _by(self, rows: Bools, of: Places, subjects: list[str], told: Sequence[str]) -> None:
        if not rows.any():
            return
        reason, *values = told
        weights = self._names.park.count[rows]
        counted = np.bincount(of[rows] + 1, weights=weights, minlength=len(subjects) + 1)
        alone = values[0] if values else _NO_SUBJECT
        for place in np.flatnonzero(counted):
            subject = subjects[place - 1] if place else alone
            self._counts[subject, reason, tuple(values)] += float(counted[place])

    def changes(self) -> tuple[Change, ...]:
        """All of it."""
        return tuple(
            Change(subject=subject, count=round(count), reason=Phrase(text=reason, values=values))
            for (subject, reason, values), count in self._counts.items()
        )
