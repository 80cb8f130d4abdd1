"""Offers side by side on the real volumes of their lots, and their scores by published criteria."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from synergie.energy.records.offer import Key, Pricing
from synergie.purchase.records.plan import NotPriced
from synergie.schemas.plan import Phrase
from synergie.schemas.wire import Wire
from synergie.units import (
    Euros,
    EurosPerMWh,
    Instant,
    Many,
    MegawattHours,
    Share,
    Text,
    decimal_text,
)

type OfferState = Literal[
    "priced", "not_priced", "no_tier", "not_green", "expired", "not_yet_valid"
]
"""`priced`: it may be taken. `not_priced`: a price that is needed is missing. `no_tier`: no tier is
for this volume. `not_green`: it cannot hold the green energy that is asked. `expired`,
`not_yet_valid`: by the clock."""

type PriceFormula = Literal["lowest_over_price", "linear"]
"""`lowest_over_price`: the least cost divided by the cost of the offer, times the weight.
`linear`: 1 - (cost - least) / least, times the weight, never under 0."""


class Criterion(Wire):
    """One criterion beside the price: each offer has its note from 0 to 1."""

    name: Text
    """As published. Example: `Qualité du service de facturation`."""
    weight: Annotated[int, Field(ge=0, le=100)]
    """Its weight, of 100."""


class Note(Wire):
    """What one offer got for one criterion, as the tender's committee gave it."""

    offer: Key
    """The offer."""
    criterion: Text
    """The criterion, by its name."""
    note: Share
    """0 to 1."""


class Scoring(Wire):
    """The weighted criteria of the tender, as published (CCP R2152-7); they sum to 100."""

    price_weight: Annotated[int, Field(ge=0, le=100)]
    """Weight of the price, of 100."""
    price_formula: PriceFormula
    """How a cost becomes a note."""
    green_weight: Annotated[int, Field(ge=0, le=100)] = 0
    """Weight of the green share: the share of the offer's energy with guarantees of origin."""
    criteria: Many[Criterion] = ()
    """The others, each with the notes that the committee gave."""
    notes: Many[Note] = ()
    """Notes of the offers. An offer without one for a criterion has no score."""

    @model_validator(mode="after")
    def _check_weights(self) -> Self:
        others = sum(one.weight for one in self.criteria)
        if self.price_weight + self.green_weight + others != 100:  # noqa: PLR2004 (per cent)
            raise ValueError("weights that sum to 100")
        names = [one.name for one in self.criteria]
        if len(names) != len(set(names)):
            raise ValueError("each criterion once")
        pairs = [(one.offer, one.criterion) for one in self.notes]
        if len(pairs) != len(set(pairs)) or not {name for _, name in pairs} <= set(names):
            raise ValueError("one note an offer and criterion of the tender")
        return self


class ComparedOffer(Wire):
    """One offer on the volumes of its lot, all its members in."""

    lot: Key
    """The lot."""
    offer: Key
    """The offer."""
    supplier: Text
    """Who offers."""
    state: OfferState
    """Whether it may be taken, or why not."""
    tier: Annotated[int, Field(ge=1)] | None = None
    """The tier that the volume reaches, counted from 1. Null: none, or it has no price."""
    cost_eur: Euros | None = None
    """Energy, subscriptions, green option and fixed cost, EUR a year (or over the delivery),
    excluding VAT and network. Null: not priced."""
    mean_eur_per_mwh: EurosPerMWh | None = None
    """That cost by MWh, to the cent. Null: not priced, or no volume."""
    rank: Annotated[int, Field(ge=1)] | None = None
    """Its rank by cost among those that may be taken; equal costs have equal ranks. Null: it may
    not be taken."""
    above_best_eur: Euros | None = None
    """What it costs more than the best that may be taken. Null: not priced."""
    missing: Many[NotPriced] = ()
    """Cells that it leaves blank and the lot needs; never taken as zero."""
    valid_until: Instant | None = None
    """When it expires. Null: not told."""
    left_s: float | None = None
    """How long it still holds at the moment of the comparison, s; negative: since when it has
    expired. Null: not told."""
    green_share: Share
    """Share of its energy that its prices hold green; the option is beside."""
    pricing: Pricing
    """How its prices move."""
    index: Text | None = None
    """What it follows. Null: fixed."""
    score: Annotated[Decimal, Field(json_schema_extra={"unit": "1"}), decimal_text] | None = None
    """Of 100 by the published criteria, to the hundredth. Null: no scoring, a note is missing, or
    it may not be taken."""
    score_rank: Annotated[int, Field(ge=1)] | None = None
    """Its rank by score. Null: no score."""
    remarks: Many[Phrase] = ()
    """What a reader must know before comparing it: an index, a missing note, a volume tunnel."""


class LotComparison(Wire):
    """The offers of one lot."""

    lot: Key
    """The lot."""
    name: Text
    """Its name."""
    mwh: MegawattHours
    """The volume that is compared, MWh over the delivery (a year without one)."""
    points: Annotated[int, Field(ge=0)]
    """Delivery points in it."""
    offers: Many[ComparedOffer]
    """Those that may be taken by rank, then the others by id."""
    decide_before: Instant | None = None
    """When the first of those that may be taken expires. Null: none tells."""


class OfferComparison(Wire):
    """All lots at one moment."""

    at: Instant | None
    """The moment. Null: validity was not looked at."""
    lots: Many[LotComparison]
    """Each lot with its offers."""
    scoring: Scoring | None = None
    """The criteria that scores are by. Null: the price alone."""
