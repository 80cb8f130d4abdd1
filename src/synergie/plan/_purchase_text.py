"""Why each choice of a purchase was made, in sentences a catalogue can translate."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from synergie.plan._baskets import Book, Option, inside
from synergie.plan._money import cents
from synergie.schemas.plan import Phrase, PlanLine
from synergie.schemas.purchase import PurchaseProblem
from synergie.schemas.purchase_plan import Place

CHEAPEST = "cheapest of {} offers for these members; the next costs {} EUR more"
ONLY = "the only offer that prices all that these members need"
KEPT_OUT = "{} would cost {} EUR less here, but a requirement on another lot or member keeps it out"
DIVIDED = "the members divide among the candidate lots; this one takes {} of them"
JOINS = "pays {} EUR, {} EUR less than alone"
JOINS_DEARER = "pays {} EUR, {} EUR more than alone: the problem does not let it leave"
JOINS_BLIND = "pays {} EUR; it cannot buy alone at these offers"
STAYS_OUT = "buys alone for {} EUR: no award of the lot costs it less"

ALONE_OWN = "alone, each member buys its own volume at the tier that this volume reaches"
ALONE_FIRST = "alone, each member buys its own volume at the first tier"
ALONE_RUNNING = "alone, each member bears by itself the cost of running each market"
ALONE_SAME = "alone and together: same day, same offers, same supplier margins"

ANNUAL = "energy is that of the needs survey, one year, without growth or weather"
ONE_TIER = "a lot pays the tier that its total volume reaches, for all its members"
FEES = "the fixed cost of an offer is shared in proportion to what each member saves before it"
NOT_PRICED = "{} price cells are missing: the tiers concerned count as not priced, never as zero"


def baseline(problem: PurchaseProblem) -> tuple[Phrase, ...]:
    """What "each alone" assumes."""
    tier = ALONE_FIRST if problem.alone_tier == "first" else ALONE_OWN
    return tuple(Phrase(text=text) for text in (tier, ALONE_RUNNING, ALONE_SAME))


def assumptions(book: Book) -> tuple[Phrase, ...]:
    """What was taken for granted, and what was not known."""
    said = [Phrase(text=text) for text in (ANNUAL, ONE_TIER, FEES)]
    if book.not_priced:
        said.append(Phrase(text=NOT_PRICED, values=(str(len(book.not_priced)),)))
    return tuple(said)


def lines(
    book: Book, places: tuple[Place, ...], options: Mapping[int, Option], tiers: Mapping[int, int]
) -> tuple[PlanLine, ...]:
    """One line an award, then one a member and lot."""
    awards = [_award(book, o, [x for x in options.values() if x.offer == o]) for o in sorted(tiers)]
    return (*awards, *(_place(place) for place in places))


def _award(book: Book, o: int, taken: list[Option]) -> PlanLine:
    offer = book.offers[o]
    lot = next(lot for lot in book.lots if lot.id == offer.lot)
    if lot.max_awards != 1:
        reason = Phrase(text=DIVIDED, values=(str(len(taken)),))
        return PlanLine(subject=lot.id, chosen=offer.id, reason=reason)
    mine = sum((option.cost for option in taken), cents(offer.fixed_eur))
    rivals = sorted(_rivals(book, o, {option.basket for option in taken}))
    if not rivals:
        return PlanLine(subject=lot.id, chosen=offer.id, reason=Phrase(text=ONLY))
    cost, name = rivals[0]
    return PlanLine(
        subject=lot.id,
        chosen=offer.id,
        runner_up=name,
        difference_eur=cost - mine,
        binding="a requirement on another lot or member" if cost < mine else None,
        reason=Phrase(text=CHEAPEST, values=(str(len(rivals) + 1), str(cost - mine)))
        if cost >= mine
        else Phrase(text=KEPT_OUT, values=(name, str(mine - cost))),
    )


def _rivals(book: Book, o: int, members: set[int]) -> Iterator[tuple[Decimal, str]]:
    """What each other offer of the lot asks of the same members, at the tier they reach."""
    volume = sum((book.baskets[u].volume for u in members), Decimal(0))
    costs: dict[tuple[int, int], list[Decimal]] = {}
    for option in book.options:
        if option.basket in members and option.offer != o:
            costs.setdefault((option.offer, option.tier), []).append(option.cost)
    best: dict[int, Decimal] = {}
    for (other, k), parts in costs.items():
        offer = book.offers[other]
        if len(parts) == len(members) and inside(volume, offer.tiers[k]):
            total = sum(parts, cents(offer.fixed_eur))
            best[other] = min(total, best.get(other, total))
    return ((cost, book.offers[other].id) for other, cost in best.items())


def _place(place: Place) -> PlanLine:
    subject, paid = f"{place.member}, {place.lot}", place.supply_eur + place.fee_eur
    if place.offer is None:
        reason = Phrase(text=STAYS_OUT, values=(str(paid),))
        return PlanLine(subject=subject[:200], chosen="alone", reason=reason)
    if place.alone_eur is None:
        reason = Phrase(text=JOINS_BLIND, values=(str(paid),))
        return PlanLine(subject=subject[:200], chosen=place.offer, reason=reason)
    saved = place.alone_eur - paid
    text = JOINS if saved >= 0 else JOINS_DEARER
    return PlanLine(
        subject=subject[:200],
        chosen=place.offer,
        runner_up="alone",
        difference_eur=saved,
        reason=Phrase(text=text, values=(str(paid), str(abs(saved)))),
    )
