"""Daily temperatures of one weather station, as its service publishes them."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from synergie.schemas.assets.location import Location
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, Many, Provenance, Text

MAX_DAYS = 110_000

Celsius = Annotated[
    float, Field(ge=-90, le=60, allow_inf_nan=False, json_schema_extra={"unit": "°C"})
]
"""A temperature of the air, degrees Celsius."""

type Temperatures = Annotated[list[Celsius | None], Field(min_length=1, max_length=MAX_DAYS)]


class WeatherStation(Wire):
    """Where the weather was measured."""

    code: Annotated[str, Field(pattern=r"^[0-9]{8}$", examples=["67124001"])]
    """Number of the station: 8 digits as text (department, commune, rank); zeros in front count."""
    name: Text = Field(examples=["STRASBOURG-ENTZHEIM"])
    """Usual name."""
    location: Location
    """Its place."""
    altitude_m: Annotated[float, Field(ge=-100, le=5000, json_schema_extra={"unit": "m"})]
    """Height of the ground above the sea, m."""


class WeatherSeries(Wire):
    """The days of one station, one after another: value i is of the day `first_day` + i."""

    station: WeatherStation
    """Where it was measured."""
    first_day: CivilDate
    """The day of the first values."""
    lowest: Temperatures
    """Lowest of the day (TN), from 18 h UTC the day before to 18 h. Null: not measured."""
    highest: Temperatures
    """Highest of the day (TX), from 6 h UTC to 6 h the day after. Null: not measured."""
    mean: Temperatures
    """Mean of the hours of the day (TM). Null: not measured."""
    suspect: Many[CivilDate] = ()
    """Days of which a temperature is doubtful to its service (quality 2), in order."""
    source: Text
    """Name of the format it came by. Example: `meteo-france-daily`."""
    provenance: Provenance = "public"
    """`public` for published series."""

    @model_validator(mode="after")
    def _check_lengths(self) -> Self:
        if not len(self.lowest) == len(self.highest) == len(self.mean):
            raise ValueError("as many lowest, highest and mean temperatures as days")
        return self

    @property
    def external_id(self) -> str:
        """The business key: a station from a day on."""
        return f"{self.station.code}/{self.first_day.isoformat()}"
