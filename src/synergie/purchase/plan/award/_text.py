"""Why each choice of a purchase was made, in sentences a catalogue can translate."""

from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import timedelta
from decimal import ROUND_UP, Decimal

from synergie.energy.records.offer import Offer
from synergie.purchase.plan.award._limits_exact import Kind
from synergie.purchase.plan.award._rivals import Next, Rival
from synergie.purchase.plan.award.baskets import Book, Option
from synergie.purchase.records.plan import Place
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.schemas.plan import Phrase, PlanLine

CHEAPEST = "cheapest of {} offers for these members; the next costs {} EUR more"
ONLY = "the only offer that can serve these members under the requirements"
DIVIDED = "the members divide among the candidate lots; this one takes {} of them"
JOINS = "pays {} EUR, {} EUR less than alone"
JOINS_DEARER = "pays {} EUR, {} EUR more than alone: the problem does not let it leave"
JOINS_BLIND = "pays {} EUR; it cannot buy alone at these offers"
STAYS_OUT = "buys alone for {} EUR: no award of the lot costs it less"
WOULD_JOIN = "buys alone for {} EUR: {} asks {} EUR more of it; prices {} % lower would bring it in"
STAYS_SAVING = "buys alone for {} EUR: {} asks {} EUR less of it, but the lot saves less with it"
STAYS_BY_RULE = "buys alone for {} EUR: {} asks {} EUR less of it, but the rules or the lot decide"

KEPT_OUT: Mapping[Kind, str] = {
    "max_lots": "{} would cost {} EUR less here, but {} may win at most {} lots",
    "max_mwh": "{} would cost {} EUR less here, but {} supplies at most {} MWh a year",
    "min_mwh": "{} would cost {} EUR less here, but {} supplies at least {} MWh a year",
    "alone": "{} would cost {} EUR less here, but {} would pay more than alone, {} EUR",
    "green": "{} would cost {} EUR less here, but {} % of green energy is asked",
    "rule": "{} would cost {} EUR less here, but the rule {} would be kept less well",
}
KEPT_BY_REST = "{} would cost {} EUR less here, but the plan as a whole costs less with this one"
BINDS: Mapping[Kind, str] = {
    "max_lots": "lots a supplier may win",
    "max_mwh": "capacity of the supplier",
    "min_mwh": "least volume of the supplier",
    "alone": "nobody pays more than alone",
    "green": "share of green energy",
    "rule": "a rule of one's own",
}
REST = "a requirement on another lot or member"

ALONE_OWN = "alone, each member buys its own volume at the tier that this volume reaches"
ALONE_FIRST = "alone, each member buys its own volume at the first tier"
ALONE_RUNNING = "alone, each member bears by itself the cost of running each market"
ALONE_SAME = "alone and together: same day, same offers, same supplier margins"
ALONE_KNOWN = "alone, {} costs are as stated: {}"
ALONE_NO_FEE = "alone, nobody pays the coordinator"

ANNUAL = "energy is that of the needs survey, one year, without growth or weather"
TERM = (
    "energy is that of the needs survey for each year of the delivery, {} to {}, "
    "without growth or weather"
)
SEASONS = "points enter and leave on their day: the energy of a class is spread over its season"
ONE_TIER = "a lot pays the tier that its total volume reaches, for all its members"
MEAN_TIER = "a tier looks at the mean volume of a year of the delivery"
FEES = "the fixed cost of an offer is shared in proportion to what each member saves before it"
COORDINATOR = "the coordinator's fee is part of what each member pays and compares with alone"
NOT_PRICED = "{} price cells are missing: the tiers concerned count as not priced, never as zero"
REFUSED = "{} offers could not be considered"
INDEXED = "{} offers taken are not at a fixed price: amounts are at the prices of the offer"
BY_CRITERIA = (
    "the published criteria choose the offer of each lot, not the least cost; what that costs is "
    "the price of their rules"
)
TUNNEL = "volumes stay inside the tunnel of the contract: nothing is due for a difference"


def list_alone_assumptions(problem: PurchaseProblem, book: Book) -> tuple[Phrase, ...]:
    """What "each alone" assumes."""
    tier = ALONE_FIRST if problem.alone_tier == "first" else ALONE_OWN
    said = [Phrase(text=text) for text in (tier, ALONE_RUNNING, ALONE_SAME)]
    if problem.alone:
        sources = ", ".join(sorted({cost.source for cost in problem.alone}))
        said.append(Phrase(text=ALONE_KNOWN, values=(str(len(problem.alone)), sources[:200])))
    if any(book.fee) or book.extras:
        said.append(Phrase(text=ALONE_NO_FEE))
    return tuple(said)


def list_plan_assumptions(
    problem: PurchaseProblem, book: Book, taken: Collection[Offer]
) -> tuple[Phrase, ...]:
    """What was taken for granted, and what was not known. *taken*: the offers that are."""
    floating = sum(offer.pricing != "fixed" for offer in taken)
    said = [*_iterate_volume_assumptions(problem), Phrase(text=ONE_TIER), Phrase(text=FEES)]
    said += [Phrase(text=MEAN_TIER)] if book.years != 1 else []
    said += [Phrase(text=COORDINATOR)] if problem.fees is not None else []
    said += [Phrase(text=INDEXED, values=(str(floating),))] if floating else []
    said += [Phrase(text=TUNNEL)] if any(offer.tunnel for offer in taken) else []
    said += [Phrase(text=BY_CRITERIA)] if problem.scoring is not None else []
    for text, found in ((NOT_PRICED, book.not_priced), (REFUSED, book.refused)):
        said += [Phrase(text=text, values=(str(len(found)),))] if found else []
    return tuple(said)


def _iterate_volume_assumptions(problem: PurchaseProblem) -> Iterator[Phrase]:
    period = problem.delivery
    if period is None:
        yield Phrase(text=ANNUAL)
        return
    last = period.ends - timedelta(days=1)
    yield Phrase(text=TERM, values=(str(period.starts), str(last)))
    if any(point.entry or point.exit for point in problem.points) or not _is_in_calendar_years(
        problem
    ):
        yield Phrase(text=SEASONS)


def _is_in_calendar_years(problem: PurchaseProblem) -> bool:
    period = problem.delivery
    ends = () if period is None else (period.starts, period.ends)
    return all((day.month, day.day) == (1, 1) for day in ends)


def build_plan_lines(
    book: Book,
    places: tuple[Place, ...],
    options: Mapping[int, Option],
    *,
    offers: tuple[Mapping[int, Next], Mapping[int, list[Option]]],
    ruled: AbstractSet[int] = frozenset(),
) -> tuple[PlanLine, ...]:
    """One line an award, then one a member and lot.

    *offers*: what stands beside each award, and the options of each offer. *ruled*: baskets that
    a rule selects.
    """
    beside, offered = offers
    awards = [
        _build_award_line(book, o, sum(x.offer == o for x in options.values()), beside[o])
        for o in sorted(beside)
    ]
    would = _Would(book, options, offered, ruled)
    return (*awards, *(_build_place_line(place, would.join(u)) for u, place in enumerate(places)))


def _build_award_line(book: Book, o: int, taken: int, beside: Next) -> PlanLine:
    offer = book.offers[o]
    lot = next(lot for lot in book.lots if lot.id == offer.lot)
    best, binding, reason = beside.best, None, Phrase(text=ONLY)
    if best is not None:
        count, more = str(beside.count), str(best.more)
        reason = Phrase(text=CHEAPEST, values=(count, more))
    if best is not None and best.more < 0:
        binding = REST
        reason = Phrase(text=KEPT_BY_REST, values=(book.offers[best.offer].id, str(-best.more)))
    elif beside.kept_out is not None and beside.kept_out.breaks is not None:
        binding = BINDS[beside.kept_out.breaks.kind]
        reason = _describe_rival_exclusion(book, beside.kept_out)
    if lot.max_awards != 1:
        reason = Phrase(text=DIVIDED, values=(str(taken),))
    shown = best or beside.kept_out
    return PlanLine(
        subject=lot.id,
        chosen=offer.id,
        runner_up=book.offers[shown.offer].id if shown else None,
        difference_eur=shown.more if shown else None,
        binding=binding,
        reason=reason,
    )


def _describe_rival_exclusion(book: Book, rival: Rival) -> Phrase:
    assert rival.breaks is not None  # noqa: S101 (asked by the caller)
    name, less = book.offers[rival.offer].id, str(-rival.more)
    breaks = rival.breaks
    if breaks.kind == "green":
        return Phrase(text=KEPT_OUT["green"], values=(name, less, f"{breaks.value * 100:.0f}"))
    if breaks.kind == "rule":
        return Phrase(text=KEPT_OUT["rule"], values=(name, less, breaks.whom))
    values = (name, less, breaks.whom, f"{breaks.value.normalize():f}")
    return Phrase(text=KEPT_OUT[breaks.kind], values=values)


class _Would:
    """What the awards of a lot would ask of who stays out."""

    def __init__(
        self,
        book: Book,
        options: Mapping[int, Option],
        offered: Mapping[int, list[Option]],
        ruled: AbstractSet[int],
    ) -> None:
        self._book, self._options, self._ruled = book, options, ruled
        active = {(x.offer, x.tier) for x in options.values()}
        self._asked: dict[int, Option] = {}
        for o in {x.offer for x in options.values()}:
            for option in offered[o]:
                best = self._asked.get(option.basket)
                if (o, option.tier) in active and (best is None or option.cost < best.cost):
                    self._asked[option.basket] = option

    def join(self, u: int) -> Phrase | None:
        """What would bring basket *u* in; None when it is in, or no award prices it."""
        option = self._asked.get(u)
        alone = self._book.alone[u]
        if u in self._options or option is None or alone is None:
            return None
        name = self._book.offers[option.offer].id
        over = option.cost + self._book.fee[u] - alone
        if over <= 0 or option.cost <= 0:
            text = STAYS_BY_RULE if u in self._ruled else STAYS_SAVING
            return Phrase(text=text, values=(str(alone), name, str(-over)))
        if u in self._ruled:
            return None  # lower prices alone may not bring it in
        share = (over / option.cost * 100).quantize(Decimal("0.01"), ROUND_UP)
        return Phrase(text=WOULD_JOIN, values=(str(alone), name, str(over), str(share)))


def _build_place_line(place: Place, would: Phrase | None) -> PlanLine:
    paid = place.supply_eur + place.fee_eur + place.coordinator_eur
    subject = f"{place.member}, {place.lot}"[:200]
    if place.offer is None:
        reason = would or Phrase(text=STAYS_OUT, values=(str(paid),))
        return PlanLine(subject=subject, chosen="alone", reason=reason)
    if place.alone_eur is None:
        reason = Phrase(text=JOINS_BLIND, values=(str(paid),))
        return PlanLine(subject=subject, chosen=place.offer, reason=reason)
    saved = place.alone_eur - paid
    text = JOINS if saved >= 0 else JOINS_DEARER
    return PlanLine(
        subject=subject,
        chosen=place.offer,
        runner_up="alone",
        difference_eur=saved,
        reason=Phrase(text=text, values=(str(paid), str(abs(saved)))),
    )
