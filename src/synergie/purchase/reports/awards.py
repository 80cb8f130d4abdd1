"""Awards in a report: who supplies each lot, at what cost, why, and who stays out of which."""

from decimal import Decimal

from synergie.purchase.records.plan import Award
from synergie.purchase.reports.words import Brief
from synergie.reports.document import Block, Paragraph, Table
from synergie.reports.language import say
from synergie.reports.written import euros, percent, quantity


def awards(brief: Brief) -> Table:
    """Who wins each lot, at what cost, and what the next best offer would cost more."""
    unsaid = say("non dit", "not told")
    table = tuple(
        (
            brief.lots[one.lot],
            one.supplier,
            quantity(one.volume_mwh, "MWh"),
            euros(one.cost_eur),
            _next(brief, one),
            unsaid if one.flips_at_percent is None else _rise(one),
            unsaid if one.expires_at is None else brief.when(one.expires_at),
        )
        for one in brief.plan.awards
    )
    heads = (
        "Lot", say("Fournisseur", "Supplier"), yearly_volume(), say("Coût", "Cost"),
        say("Suivant", "Next best"), say("Bascule à", "Changes at"),
        say("Offre valable jusqu'au", "Offer valid until"),
    )  # fmt: skip
    caption = say("Attributions, un marché par lot", "Awards, one contract a lot")
    return Table(caption, heads, table, frozenset({2, 3}))


def yearly_volume() -> str:
    """Head of a column of volumes."""
    return say("Volume par an", "Volume a year")


def _no_next() -> str:
    return say("sans suivant", "no next best")


def _next(brief: Brief, one: Award) -> str:
    """The next best offer and what it costs more; the plan's own line where the award is silent."""
    if one.runner_up is not None and one.runner_up_eur is not None:
        return _dearer(brief.supplier(one.runner_up), one.runner_up_eur)
    line = next(
        (x for x in brief.plan.lines if (x.subject, x.chosen) == (one.lot, one.offer)), None
    )
    if line is None or line.runner_up is None or line.difference_eur is None:
        return _no_next()
    return _dearer(brief.supplier(line.runner_up), line.difference_eur)


def _dearer(name: str, amount: Decimal) -> str:
    more = euros(amount)
    return say(f"{name}, {more} de plus", f"{name}, {more} more")


def _rise(one: Award) -> str:
    rise = percent(Decimal(str(one.flips_at_percent)) / 100, 2)
    return say(f"{rise} de hausse", f"a rise of {rise}")


def without_award(brief: Brief) -> Paragraph:
    """The lots that nobody wins."""
    awarded = {award.lot for award in brief.plan.awards}
    left = ", ".join(name for key, name in brief.lots.items() if key not in awarded)
    if not left:
        return Paragraph(say("Chaque lot est attribué.", "Every lot is awarded."))
    return Paragraph(
        say(
            f"Sans achat groupé : {left}. Acheter seul n'y coûte pas plus cher.",
            f"Without a group purchase: {left}. Buying alone costs no more there.",
        )
    )


def reasons(brief: Brief) -> Table:
    """Why each lot goes to who wins it."""
    rows = tuple(
        (
            brief.lots[line.subject],
            brief.supplier(line.chosen),
            _no_next() if line.difference_eur is None else euros(line.difference_eur),
            brief.said(line.reason),
        )
        for line in brief.plan.lines
        if line.subject in brief.lots
    )
    heads = (
        "Lot", say("Choisi", "Chosen"), say("Écart avec le suivant", "Gap to the next best"),
        say("Raison", "Reason"),
    )  # fmt: skip
    return Table(say("Pourquoi ces choix", "Why these choices"), heads, rows, frozenset({2}))


def places(brief: Brief) -> list[Block]:
    """Who stays out of which lot, and what it pays alone; nothing when all join."""
    if not brief.outside:
        return []
    rows = tuple(
        (
            brief.member(place.member),
            brief.lots[place.lot],
            quantity(place.volume_mwh, "MWh", 1),
            euros(place.supply_eur),
        )
        for place in brief.outside
    )
    heads = say("Membre", "Member"), "Lot", yearly_volume(), say("Coût seul", "Cost alone")
    caption = say("Qui achète seul, et dans quel lot", "Who buys alone, and in which lot")
    return [Table(caption, heads, rows, frozenset({2, 3}))]
