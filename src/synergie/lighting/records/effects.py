"""What scenarios of lighting do: indicators with unit, direction, source and range; the unknown."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.energy.records.offer import Key, TariffCode
from synergie.energy.records.tariff import ClassKwh
from synergie.lighting.records.sizing import FluxSizing
from synergie.schemas.plan import MemberId, Phrase
from synergie.schemas.wire import Wire
from synergie.units import Euros, ExternalId, InseeCode, KilovoltAmperes, Many, Sha256, Share, Text

type LightingCriterion = Literal[
    "energy", "energy_inhabitant",
    "investment", "net_present_cost", "bill", "bill_stress",
    "carbon", "carbon_embodied",
    "upward_flux",
    "corridor_light", "corridor_warm", "dark_hours",
    "legal",
    "priority_hours", "priority_light", "points_out", "repair_delay",
    "felt_safety",
    "least_service", "gain_spread", "worse_off",
    "agent_minutes",
    "personal_fields", "retention", "finest_step",
    "references", "closed_protocols", "spares",
    "insertion_hours",
]  # fmt: skip
"""Indicators of domain.md §12.1, one or more a criterion; `scenarios.criteria` says unit and
direction of each."""
type Direction = Literal["min", "max", "constraint"]
type Stake = Literal[
    "energy", "cost", "carbon", "night_sky", "biodiversity", "legality", "service", "felt_safety",
    "equity", "work", "privacy", "maintainability", "jobs",
]  # fmt: skip
"""The thirteen criteria of domain.md §12.1."""
type _Figure = Annotated[float, Field(allow_inf_nan=False)]


class CriterionTold(Wire):
    """What an indicator is: for every page that shows it."""

    criterion: LightingCriterion
    """Which one."""
    stake: Stake
    """What is at stake."""
    unit: Text
    """Its unit. Example: `MWh/y`."""
    direction: Direction
    """What is better; a constraint is not weighed."""
    purpose: Phrase
    """What it is for, in a sentence."""
    source: Phrase
    """How it is found, and on what text it stands."""


class Indicator(Wire):
    """One effect. An unknown one is null, says why, and is never zero."""

    criterion: LightingCriterion
    """Which one."""
    value: _Figure | None
    """In the unit of the criterion. Null: not known."""
    low: _Figure | None = None
    """The least it may be, by what is uncertain in the inputs. Null: no range is known."""
    high: _Figure | None = None
    """The most it may be. Null: no range is known."""
    known: Share
    """Share of the luminaires (or cabinets, communes) whose figures are known; 1: all."""
    unknown: Phrase | None = None
    """What is not known, and who could tell it. Null: nothing."""
    source: Phrase
    """What this value stands on."""


class CommuneEffects(Wire):
    """What a scenario does to one commune."""

    insee_code: InseeCode
    """The commune."""
    indicators: Many[Indicator]
    """Its effects; those that have no meaning for a commune are left out."""


class CabinetEffects(Wire):
    """What a scenario does to one cabinet."""

    cabinet: ExternalId
    """The cabinet."""
    schedule: Key
    """Schedule it follows at the end of the works."""
    energy: Many[ClassKwh]
    """Energy of a year by time class, kWh. Empty: not known."""
    power_w: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None
    """Power of its lamps, W. Null: not known of one at least."""
    tariff_code: TariffCode | None = None
    """Network tariff option after the re-fit. Null: no bill."""
    subscribed_kva: KilovoltAmperes | None = None
    """Subscribed power after the re-fit, kVA. Null: no bill."""
    bill_eur: Euros | None = None
    """Bill of a year after the re-fit, EUR excluding VAT. Null: not known."""
    bill_as_subscribed_eur: Euros | None = None
    """Bill when option and power stay those of today, EUR excluding VAT. Null: not known."""


class Breach(Wire):
    """A rule that a scenario does not keep."""

    rule: Key
    """Which one. Example: `cct-road`."""
    article: Text
    """The text. Example: `arrêté du 27 décembre 2018, article 3, I`."""
    subject: Text
    """What breaks it: an entry of the catalogue, a light, a schedule, a commune."""
    count: Annotated[int, Field(ge=1, le=10**9)]
    """How many luminaires."""
    found: Text
    """What was found."""
    expected: Phrase
    """What the rule asks for."""
    is_new: bool
    """Whether the scenario brings it; false: it is there today and the law holds for new ones, or
    has a date."""


type LawField = Literal[
    "usage", "installed_on", "ulr", "ulr_nominal", "cct_k", "cie3", "flux_lm", "surface_m2",
    "illuminance_lx", "is_built_up", "is_natural", "is_accessible_path", "area_kind", "opens",
    "closes", "schedule",
]  # fmt: skip
"""What the law has to know of a luminaire or of what it lights."""


class MissingField(Wire):
    """A field that the law needs and that some luminaires lack."""

    field: LawField
    """Which one."""
    count: Annotated[int, Field(ge=1, le=10**9)]
    """Of how many luminaires that are not judged; one may lack several."""


class LawTally(Wire):
    """How luminaires stand to the arrêté of 27/12/2018. Those not judged are in no other count."""

    subject: Literal["equipment", "hours"]
    """What was judged: the luminaire (article 3), or when it is lit (article 2)."""
    kept: Annotated[int, Field(ge=0, le=10**9)]
    """Luminaires of which every rule was judged, and kept."""
    broken: Annotated[int, Field(ge=0, le=10**9)]
    """Luminaires that break one rule at least."""
    unjudged: Annotated[int, Field(ge=0, le=10**9)]
    """Luminaires that break no rule, and of which one at least could not be judged."""
    missing: Many[MissingField] = ()
    """What was lacking, the field that most lack first."""


class NotDone(Wire):
    """What a scenario could not do as it was told."""

    subject: Text
    """Cabinet, commune or entry."""
    count: Annotated[int, Field(ge=1, le=10**9)]
    """How many luminaires."""
    reason: Phrase
    """Why: a cabinet that cannot be programmed, a lamp that cannot be dimmed, a missing order."""


class YearMoney(Wire):
    """Money of one year, EUR of today, not discounted."""

    year: Annotated[int, Field(ge=1950, le=2200)]
    """The year."""
    investment_eur: Euros | None
    """Works, grants and certificates taken off. Null: not known."""
    bill_eur: Euros | None
    """Energy. Null: not known."""
    upkeep_eur: Euros | None
    """Repairs and parts. Null: not known."""


class ScenarioEffects(Wire):
    """All that one scenario does."""

    scenario: Key
    """The scenario."""
    indicators: Many[Indicator]
    """Its effects on the whole."""
    communes: Many[CommuneEffects]
    """Its effects by commune."""
    cabinets: Many[CabinetEffects] = ()
    """Its effects by cabinet. Empty: not asked for."""
    profile_kw: Annotated[Many[_Figure], Field(max_length=24)] = ()
    """Mean power of each local hour over the year, kW, from 0 h on. Empty: not known."""
    months_kwh: Annotated[Many[_Figure], Field(max_length=12)] = ()
    """Energy of each month, kWh. Empty: not known."""
    carbon_t: Many[_Figure] = ()
    """tCO2e a year by emission factor, in their order. Empty: not known."""
    years: Many[YearMoney] = ()
    """Money year by year."""
    law: Many[LawTally] = ()
    """How many luminaires keep the law, and how many could not be judged. Empty: not asked."""
    sizing: FluxSizing | None = None
    """How much light roads get for that of today. Null: no luminaire is replaced."""
    breaches: Many[Breach] = ()
    """Rules it does not keep."""
    not_done: Many[NotDone] = ()
    """What could not be done as told."""
    over_budget: Many[Phrase] = ()
    """Budgets it does not keep."""


class Dominance(Wire):
    """One scenario that another one beats on every known criterion, and is beaten on none."""

    scenario: Key
    """The one that is dropped."""
    by: Key
    """The one that beats it."""


class WhoPays(Wire):
    """What a body pays under a scenario."""

    scenario: Key
    """The scenario."""
    body: MemberId
    """The body."""
    investment_eur: Euros | None
    """Works. Null: not known."""
    bill_eur: Euros | None
    """Bill of a year after the works. Null: not known."""


class LightingComparison(Wire):
    """Scenarios side by side. No score: that takes weights, and weights are somebody's."""

    study: Text
    """Name of the study."""
    study_digest: Sha256
    """SHA-256 of the study (RFC 8785)."""
    criteria: Many[CriterionTold]
    """The indicators, in the order of every table."""
    scenarios: Many[ScenarioEffects]
    """The scenarios, in the order of the study."""
    excluded: Many[Key] = ()
    """Scenarios that break a hard constraint: legality, or a commune worse off than today."""
    dominated: Many[Dominance] = ()
    """Scenarios that another one beats, among those that keep the constraints."""
    not_compared: Many[LightingCriterion] = ()
    """Criteria unknown for some scenarios only: left out of dominance and weights, for all."""
    bodies: Many[WhoPays] = ()
    """Who pays what."""
    assumptions: Many[Phrase] = ()
    """What was taken for granted, and what was not known."""
    synergie: Text
    """Version of this library."""
