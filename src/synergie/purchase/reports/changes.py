"""What would change of a purchase: when a member leaves, and at which price a lot flips."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from synergie.purchase.records.study import Flip, LotChange, MemberLeaving, PurchaseStudy
from synergie.purchase.reports.words import Brief, format_rate
from synergie.reports.document import Block, Table
from synergie.reports.figure.bars import Bar, Bars
from synergie.reports.figure.picture import build_figure
from synergie.reports.language import choose_text, choose_texts
from synergie.reports.written import (
    format_count,
    format_euros,
    format_quantity,
    format_short_name_list,
)
from synergie.schemas.plan import Phrase

_DRAWN = 40
"""Members that a drawing shows; the table has all of them."""


def no_plan() -> str:
    """What stands in the place of a plan that there is not."""
    return choose_text("aucun plan", "no plan")


def describe_lot_changes(brief: Brief, lots: Sequence[LotChange], why: Sequence[Phrase]) -> str:
    """Which lots change their offer or tier, and what no longer holds."""
    told = [_describe_lot_change(brief, one) for one in lots] + [
        brief.say_phrase(one) for one in why
    ]
    return choose_text(" ; ", "; ").join(told) or choose_text("rien", "nothing")


def _describe_lot_change(brief: Brief, one: LotChange) -> str:
    name = brief.lots.get(one.lot, one.lot)
    if one.offer == one.planned_offer:
        return choose_text(
            f"{name} : tranche {one.tier} au lieu de {one.planned_tier}",
            f"{name}: tier {one.tier} instead of {one.planned_tier}",
        )
    now, planned = brief.supplier(one.offer), brief.supplier(one.planned_offer)
    return choose_text(
        f"{name} : {now} au lieu de {planned}", f"{name}: {now} instead of {planned}"
    )


def departures_figure(brief: Brief, study: PurchaseStudy) -> Iterator[Block]:
    """Each member leaving: what it costs the others. Nothing when none was studied."""
    if not study.departures:
        return
    ordered = sorted(study.departures, key=lambda one: (-_read_departure_cost(one), one.member))
    title = choose_text(
        "Ce que le départ de chacun coûterait aux autres",
        "What the departure of each would cost the others",
    )
    chart = Bars(
        title=title,
        bars=[
            Bar(
                brief.member(one.member),
                float(_read_departure_cost(one)),
                _describe_departure_cost(one),
            )
            for one in ordered[:_DRAWN]
        ],
        heads=choose_texts(("Membre", "Member"), ("Coût pour les autres", "Cost for the others")),
        unit="€",
    )
    yield build_figure(
        chart,
        summary=_describe_worst_departure(brief, ordered[0]),
        table=departures(brief, ordered),
    )


def _describe_worst_departure(brief: Brief, one: MemberLeaving) -> str:
    if _read_departure_cost(one) <= 0:
        return choose_text(
            "Aucun départ ne coûterait aux autres.", "No departure would cost the others anything."
        )
    who, cost = brief.member(one.member), format_euros(_read_departure_cost(one))
    return choose_text(
        f"Le départ qui coûterait le plus aux autres : {who}, {cost}.",
        f"The departure that would cost the others most: {who}, {cost}.",
    )


def departures(brief: Brief, ordered: Sequence[MemberLeaving]) -> Table:
    """The departures in numbers."""
    heads = (
        choose_text("Membre", "Member"),
        choose_text("Pour les autres, en tout", "For the others, in all"),
        choose_text("Paient plus", "Pay more"),
        choose_text("De combien", "By how much"),
        choose_text("Ce qui changerait", "What would change"),
    )
    member = choose_text("membre", "member")
    rows = tuple(
        (
            brief.member(one.member),
            _describe_departure_cost(one),
            format_count(one.pay_more, member),
            format_euros(one.paid_more_eur),
            describe_lot_changes(brief, one.lots, one.conflicts),
        )
        for one in ordered
    )
    return Table(
        choose_text("Si un membre part", "If a member leaves"), heads, rows, frozenset({1, 2, 3})
    )


def _read_departure_cost(one: MemberLeaving) -> Decimal:
    return one.difference_eur or Decimal(0)


def _describe_departure_cost(one: MemberLeaving) -> str:
    if one.difference_eur is None:
        return no_plan()
    if not one.difference_eur:
        return format_euros(0)
    amount = format_euros(abs(one.difference_eur))
    if one.difference_eur > 0:
        return choose_text(f"{amount} de plus", f"{amount} more")
    return choose_text(f"{amount} de moins", f"{amount} less")


def flips(brief: Brief, study: PurchaseStudy) -> Table:
    """How far prices and volumes are from another award of each lot."""
    heads = (
        "Lot",
        choose_text("Retenu", "Chosen"),
        choose_text("Sinon", "Otherwise"),
        choose_text("Surcoût sans lui", "Extra cost without it"),
        choose_text("Hausse qui fait basculer", "Rise that changes the award"),
        choose_text(
            "Baisse du suivant qui fait basculer", "Fall of the next that changes the award"
        ),
        choose_text("Volume qui fait basculer", "Volume that changes the award"),
    )
    caption = choose_text(
        "À quel prix, à quel volume chaque lot basculerait",
        "At which price, at which volume each lot would change",
    )
    rows = tuple(_build_flip_row(brief, one) for one in study.flips)
    return Table(caption, heads, rows, frozenset({3, 4, 5}))


def _build_flip_row(brief: Brief, one: Flip) -> tuple[str, ...]:
    volumes = [
        f"{word} {format_quantity(mwh, 'MWh', 1)}"
        for word, mwh in (
            (choose_text("sous", "under"), one.fewer_mwh),
            (choose_text("au-delà de", "beyond"), one.more_mwh),
        )
        if mwh is not None
    ]
    return (
        brief.lots.get(one.lot, one.lot),
        brief.supplier(one.offer),
        nothing_else() if one.rival is None else brief.supplier(one.rival),
        no_plan() if one.rival_costs_more_eur is None else format_euros(one.rival_costs_more_eur),
        _format_rate(one.may_rise_eur_per_mwh),
        _format_rate(one.rival_must_fall_eur_per_mwh),
        format_short_name_list(volumes) or choose_text("aucun", "none"),
    )


def nothing_else() -> str:
    """What stands in the place of another offer that there is not."""
    return choose_text("rien d'autre", "nothing else")


def _format_rate(amount: Decimal | None) -> str:
    return choose_text("aucune", "none") if amount is None else format_rate(amount)
