"""Awards in a report: who supplies each lot, at what cost, why, and who stays out of which."""

from decimal import Decimal

from synergie.purchase.records.plan import Award
from synergie.purchase.reports.words import Brief
from synergie.reports.document import Block, Paragraph, Table
from synergie.reports.language import choose_text
from synergie.reports.written import format_euros, format_percent, format_quantity


def build_award_table(brief: Brief) -> Table:
    """Who wins each lot, at what cost, and what the next best offer would cost more."""
    unsaid = choose_text("non dit", "not told")
    table = tuple(
        (
            brief.lots[one.lot],
            one.supplier,
            format_quantity(one.volume_mwh, "MWh"),
            format_euros(one.cost_eur),
            _describe_next_offer(brief, one),
            unsaid if one.flips_at_percent is None else _describe_price_rise(one),
            unsaid if one.expires_at is None else brief.when(one.expires_at),
        )
        for one in brief.plan.awards
    )
    heads = (
        "Lot", choose_text("Fournisseur", "Supplier"), yearly_volume(), choose_text("Coût", "Cost"),
        choose_text("Suivant", "Next best"), choose_text("Bascule à", "Changes at"),
        choose_text("Offre valable jusqu'au", "Offer valid until"),
    )  # fmt: skip
    caption = choose_text("Attributions, un marché par lot", "Awards, one contract a lot")
    return Table(caption, heads, table, frozenset({2, 3}))


def yearly_volume() -> str:
    """Head of a column of volumes."""
    return choose_text("Volume par an", "Volume a year")


def _no_next() -> str:
    return choose_text("sans suivant", "no next best")


def _describe_next_offer(brief: Brief, one: Award) -> str:
    """The next best offer and what it costs more; the plan's own line where the award is silent."""
    if one.runner_up is not None and one.runner_up_eur is not None:
        return _describe_extra_cost(brief.supplier(one.runner_up), one.runner_up_eur)
    line = next(
        (x for x in brief.plan.lines if (x.subject, x.chosen) == (one.lot, one.offer)), None
    )
    if line is None or line.runner_up is None or line.difference_eur is None:
        return _no_next()
    return _describe_extra_cost(brief.supplier(line.runner_up), line.difference_eur)


def _describe_extra_cost(name: str, amount: Decimal) -> str:
    more = format_euros(amount)
    return choose_text(f"{name}, {more} de plus", f"{name}, {more} more")


def _describe_price_rise(one: Award) -> str:
    rise = format_percent(Decimal(str(one.flips_at_percent)) / 100, 2)
    return choose_text(f"{rise} de hausse", f"a rise of {rise}")


def without_award(brief: Brief) -> Paragraph:
    """The lots that nobody wins."""
    awarded = {award.lot for award in brief.plan.awards}
    left = ", ".join(name for key, name in brief.lots.items() if key not in awarded)
    if not left:
        return Paragraph(choose_text("Chaque lot est attribué.", "Every lot is awarded."))
    return Paragraph(
        choose_text(
            f"Sans achat groupé : {left}. Acheter seul n'y coûte pas plus cher.",
            f"Without a group purchase: {left}. Buying alone costs no more there.",
        )
    )


def build_reason_table(brief: Brief) -> Table:
    """Why each lot goes to who wins it."""
    rows = tuple(
        (
            brief.lots[line.subject],
            brief.supplier(line.chosen),
            _no_next() if line.difference_eur is None else format_euros(line.difference_eur),
            brief.say_phrase(line.reason),
        )
        for line in brief.plan.lines
        if line.subject in brief.lots
    )
    heads = (
        "Lot",
        choose_text("Choisi", "Chosen"),
        choose_text("Écart avec le suivant", "Gap to the next best"),
        choose_text("Raison", "Reason"),
    )
    return Table(
        choose_text("Pourquoi ces choix", "Why these choices"), heads, rows, frozenset({2})
    )


def build_outside_blocks(brief: Brief) -> list[Block]:
    """Who stays out of which lot, and what it pays alone; nothing when all join."""
    if not brief.outside:
        return []
    rows = tuple(
        (
            brief.member(place.member),
            brief.lots[place.lot],
            format_quantity(place.volume_mwh, "MWh", 1),
            format_euros(place.supply_eur),
        )
        for place in brief.outside
    )
    heads = (
        choose_text("Membre", "Member"),
        "Lot",
        yearly_volume(),
        choose_text("Coût seul", "Cost alone"),
    )
    caption = choose_text("Qui achète seul, et dans quel lot", "Who buys alone, and in which lot")
    return [Table(caption, heads, rows, frozenset({2, 3}))]
