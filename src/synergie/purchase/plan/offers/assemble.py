"""A purchase out of files: a perimeter, offers, and a group; and what is missing in them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from synergie.purchase.plan.award import check
from synergie.purchase.plan.award.faults import At, phrase
from synergie.purchase.plan.offers import lots as usual
from synergie.purchase.plan.offers.needs import points_of
from synergie.purchase.plan.offers.rows import Offers
from synergie.purchase.records.fault import PurchaseFault, SourceRow
from synergie.purchase.records.group_row import GroupRow
from synergie.purchase.records.purchase import (
    AloneCost,
    CoordinatorFees,
    DeliveryPeriod,
    Lot,
    PurchaseMember,
    PurchaseProblem,
    SupplierLimit,
)
from synergie.schemas.assets.perimeter import MissingCell, PerimeterRow

NONE = Offers(())


@dataclass(frozen=True, slots=True)
class Assembled:
    """What the files tell together."""

    problem: PurchaseProblem
    missing: tuple[MissingCell, ...]
    """Cells of the perimeter that kept points out."""
    rows: Mapping[str, SourceRow] = field(default_factory=dict)
    """Pointer into the problem → the row of the file it comes from."""
    file_faults: tuple[PurchaseFault, ...] = ()
    """What is wrong in the files themselves, whatever the problem."""

    def faults(self) -> tuple[PurchaseFault, ...]:
        """All that is wrong, of the files and of the problem, blocking first."""
        found = (*self.file_faults, *check.faults(self.problem, self.rows))
        return tuple(sorted(found, key=lambda fault: fault.severity != "blocking"))


@dataclass(frozen=True, slots=True)
class Perimeters:
    """The rows of a perimeter, and where each was read when that is known."""

    rows: Sequence[PerimeterRow]
    sources: Sequence[SourceRow] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of a purchase group, and where each was read when that is known."""

    rows: Sequence[GroupRow] = ()
    sources: Sequence[SourceRow] = ()

    def of(self, kind: str) -> list[GroupRow]:
        """Its rows of one kind, in their order."""
        return [row for row in self.rows if row.kind == kind]

    def first(self, kind: str) -> GroupRow | None:
        """Its first row of one kind. None: it has none."""
        return next(iter(self.of(kind)), None)

    def placed(self) -> dict[str, SourceRow]:
        """Pointer into the problem → row of the file."""
        count: Counter[str] = Counter()
        found: dict[str, SourceRow] = {}
        for row, source in zip(self.rows, self.sources, strict=False):
            if row.kind in _PLACES:
                found[f"/{_PLACES[row.kind]}/{count[row.kind]}"] = source
                count[row.kind] += 1
        return found


_PLACES = {"member": "members", "lot": "lots", "supplier": "limits", "alone": "alone"}
_NOBODY = Group()


def problem_of(
    perimeter: Perimeters,
    offers: Offers = NONE,
    group: Group = _NOBODY,
    *,
    award_at: datetime | None = None,
) -> Assembled:
    """The purchase of *perimeter* with these offers and this group.

    Without lots in the group, the usual ones are proposed (`lots.proposed`). The lot of an offer
    is found by its key, else by its number (`2`, `Lot 2` → `lot-2`). *award_at* is taken when the
    group tells no moment.
    """
    members = {row.siret: row.name for row in group.rows if row.siret and row.name}
    terms = group.first("terms")
    delivery = None
    if terms is not None and terms.starts and terms.ends:
        delivery = DeliveryPeriod(starts=terms.starts, ends=terms.ends)
    needs = points_of(perimeter.rows, members, dated=delivery is not None)
    lots = tuple(map(_build_lot, group.of("lot"))) or usual.proposed(needs.points)
    problem = PurchaseProblem(
        points=needs.points,
        lots=lots,
        offers=tuple(
            offer.model_copy(update={"lot": _find_lot_key(offer.lot, lots)})
            for offer in offers.offers
        ),
        limits=tuple(map(_build_supplier_limit, group.of("supplier"))),
        members=tuple(map(_build_member, group.of("member"))),
        fees=_build_coordinator_fees(group.first("fees")),
        alone=tuple(_build_alone_cost(row, lots) for row in group.of("alone")),
        delivery=delivery,
        award_at=(terms.award_at if terms else None) or award_at,
        green_share=(terms.green_share if terms else None) or 0,
    )
    rows = {**offers.rows, **group.placed()}
    if perimeter.sources:
        rows |= {f"/points/{i}": perimeter.sources[at] for i, at in enumerate(needs.places)}
    undated = () if delivery is not None else tuple(_iterate_period_faults(perimeter.rows))
    return Assembled(problem, needs.missing, rows, (*offers.faults, *undated))


def _iterate_period_faults(rows: Sequence[PerimeterRow]) -> Iterator[PurchaseFault]:
    """Without a delivery, days of entry and exit mean nothing: told once."""
    days = sum(row.entry_date is not None or row.exit_date is not None for row in rows)
    if days:
        at = At("/delivery", "period", severity="warning")
        found = phrase("{} points enter or leave, and no delivery is told: a year is bought", days)
        yield at.fault(found, phrase("the first and the last day of the delivery"))


def _select_row_fields(row: GroupRow, *names: str) -> dict[str, Any]:
    """Fields of *row* that are told."""
    return {name: told for name in names if (told := getattr(row, name)) is not None}


def _build_member(row: GroupRow) -> PurchaseMember:
    return PurchaseMember(
        id=str(row.name), **_select_row_fields(row, "mandate", "mandate_until", "may_leave")
    )


def _build_lot(row: GroupRow) -> Lot:
    told = _select_row_fields(
        row, "name", "market_segments", "usages", "min_awards", "max_awards", "green_share",
        "running_alone_eur", "reserved",
    )  # fmt: skip
    return Lot.model_validate({"id": row.lot, **told})


def _build_supplier_limit(row: GroupRow) -> SupplierLimit:
    told = _select_row_fields(row, "max_lots", "max_mwh", "min_mwh")
    return SupplierLimit(
        supplier=str(row.name), qualifies=(row.reserved,) if row.reserved else (), **told
    )


def _build_coordinator_fees(row: GroupRow | None) -> CoordinatorFees | None:
    if row is None:
        return None
    return CoordinatorFees(
        **_select_row_fields(row, "fee_fixed", "fee_per_pdl", "fee_per_mwh", "cap")
    )


def _build_alone_cost(row: GroupRow, lots: Sequence[Lot]) -> AloneCost:
    told = _select_row_fields(row, "eur", "source")  # a row of this kind has both
    return AloneCost(member=str(row.name), lot=_find_lot_key(str(row.lot), lots), **told)


def _find_lot_key(told: str, lots: Sequence[Lot]) -> str:
    """The lot that a file means: by its key, else the only one of the same number or letters."""
    if any(lot.id == told for lot in lots):
        return told
    same = [lot.id for lot in lots if _normalize_lot_key(lot.id) == _normalize_lot_key(told)]
    return same[0] if len(same) == 1 else told


def _normalize_lot_key(key: str) -> str:
    """`2` of `lot-2`, `Lot2` and `2`; `ep` of `lot-ep` and `EP`."""
    letters = "".join(c for c in key.casefold() if c.isalnum())
    return letters.removeprefix("lot") or letters
