"""How far each awarded lot stands above the floor of its tier: the volume that may leave."""

from decimal import Decimal

from synergie.purchase.records.plan import Award
from synergie.purchase.reports.awards import yearly_volume
from synergie.purchase.reports.words import Brief, share_of
from synergie.reports.document import Figure, Table
from synergie.reports.figure.bars import Bar, Bars
from synergie.reports.figure.picture import build_figure
from synergie.reports.language import choose_text
from synergie.reports.written import format_number, format_quantity


def build_floor_figure(brief: Brief) -> Figure:
    """How far each awarded lot stands above the floor of its tier: what may leave."""
    rows = [
        Bar(brief.lots[one.lot], float(100 * _compute_margin_share(one)), _describe_margin(one))
        for one in brief.plan.awards
    ]
    title = choose_text(
        "Volume qui peut partir avant que le prix ne monte",
        "Volume that may leave before the price rises",
    )
    chart = Bars(title=title, bars=rows, heads=("Lot", choose_text("Marge", "Margin")), unit="%")
    return build_figure(chart, summary=_describe_closest_lot(brief), table=_build_tier_table(brief))


def _build_tier_table(brief: Brief) -> Table:
    last = choose_text("dernière tranche", "last tier")
    heads = (
        "Lot", choose_text("Tranche", "Tier"), yearly_volume(),
        choose_text("Marge avant la tranche du dessous", "Margin above the tier below"),
        choose_text("Manque pour la suivante", "Short of the next tier"),
    )  # fmt: skip
    rows = tuple(
        (
            brief.lots[one.lot],
            format_number(one.tier),
            format_quantity(one.volume_mwh, "MWh", 1),
            _describe_margin(one),
            last if one.to_next_mwh is None else format_quantity(one.to_next_mwh, "MWh", 1),
        )
        for one in brief.plan.awards
    )
    caption = choose_text("Tranches de prix des lots attribués", "Price tiers of the awarded lots")
    return Table(caption, heads, rows, frozenset({1, 2, 3, 4}))


def _compute_margin_share(one: Award) -> Decimal:
    if one.tier == 1 or not one.volume_mwh:
        return Decimal(1)
    return one.above_floor_mwh / one.volume_mwh


def _describe_margin(one: Award) -> str:
    if one.tier == 1:
        return choose_text("première tranche", "first tier")
    share = share_of(one.above_floor_mwh, one.volume_mwh)
    return f"{format_quantity(one.above_floor_mwh, 'MWh', 1)} ({share})"


def _describe_closest_lot(brief: Brief) -> str:
    """The lot that would change its price first if volume left."""
    above = [one for one in brief.plan.awards if one.tier > 1]
    start = choose_text(
        "Part du volume qui peut quitter chaque lot avant que son prix ne monte.",
        "Share of the volume that may leave each lot before its price rises.",
    )
    if not above:
        first = choose_text(
            "Chaque lot paie déjà sa première tranche.", "Every lot pays its first tier."
        )
        return f"{start} {first}"
    near = min(above, key=lambda one: (_compute_margin_share(one), one.lot))
    lot, margin = brief.lots[near.lot], _describe_margin(near)
    return choose_text(
        f"{start} Le plus proche du seuil : {lot}, {margin}.",
        f"{start} The closest to the threshold: {lot}, {margin}.",
    )
