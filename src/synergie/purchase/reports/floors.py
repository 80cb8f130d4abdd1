"""How far each awarded lot stands above the floor of its tier: the volume that may leave."""

from decimal import Decimal

from synergie.purchase.records.plan import Award
from synergie.purchase.reports.awards import yearly_volume
from synergie.purchase.reports.words import Brief, share_of
from synergie.reports.bars import Bar, bars
from synergie.reports.document import Figure, Table
from synergie.reports.language import say
from synergie.reports.written import number, quantity


def floors(brief: Brief) -> Figure:
    """How far each awarded lot stands above the floor of its tier: what may leave."""
    rows = [Bar(brief.lots[one.lot], float(_share(one)), _margin(one)) for one in brief.plan.awards]
    title = say(
        "Volume qui peut partir avant que le prix ne monte",
        "Volume that may leave before the price rises",
    )
    return Figure(_closest(brief), bars(title, rows), _tiers(brief))


def _tiers(brief: Brief) -> Table:
    last = say("dernière tranche", "last tier")
    heads = (
        "Lot", say("Tranche", "Tier"), yearly_volume(),
        say("Marge avant la tranche du dessous", "Margin above the tier below"),
        say("Manque pour la suivante", "Short of the next tier"),
    )  # fmt: skip
    rows = tuple(
        (
            brief.lots[one.lot],
            number(one.tier),
            quantity(one.volume_mwh, "MWh", 1),
            _margin(one),
            last if one.to_next_mwh is None else quantity(one.to_next_mwh, "MWh", 1),
        )
        for one in brief.plan.awards
    )
    caption = say("Tranches de prix des lots attribués", "Price tiers of the awarded lots")
    return Table(caption, heads, rows, frozenset({1, 2, 3, 4}))


def _share(one: Award) -> Decimal:
    if one.tier == 1 or not one.volume_mwh:
        return Decimal(1)
    return one.above_floor_mwh / one.volume_mwh


def _margin(one: Award) -> str:
    if one.tier == 1:
        return say("première tranche", "first tier")
    share = share_of(one.above_floor_mwh, one.volume_mwh)
    return f"{quantity(one.above_floor_mwh, 'MWh', 1)} ({share})"


def _closest(brief: Brief) -> str:
    """The lot that would change its price first if volume left."""
    above = [one for one in brief.plan.awards if one.tier > 1]
    start = say(
        "Part du volume qui peut quitter chaque lot avant que son prix ne monte.",
        "Share of the volume that may leave each lot before its price rises.",
    )
    if not above:
        first = say("Chaque lot paie déjà sa première tranche.", "Every lot pays its first tier.")
        return f"{start} {first}"
    near = min(above, key=lambda one: (_share(one), one.lot))
    lot, margin = brief.lots[near.lot], _margin(near)
    return say(
        f"{start} Le plus proche du seuil : {lot}, {margin}.",
        f"{start} The closest to the threshold: {lot}, {margin}.",
    )
