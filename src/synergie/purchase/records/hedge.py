"""Blocks bought ahead against the spot price: products, fixed offers, what each choice risks."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from synergie.energy.records.offer import Key, Year
from synergie.purchase.records.purchase import DeliveryPeriod
from synergie.schemas.plan import Phrase, Run
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, Euros, EurosPerMWh, Many, MegawattHours, Sha256, Share, Text

type Shape = Literal["base", "peak"]
"""`base`: every hour. `peak`: Monday to Friday, 8 to 20 h local time, as exchanges define it."""
type Megawatts = Annotated[
    float, Field(ge=0, allow_inf_nan=False, json_schema_extra={"unit": "MW"})
]
type Ratio = Annotated[float, Field(allow_inf_nan=False, json_schema_extra={"unit": "1"})]


class HedgeProduct(Wire):
    """A block: the same power in every hour of a shape, over a period."""

    id: Key
    """The product. Example: `2027-Q1-base`."""
    shape: Shape
    """Its hours."""
    starts: CivilDate
    """First day of its delivery."""
    ends: CivilDate
    """The day after the last one."""
    eur_per_mwh: EurosPerMWh
    """Its price today, EUR/MWh, excluding taxes."""


class FixedOffer(Wire):
    """A price known ahead for all that is consumed."""

    id: Key
    """The offer."""
    supplier: Text
    """Who offers."""
    eur_per_mwh: EurosPerMWh
    """Price of each MWh; outside peak hours only when there is a peak price."""
    peak_eur_per_mwh: EurosPerMWh | None = None
    """Price in peak hours. Null: the same."""
    fixed_eur: Euros = Decimal(0)
    """What is due whatever is consumed, EUR over the delivery."""


class HedgeProblem(Wire):
    """What may be bought ahead, and how the choice is judged. Scenarios come beside it."""

    delivery: DeliveryPeriod
    """Civil days of the delivery; several years are allowed."""
    products: Many[HedgeProduct]
    """Blocks that may be bought; each inside the delivery."""
    fixed_offers: Many[FixedOffer] = ()
    """Offers at a fixed price, judged on the same scenarios."""
    lot_mw: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """Step of the volumes, MW: 0.1 or 1 as the market trades. Null: any volume."""
    margin_eur_per_mwh: EurosPerMWh = Decimal(0)
    """What the supplier of a block-and-spot contract asks on each MWh consumed."""
    resale_spread_eur_per_mwh: Annotated[EurosPerMWh, Field(ge=0)] = Decimal(0)
    """How far under the spot price what is bought and not consumed is sold back, EUR/MWh."""
    most_of_load: Annotated[float, Field(ge=0, le=1, json_schema_extra={"unit": "1"})] = 1.0
    """Most power bought ahead in any kind of hours, as a share of the mean load in them. Never
    over 1: more would be speculation."""
    confidence: Annotated[float, Field(gt=0, lt=1, json_schema_extra={"unit": "1"})] = 0.95
    """Confidence of the risk: 0.95 looks at the mean of the 5 % dearest scenarios (CVaR)."""
    risk_weights: Annotated[Many[Share], Field(min_length=1, max_length=101)] = (
        0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0,
    )  # fmt: skip
    """How much the risk counts against the mean cost: 0 the mean alone, 1 the risk alone."""


class HedgeRisk(Wire):
    """What a choice costs over the scenarios, EUR over the delivery, excluding taxes."""

    mean_eur: Euros
    """Mean over the scenarios."""
    cvar_eur: Euros
    """Mean of the dearest scenarios, at the stated confidence."""
    worst_eur: Euros
    """The dearest scenario."""
    worst_scenario: Text
    """Which one it is."""
    best_eur: Euros
    """The cheapest scenario."""


class HedgePosition(Wire):
    """How much of a product is bought."""

    product: Key
    """The product."""
    mw: Megawatts
    """Power, MW."""
    mwh: MegawattHours
    """Energy over its hours, MWh."""
    cost_eur: Euros
    """What it costs, EUR."""


class QuarterCover(Wire):
    """How much of a quarter is bought ahead."""

    quarter: Text
    """The quarter. Example: `2027-Q1`."""
    load_mwh: MegawattHours
    """Mean consumption, MWh."""
    bought_mwh: MegawattHours
    """Bought ahead, MWh."""
    cover: Ratio
    """Bought ahead over mean consumption."""


class YearCost(Wire):
    """Mean cost of one civil year of the delivery."""

    year: Year
    """The year."""
    mean_eur: Euros
    """Mean over the scenarios, EUR."""
    load_mwh: MegawattHours
    """Mean consumption, MWh."""


class HedgeChoice(Wire):
    """The best volumes for one weight of the risk."""

    risk_weight: Share
    """How much the risk counts."""
    positions: Many[HedgePosition]
    """What is bought ahead, in the order of the products; nothing left out."""
    risk: HedgeRisk
    """What it costs."""
    quarters: Many[QuarterCover]
    """Share bought ahead by quarter."""
    years: Many[YearCost]
    """Cost by civil year."""
    sold_back_mwh: MegawattHours
    """Mean energy bought and sold back, MWh."""
    bound_eur: Euros | None
    """No volumes reach a smaller weighted sum of mean and risk: certified, EUR. Null: none."""
    weighted_eur: Euros
    """(1 - weight) × mean + weight × risk, EUR."""


class FixedOutcome(Wire):
    """A fixed offer on the same scenarios."""

    offer: Key
    """The offer."""
    risk: HedgeRisk
    """What it costs: only volumes move."""


class HedgeStudy(Wire):
    """Every choice on the same scenarios: nothing but spot, blocks by risk weight, fixed offers."""

    scenarios: Annotated[int, Field(ge=1)]
    """How many scenarios."""
    hours: Annotated[int, Field(ge=1, json_schema_extra={"unit": "h"})]
    """Hours of the delivery."""
    load_mwh: MegawattHours
    """Mean consumption, MWh."""
    spot_only: HedgeRisk
    """Nothing bought ahead."""
    choices: Many[HedgeChoice]
    """One a risk weight, rising: the mean rises and the risk falls."""
    fixed: Many[FixedOutcome]
    """The fixed offers."""
    assumptions: Many[Phrase]
    """What was taken for granted. No forecast of prices is made: scenarios are inputs."""
    inputs_digest: Sha256
    """SHA-256 of the problem and of the scenarios."""
    run: Run
    """How it was computed."""
