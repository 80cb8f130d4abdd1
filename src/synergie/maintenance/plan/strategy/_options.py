"""What one choice costs and gives, and the items of which one option each is chosen."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Gives:
    """What a choice gives over all the years, beside money."""

    out: float = 0.0
    late: float = 0.0
    faults: float = 0.0
    energy: float = 0.0
    hours: float = 0.0
    co2: float = 0.0

    def key(self) -> tuple[float, ...]:
        """All of them."""
        return (self.out, self.late, self.faults, self.energy, self.hours, self.co2)

    def no_more_than(self, other: "Gives") -> bool:
        """Whether it is no worse in anything."""
        return all(mine <= theirs for mine, theirs in zip(self.key(), other.key(), strict=True))

    def __add__(self, other: "Gives") -> "Gives":
        return Gives(
            self.out + other.out,
            self.late + other.late,
            self.faults + other.faults,
            self.energy + other.energy,
            self.hours + other.hours,
            self.co2 + other.co2,
        )


@dataclass(frozen=True, slots=True)
class Option:
    """One choice."""

    cost: Decimal
    gives: Gives = field(default_factory=Gives)
    relamp_years: float | None = None
    led_year: int | None = None
    last_buy: int = 0
    invested: Decimal = Decimal(0)
    """LED investment, EUR of the year `led_year`."""
    months: int | None = None
    clean_years: float | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """Something of which one option is chosen."""

    kind: str
    """`lamps`, `inspection` or `cleaning`."""
    subject: str
    """The group, or the body."""
    organisation: str
    options: tuple[Option, ...]


def select_efficient_options(options: list[Option]) -> list[Option]:
    """Those that no other beats in money and in all else, the cheapest first."""
    kept: list[Option] = []
    for option in sorted(options, key=lambda o: (o.cost, o.gives.key())):
        if not any(other.gives.no_more_than(option.gives) for other in kept):
            kept.append(option)
    return kept
