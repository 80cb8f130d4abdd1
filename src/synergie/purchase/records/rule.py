"""Rules of one's own for a purchase: a short list, each of one kind (docs/plan/purchase.md)."""

from typing import Annotated, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from synergie.energy.records.offer import Key
from synergie.schemas.plan import MemberId
from synergie.schemas.rule import MOST_RULES, Rule
from synergie.schemas.wire import Wire
from synergie.units import Euros, Many, Text


class PurchaseSelector(Wire):
    """The places (a member in a lot) that a rule is about: those that all its names select."""

    member: MemberId | None = None
    """Only those of this member. Null: of every member."""
    lot: Key | None = None
    """Only those in this lot. Null: in every lot."""
    point: Key | None = None
    """Only the place that this delivery point is part of. Null: any."""


class PurchaseRuleTerms(Rule):
    """What every rule of a purchase has."""

    of: PurchaseSelector = PurchaseSelector()
    """What it is about. Left out: the whole purchase."""


class SupplierExclusion(PurchaseRuleTerms):
    """P12: these places do not buy from that supplier. Unit: a place that does."""

    kind: Literal["not_with"]
    """`not_with`."""
    supplier: Text
    """The supplier."""


class SupplierCount(PurchaseRuleTerms):
    """P13: so many suppliers at least serve these places. Unit: a supplier that is missing."""

    kind: Literal["min_suppliers"]
    """`min_suppliers`."""
    suppliers: Annotated[int, Field(ge=1, le=1000)]
    """How many at least."""


class SupplierShare(PurchaseRuleTerms):
    """P14: a supplier delivers at most a share of what these places buy together.

    Unit: a MWh a year above it, begun ones counted.
    """

    kind: Literal["max_share"]
    """`max_share`."""
    supplier: Text | None = None
    """The supplier. Null: each one."""
    share: Annotated[float, Field(ge=0, le=1, json_schema_extra={"unit": "1"})]
    """Most of the energy that these places buy together. Example: `0.6`."""


class GreenShare(PurchaseRuleTerms):
    """P15: at least a share of what these places buy together has guarantees of origin.

    Unit: a MWh a year that is missing, begun ones counted.
    """

    kind: Literal["green"]
    """`green`."""
    share: Annotated[float, Field(ge=0, le=1, json_schema_extra={"unit": "1"})]
    """Least of the energy that these places buy together."""


class SupplyBudget(PurchaseRuleTerms):
    """P16: the supply of these places costs no more than an amount, alone or together.

    It counts `supply_eur` of the places: energy, subscriptions, green option, or the cost alone of
    those that stay out; not the running cost of offers nor the coordinator's fee. Unit: a euro
    above it, begun ones counted.
    """

    kind: Literal["budget"]
    """`budget`."""
    max_eur: Annotated[Euros, Field(ge=0)]
    """The most, EUR a year, or over the delivery."""


class FixedChoice(PurchaseRuleTerms):
    """P17: these places buy from that offer, or supplier; without either they buy alone.

    Unit: a place that does otherwise.
    """

    kind: Literal["pinned"]
    """`pinned`."""
    offer: Key | None = None
    """The offer. Null: any of the supplier."""
    supplier: Text | None = None
    """The supplier. Null: that of the offer; with neither, they stay out of the lot."""

    @model_validator(mode="after")
    def _check_single_choice(self) -> Self:
        if self.offer is not None and self.supplier is not None:
            raise ValueError("an offer or a supplier, not both")
        return self


type PurchaseRule = Annotated[
    SupplierExclusion | SupplierCount | SupplierShare | GreenShare | SupplyBudget | FixedChoice,
    Field(discriminator="kind"),
]
"""One rule of a purchase: its `kind` says which."""

type PurchaseRules = Annotated[Many[PurchaseRule], Field(max_length=MOST_RULES)]
"""The rules of a purchase, in the order of preference: the first ones are kept when some go."""

RULES: TypeAdapter[tuple[PurchaseRule, ...]] = TypeAdapter(PurchaseRules)
"""Reads a list of rules."""
