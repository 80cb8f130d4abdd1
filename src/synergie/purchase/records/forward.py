"""Offers as the market makes them, valued on one price forward curve (PFC) of one day."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, Strict, model_validator

from synergie.energy.records.offer import Key, Year
from synergie.purchase.records.hedge import HedgeProduct, HedgeRisk, Megawatts, Shape
from synergie.purchase.records.purchase import DeliveryPeriod
from synergie.schemas.plan import Phrase
from synergie.schemas.wire import Wire
from synergie.units import (
    CivilDate,
    Euros,
    EurosPerMWh,
    Instant,
    Many,
    MegawattHours,
    Sha256,
    Share,
    Text,
    decimal_text,
)

Factor = Annotated[
    Decimal,
    Strict(False),
    decimal_text,
    Field(ge=-10, le=10, json_schema_extra={"unit": "1"}, examples=["1.02"]),
]
type Ratio = Annotated[Decimal, Strict(False), decimal_text, Field(json_schema_extra={"unit": "1"})]
type SignedMegawattHours = Annotated[
    Decimal, Strict(False), decimal_text, Field(json_schema_extra={"unit": "MWh"})
]
type Commodity = Literal["electricity", "gas"]


class ForwardCurve(Wire):
    """The price of each hour to come on the day of one quotation."""

    quoted_on: CivilDate
    """The day whose market it is of."""
    source: Text
    """Who made it."""
    starts: Instant
    """Start of its first hour."""
    eur_per_mwh: Annotated[Many[EurosPerMWh], Field(min_length=1, max_length=200_000)]
    """Price of each hour from then on, without a hole, EUR/MWh; energy alone, excluding taxes."""


class SwingBand(Wire):
    """Volumes outside the band are bought, or sold back, at the spot price (clause de volume)."""

    below: Share
    """How far under the volume of the contract its price holds, as a share of it."""
    above: Share
    """How far over it."""


class ForwardTerms(Wire):
    """What every offer has."""

    id: Key
    """The offer."""
    supplier: Text
    """Who offers."""
    fixed_eur: Euros = Decimal(0)
    """What is due whatever is consumed, EUR over the delivery."""
    swing: SwingBand | None = None
    """Band of its price. Null: its price holds for every volume."""


class FixedTerms(ForwardTerms):
    """A price known now for the whole delivery."""

    kind: Literal["fixed"]
    """`fixed`."""
    eur_per_mwh: EurosPerMWh
    """Price of each MWh; outside peak hours only when there is a peak price."""
    peak_eur_per_mwh: EurosPerMWh | None = None
    """Price in peak hours. Null: the same."""


class IndexTerm(Wire):
    """`a` times the value of a product (Cal, PEG) on the curve."""

    factor: Factor
    """`a`."""
    shape: Shape
    """Hours of the product; `base` for gas."""
    starts: CivilDate
    """First day of its delivery."""
    ends: CivilDate
    """The day after the last one. Its value is the mean of the curve over its hours."""


class IndexFormula(Wire):
    """`a·Cal + b`, for part of the delivery."""

    starts: CivilDate
    """First day that it prices."""
    ends: CivilDate
    """The day after the last one."""
    terms: Annotated[Many[IndexTerm], Field(min_length=1, max_length=20)]
    """What it follows."""
    constant_eur_per_mwh: EurosPerMWh = Decimal(0)
    """`b`, EUR/MWh."""


class IndexedTerms(ForwardTerms):
    """A price by formula: its products are valued on the curve."""

    kind: Literal["indexed"]
    """`indexed`."""
    formulas: Annotated[Many[IndexFormula], Field(min_length=1, max_length=100)]
    """Each day of the delivery has one."""


class Block(HedgeProduct):
    """A block that is bought, at its price."""

    mw: Megawatts
    """Power, MW, in every hour of its shape."""


class SpotTerms(ForwardTerms):
    """Blocks bought ahead; the rest is bought, or sold back, at the price of each hour."""

    kind: Literal["blocks"]
    """`blocks`."""
    blocks: Annotated[Many[Block], Field(max_length=200)]
    """The blocks."""
    margin_eur_per_mwh: EurosPerMWh = Decimal(0)
    """What the supplier asks on each MWh consumed."""


class Click(Wire):
    """A part of the volume whose price was fixed on a day."""

    share: Annotated[Share, Field(gt=0)]
    """Which part of the volume."""
    fixed_on: CivilDate
    """The day; not after that of the curve."""
    eur_per_mwh: EurosPerMWh
    """Its price."""


class ClickTerms(ForwardTerms):
    """Parts fixed on days; the part still open follows its formulas on the curve."""

    kind: Literal["clicks"]
    """`clicks`."""
    clicks: Annotated[Many[Click], Field(max_length=200)]
    """What is fixed."""
    formulas: Annotated[Many[IndexFormula], Field(max_length=100)] = ()
    """Price of the part that is open. Empty: nothing is."""

    @model_validator(mode="after")
    def _check_shares(self) -> Self:
        total = sum((Decimal(repr(one.share)) for one in self.clicks), Decimal(0))
        if total > 1:
            raise ValueError("parts of the volume that sum to 1 at most")
        if (total < 1) != bool(self.formulas):
            raise ValueError("formulas for the part that is open, and only then")
        return self


type ForwardOffer = Annotated[
    FixedTerms | IndexedTerms | SpotTerms | ClickTerms, Field(discriminator="kind")
]
"""An offer as the market makes it."""


class Stress(Wire):
    """What if prices and volumes turn out otherwise."""

    id: Key
    """Its name. Example: `high`."""
    price_factor: Annotated[Decimal, Strict(False), decimal_text, Field(gt=0, le=10)]
    """Every hour of the curve times this."""
    volume_factor: Annotated[Decimal, Strict(False), decimal_text, Field(ge=0, le=10)]
    """Every hour of the load times this."""


LOW = Stress(id="low", price_factor=Decimal("0.7"), volume_factor=Decimal("0.85"))
HIGH = Stress(id="high", price_factor=Decimal("1.5"), volume_factor=Decimal("1.15"))


class ForwardProblem(Wire):
    """Offers to compare; the curve and the load come beside it."""

    delivery: DeliveryPeriod
    """Civil days of the delivery, of Paris; of gas its gas days, which begin at 6 o'clock."""
    energy: Commodity = "electricity"
    """What is bought. Products of gas are of every hour (`base`)."""
    offers: Annotated[Many[ForwardOffer], Field(min_length=1, max_length=200)]
    """The offers."""
    stresses: Annotated[Many[Stress], Field(max_length=10)] = (LOW, HIGH)
    """Left out: `low` (prices -30 %, volume -15 %) and `high` (+50 %, +15 %): bounds to think
    with, no forecast."""
    confidence: Annotated[float, Field(gt=0, lt=1, json_schema_extra={"unit": "1"})] = 0.95
    """With scenarios: 0.95 looks at the mean of the 5 % dearest ones."""

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        for names in ([one.id for one in self.offers], [one.id for one in self.stresses]):
            if len(names) != len(set(names)):
                raise ValueError("each name once")
        return self


class CaseCost(Wire):
    """What an offer costs under a stress."""

    stress: Key
    """The stress."""
    cost_eur: Euros
    """All energy at the prices of the offer, and what is due whatever is consumed, EUR."""
    outside_mwh: SignedMegawattHours
    """Volume over the band, MWh; negative: missing under it."""
    swing_at_curve_eur: Euros
    """Volume outside times (spot - price), with the prices of the curve, EUR; not in `cost_eur`."""
    swing_eur: Euros
    """The same with the prices of the stress, EUR; not in `cost_eur`."""


class ForwardOutcome(Wire):
    """One offer on the curve."""

    offer: Key
    """The offer."""
    supplier: Text
    """Who offers."""
    kind: Literal["fixed", "indexed", "blocks", "clicks"]
    """How it is priced."""
    rank: Annotated[int, Field(ge=1)]
    """By cost on the curve; equal costs have equal ranks."""
    cost_eur: Euros
    """On the curve with the load of the group, EUR over the delivery."""
    mean_eur_per_mwh: EurosPerMWh
    """That cost by MWh, to the cent."""
    above_best_eur: Euros
    """What it costs more than the first."""
    cases: Many[CaseCost]
    """Each stress, the volume outside its band apart."""
    risk: HedgeRisk | None = None
    """On the scenarios. Null: none were given."""


class LoadShape(Wire):
    """What the load of the group is worth on the curve, over the delivery or a civil year."""

    year: Year | None
    """The year. Null: the whole delivery."""
    load_mwh: MegawattHours
    """Energy."""
    base_eur_per_mwh: EurosPerMWh
    """Mean of the curve over all hours."""
    profile_eur_per_mwh: EurosPerMWh
    """Sum of load times price, by the energy."""
    shape: Ratio | None
    """The second by the first, to four decimals: what the profile costs beside a flat load. Null:
    the mean is not above zero."""


class ForwardStudy(Wire):
    """Offers of every kind side by side, on one curve of one day, with their risk."""

    quoted_on: CivilDate
    """Day of the curve."""
    source: Text
    """Who made the curve."""
    hours: Annotated[int, Field(ge=1, json_schema_extra={"unit": "h"})]
    """Hours of the delivery."""
    load: LoadShape
    """The load on the curve."""
    years: Many[LoadShape]
    """The same by civil year."""
    offers: Many[ForwardOutcome]
    """By rank."""
    scenarios: Annotated[int, Field(ge=0)]
    """How many scenarios the risk is of. 0: none were given."""
    assumptions: Many[Phrase]
    """What was taken for granted: the load and where it comes from among it."""
    inputs_digest: Sha256
    """SHA-256 of problem, curve, load and scenarios."""
