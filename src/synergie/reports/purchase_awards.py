"""Awards in a report: who supplies each lot, how far from the next price, why, what was refused."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from synergie.reports.bars import Bar, bars
from synergie.reports.document import Block, Figure, Items, Note, Paragraph, Table
from synergie.reports.french import euros, number, percent, quantity
from synergie.reports.purchase_words import Brief, count, listed, share_of
from synergie.schemas.purchase import Lot, Reservation
from synergie.schemas.purchase_plan import Award, RefusedOffer

_NONE = "sans suivant"
REFUSED: Mapping[str, str] = {
    "expired": "expirée",
    "not_yet_valid": "pas encore valable",
    "green": "énergie verte insuffisante",
    "empty": "tranche impossible à atteindre",
}
"""Why an offer was refused, in words."""


RESERVED: Mapping[Reservation, str] = {
    "L2113-12": "travailleurs handicapés (CCP L2113-12)",
    "L2113-13": "travailleurs défavorisés (CCP L2113-13)",
    "L2113-13-1": "activités en établissement pénitentiaire (CCP L2113-13-1)",
}
"""Whom a lot may be reserved for, in words."""


def awards(brief: Brief) -> Table:
    """Who wins each lot, at what cost, and what the next best offer would cost more."""
    table = tuple(
        (
            brief.lots[one.lot],
            one.supplier,
            quantity(one.volume_mwh, "MWh"),
            euros(one.cost_eur),
            _next(brief, one),
            "non dit" if one.flips_at_percent is None else _rise(one),
            "non dit" if one.expires_at is None else brief.when(one.expires_at),
        )
        for one in brief.plan.awards
    )
    heads = (
        "Lot",
        "Fournisseur",
        "Volume par an",
        "Coût",
        "Suivant",
        "Bascule à",
        "Offre valable jusqu'au",
    )
    return Table("Attributions, un marché par lot", heads, table, frozenset({2, 3}))


def _next(brief: Brief, one: Award) -> str:
    """The next best offer and what it costs more; the plan's own line where the award is silent."""
    if one.runner_up is not None and one.runner_up_eur is not None:
        name = brief.supplier(one.runner_up)
        return f"{name}, {euros(one.runner_up_eur)} de plus"
    line = next(
        (x for x in brief.plan.lines if (x.subject, x.chosen) == (one.lot, one.offer)), None
    )
    if line is None or line.runner_up is None or line.difference_eur is None:
        return _NONE
    name = brief.supplier(line.runner_up)
    return f"{name}, {euros(line.difference_eur)} de plus"


def _rise(one: Award) -> str:
    return f"{percent(Decimal(str(one.flips_at_percent)) / 100, 2)} de hausse"


def floors(brief: Brief) -> Figure:
    """How far each awarded lot stands above the floor of its tier: what may leave."""
    rows = [Bar(brief.lots[one.lot], float(_share(one)), _margin(one)) for one in brief.plan.awards]
    drawing = bars("Volume qui peut partir avant que le prix ne monte", rows)
    table = Table(
        "Tranches de prix des lots attribués",
        (
            "Lot",
            "Tranche",
            "Volume par an",
            "Marge avant la tranche du dessous",
            "Manque pour la suivante",
        ),
        tuple(
            (
                brief.lots[one.lot],
                number(one.tier),
                quantity(one.volume_mwh, "MWh", 1),
                _margin(one),
                "dernière tranche"
                if one.to_next_mwh is None
                else quantity(one.to_next_mwh, "MWh", 1),
            )
            for one in brief.plan.awards
        ),
        frozenset({1, 2, 3, 4}),
    )
    return Figure(_closest(brief), drawing, table)


def _share(one: Award) -> Decimal:
    if one.tier == 1 or not one.volume_mwh:
        return Decimal(1)
    return one.above_floor_mwh / one.volume_mwh


def _margin(one: Award) -> str:
    if one.tier == 1:
        return "première tranche"
    share = share_of(one.above_floor_mwh, one.volume_mwh)
    return f"{quantity(one.above_floor_mwh, 'MWh', 1)} ({share})"


def _closest(brief: Brief) -> str:
    """The lot that would change its price first if volume left."""
    above = [one for one in brief.plan.awards if one.tier > 1]
    start = "Part du volume qui peut quitter chaque lot avant que son prix ne monte."
    if not above:
        return f"{start} Chaque lot paie déjà sa première tranche."
    near = min(above, key=lambda one: (_share(one), one.lot))
    return f"{start} Le plus proche du seuil : {brief.lots[near.lot]}, {_margin(near)}."


def without_award(brief: Brief) -> Paragraph:
    """The lots that nobody wins."""
    awarded = {award.lot for award in brief.plan.awards}
    left = [name for key, name in brief.lots.items() if key not in awarded]
    if not left:
        return Paragraph("Chaque lot est attribué.")
    return Paragraph(
        f"Sans achat groupé : {', '.join(left)}. Acheter seul n'y coûte pas plus cher."
    )


def reasons(brief: Brief) -> Table:
    """Why each lot goes to who wins it."""
    rows = tuple(
        (
            brief.lots[line.subject],
            brief.supplier(line.chosen),
            _NONE if line.difference_eur is None else euros(line.difference_eur),
            brief.said(line.reason),
        )
        for line in brief.plan.lines
        if line.subject in brief.lots
    )
    heads = ("Lot", "Choisi", "Écart avec le suivant", "Raison")
    return Table("Pourquoi ces choix", heads, rows, frozenset({2}))


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
    heads = ("Membre", "Lot", "Volume par an", "Coût seul")
    return [Table("Qui achète seul, et dans quel lot", heads, rows, frozenset({2, 3}))]


def not_priced(brief: Brief) -> Iterator[Note]:
    """Price cells that are missing, each offer once a cell."""
    cells = sorted({(c.offer, c.tariff_code, c.time_class) for c in brief.plan.not_priced})
    for offer, tariff, name in cells[:20]:
        yield Note(
            "late",
            "Non chiffré.",
            f"{brief.offers[offer]} : prix {tariff} {name} absent. L'offre est écartée, un prix "
            "absent n'est jamais compté zéro.",
        )
    if len(cells) > 20:  # noqa: PLR2004 (what a page holds)
        more = count(len(cells) - 20, "autre prix absent", "autres prix absents")
        yield Note("late", "Non chiffré.", f"Et {more}, dans le classeur.")


def refused(brief: Brief) -> list[Block]:
    """Offers that could not be considered, with their reason and who can mend it."""
    if not brief.plan.refused:
        return [Paragraph("Aucune offre n'a été refusée.")]
    rows = tuple(_refusal(brief, one) for one in brief.plan.refused)
    heads = ("Offre", "Refusée parce que", "En détail", "Qui peut agir")
    return [Table("Offres refusées avant le calcul", heads, rows)]


def _refusal(brief: Brief, one: RefusedOffer) -> tuple[str, ...]:
    name = brief.offers.get(one.offer, one.offer)
    return name, REFUSED[one.kind], brief.said(one.reason), brief.tell(one.who)


def binding(brief: Brief) -> Items:
    """Requirements that cost something, and how much."""
    told = brief.sentences(brief.plan.binding)
    title = "Exigences qui pèsent"
    return Items(title, told or ("Aucune exigence ne renchérit ce plan.",))


def _of_lot(lot: Lot) -> Iterator[str]:
    """What is asked of one lot beyond one award at the least cost."""
    if lot.green_share:
        yield f"{lot.name} : {percent(lot.green_share, 0)} d'énergie verte au moins."
    if lot.reserved is not None:
        yield f"{lot.name} : réservé, {RESERVED[lot.reserved]}."
    if lot.min_awards > 1:
        yield f"{lot.name} : {number(lot.min_awards)} attributaires au moins."
    if lot.max_awards is None:
        yield f"{lot.name} : les membres se répartissent entre les offres, avant la consultation."


def limits(brief: Brief) -> Items:
    """What was required of any plan, in words."""
    problem = brief.problem
    told = [
        "Aucun membre ne paie plus que seul."
        if problem.nobody_pays_more
        else "Un membre peut payer plus que seul : cela n'est pas exclu.",
        "Un membre peut rester hors d'un lot."
        if problem.may_leave
        else "Aucun membre ne peut rester hors d'un lot.",
    ]
    told += [text for lot in problem.lots for text in _of_lot(lot)]
    for limit in problem.limits:
        caps = [
            *([f"{count(limit.max_lots, 'lot')} au plus"] if limit.max_lots is not None else []),
            *([f"{quantity(limit.max_mwh, 'MWh')} au plus"] if limit.max_mwh is not None else []),
            *([f"{quantity(limit.min_mwh, 'MWh')} au moins"] if limit.min_mwh is not None else []),
        ]
        if caps:
            told.append(f"{limit.supplier} : {listed(caps)}.")
    if problem.green_share:
        told.append(
            f"{percent(problem.green_share, 0)} d'énergie verte au moins, tous lots réunis."
        )
    return Items("Exigences posées", tuple(told))
