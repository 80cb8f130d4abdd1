"""An energy of a period and where its row is."""

from dataclasses import dataclass
from decimal import Decimal

from synergie.formats.report import Place
from synergie.schemas.readings.period_energy import PeriodEnergy

_MONTH = Decimal("30.4")


@dataclass(slots=True)
class Span:
    """An energy and where its row is."""

    one: PeriodEnergy
    place: Place
    kva: Decimal | None = None
    """Subscribed power of its row."""

    @property
    def kwh(self) -> Decimal:
        """Its energy; zero where it has none."""
        return self.one.energy_kwh or Decimal(0)

    @property
    def days(self) -> int:
        """Days of its period."""
        return (self.one.to_date - self.one.from_date).days

    @property
    def monthly(self) -> Decimal:
        """Its energy brought to a month."""
        return abs(self.kwh) * _MONTH / self.days

    @property
    def places(self) -> int:
        """Decimals of its energy."""
        exponent = self.kwh.normalize().as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0

    @property
    def price(self) -> Decimal | None:
        """What a kWh of it costs, EUR. None: its row tells no cost, or no energy."""
        cost = self.one.cost_eur
        return None if cost is None or not self.kwh else abs(Decimal(str(cost)) / self.kwh)
