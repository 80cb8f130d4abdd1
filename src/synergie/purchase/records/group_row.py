"""One row of the file of a purchase group: member, lot, supplier, cost alone, fees or terms."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from synergie.energy.records.offer import Key
from synergie.purchase.records.purchase import Reservation
from synergie.schemas.assets.supply_point import MarketSegment, Usage
from synergie.schemas.wire import Wire
from synergie.units import (
    CivilDate,
    Euros,
    EurosPerMWh,
    Instant,
    Many,
    MegawattHours,
    Provenance,
    Share,
    Siret,
    Text,
)

type GroupRowKind = Literal["member", "lot", "supplier", "alone", "fees", "terms"]
"""What a row tells: a member and its mandate; a lot; limits of a supplier; what a member would pay
alone in a lot; the coordinator's fees; the terms of the purchase (delivery, award, green share)."""

_NEEDED: dict[str, tuple[str, ...]] = {
    "member": ("name",),
    "lot": ("lot", "name", "market_segments", "usages"),
    "supplier": ("name",),
    "alone": ("name", "lot", "eur", "source"),
    "fees": (),
    "terms": (),
}
_ITS_OWN: dict[str, tuple[str, ...]] = {
    "member": ("siret", "mandate", "mandate_until", "may_leave"),
    "lot": ("min_awards", "max_awards", "green_share", "running_alone_eur", "reserved"),
    "supplier": ("max_lots", "max_mwh", "min_mwh", "reserved"),
    "alone": (),
    "fees": ("fee_fixed", "fee_per_pdl", "fee_per_mwh", "cap"),
    "terms": ("starts", "ends", "award_at", "green_share"),
}


class GroupRow(Wire):
    """One row; which fields it has depends on its kind."""

    kind: GroupRowKind
    """What it tells."""
    name: Text | None = None
    """Name of the member, lot or supplier. Null: fees and terms have none."""
    lot: Key | None = None
    """Key of the lot. Null: the row is of no lot."""
    siret: Siret | None = None
    """SIRET of the member. Null: not told."""
    mandate: Text | None = None
    """Reference of the member's decision and mandate. Null: none is known."""
    mandate_until: CivilDate | None = None
    """The day after the last one of the mandate. Null: to the end of the group."""
    may_leave: bool | None = None
    """Whether the member may stay out of a lot. Null: as all."""
    market_segments: Many[MarketSegment] = ()
    """Segments that the lot takes."""
    usages: Many[Usage] = ()
    """Usages that the lot takes."""
    min_awards: Annotated[int, Field(ge=0)] | None = None
    """Fewest awards of the lot. Null: as many as is cheapest."""
    max_awards: Annotated[int, Field(ge=1)] | None = None
    """Most awards of the lot. Null: 1, the law."""
    green_share: Share | None = None
    """Least share of green energy, of the lot or of all. Null: none."""
    running_alone_eur: Euros | None = None
    """What running this market alone costs a member, EUR a year. Null: as the offer's."""
    reserved: Reservation | None = None
    """Of a lot: whom it is reserved for. Of a supplier: what it qualifies for. Null: open."""
    eur: Euros | None = None
    """Cost alone, EUR a year (or over the delivery)."""
    source: Text | None = None
    """Where the cost alone comes from."""
    fee_fixed: Euros | None = None
    """Of the coordinator for each member, EUR a year. Null: none."""
    fee_per_pdl: Euros | None = None
    """For each delivery point, EUR a year. Null: none."""
    fee_per_mwh: EurosPerMWh | None = None
    """For each MWh. Null: none."""
    cap: Euros | None = None
    """Most that one member pays, EUR a year. Null: no cap."""
    max_lots: Annotated[int, Field(ge=0)] | None = None
    """Most lots that the supplier may win. Null: no limit."""
    max_mwh: MegawattHours | None = None
    """Most energy it can supply, MWh a year. Null: no limit."""
    min_mwh: MegawattHours | None = None
    """Least energy it wants, MWh a year. Null: none."""
    starts: CivilDate | None = None
    """First day of the delivery. Null: not told."""
    ends: CivilDate | None = None
    """The day after its last one. Null: not told."""
    award_at: Instant | None = None
    """When the award is decided. Null: not told."""
    provenance: Provenance
    """`synthetic` for demonstration rows."""

    @property
    def external_id(self) -> str:
        """What it is about: two rows of the same must agree."""
        return " / ".join(part or "" for part in (self.kind, self.name, self.lot))

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        if any(getattr(self, name) in (None, ()) for name in _NEEDED[self.kind]):
            raise ValueError("all the columns that a row of this kind needs")
        own = {"kind", "provenance", *_NEEDED[self.kind], *_ITS_OWN[self.kind]}
        for name, field in type(self).model_fields.items():
            if name not in own and getattr(self, name) != field.get_default():
                raise ValueError("only the columns of this kind of row; see what each is for")
        if (self.starts is None) != (self.ends is None):
            raise ValueError("both days of the delivery, or none")
        if self.starts and self.ends and self.starts >= self.ends:
            raise ValueError("a period that ends after it begins")
        return self
