"""Cases: the problem as it would be, the case in words, and the cases that are always looked at."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from synergie.energy.records.offer import Offer, Tier
from synergie.errors import BadInput
from synergie.purchase.plan.what_if import _text as text
from synergie.purchase.records.purchase import PurchasePoint, PurchaseProblem
from synergie.purchase.records.study import PurchaseCase
from synergie.schemas.plan import Phrase
from synergie.units import Instant

VOLUMES = (Decimal(-20), Decimal(-10), Decimal(-5), Decimal(5), Decimal(10), Decimal(20))
"""By how much volumes are looked at, %."""
PRICES = (Decimal(-5), Decimal(5))
_HUNDRED = Decimal(100)


def apply_case(problem: PurchaseProblem, case: PurchaseCase) -> PurchaseProblem:
    """*problem* as it would be. Raises BadInput when *case* names what is not there."""
    return _CHANGES[case.kind](problem, case)


def describe_case(case: PurchaseCase) -> Phrase:
    """The case in words."""
    match case.kind:
        case "volumes" if case.member is not None:
            return Phrase(
                text=text.VOLUMES_MEMBER, values=(case.member, format_signed_percent(case.percent))
            )
        case "volumes" if case.usage is not None:
            return Phrase(
                text=text.VOLUMES_USAGE[case.usage], values=(format_signed_percent(case.percent),)
            )
        case "volumes":
            return Phrase(text=text.VOLUMES_ALL, values=(format_signed_percent(case.percent),))
        case "prices" if case.supplier is not None:
            return Phrase(
                text=text.PRICES_SUPPLIER,
                values=(case.supplier, format_signed_percent(case.percent)),
            )
        case "prices":
            return Phrase(text=text.PRICES_ALL, values=(format_signed_percent(case.percent),))
        case _:
            return _describe_case_subject(case)


def _describe_case_subject(case: PurchaseCase) -> Phrase:
    names: Mapping[str, tuple[str, object]] = {
        "member_out": (text.MEMBER_OUT, case.member),
        "member_in": (text.MEMBER_IN, ", ".join(sorted({p.member for p in case.points}))),
        "supplier_out": (text.SUPPLIER_OUT, case.supplier),
        "offers_at": (text.OFFERS_AT, case.at and case.at.isoformat()),
        "late_offers": (text.LATE_OFFERS, ", ".join(offer.id for offer in case.offers)),
    }
    words, name = names[case.kind]
    return Phrase(text=words, values=(str(name or "?")[:200],))


def format_signed_percent(percent: Decimal) -> str:
    """A change: whole ones with their sign, others as amounts that a reader's language writes."""
    whole = percent == percent.to_integral_value()
    return f"{percent:+.0f}" if whole else f"{percent:.2f}"


def usual(problem: PurchaseProblem) -> tuple[PurchaseCase, ...]:
    """The cases that are always looked at.

    Volumes of all, of each usage and of each member; prices of all and of each supplier; each
    supplier out; the award at each moment when an offer expires.
    """
    members = sorted({point.member for point in problem.points})
    usages = sorted({point.usage for point in problem.points})
    suppliers = sorted({offer.supplier for offer in problem.offers})
    made = [PurchaseCase(kind="volumes", percent=percent) for percent in VOLUMES]
    if len(usages) > 1:
        made += [
            PurchaseCase(kind="volumes", percent=percent, usage=usage)
            for usage in usages
            for percent in VOLUMES
        ]
    made += [
        PurchaseCase(kind="volumes", percent=percent, member=member)
        for member in members
        for percent in VOLUMES
    ]
    made += [PurchaseCase(kind="prices", percent=percent) for percent in PRICES]
    made += [
        PurchaseCase(kind="prices", percent=percent, supplier=supplier)
        for supplier in suppliers
        for percent in PRICES
    ]
    made += [PurchaseCase(kind="supplier_out", supplier=supplier) for supplier in suppliers]
    return (*made, *expiries(problem))


def expiries(problem: PurchaseProblem) -> tuple[PurchaseCase, ...]:
    """The award at each moment when an offer expires, from the moment of the award on."""
    ends = {offer.valid_until for offer in problem.offers if offer.valid_until is not None}
    later = sorted(end for end in ends if problem.award_at is None or end > problem.award_at)
    return tuple(PurchaseCase(kind="offers_at", at=end) for end in later)


def _scale_volumes(problem: PurchaseProblem, case: PurchaseCase) -> PurchaseProblem:
    _check_name_exists("/member", case.member, (point.member for point in problem.points))
    factor = 1 + case.percent / _HUNDRED
    if factor < 0:
        raise BadInput("/percent", case.percent, "-100 or more")
    return problem.model_copy(
        update={
            "points": tuple(
                _scale_point_energy(point, factor)
                if case.member in {None, point.member} and case.usage in {None, point.usage}
                else point
                for point in problem.points
            )
        }
    )


def _scale_point_energy(point: PurchasePoint, factor: Decimal) -> PurchasePoint:
    energy = tuple(
        part.model_copy(update={"mwh": (part.mwh * factor).quantize(Decimal("0.000001"))})
        for part in point.energy
    )
    return point.model_copy(update={"energy": energy})


def _scale_prices(problem: PurchaseProblem, case: PurchaseCase) -> PurchaseProblem:
    _check_name_exists("/supplier", case.supplier, (offer.supplier for offer in problem.offers))
    factor = 1 + case.percent / _HUNDRED
    return reprice_offers(
        problem,
        {o.id for o in problem.offers if case.supplier in {None, o.supplier}},
        lambda price: price * factor,
    )


def reprice_offers(
    problem: PurchaseProblem, offers: set[str], price: Callable[[Decimal], Decimal]
) -> PurchaseProblem:
    """*problem* with every energy price of *offers* put through *price*."""
    return problem.model_copy(
        update={
            "offers": tuple(
                _with_prices(offer, price) if offer.id in offers else offer
                for offer in problem.offers
            )
        }
    )


def _with_prices(offer: Offer, price: Callable[[Decimal], Decimal]) -> Offer:
    return offer.model_copy(
        update={"tiers": tuple(_reprice_tier(tier, price) for tier in offer.tiers)}
    )


def _reprice_tier(tier: Tier, price: Callable[[Decimal], Decimal]) -> Tier:
    prices = tuple(
        cell.model_copy(update={"eur_per_mwh": price(cell.eur_per_mwh), "parts": None})
        for cell in tier.prices
    )
    return tier.model_copy(update={"prices": prices})


def without(problem: PurchaseProblem, member: str) -> PurchaseProblem:
    """*problem* without *member*."""
    return problem.model_copy(
        update={
            "points": tuple(p for p in problem.points if p.member != member),
            "members": tuple(m for m in problem.members if m.id != member),
            "alone": tuple(a for a in problem.alone if a.member != member),
        }
    )


def _member_out(problem: PurchaseProblem, case: PurchaseCase) -> PurchaseProblem:
    _check_name_exists("/member", case.member, (point.member for point in problem.points))
    return without(problem, case.member or "")


def _member_in(problem: PurchaseProblem, case: PurchaseCase) -> PurchaseProblem:
    return problem.model_copy(update={"points": problem.points + case.points})


def _supplier_out(problem: PurchaseProblem, case: PurchaseCase) -> PurchaseProblem:
    _check_name_exists("/supplier", case.supplier, (offer.supplier for offer in problem.offers))
    kept = tuple(offer for offer in problem.offers if offer.supplier != case.supplier)
    return problem.model_copy(update={"offers": kept})


def _offers_at(problem: PurchaseProblem, case: PurchaseCase) -> PurchaseProblem:
    if case.at is None:
        raise BadInput("/at", None, "a moment")
    kept = tuple(offer for offer in problem.offers if _is_offer_valid(offer, case.at))
    return problem.model_copy(update={"offers": kept, "award_at": case.at})


def _is_offer_valid(offer: Offer, at: Instant) -> bool:
    begun = offer.valid_from is None or offer.valid_from <= at
    return begun and (offer.valid_until is None or at < offer.valid_until)


def _late_offers(problem: PurchaseProblem, case: PurchaseCase) -> PurchaseProblem:
    late = {offer.id for offer in case.offers}
    kept = tuple(offer for offer in problem.offers if offer.id not in late)
    return problem.model_copy(update={"offers": kept + case.offers})


def _check_name_exists(where: str, name: str | None, names: Iterator[str]) -> None:
    if name is not None and name not in set(names):
        raise BadInput(where, name, "a name of the problem")


_CHANGES: Mapping[str, Callable[[PurchaseProblem, PurchaseCase], PurchaseProblem]] = {
    "volumes": _scale_volumes,
    "prices": _scale_prices,
    "member_out": _member_out,
    "member_in": _member_in,
    "supplier_out": _supplier_out,
    "offers_at": _offers_at,
    "late_offers": _late_offers,
}
