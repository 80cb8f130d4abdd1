"""A performance contract: what is guaranteed, where, against what, and what it is worth."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, Strict, model_validator

from synergie.energy.records.power import DimmedSpan
from synergie.schemas.plan import MemberId
from synergie.schemas.series import SupplyPointKey
from synergie.schemas.wire import Wire
from synergie.units import (
    CivilDate,
    EurosPerMWh,
    ExternalId,
    KilowattHours,
    Latitude,
    Longitude,
    Many,
    Text,
    decimal_text,
)

type MeasurementOption = Literal["A", "B", "C"]
"""IPMVP: A the key parameter (watts of a sample), B all of a part, C the whole meter."""
type ContractEnergy = Literal["electricity", "gas"]
type PriceBasis = Literal["reference", "indexed", "of_the_year"]
"""The price of the contract; the same times its index; the price of the year reported."""
type ModelShape = Literal["flat", "heating", "cooling", "both"]
type CalendarTerm = Literal["weekend", "holiday"]

Ratio = Annotated[
    Decimal,
    Strict(False),
    decimal_text,
    Field(ge=0, le=1, max_digits=9, json_schema_extra={"unit": "1"}, examples=["0.5"]),
]
"""A share, 0 to 1, exact. Text on the wire."""
ExactWatts = Annotated[
    Decimal,
    Strict(False),
    decimal_text,
    Field(ge=0, le=100_000, max_digits=9, json_schema_extra={"unit": "W"}, examples=["83.5"]),
]
"""Power of one lamp with its ballast, W. Text on the wire."""
CarbonFactor = Annotated[
    Decimal,
    Strict(False),
    decimal_text,
    Field(ge=0, le=5, max_digits=9, json_schema_extra={"unit": "kgCO2/kWh"}, examples=["0.227"]),
]
"""Emissions of one kilowatt-hour. Text on the wire."""


IndexValue = Annotated[
    Decimal, Strict(False), decimal_text, Field(gt=0, max_digits=12), Field(examples=["132.4"])
]
"""The value of a price index. Text on the wire."""


class ContractSpan(Wire):
    """Civil days, half-open."""

    from_date: CivilDate
    """First day."""
    to_date: CivilDate
    """The day after the last one."""

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.from_date >= self.to_date:
            raise ValueError("a period that ends after it begins")
        return self

    @property
    def last_day(self) -> date:
        """The last of them."""
        return self.to_date - timedelta(days=1)


class LampTerms(Wire):
    """Lamps of one kind and one schedule, as they were in the baseline."""

    id: ExternalId
    """Its name in the contract. Example: `SHP-100`."""
    count: Annotated[int, Field(ge=0, le=1_000_000)]
    """How many."""
    watts: ExactWatts
    """Power of one in the baseline, its ballast with it."""
    dimmed: Many[DimmedSpan] = ()
    """When there was less light, or none, in the baseline. Empty: all night."""
    measured_watts: Many[ExactWatts] = ()
    """Option A: watts measured on a random sample after the works. Empty: options B and C."""


class LightingTerms(Wire):
    """What a lighting point saves against: inventory, watts of the baseline, hours of the sun."""

    longitude: Longitude
    """Where it stands, degrees east."""
    latitude: Latitude
    """Where it stands, degrees north."""
    lit_below_deg: Annotated[float, Field(ge=-18, le=6, json_schema_extra={"unit": "deg"})]
    """Lamps are lit while the sun is lower; a degree is 2 % of the hours: no default."""
    lamps: Annotated[Many[LampTerms], Field(min_length=1)]
    """Its lamps."""


class BuildingTerms(Wire):
    """What a building saves against: a regression on the weather and the calendar."""

    shape: ModelShape
    """What the weather drives."""
    terms: Many[CalendarTerm] = ()
    """Further drivers: `weekend` Saturdays and Sundays, `holiday` public holidays."""


class ContractPoint(Wire):
    """One delivery point of the perimeter."""

    id: SupplyPointKey
    """The point, and the key of its readings. Example: `prm:99000000000017`."""
    member: MemberId
    """The commune or body that pays for it."""
    name: Text
    """Name of its site."""
    energy: ContractEnergy
    """What it draws."""
    option: MeasurementOption
    """How its saving is measured."""
    lighting: LightingTerms | None = None
    """Of a point that feeds lamps. Null: a building."""
    building: BuildingTerms | None = None
    """Of a building. Null: lamps."""

    @model_validator(mode="after")
    def _check_kind(self) -> Self:
        if (self.lighting is None) == (self.building is None):
            raise ValueError("either lighting or building")
        if self.lighting is None:
            if self.option == "A":
                raise ValueError("option B or C for a building")
        elif (self.option == "A") != any(one.measured_watts for one in self.lighting.lamps):
            raise ValueError("measured watts for option A, and for no other")
        return self


class WeatherTerms(Wire):
    """Whose weather counts: one station a contract."""

    station: Annotated[str, Field(pattern=r"^[0-9]{8}$", examples=["67124001"])]
    """Number of the station."""


class PriceClause(Wire):
    """What a kilowatt-hour of one energy is worth."""

    energy: ContractEnergy
    """Of which energy."""
    basis: PriceBasis
    """Which price holds."""
    eur_per_mwh: EurosPerMWh | None = None
    """The price of reference. Null: `of_the_year`."""
    index: IndexValue | None = None
    """Value of the index on the day of the contract. Null: not indexed."""
    carbon_kg_per_kwh: CarbonFactor
    """Emissions of a kilowatt-hour."""
    carbon_source: Text
    """Whose factor that is, as it is published. Example: "Base Empreinte, mix moyen"."""
    carbon_dated: CivilDate
    """The day from which it is published so."""

    @model_validator(mode="after")
    def _check_parts(self) -> Self:
        if (self.eur_per_mwh is None) != (self.basis == "of_the_year"):
            raise ValueError("a price of reference, unless it is that of the year")
        if (self.index is None) != (self.basis != "indexed"):
            raise ValueError("the value of the index when the price is indexed")
        return self


class GuaranteeTerms(Wire):
    """What is guaranteed each year and how a difference is settled."""

    kwh_year: KilowattHours | None = None
    """Saving of a year, kWh. Null: a share of the adjusted baseline."""
    share: Ratio | None = None
    """Share of the adjusted baseline. Null: kilowatt-hours."""
    dead_band: Ratio
    """Share of the guarantee within which nothing is due, either way."""
    bonus_share: Ratio
    """Share of what is saved beyond the guarantee that goes to the operator."""

    @model_validator(mode="after")
    def _check_guarantee(self) -> Self:
        if (self.kwh_year is None) == (self.share is None):
            raise ValueError("either kilowatt-hours or a share")
        return self


class PerformanceContract(Wire):
    """Savings that an operator guarantees to one or several members."""

    id: ExternalId
    """Its number."""
    title: Text
    """What it is about."""
    operator: MemberId
    """Who guarantees."""
    client: MemberId
    """Who signs for the members: one of them, or their syndicate."""
    points: Annotated[Many[ContractPoint], Field(min_length=1, max_length=5000)]
    """The perimeter."""
    baseline: ContractSpan
    """The days that savings are measured against."""
    runs: ContractSpan
    """The days of the guarantee."""
    weather: WeatherTerms | None = None
    """The station. Null: only lighting."""
    prices: Annotated[Many[PriceClause], Field(min_length=1, max_length=2)]
    """One clause for each energy of the perimeter."""
    guarantee: GuaranteeTerms
    """What is guaranteed."""
    confidence: Annotated[float, Field(ge=0.5, le=0.99)] = 0.9
    """Of the intervals of savings."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if max(Counter(one.id for one in self.points).values()) > 1:
            raise ValueError("each point once: it has one baseline")
        clauses = [one.energy for one in self.prices]
        if len(set(clauses)) < len(clauses) or {one.energy for one in self.points} - set(clauses):
            raise ValueError("one price clause for each energy")
        if self.baseline.to_date > self.runs.from_date:
            raise ValueError("a baseline that ends before the guarantee begins")
        if self.weather is None and any(one.building for one in self.points):
            raise ValueError("a weather station for buildings")
        return self
