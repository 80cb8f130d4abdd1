"""Offers that the clock, or what the tender asks, keeps out before any model, each with why."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from synergie.energy.records.offer import Offer
from synergie.errors import Infeasible, Reason
from synergie.purchase.records.plan import RefusedOffer
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.schemas.plan import Phrase

EXPIRED = "{} expired on {}; the award is decided on {}"
EARLY = "{} is not valid before {}; the award is decided on {}"
NOT_GREEN = "{} holds {} % of green energy and offers no more; {} % is asked in the lot"
NO_TIER = "{} has no tier that a volume can reach"
NONE_LEFT = "{}: no offer is left"

type Asked = Iterable[tuple[str, Mapping[Decimal, Decimal]]]
"""For each basket its lot, and its energy by the green share asked."""


def select_valid_offers(
    problem: PurchaseProblem, asked: Asked
) -> tuple[tuple[Offer, ...], tuple[RefusedOffer, ...]]:
    """The offers that count, by lot and id, and those that do not.

    Raises Infeasible when a lot that needs something had offers and has none left.
    """
    green: dict[str, Decimal] = {}
    for lot, needs in asked:
        green[lot] = max([green.get(lot, Decimal(0)), *needs])
    refused = {
        offer.id: found
        for i, offer in enumerate(problem.offers)
        if (found := _find_refusal(problem, i, green)) is not None
    }
    kept = [offer for offer in problem.offers if offer.id not in refused]
    lost = green.keys() & {o.lot for o in problem.offers} - {o.lot for o in kept}
    if lost:
        raise Infeasible(tuple(_iterate_refusal_reasons(problem, refused, lost)))
    said = tuple(refused[name] for name in sorted(refused))
    return tuple(sorted(kept, key=lambda offer: (offer.lot, offer.id))), said


def _iterate_refusal_reasons(
    problem: PurchaseProblem, refused: Mapping[str, RefusedOffer], lost: set[str]
) -> Iterator[Reason]:
    for lot in sorted(lost):
        yield Reason(NONE_LEFT, lot)
        for offer in sorted(problem.offers, key=lambda offer: offer.id):
            if offer.lot == lot:
                reason = refused[offer.id].reason
                yield Reason(reason.text, *reason.values)


def _find_refusal(
    problem: PurchaseProblem, number: int, green: Mapping[str, Decimal]
) -> RefusedOffer | None:
    offer, where = problem.offers[number], f"/offers/{number}"
    now = problem.award_at
    if now is not None and offer.valid_until is not None and offer.valid_until <= now:
        values = (offer.id, offer.valid_until.isoformat(), now.isoformat())
        return _build_refusal(
            offer, f"{where}/valid_until", "expired", Phrase(text=EXPIRED, values=values)
        )
    if now is not None and offer.valid_from is not None and now < offer.valid_from:
        values = (offer.id, offer.valid_from.isoformat(), now.isoformat())
        return _build_refusal(
            offer, f"{where}/valid_from", "not_yet_valid", Phrase(text=EARLY, values=values)
        )
    if all(t.to_mwh is not None and t.to_mwh < t.from_mwh for t in offer.tiers):
        return _build_refusal(
            offer, f"{where}/tiers", "empty", Phrase(text=NO_TIER, values=(offer.id,))
        )
    wanted = green.get(offer.lot, Decimal(0))
    one = any(lot.max_awards == 1 for lot in problem.lots if lot.id == offer.lot)
    held = Decimal(str(offer.green_share))
    if one and offer.green_eur_per_mwh is None and wanted > held:
        values = (offer.id, _format_percent(held), _format_percent(wanted))
        return _build_refusal(
            offer, f"{where}/green_share", "green", Phrase(text=NOT_GREEN, values=values)
        )
    return None


def _build_refusal(offer: Offer, where: str, kind: str, reason: Phrase) -> RefusedOffer:
    return RefusedOffer.model_validate(
        {"offer": offer.id, "where": where, "kind": kind, "reason": reason, "who": offer.supplier}
    )


def _format_percent(share: Decimal) -> str:
    text = f"{share * 100:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
