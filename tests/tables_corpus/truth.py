"""What a table says, as whoever made it knows: the judge compares nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from tests.tables_corpus.sheets import CSV, Dialect, Sheet, written

type Period = tuple[str, str, date, date]
"""Point (its digits or its name), direction, first day, the day after the last."""
type Group = Literal["ordinary", "trap", "foreign"]
type Told = Literal["block", "suspect", "note", "quiet"]
"""What a rule of the shelf asks of the file: stop, mark, say; `quiet`: the twin, none of them."""

ANSWERS: Mapping[str, str] = {
    "direction": "import",
    "scheme": "prm",
    "last_day": "included",
    "stamp": "start",
    "dates": "dmy",
    "year": "2025",
    "spelling": "yes",
    "sites": "yes",
    "annual": "yes",
    "measured": "yes",
    "amounts": "yes",
    "summed": "yes",
    "dated": "yes",
    "billed": "yes",
    "blank_point": "above",
}
"""What whoever has a French table of consumption knows; the file adds its own."""


@dataclass(slots=True)
class Truth:
    """The figures of a file: `energy`, `steps`, `lights`, `points` must be kept, no more."""

    energy: dict[Period, Decimal] = field(default_factory=dict)
    """kWh."""
    parts: dict[Period, list[Decimal]] = field(default_factory=dict)
    """kWh of each time class."""
    allowed: dict[Period, list[Decimal]] = field(default_factory=dict)
    """kWh that may be kept as well: the differences of registers."""
    costs: dict[Period, list[Decimal]] = field(default_factory=dict)
    """Euros of the period, whole: without and with taxes."""
    volumes: dict[Period, Decimal] = field(default_factory=dict)
    """m3."""
    emissions: dict[Period, Decimal] = field(default_factory=dict)
    """kg of CO2."""
    gas: bool = False
    """Whether it is energy of gas, and its numbers are PCE."""
    steps: dict[tuple[str, str, datetime], Decimal] = field(default_factory=dict)
    """kWh of each step of a curve: point, direction, start."""
    indexes: dict[tuple[str, date], list[Decimal]] = field(default_factory=dict)
    """kWh on the registers of a point that day."""
    points: dict[str, tuple[Decimal | None, Decimal | None]] = field(default_factory=dict)
    """kWh of a year and kVA of each point of a list."""
    lights: dict[str, Decimal] = field(default_factory=dict)
    """W of each light, all its lamps."""
    places: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    """Longitude and latitude of lights, where they are judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One file, and what is right to do with it."""

    kind: str
    """What it tries: `price beside`, `two head rows`."""
    group: Group
    name: str
    sheets: tuple[Sheet, ...]
    truth: Truth
    dialect: Dialect = CSV
    answers: Mapping[str, str] = field(default_factory=dict)
    """True answers to what the file does not say. A question beyond them has none."""
    about: frozenset[str] = frozenset()
    """Questions that have no true answer: they are what the file leaves open."""
    stops: bool = False
    """Nobody can know: only a question without an answer, or a refusal, is right."""
    rule: str | None = None
    """The rule of the shelf that it trips, or keeps just short of."""
    told: Told | None = None

    @property
    def data(self) -> bytes:
        """Its bytes."""
        return written(self.sheets, self.dialect)

    @property
    def file(self) -> str:
        """Its name with its ending."""
        return f"{self.name}.{self.dialect.kind}"

    @property
    def workbook(self) -> bool:
        """Whether it is a workbook."""
        return self.dialect.kind != "csv"
