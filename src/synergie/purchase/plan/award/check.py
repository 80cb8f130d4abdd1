"""All that is wrong with a purchase, at once, before any solver: the row, and who can mend it.

Code de la commande publique: one award a lot (R2113), a convention that each member voted
(L2113-7), offers that bind until their date of validity.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise

from pydantic import ValidationError

from synergie.energy.records.offer import Offer, Tier
from synergie.errors import BadInputs, Words
from synergie.purchase.plan.award import _faults_group as group
from synergie.purchase.plan.award._faults_points import point_faults
from synergie.purchase.plan.award._faults_rules import criteria_faults, rule_faults
from synergie.purchase.plan.award._priced import Cell, list_missing_cells
from synergie.purchase.plan.award.faults import (
    At,
    View,
    attach_source_rows,
    iterate_repetitions,
    phrase,
)
from synergie.purchase.records.fault import (
    FaultKind,
    FaultSeverity,
    FaultSource,
    PurchaseFault,
    SourceRow,
)
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.schemas.faults import faults as told
from synergie.schemas.plan import Phrase

_NOTHING: Mapping[str, SourceRow] = {}
_SOURCES: Mapping[str, FaultSource] = {
    "points": "member",
    "members": "member",
    "alone": "member",
    "offers": "supplier",
}


def faults(
    problem: PurchaseProblem, rows: Mapping[str, SourceRow] = _NOTHING
) -> tuple[PurchaseFault, ...]:
    """Everything that is wrong with *problem*, blocking faults first, each in document order.

    *rows*: pointer of a part of the problem → the row of the file that it was read from. Linear in
    the size of the problem. An offer that is not valid at the award, or leaves a needed price
    blank, is a warning while the lot has another one, and blocking when it has none.
    """
    view = View(problem)
    found = attach_source_rows(_iterate_problem_faults(view), rows)
    return tuple(sorted(found, key=lambda fault: fault.severity != "blocking"))


def require(problem: PurchaseProblem, rows: Mapping[str, SourceRow] = _NOTHING) -> None:
    """Raises `BadInputs` with every blocking fault of *problem*; returns when there is none."""
    blocking = tuple(one for one in faults(problem, rows) if one.severity == "blocking")
    if blocking:
        raise BadInputs(blocking)


def parse_problem(document: bytes | str, name: str = "") -> PurchaseProblem:
    """The problem in a JSON *document*. Raises `BadInputs`: each value that is not of its kind.

    A negative volume and a missing one are told here, with the member or supplier to ask; the
    *name* of the file is put before each pointer.
    """
    try:
        return PurchaseProblem.model_validate_json(document)
    except ValidationError as error:
        faults_ = form_faults(error)
        place = f"{name} " if name else ""
        named = (one.model_copy(update={"where": place + one.where}) for one in faults_)
        raise BadInputs(tuple(named)) from error


def form_faults(
    error: ValidationError, *, under: tuple[str, ...] = ()
) -> tuple[PurchaseFault, ...]:
    """What pydantic refused of a problem, or of what stands *under* it, as faults."""
    return tuple(
        At(fault.where, _find_fault_kind(fault.where), _find_fault_source(fault.where)).fault(
            _build_value_phrase(fault.found), _build_constant_phrase(fault.expected)
        )
        for fault in told(error, under=under)
    )


def _iterate_problem_faults(view: View) -> Iterator[PurchaseFault]:
    yield from point_faults(view)
    yield from group.member_faults(view)
    yield from group.lot_faults(view)
    yield from offer_faults(view)
    yield from group.limit_faults(view)
    yield from group.alone_faults(view)
    yield from rule_faults(view)
    yield from criteria_faults(view)


def _build_value_phrase(found: object) -> Phrase:
    """What was found: words of ours are translated, what others wrote stands as it is."""
    return _build_constant_phrase(found) if isinstance(found, Words) else phrase("{}", found)


def _build_constant_phrase(text: str) -> Phrase:
    """A text that is no template: its braces are braces."""
    return Phrase(text=text.replace("{", "{{").replace("}", "}}"))


def _find_fault_kind(where: str) -> FaultKind:
    return "volume_missing" if where.startswith("/points/") and "/energy" in where else "form"


def _find_fault_source(where: str) -> FaultSource:
    return _SOURCES.get(where.split("/")[1] if "/" in where else "", "coordinator")


# Faults of offers: their lot, their tiers, their price cells, their validity.

FINEST = Decimal("0.001")
"""A kilowatt-hour, MWh: two tiers that far apart follow each other (to 199.999, from 200)."""


def offer_faults(view: View) -> Iterator[PurchaseFault]:
    """Every fault of every offer, in their order."""
    offers = view.problem.offers
    twice = {i: first for i, first, _ in iterate_repetitions(offer.id for offer in offers)}
    for i, offer in enumerate(offers):
        where = f"/offers/{i}"
        if i in twice:
            found = phrase("the offer {} is there already, at /offers/{}", offer.id, twice[i])
            yield At(f"{where}/id", "twice").fault(found, phrase("each offer once"))
        if offer.lot not in view.lots:
            found = phrase("the lot {} of the offer {}", offer.lot, offer.id)
            yield At(f"{where}/lot", "lot_unknown").fault(found, phrase("a lot of the problem"))
        yield from _iterate_reservation_faults(view, offer, where)
        yield from _iterate_tier_faults(offer, where)
        yield from _iterate_cell_faults(view, offer, where)
    yield from _iterate_validity_faults(view)
    yield from _iterate_unpriced_cell_faults(view)


def _iterate_reservation_faults(view: View, offer: Offer, where: str) -> Iterator[PurchaseFault]:
    """A reserved lot is for those that qualify (CCP L2113-12 to L2113-14)."""
    lot = view.lots.get(offer.lot)
    if lot is None or lot.reserved is None:
        return
    mine = (one for one in view.problem.limits if one.supplier == offer.supplier)
    if not any(lot.reserved in limit.qualifies for limit in mine):
        at = At(f"{where}/supplier", "reserved", "supplier", offer.supplier)
        found = phrase(
            "an offer of {} for the lot {}, reserved by {}", offer.supplier, lot.id, lot.reserved
        )
        yield at.fault(found, phrase("a supplier that proved that it qualifies"))


def _iterate_tier_faults(offer: Offer, where: str) -> Iterator[PurchaseFault]:
    """Tiers rise without a hole and without an overlap; two may share the volume they meet at.

    One that ends under its beginning is never reached (`Tier.to_mwh`): it is told, and left out.
    """
    reached = []
    for k, tier in enumerate(offer.tiers):
        if tier.to_mwh is None or tier.to_mwh >= tier.from_mwh:
            reached.append((k, tier))
            continue
        here = f"{where}/tiers/{k}/to_mwh"
        at = At(here, "tier_backwards", "supplier", offer.supplier, "warning")
        found = phrase(
            "tier {} of {} goes from {} to {} MWh: it is never reached",
            k + 1,
            offer.id,
            tier.from_mwh,
            tier.to_mwh,
        )
        yield at.fault(found, phrase("an end above its beginning"))
    for (k, low), (n, high) in pairwise(reached):
        kind = _find_tier_joint_fault(low, high)
        if kind is not None:
            at = At(f"{where}/tiers/{n}/from_mwh", kind, "supplier", offer.supplier)
            end = "∞" if low.to_mwh is None else low.to_mwh
            found = phrase(
                "tier {} of {} ends at {} MWh and tier {} begins at {} MWh",
                k + 1,
                offer.id,
                end,
                n + 1,
                high.from_mwh,
            )
            yield at.fault(found, phrase("tiers that follow each other without hole or overlap"))


def _find_tier_joint_fault(low: Tier, high: Tier) -> FaultKind | None:
    """What is wrong where two tiers meet."""
    if high.from_mwh < low.from_mwh:
        return "tier_backwards"
    if low.to_mwh is None or high.from_mwh < low.to_mwh:
        return "tier_overlap"
    return "tier_hole" if high.from_mwh - low.to_mwh > FINEST else None


def _iterate_cell_faults(view: View, offer: Offer, where: str) -> Iterator[PurchaseFault]:
    """Price cells that are given twice, or for a year that is not delivered."""
    years = view.years
    for k, tier in enumerate(offer.tiers):
        first: dict[tuple[str, str, int | None], int] = {}
        for j, price in enumerate(tier.prices):
            here = f"{where}/tiers/{k}/prices/{j}"
            cell = (price.tariff_code, price.time_class, price.year)
            known = first.setdefault(cell, j)
            if known != j:
                yield _build_double_price_fault(offer, tier, here, (known, j))
            if not years and price.year is not None:
                at = At(f"{here}/year", "price_year")
                found = phrase("{} has a price of {}, no delivery is told", offer.id, price.year)
                yield at.fault(found, phrase("the first and the last day of the delivery"))
            if years and price.year is not None and price.year not in years:
                at = At(f"{here}/year", "price_year", "supplier", offer.supplier, "warning")
                found = phrase("a price of {} for the year {}", offer.id, price.year)
                yield at.fault(
                    found,
                    phrase("a year of the delivery, {} to {}", *_find_first_and_last_year(years)),
                )


def _build_double_price_fault(
    offer: Offer, tier: Tier, where: str, places: tuple[int, int]
) -> PurchaseFault:
    one, two = (tier.prices[j] for j in places)
    severity: FaultSeverity = "warning" if one.eur_per_mwh == two.eur_per_mwh else "blocking"
    at = At(where, "price_twice", "supplier", offer.supplier, severity)
    cell = (offer.id, two.tariff_code, two.time_class)
    found = phrase(
        "{} prices {} {} twice, at {} and {} EUR/MWh", *cell, one.eur_per_mwh, two.eur_per_mwh
    )
    return at.fault(found, phrase("each price cell once"))


def _find_first_and_last_year(years: frozenset[int]) -> tuple[int, int]:
    return min(years), max(years)


def _iterate_validity_faults(view: View) -> Iterator[PurchaseFault]:
    """An offer that is not valid at the award is set aside; all of a lot's are a blocking fault."""
    alive = {
        offer.lot for offer in view.problem.offers if _find_validity_fault(view, offer) is None
    }
    for i, offer in enumerate(view.problem.offers):
        kind = _find_validity_fault(view, offer)
        if kind is None:
            continue
        severity: FaultSeverity = "warning" if offer.lot in alive else "blocking"
        name = "valid_until" if kind == "offer_expired" else "valid_from"
        at = At(f"/offers/{i}/{name}", kind, "supplier", offer.supplier, severity)
        moment = offer.valid_until if name == "valid_until" else offer.valid_from
        found = phrase(
            "the offer {} expired at {}"
            if name == "valid_until"
            else "the offer {} is valid from {} on",
            offer.id,
            moment,
        )
        award = view.problem.award_at
        if offer.lot in alive:
            expected = phrase("an offer valid at the award, {}", award)
        else:
            text = "an offer valid at the award, {}: the lot {} has none left"
            expected = phrase(text, award, offer.lot)
        yield at.fault(found, expected)


def _find_validity_fault(view: View, offer: Offer) -> FaultKind | None:
    """Why *offer* cannot be taken at the award; its last moment is no longer inside."""
    moment = view.problem.award_at
    if moment is None:
        return None
    if offer.valid_until is not None and moment >= offer.valid_until:
        return "offer_expired"
    if offer.valid_from is not None and moment < offer.valid_from:
        return "offer_not_yet_valid"
    return None


def _iterate_unpriced_cell_faults(view: View) -> Iterator[PurchaseFault]:
    """Cells that the points of a lot use and a tier of an offer leaves blank.

    A warning while the lot can do without that tier, which is then "not priced" and left out: in a
    lot of one award another prices all of it, in a lot that is divided another prices that cell.
    """
    gaps = [
        (i, k, list_missing_cells(tier, view.cells(offer.lot), view.years))
        for i, offer in enumerate(view.problem.offers)
        for k, tier in enumerate(offer.tiers)
    ]
    spared = _find_optional_cells(view, gaps)
    for i, k, cells in gaps:
        offer = view.problem.offers[i]
        for code, name in cells:
            severity: FaultSeverity = (
                "warning" if (code, name) in spared.get(offer.lot, ()) else "blocking"
            )
            where = f"/offers/{i}/tiers/{k}/prices"
            at = At(where, "price_missing", "supplier", offer.supplier, severity)
            found = phrase("tier {} of {} has no price for {} {}", k + 1, offer.id, code, name)
            yield at.fault(found, phrase("a price for each class that the lot uses"))


def _find_optional_cells(
    view: View, gaps: list[tuple[int, int, tuple[Cell, ...]]]
) -> dict[str, frozenset[Cell]]:
    """Cells of each lot that a tier may leave blank, because an offer that is valid has them."""
    spared: dict[str, frozenset[Cell]] = {}
    for i, _, cells in gaps:
        offer = view.problem.offers[i]
        if _find_validity_fault(view, offer) is not None or offer.lot not in view.lots:
            continue
        wanted = view.cells(offer.lot)
        alone = view.lots[offer.lot].max_awards == 1
        had = (wanted if not cells else frozenset[Cell]()) if alone else wanted - set(cells)
        spared[offer.lot] = spared.get(offer.lot, frozenset()) | had
    return spared
