"""What the tables do not hold, and why: said instead of a figure that nobody verified."""

from dataclasses import dataclass
from datetime import date

from synergie.energy.plan.tariff._words import N_
from synergie.errors import BadInput

type Around = tuple[date | None, date]
"""The last day before that has figures, and the next one that has."""


class TableMissing(BadInput):
    """A day for which a table has no figures of a key that it has on other days."""

    last: date | None
    """The last day before for which it has some. None: it has none before."""
    until: date
    """The day from which it has some again; `date.max`: none is known."""

    table: str
    """The table. Example: `turpe`."""
    key: str
    """What the row that is missing is about. Example: `BTINFMU4`."""
    cell: str
    """The column that is missing. Example: `eur_per_mwh`. Empty: several, or all."""

    def __init__(
        self, of: tuple[str, str, str], days: str, told: tuple[date, str], around: Around
    ) -> None:
        self.table, self.key, self.cell = of
        day, expected = told
        super().__init__(f"{self.table}.csv, {self.key}{days}", day.isoformat(), expected)
        self.args = (of, days, told, around)  # for pickle
        self.last, self.until = around


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A version that is known to exist and was not collected."""

    table: str
    """Name of the table. Example: `turpe`."""
    keys: tuple[str, ...]
    """Beginnings of the keys it concerns. Empty text: all."""
    since: date
    """First day it concerns."""
    until: date
    """The day after the last one."""
    why: str
    """What is expected instead, as a constant text for people."""


_EVER, _NEVER = date.min, date.max

MISSING = (
    Missing(
        table="turpe",
        keys=("BTINF", "HTA"),
        since=date(2026, 8, 1),
        until=_NEVER,
        why=N_(
            "a day before 2026-08-01: these cells of the TURPE grid of 1 August 2026 were not "
            "found in a public text; a file turpe.csv with them may be given"
        ),
    ),
    Missing(
        table="turpe",
        keys=("BTSUP",),
        since=_EVER,
        until=date(2025, 2, 1),
        why=N_(
            "a day from 2025-02-01 on: the grids above 36 kVA of TURPE 6 before are not collected; "
            "a file turpe.csv with their figures may be given"
        ),
    ),
    Missing(
        table="turpe",
        keys=("HTA",),
        since=_EVER,
        until=date(2025, 8, 1),
        why=N_(
            "a day from 2025-08-01 on: the HTA grids of TURPE 6 are not collected; "
            "a file turpe.csv with their figures may be given"
        ),
    ),
    Missing(
        table="accise",
        keys=("36_to_250_non_economic",),
        since=date(2026, 2, 1),
        until=date(2027, 2, 1),
        why=N_(
            "a day before 2026-02-01: the line that the finance law of 2026 (art. 18) draws for "
            "non-economic activities of 36 to 250 kVA was not read; a file accise.csv with the "
            "rate may be given"
        ),
    ),
    Missing(
        table="accise",
        keys=("",),
        since=date(2027, 2, 1),
        until=_NEVER,
        why=N_(
            "a day before 2027-02-01: the accise from 1 February 2027 is not known; "
            "a file accise.csv with its figure may be given"
        ),
    ),
    Missing(
        table="vnu",
        keys=("",),
        since=date(2027, 1, 1),
        until=_NEVER,
        why=N_(
            "a day of 2026: the unit amount of the versement nucléaire universel is set each year; "
            "a file vnu.csv with its figure may be given"
        ),
    ),
)


def find_missing_version(table: str, key: str, day: date) -> Missing | None:
    """Why *table* has nothing for *key* on *day*; None when no version is known to be missing."""
    for one in MISSING:
        if one.table == table and one.since <= day < one.until and key.startswith(one.keys):
            return one
    return None
