"""A study of street lighting: a park, what can be done with it, and the scenarios to compare."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from synergie.energy.records.offer import Key, TariffCode
from synergie.energy.records.power import OffPeakWindow, PowerRules
from synergie.energy.records.tariff import PriceSchedule
from synergie.lighting.records.effects import LightingCriterion
from synergie.lighting.records.lit_area import LitArea
from synergie.lighting.records.retrofit import Retrofit
from synergie.lighting.records.schedule import LightingSchedule
from synergie.park.records.park import FailureModel
from synergie.schemas.assets.cabinet import ControlType
from synergie.schemas.assets.light_point import LightUsage, SourceType
from synergie.schemas.assets.location import Location
from synergie.schemas.plan import MemberId
from synergie.schemas.wire import Wire
from synergie.units import (
    CivilDate,
    Euros,
    ExternalId,
    InseeCode,
    Kelvins,
    KilovoltAmperes,
    LongText,
    Lumens,
    Many,
    Metres,
    Provenance,
    Share,
    Text,
    Watts,
)

type Year = Annotated[int, Field(ge=1950, le=2150)]
type PlaceKind = Literal["stop", "crossing", "school", "station", "hospital", "other"]
type _Count = Annotated[int, Field(ge=1, le=10**7)]
type _Positive = Annotated[float, Field(ge=0, allow_inf_nan=False)]
type Position = Annotated[Many[float], Field(min_length=2, max_length=2)]
"""Longitude and latitude, WGS 84, in this order (RFC 7946)."""


class StudyLight(Wire):
    """One luminaire, or several that are alike in all that follows. What is null is not known."""

    id: ExternalId
    """The owner's identifier, or that of the group. Unique within the study."""
    count: _Count = 1
    """How many alike."""
    cabinet: ExternalId | None = None
    """The cabinet that feeds and switches it. Null: not known."""
    insee_code: InseeCode | None = None
    """Commune where it stands. Null: that of its cabinet, else not known."""
    location: Location | None = None
    """Where it stands. Null: not known."""
    source_type: SourceType | None = None
    """Kind of lamp."""
    power_w: Watts | None = None
    """Lamp and control gear together, W, one luminaire."""
    flux_lm: Lumens | None = None
    """Flux of the luminaire, lm, one luminaire."""
    ulr: Share | None = None
    """Upward light ratio as installed."""
    ulr_nominal: Share | None = None
    """Upward light ratio of the data sheet."""
    cie3: Share | None = None
    """CIE flux code 3."""
    cct_k: Kelvins | None = None
    """Colour temperature, K."""
    installed_on: CivilDate | None = None
    """Date of first installation; the rules for new luminaires hold from 2020-01-01 on."""
    usage: LightUsage | None = None
    """Category of the arrêté of 27/12/2018."""
    area: Key | None = None
    """What it lights, among the areas of the study. Null: nothing more is known of it."""
    schedule: Key | None = None
    """Schedule that it follows by itself. Null: that of its cabinet."""
    reference: Text | None = None
    """Maker and model."""
    is_priority: bool | None = None
    """Whether it lights a priority place. Null: found from the places of the study."""
    in_corridor: bool | None = None
    """Whether it stands in an ecological corridor. Null: found from the corridors of the study."""


class CabinetTerms(Wire):
    """How the cabinet's delivery point is billed today."""

    tariff_code: TariffCode
    """Network tariff option (FTA). Example: `BTINFMU4`."""
    subscribed_kva: KilovoltAmperes
    """Subscribed power, kVA."""
    windows: Annotated[Many[OffPeakWindow], Field(max_length=24)] = ()
    """Off-peak hours. Empty: assumed 22:00-06:00, and said so."""
    prices: Text | None = None
    """Name of its price schedule among those of the study. Null: not known, no bill."""


class StudyCabinet(Wire):
    """A cabinet: it, and not the luminaire, switches (domain.md §1)."""

    id: ExternalId
    """The owner's identifier, unique within the study."""
    body: MemberId
    """Who pays for it."""
    insee_code: InseeCode | None = None
    """Commune. Null: not known."""
    location: Location | None = None
    """Where it stands: whose sun it follows. Null: the middle of its luminaires."""
    programmable: bool | None = None
    """Whether its hours can be set. Null: not known, so that none may be assumed."""
    control_type: ControlType | None = None
    """What switches it."""
    schedule: Key | None = None
    """Schedule it follows today. Null: the first of the study that needs no executor."""
    terms: CabinetTerms | None = None
    """How it is billed. Null: not known, so no bill."""


class StudyCommune(Wire):
    """A commune of the study."""

    insee_code: InseeCode
    """INSEE code."""
    name: Text
    """Its name."""
    population: Annotated[int, Field(ge=0, le=10**8)] | None = None
    """Inhabitants. Null: not known."""
    allowed_schedules: Many[Key] | None = None
    """Schedules that an order of its mayor allows (CGCT L2212-1). Null: not known, none is
    excluded; a scenario that uses another one says which order is missing."""


class PriorityPlace(Wire):
    """A place where light matters most."""

    id: Key
    """The place."""
    kind: PlaceKind
    """What it is."""
    location: Location
    """Where."""
    radius_m: Annotated[float, Field(gt=0, le=1000, json_schema_extra={"unit": "m"})] = 30.0
    """Luminaires this near light it, m."""
    insee_code: InseeCode | None = None
    """Commune. Null: that of its luminaires."""


class Corridor(Wire):
    """An ecological corridor, reserve or other place of the dark infrastructure (trame noire)."""

    id: Key
    """The polygon."""
    name: Text | None = None
    """What it is called."""
    rings: Annotated[Many[Annotated[Many[Position], Field(min_length=4)]], Field(min_length=1)]
    """Outer ring, then holes; each closed (RFC 7946, Polygon)."""


class EmissionFactor(Wire):
    """Emissions of one megawatt-hour of electricity."""

    name: Text
    """Which one. Example: `mix moyen, Base Empreinte V23.6`."""
    kg_mwh: _Positive
    """kgCO2e/MWh."""
    source: LongText
    """Where it comes from."""


class Stated(Wire):
    """A figure that no file holds: told by somebody, with the place to check it."""

    criterion: LightingCriterion
    """Which one."""
    value: Annotated[float, Field(allow_inf_nan=False)] | None
    """In the unit of the criterion. Null: it was asked for and is not known."""
    low: Annotated[float, Field(allow_inf_nan=False)] | None = None
    """The least it may be. Null: no interval told."""
    high: Annotated[float, Field(allow_inf_nan=False)] | None = None
    """The most it may be. Null: no interval told."""
    insee_code: InseeCode | None = None
    """Commune it is told of. Null: the whole."""
    respondents: Annotated[int, Field(ge=0, le=10**8)] | None = None
    """How many people answered, for a survey. Null: no survey."""
    source: LongText
    """Who told it, when, how it was measured."""


class LampPrice(Wire):
    """What a new lamp costs, for luminaires that stay."""

    source_type: SourceType
    """Kind of lamp."""
    eur: Annotated[Euros, Field(ge=Decimal(0))]
    """EUR excluding VAT (LED: of a driver or module)."""


class StudyRules(Wire):
    """What is assumed of time, money, carbon and work; every figure is a parameter."""

    year: Year = 2025
    """Civil year whose sun and calendar are taken."""
    starts: Year = 2027
    """First year of the works and of the horizon."""
    horizon_years: Annotated[int, Field(ge=1, le=40)] = 15
    """Years over which costs are counted."""
    discount_rate: Annotated[float, Field(ge=-0.05, le=0.2)] = 0.03
    """Real discount rate a year."""
    on: CivilDate
    """The day whose network tariff and taxes are taken (`plan.tariff`)."""
    energy_growth: Annotated[float, Field(ge=-0.2, le=0.5)] = 0.0
    """Real growth of the bill a year."""
    price_stress: Annotated[float, Field(ge=0, le=10)] = 0.5
    """Rise of the supply price in the worst case, as a share of it."""
    co2: Annotated[Many[EmissionFactor], Field(min_length=1, max_length=4)]
    """Emission factors; the first one is the indicator, all are reported (two at least are wanted:
    domain.md §11)."""
    cee_eur_mwhc: Euros | None = None
    """What a MWh cumac is sold at, EUR. Null: not known, certificates bring no money."""
    grant_share: Share = 0.0
    """Share of the investment that a grant pays; 0 unless promised."""
    repair_eur: Euros | None = None
    """A repair of one luminaire, crew and travel without the part, EUR. Null: not known."""
    lamps: Annotated[Many[LampPrice], Field(max_length=12)] = ()
    """Prices of the lamps of luminaires that stay. One left out is not known."""
    repair_delay_hours: _Positive | None = None
    """Hours from a fault to its repair. Null: not known."""
    power_rules: PowerRules = PowerRules()
    """How subscribed power and option are fitted again after the works."""
    source: LongText
    """Where the figures come from, or `assumed`."""


class Budget(Wire):
    """Money that may be invested."""

    body: MemberId | None = None
    """Whose. Null: all together."""
    year: Year | None = None
    """In which year. Null: all years together."""
    eur: Annotated[Euros, Field(ge=Decimal(0))]
    """How much, EUR excluding VAT, grants and certificates taken off."""


class LightingAction(Wire):
    """What is done, to which luminaires: all conditions hold together, an empty one for all."""

    communes: Many[InseeCode] = ()
    """Only in these communes."""
    cabinets: Many[ExternalId] = ()
    """Only these cabinets."""
    source_types: Many[SourceType] = ()
    """Only these kinds of lamp."""
    usages: Many[LightUsage] = ()
    """Only these categories of the arrêté of 27/12/2018."""
    programmable: bool | None = None
    """Only cabinets that can be programmed (true), or all others (false). Null: all."""
    in_corridor: bool | None = None
    """Only luminaires within an ecological corridor (true), or outside. Null: all."""
    is_priority: bool | None = None
    """Only luminaires of priority places (true), or all others. Null: all."""
    retrofit: Key | None = None
    """Entry of the catalogue that takes their place. Null: they stay."""
    retrofit_among: Annotated[Many[Key], Field(max_length=1_000)] = ()
    """Entries of which each luminaire takes the smallest that meets the class of its road, else
    that keeps its light of today within -10 and +25 %. One that none fits stays, and is told.
    Empty: `retrofit` says. Not both."""
    schedule: Key | None = None
    """Schedule they follow. Null: the one of today. Where the executor is missing, the one of today
    stays, and the count is told."""
    make_programmable: bool = False
    """Whether cabinets that cannot be programmed get a clock first."""
    clock_eur: Euros | None = None
    """Price of that, one cabinet, EUR. Null: not known."""
    year: Year | None = None
    """Year of the works. Null: the first one."""

    @model_validator(mode="after")
    def _check_way(self) -> Self:
        if self.retrofit is not None and self.retrofit_among:
            raise ValueError("retrofit or retrofit_among, not both")
        return self


class LightingScenario(Wire):
    """One way to light: actions in order, the later ones go before."""

    id: Key
    """The scenario. Example: `s5`."""
    name: Text
    """What people call it."""
    summary: LongText | None = None
    """What it means for people. Null: nothing said."""
    actions: Annotated[Many[LightingAction], Field(max_length=10_000)] = ()
    """What is done. Empty: nothing changes."""
    stated: Many[Stated] = ()
    """Figures told by people, of this scenario."""


class LightingStudy(Wire):
    """Everything a comparison of scenarios stands on."""

    name: Text
    """What it is called."""
    communes: Annotated[Many[StudyCommune], Field(max_length=40_000)]
    """The communes."""
    cabinets: Annotated[Many[StudyCabinet], Field(max_length=200_000)]
    """The cabinets."""
    lights: Annotated[Many[StudyLight], Field(min_length=1, max_length=2_000_000)]
    """The luminaires."""
    schedules: Annotated[Many[LightingSchedule], Field(min_length=1, max_length=1_000)]
    """Schedules of today and those proposed."""
    retrofits: Annotated[Many[Retrofit], Field(max_length=1_000)] = ()
    """The catalogue."""
    areas: Annotated[Many[LitArea], Field(max_length=200_000)] = ()
    """What luminaires light: hours of activity, class of road, surface."""
    prices: Many[PriceSchedule] = ()
    """Price schedules of the energy."""
    failures: Many[FailureModel] = ()
    """Failure models of lamps (from "Maintain together"). Empty: those assumed there, said so."""
    places: Many[PriorityPlace] | None = None
    """Priority places. Null: not known; empty: there are none."""
    corridors: Many[Corridor] | None = None
    """Ecological corridors. Null: no layer was given; empty: there are none."""
    corridor_margin_m: Metres = 0.0
    """Light this near a corridor counts as within, m."""
    budgets: Many[Budget] = ()
    """Money that may be invested. Empty: no limit."""
    rules: StudyRules
    """What is assumed."""
    scenarios: Annotated[Many[LightingScenario], Field(min_length=1, max_length=1_000)]
    """What is compared; the first one is what things are compared with, as a rule today."""
    provenance: Provenance
    """`synthetic` for a demonstration."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for rows in (
            self.cabinets,
            self.lights,
            self.schedules,
            self.retrofits,
            self.areas,
            self.scenarios,
        ):
            names = [one.id for one in rows]
            if len(names) != len(set(names)):
                raise ValueError("each name once")
        return self
