"""The published criteria of a tender, weights and formulas, and what the jury noted by them.

Code de la commande publique: R2152-7 (price or cost alone, or several criteria), R2152-12 (their
weights are published). The formula of a note is the buyer's, once published.
"""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, Strict, model_validator

from synergie.energy.records.offer import Key
from synergie.schemas.wire import Wire, is_empty
from synergie.units import EurosPerMWh, Many, Share, Text, decimal_text

type PriceFormula = Literal["lowest_over_price", "linear", "linear_to_highest", "scale"]
"""Note of a cost P, 0 to 1, times the weight; never under 0. `lowest_over_price`: Pmin / P.
`linear`: 2 - P / Pmin. `linear_to_highest`: (Pmax - P) / (Pmax - Pmin), where Pmax is the highest
of the offers that may be taken. `scale`: a fixed scale of the mean price (barème)."""

PRICE, GREEN = "price", "green"
"""How `ties` names the two criteria that are computed."""
_WHOLE = 100


class Criterion(Wire):
    """One criterion beside the price: each offer has its note from 0 to 1."""

    name: Text
    """As published. Example: `Qualité du service de facturation`."""
    weight: Annotated[int, Field(ge=0, le=100)]
    """Its weight, of 100."""


class PriceStep(Wire):
    """One step of a fixed scale of prices."""

    up_to_eur_per_mwh: EurosPerMWh | None = None
    """Highest mean price of the step, included: the cost of the lot by its MWh, EUR/MWh excluding
    VAT. Null, for the last step alone: every price above."""
    note: Share
    """Its note, 0 to 1."""


class PublishedCriteria(Wire):
    """What the consultation says of the choice: criteria, weights, formulas; they sum to 100."""

    price_weight: Annotated[int, Field(ge=0, le=100)]
    """Weight of the price, of 100."""
    price_formula: PriceFormula
    """How a cost becomes a note."""
    price_scale: Annotated[Many[PriceStep], Field(exclude_if=is_empty)] = ()
    """For `scale`: its steps by rising price. Empty: for every other formula."""
    green_weight: Annotated[int, Field(ge=0, le=100)] = 0
    """Weight of the green share: the share of the offer's energy with guarantees of origin."""
    criteria: Many[Criterion] = ()
    """The others, each with the notes that the committee gave."""
    ties: Annotated[Many[Text], Field(exclude_if=is_empty)] = ()
    """Which notes decide between equal scores, in this order: names of criteria, `price`, `green`.
    Empty, or equal in all of them: offers are drawn by lot."""

    @model_validator(mode="after")
    def _check_weights(self) -> Self:
        others = sum(one.weight for one in self.criteria)
        if self.price_weight + self.green_weight + others != _WHOLE:
            raise ValueError("weights that sum to 100")
        names = [one.name for one in self.criteria]
        if len({*names, PRICE, GREEN}) != len(names) + 2:
            raise ValueError("each criterion once, none named `price` or `green`")
        if len(set(self.ties)) != len(self.ties) or not set(self.ties) <= {*names, PRICE, GREEN}:
            raise ValueError("ties decided by criteria of the tender, each once")
        return self

    @model_validator(mode="after")
    def _check_scale(self) -> Self:
        if (self.price_formula == "scale") != bool(self.price_scale):
            raise ValueError("a scale of prices with the formula `scale`, and no other")
        *steps, last = [one.up_to_eur_per_mwh for one in self.price_scale] or [None]
        ends = [end for end in steps if end is not None]
        if last is not None or len(ends) < len(steps) or ends != sorted(set(ends)):
            raise ValueError("steps that rise, the last one without an end")
        notes = [one.note for one in self.price_scale]
        if notes != sorted(notes, reverse=True):
            raise ValueError("notes that never rise with the price")
        return self


class Note(Wire):
    """What one offer got for one criterion, as the tender's committee gave it."""

    offer: Key
    """The offer."""
    criterion: Text
    """The criterion, by its name."""
    note: Share
    """0 to 1."""


class Scoring(PublishedCriteria):
    """The published criteria with what the jury decided after the opening."""

    notes: Many[Note] = ()
    """Notes of the offers. An offer without one for a criterion has no score."""
    drawn: Annotated[Many[Key], Field(exclude_if=is_empty)] = ()
    """Offers that stayed equal, in the order in which they were drawn. Empty: none was drawn."""

    @model_validator(mode="after")
    def _check_notes(self) -> Self:
        names = {one.name for one in self.criteria}
        pairs = [(one.offer, one.criterion) for one in self.notes]
        if len(pairs) != len(set(pairs)) or not {name for _, name in pairs} <= names:
            raise ValueError("one note an offer and criterion of the tender")
        if len(self.drawn) != len(set(self.drawn)):
            raise ValueError("each offer that was drawn once")
        return self


class CriterionPoints(Wire):
    """What one criterion brings to an offer."""

    criterion: Text
    """`price`, `green`, or the name of a criterion."""
    weight: Annotated[int, Field(ge=0, le=100)]
    """Its weight."""
    points: Annotated[Decimal, Strict(False), decimal_text, Field(json_schema_extra={"unit": "1"})]
    """Note times weight, to the hundredth. The score is rounded once, from exact notes: it may be
    a hundredth or two off the sum of these."""
