"""Offers side by side on the real volumes of their lots, and their scores by published criteria."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from synergie.energy.records.offer import Key, Pricing
from synergie.purchase.records.criteria import CriterionPoints, Scoring
from synergie.purchase.records.plan import NotPriced
from synergie.schemas.plan import Phrase
from synergie.schemas.wire import Wire, is_empty, is_none
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
    """Its rank by score, equal scores told apart by the published rule; those that stay equal have
    equal ranks. Null: no score."""
    points: Annotated[Many[CriterionPoints], Field(exclude_if=is_empty)] = ()
    """What each criterion brings to its score. Empty: no score."""
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
    chosen: Annotated[Key | None, Field(exclude_if=is_none)] = None
    """The offer that the published criteria choose. Null: no criteria, no offer with a score, or
    several that stay equal and were not drawn."""


class OfferComparison(Wire):
    """All lots at one moment."""

    at: Instant | None
    """The moment. Null: validity was not looked at."""
    lots: Many[LotComparison]
    """Each lot with its offers."""
    scoring: Scoring | None = None
    """The criteria that scores are by. Null: the price alone."""
