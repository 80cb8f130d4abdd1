"""One row of a file of rules of one's own: which columns it has depends on its kind."""

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from synergie.schemas.wire import Wire
from synergie.units import Euros, ExternalId, LongText, Provenance, Share, Text

type RuleKind = Literal["not_with", "min_suppliers", "max_share", "green", "budget", "pinned"]
"""What a row asks, as the rules of the plans name it."""


_OF_YEARS = ("before", "apart", "spacing", "keep", "not_in", "never", "at_most")
"""Kinds of rules of a maintenance year that no file of rows holds."""


def list_rule_kinds() -> tuple[str, ...]:
    """Every kind of rule, of purchases and of years."""
    kinds: tuple[str, ...] = get_args(RuleKind.__value__)
    return kinds + _OF_YEARS


_PLACE = ("member", "lot", "point")
_NEEDED: dict[str, tuple[str, ...]] = {
    "not_with": ("supplier",),
    "min_suppliers": ("count",),
    "max_share": ("share",),
    "green": ("share",),
    "budget": ("max_eur",),
    "pinned": (),
}
_ITS_OWN: dict[str, tuple[str, ...]] = {
    "not_with": _PLACE,
    "min_suppliers": _PLACE,
    "max_share": (*_PLACE, "supplier"),
    "green": _PLACE,
    "budget": _PLACE,
    "pinned": (*_PLACE, "supplier", "offer"),
}


class RuleRow(Wire):
    """One rule. Blank cells are names that it does not restrict."""

    kind: RuleKind
    """What it asks."""
    rule: ExternalId
    """Its name, once in the file."""
    member: Text | None = None
    """Only of this member. Null: of all."""
    lot: Text | None = None
    """Only in this lot. Null: in all."""
    point: Text | None = None
    """Only the need that this delivery point is part of. Null: any."""
    supplier: Text | None = None
    """The supplier."""
    offer: Text | None = None
    """The offer."""
    count: Annotated[int, Field(ge=1)] | None = None
    """How many at least."""
    share: Share | None = None
    """The share, most or least."""
    max_eur: Annotated[Euros, Field(ge=0)] | None = None
    """The most, EUR."""
    eur: Annotated[Euros, Field(gt=0)] | None = None
    """What a unit by which it is not kept weighs, EUR. Null: it must hold."""
    why: LongText | None = None
    """Why it is there, and who asks for it."""
    provenance: Provenance
    """`synthetic` for demonstration rows."""

    @property
    def external_id(self) -> str:
        """Its name: two rows of one name must agree."""
        return self.rule

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        if any(getattr(self, name) is None for name in _NEEDED[self.kind]):
            raise ValueError("all the columns that a rule of this kind needs")
        shared = ("kind", "rule", "eur", "why", "provenance")
        own = {*shared, *_NEEDED[self.kind], *_ITS_OWN[self.kind]}
        if any(getattr(self, name) is not None for name in type(self).model_fields.keys() - own):
            raise ValueError("only the columns of this kind of rule; see what each is for")
        return self
