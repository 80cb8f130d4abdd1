"""Made points and bills: buildings and lights of communes, by month, with what they cost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tests.tables_corpus.truth import Truth

SITES = (
    "Mairie", "École Jules-Ferry", "Salle des fêtes", "Éclairage rue Haute", "Gymnase",
    "Bibliothèque", "Station de pompage", "Crèche Les Lutins", "Stade", "Atelier municipal",
)  # fmt: skip
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
SHORT = ("janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc")
CARBON = Decimal("0.05")
"""kg of CO2 in a kWh, where a column tells it."""
_SEASON = (150, 140, 120, 100, 80, 60, 50, 45, 70, 100, 130, 145)


@dataclass(frozen=True, slots=True)
class Bill:
    """One month of one point."""

    point: str
    site: str
    start: date
    end: date
    """The day after its last."""
    kwh: Decimal
    off_peak: Decimal
    price: Decimal
    """€/MWh without taxes."""
    power: int
    """Subscribed power, kVA."""
    surface: int
    volume: Decimal
    """m3, were it gas."""
    coefficient: Decimal
    """kWh/m3."""

    @property
    def last(self) -> date:
        """Its last day."""
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def ht(self) -> Decimal:
        """Euros without taxes."""
        return (self.kwh * self.price / 1000).quantize(Decimal("0.01"))

    @property
    def ttc(self) -> Decimal:
        """Euros with taxes."""
        return (self.ht * Decimal("1.2")).quantize(Decimal("0.01"))

    @property
    def key(self) -> tuple[str, str, date, date]:
        return self.point, "import", self.start, self.end


def prm(draw: Random) -> str:
    """A made number of a delivery point."""
    return f"99{draw.randrange(10**11, 10**12)}"


def months(year: int, count: int = 12, first: int = 1) -> Iterator[tuple[date, date]]:
    """First day and the day after the last, month by month."""
    for n in range(first - 1, first - 1 + count):
        yield (
            date(year + n // 12, n % 12 + 1, 1),
            date(year + (n + 1) // 12, (n + 1) % 12 + 1, 1),
        )


def bills(
    draw: Random, points: int = 3, count: int = 12, year: int = 2025, *, decimals: int = 0
) -> list[Bill]:
    """Bills of some points, point by point."""
    found = []
    unit = Decimal(1).scaleb(-decimals)
    for site in draw.sample(SITES, points):
        point, power = prm(draw), draw.choice((12, 18, 24, 36))
        base = Decimal(power * draw.randrange(25, 60))
        price, surface = Decimal(draw.randrange(14000, 21000)) / 100, draw.randrange(80, 900)
        for start, end in months(year, count):
            kwh = base * _SEASON[start.month - 1] / 100 * draw.randrange(90, 110) / 100
            kwh = kwh.quantize(unit)
            night = (kwh * draw.randrange(20, 45) / 100).quantize(unit)
            coefficient = Decimal(draw.randrange(1095, 1145)) / 100
            volume = (kwh / coefficient).quantize(Decimal("0.001"))
            found.append(
                Bill(
                    point, site, start, end, kwh, night, price, power, surface, volume, coefficient
                )
            )
    return found


def truth(told: Sequence[Bill], *, gas: bool = False) -> Truth:
    """What a table of these bills says."""
    made = Truth(gas=gas)
    for one in told:
        made.energy[one.key] = one.kwh
        made.parts[one.key] = [one.kwh - one.off_peak, one.off_peak]
        made.emissions[one.key] = (one.kwh * CARBON).quantize(Decimal(1))
        made.costs[one.key] = [one.ht, one.ttc]
        if gas:
            made.volumes[one.key] = one.volume
    return made
