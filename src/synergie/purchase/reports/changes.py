"""What would change of a purchase: when a member leaves, and at which price a lot flips."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from synergie.purchase.records.study import Flip, LotChange, MemberLeaving, PurchaseStudy
from synergie.purchase.reports.words import Brief, listed, rate
from synergie.reports.bars import Bar, bars
from synergie.reports.document import Block, Figure, Table
from synergie.reports.language import say
from synergie.reports.written import count, euros, quantity
from synergie.schemas.plan import Phrase

_DRAWN = 40
"""Members that a drawing shows; the table has all of them."""


def no_plan() -> str:
    """What stands in the place of a plan that there is not."""
    return say("aucun plan", "no plan")


def changed(brief: Brief, lots: Sequence[LotChange], why: Sequence[Phrase]) -> str:
    """Which lots change their offer or tier, and what no longer holds."""
    told = [_lot(brief, one) for one in lots] + [brief.said(one) for one in why]
    return say(" ; ", "; ").join(told) or say("rien", "nothing")


def _lot(brief: Brief, one: LotChange) -> str:
    name = brief.lots.get(one.lot, one.lot)
    if one.offer == one.planned_offer:
        return say(
            f"{name} : tranche {one.tier} au lieu de {one.planned_tier}",
            f"{name}: tier {one.tier} instead of {one.planned_tier}",
        )
    now, planned = brief.supplier(one.offer), brief.supplier(one.planned_offer)
    return say(f"{name} : {now} au lieu de {planned}", f"{name}: {now} instead of {planned}")


def departures_figure(brief: Brief, study: PurchaseStudy) -> Iterator[Block]:
    """Each member leaving: what it costs the others. Nothing when none was studied."""
    if not study.departures:
        return
    ordered = sorted(study.departures, key=lambda one: (-_cost(one), one.member))
    title = say(
        "Ce que le départ de chacun coûterait aux autres",
        "What the departure of each would cost the others",
    )
    drawing = bars(
        title,
        [Bar(brief.member(one.member), float(_cost(one)), _told(one)) for one in ordered[:_DRAWN]],
    )
    yield Figure(_worst(brief, ordered[0]), drawing, departures(brief, ordered))


def _worst(brief: Brief, one: MemberLeaving) -> str:
    if _cost(one) <= 0:
        return say(
            "Aucun départ ne coûterait aux autres.", "No departure would cost the others anything."
        )
    who, cost = brief.member(one.member), euros(_cost(one))
    return say(
        f"Le départ qui coûterait le plus aux autres : {who}, {cost}.",
        f"The departure that would cost the others most: {who}, {cost}.",
    )


def departures(brief: Brief, ordered: Sequence[MemberLeaving]) -> Table:
    """The departures in numbers."""
    heads = (
        say("Membre", "Member"), say("Pour les autres, en tout", "For the others, in all"),
        say("Paient plus", "Pay more"), say("De combien", "By how much"),
        say("Ce qui changerait", "What would change"),
    )  # fmt: skip
    member = say("membre", "member")
    rows = tuple(
        (
            brief.member(one.member),
            _told(one),
            count(one.pay_more, member),
            euros(one.paid_more_eur),
            changed(brief, one.lots, one.conflicts),
        )
        for one in ordered
    )
    return Table(say("Si un membre part", "If a member leaves"), heads, rows, frozenset({1, 2, 3}))


def _cost(one: MemberLeaving) -> Decimal:
    return one.difference_eur or Decimal(0)


def _told(one: MemberLeaving) -> str:
    if one.difference_eur is None:
        return no_plan()
    if not one.difference_eur:
        return euros(0)
    amount = euros(abs(one.difference_eur))
    if one.difference_eur > 0:
        return say(f"{amount} de plus", f"{amount} more")
    return say(f"{amount} de moins", f"{amount} less")


def flips(brief: Brief, study: PurchaseStudy) -> Table:
    """How far prices and volumes are from another award of each lot."""
    heads = (
        "Lot", say("Retenu", "Chosen"), say("Sinon", "Otherwise"),
        say("Surcoût sans lui", "Extra cost without it"),
        say("Hausse qui fait basculer", "Rise that changes the award"),
        say("Baisse du suivant qui fait basculer", "Fall of the next that changes the award"),
        say("Volume qui fait basculer", "Volume that changes the award"),
    )  # fmt: skip
    caption = say(
        "À quel prix, à quel volume chaque lot basculerait",
        "At which price, at which volume each lot would change",
    )
    rows = tuple(_flip(brief, one) for one in study.flips)
    return Table(caption, heads, rows, frozenset({3, 4, 5}))


def _flip(brief: Brief, one: Flip) -> tuple[str, ...]:
    volumes = [
        f"{word} {quantity(mwh, 'MWh', 1)}"
        for word, mwh in (
            (say("sous", "under"), one.fewer_mwh),
            (say("au-delà de", "beyond"), one.more_mwh),
        )
        if mwh is not None
    ]
    return (
        brief.lots.get(one.lot, one.lot),
        brief.supplier(one.offer),
        nothing_else() if one.rival is None else brief.supplier(one.rival),
        no_plan() if one.rival_costs_more_eur is None else euros(one.rival_costs_more_eur),
        _rate(one.may_rise_eur_per_mwh),
        _rate(one.rival_must_fall_eur_per_mwh),
        listed(volumes) or say("aucun", "none"),
    )


def nothing_else() -> str:
    """What stands in the place of another offer that there is not."""
    return say("rien d'autre", "nothing else")


def _rate(amount: Decimal | None) -> str:
    return say("aucune", "none") if amount is None else rate(amount)
