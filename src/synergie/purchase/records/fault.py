"""What is wrong with a purchase before any solver runs: the row, what is missing, who has it."""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.plan import Phrase
from synergie.schemas.wire import Wire
from synergie.units import Text

type FaultSeverity = Literal["blocking", "warning"]
"""`blocking`: no plan is made until it is mended. `warning`: to be looked at; a plan is made."""

type FaultSource = Literal["member", "supplier", "coordinator", "grid_operator"]
"""Who can supply what is missing."""

type FaultKind = Literal[
    "form",
    "twice",
    "volume_missing",
    "volume_unit",
    "no_lot",
    "several_lots",
    "period",
    "mandate_missing",
    "mandate_expired",
    "member_unknown",
    "member_unused",
    "lot_unknown",
    "lot_without_offer",
    "lot_without_point",
    "price_missing",
    "price_twice",
    "price_year",
    "tier_hole",
    "tier_overlap",
    "tier_backwards",
    "offer_expired",
    "offer_not_yet_valid",
    "reserved",
    "bounds",
    "supplier_unknown",
    "alone_unknown",
    "rule_unknown",
    "rule_empty",
    "criteria",
]
"""`form`: a value that is not of its kind, a negative volume among them. `twice`: something named
twice. `no_lot`, `several_lots`: a point that no lot takes, or more than one. `period`: an entry or
exit outside the delivery. `reserved`: an offer for a reserved lot of a supplier that does not
qualify. `bounds`: a least that is above its greatest. `supplier_unknown`: a limit
of a supplier that offers nothing. `alone_unknown`: a cost alone of a member or a lot that is not
there. `rule_unknown`: a rule of a name that is not there. `rule_empty`: a rule that selects
nothing. `criteria`: published criteria that choose no offer of a lot. The others say what they
are."""


class SourceRow(Wire):
    """Where a part of the problem was read."""

    file: Text
    """Name of the file. Example: `offres.xlsx`."""
    row: Annotated[int, Field(ge=1)]
    """Its row, counted from 1 as a spreadsheet does."""


class PurchaseFault(Wire):
    """One thing that is wrong, where it is, and who can mend it."""

    kind: FaultKind
    """What kind of thing."""
    severity: FaultSeverity
    """Whether a plan can be made with it."""
    where: Text
    """JSON pointer into the problem (RFC 6901). Example: `/offers/2/tiers/1/from_mwh`."""
    source: SourceRow | None = None
    """The row of the file that it was read from. Null: it came from no file."""
    found: Phrase
    """What was found."""
    expected: Phrase
    """What was expected."""
    who: FaultSource
    """Who can supply it."""
    whom: Text | None = None
    """Which member or supplier. Null: the only one of its kind, or not known."""

    def tell(self, _: Callable[[str], str]) -> str:
        """One sentence in the reader's language; `str` gives English."""
        who = _(WHO[self.who]) if self.whom is None else f"{_(WHO[self.who])} {self.whom}"
        parts = (self.place(_), self.found.tell(_), self.expected.tell(_), who)
        return _("{}: {}, expected {}; ask {}").format(*parts)

    def place(self, _: Callable[[str], str]) -> str:
        """The row of the file, or the place in the problem."""
        if self.source is None:
            return self.where
        return _("{}, row {}").format(self.source.file, self.source.row)


def N_(text: str) -> str:  # noqa: N802 (the usual mark of a text for the catalogue)
    """*text*, collected for the French catalogue."""
    return text


WHO: dict[str, str] = {
    "member": N_("the member"),
    "supplier": N_("the supplier"),
    "coordinator": N_("the coordinator"),
    "grid_operator": N_("the grid operator"),
}
"""Who can supply what is missing, in words."""
