"""One hour of a price forward curve (PFC), as an operator loads it: none is shipped."""

from pydantic import Field

from synergie.schemas.wire import Wire
from synergie.units import CivilDate, EurosPerMWh, Instant, Provenance, Text


class ForwardPrice(Wire):
    """What a megawatt-hour of one hour to come costs on the day of a quotation."""

    start: Instant
    """Start of the hour."""
    eur_per_mwh: EurosPerMWh
    """Its price, EUR/MWh, energy alone, excluding taxes; it may be negative."""
    quoted_on: CivilDate
    """The day whose market it is of."""
    source: Text = Field(examples=["courtier, PFC France"])
    """Who made the curve."""
    provenance: Provenance
    """`synthetic` for demonstration curves."""

    @property
    def external_id(self) -> str:
        """The hour it is of: two rows of one hour are one too many."""
        return self.start.isoformat()
