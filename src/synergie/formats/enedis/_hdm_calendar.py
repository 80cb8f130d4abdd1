"""The table `Periode;Identifiant calendrier…` under the indexes: which class a dial counts, when.

`Du 2019-09-02T00:00:00+02:00 au 2019-10-22T00:00:00+02:00` is half-open; only the printed dates
count. INCONNU says nothing: a dial is then its own class. A dial without class is not in use.
"""

import re
from dataclasses import dataclass
from datetime import date

from synergie.errors import BadInput
from synergie.formats.enedis import _r6x
from synergie.formats.text import normalize_column_name
from synergie.schemas.readings.register_reading import Grid

_PERIOD = re.compile(r"Du (\d{4}-\d\d-\d\d)T\S+ au(?: (\d{4}-\d\d-\d\d)T\S+)?", re.ASCII)
_UNKNOWN = "INCONNU"
_AS = "a period as Du 2026-01-01T00:00:00+01:00 au 2026-02-01T00:00:00+01:00"
_GRIDS: dict[str, Grid] = {"F": "supplier", "D": "distributor"}


@dataclass(frozen=True, slots=True)
class Dial:
    """A column of indexes, as `EAS D1`: of the distributor, of the supplier, or of all classes."""

    name: str

    @property
    def short(self) -> str:
        """`D1`, `F10` or `T`."""
        return self.name.rpartition(" ")[2]

    @property
    def grid(self) -> Grid | None:
        """Whose calendar cuts it; None for the total."""
        return _GRIDS.get(self.short[:1])


@dataclass(frozen=True, slots=True)
class Period:
    """What the dials count over [start, end)."""

    start: date
    end: date | None
    calendars: dict[str, str]
    """By the letter of the grid: `D` → `DI000002`."""
    classes: dict[str, str]
    """By dial: `D1` → `HC`. Empty for a dial that is not in use."""

    def holds(self, day: date) -> bool:
        """Whether *day* is in it."""
        return self.start <= day and (self.end is None or day < self.end)


def read_calendar_periods(labels: list[str], rows: list[tuple[int, list[str]]]) -> list[Period]:
    """The rows of the table; BadInput for a period that cannot be read."""
    at = {normalize_column_name(label): i for i, label in enumerate(labels)}
    return [_parse_period(at, line, cells) for line, cells in rows]


def _parse_period(at: dict[str, int], line: int, cells: list[str]) -> Period:
    def cell(label: str) -> str:
        i = at.get(normalize_column_name(label), len(cells))
        return cells[i].strip() if i < len(cells) else ""

    found = _PERIOD.fullmatch(cells[0].strip())
    if found is None:
        raise BadInput(f"line {line}, /Periode", cells[0], _AS)
    where = f"line {line}, /Periode"
    classes = {f"F{n}": cell(f"Identifiant classe temporelle {n}") for n in range(1, 11)}
    classes |= {
        f"D{n}": cell(f"Identifiant classe temporelle distributeur {n}") for n in range(1, 5)
    }
    return Period(
        start=_r6x.parse_civil_day(found[1], where),
        end=_r6x.parse_civil_day(found[2], where) if found[2] else None,
        calendars={
            "F": cell("Identifiant calendrier fournisseur"),
            "D": cell("Identifiant calendrier distributeur"),
        },
        classes=classes,
    )


def class_of(dial: Dial, day: date, known: list[Period]) -> tuple[str | None, str | None] | None:
    """Calendar and class of *dial* on *day*; None when it is not in use then."""
    letter, short = dial.short[:1], dial.short
    if dial.grid is None:
        return None, None
    period = next((one for one in known if one.holds(day)), None)
    calendar = "" if period is None else period.calendars.get(letter, "")
    if period is None or calendar in ("", _UNKNOWN):
        return None, short
    name = period.classes.get(short, "")
    return (calendar, name) if name else None
