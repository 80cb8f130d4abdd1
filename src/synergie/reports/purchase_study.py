"""What would become of a purchase: other volumes and prices, a member less, awards that flip."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from synergie.reports.bars import Bar, bars
from synergie.reports.document import Block, Figure, Items, Paragraph, Section, Table
from synergie.reports.french import euros, number, quantity
from synergie.reports.purchase_words import Brief, count, listed
from synergie.schemas.plan import Phrase
from synergie.schemas.purchase_study import (
    CaseAnswer,
    Flip,
    LotChange,
    MemberLeaving,
    PurchaseStudy,
)

NOT_STUDIED = (
    "Aucune étude n'a été demandée. L'option --study dit ce qui changerait avec d'autres volumes, "
    "d'autres prix, un membre de moins, une offre en retard."
)
"""What stands in the place of a study that was not asked."""
_DRAWN = 40
_HARDEST = 10
"""Members, and cases, that a drawing shows; the tables have all of them."""
_NONE = "aucun plan"


def study_section(brief: Brief) -> Section:
    """How well the plan stands what may come."""
    study = brief.study
    title = "Si les choses tournent autrement"
    if study is None:
        return Section("sensibilite", title, (Paragraph(NOT_STUDIED),))
    blocks: list[Block] = [
        Items("En bref", brief.sentences(study.stability.said)),
        *_cases(brief, study),
        *_departures(brief, study),
        flips(brief, study),
    ]
    return Section("sensibilite", title, tuple(blocks))


def _cases(brief: Brief, study: PurchaseStudy) -> Iterator[Block]:
    """Each case: what the plan decided now would cost, and the best plan of that case."""
    if not study.cases:
        return
    hard = sorted(
        (one for one in study.cases if one.regret_eur), key=lambda one: -(one.regret_eur or 0)
    )
    many = count(len(study.cases), "cas étudié", "cas étudiés")
    if not hard:
        yield Paragraph(f"Aucun regret dans les {many} où une comparaison est possible.")
        yield cases(brief, study)
        return
    drawing = bars(
        "Regret : ce que le plan décidé aujourd'hui coûterait de trop",
        [Bar(_capital(brief.said(one.said)), *_regret(one)) for one in hard[:_HARDEST]],
    )
    summary = (
        f"Sur {many}, {number(len(hard))} où le plan décidé aujourd'hui, s'il était gardé, "
        "coûterait plus que le meilleur plan du cas ; les plus durs d'abord."
    )
    yield Figure(summary, drawing, cases(brief, study))


def _regret(one: CaseAnswer) -> tuple[float, str]:
    return float(one.regret_eur or 0), euros(one.regret_eur or 0)


def cases(brief: Brief, study: PurchaseStudy) -> Table:
    """The cases in numbers."""
    return Table(
        "Ce que devient le plan dans chaque cas",
        ("Cas", "Plan gardé", "Meilleur plan", "Regret", "Ce qui changerait"),
        tuple(_case(brief, one) for one in study.cases),
        frozenset({1, 2, 3}),
    )


def _case(brief: Brief, one: CaseAnswer) -> tuple[str, ...]:
    return (
        _capital(brief.said(one.said)),
        "ne tient pas" if one.kept_eur is None else euros(one.kept_eur),
        _NONE if one.best_eur is None else euros(one.best_eur),
        "sans comparaison" if one.regret_eur is None else euros(one.regret_eur),
        changed(brief, one.lots, (*one.breaks, *one.conflicts)),
    )


def changed(brief: Brief, lots: Sequence[LotChange], why: Sequence[Phrase]) -> str:
    """Which lots change their offer or tier, and what no longer holds."""
    told = [_lot(brief, one) for one in lots] + [brief.said(one) for one in why]
    return " ; ".join(told) or "rien"


def _lot(brief: Brief, one: LotChange) -> str:
    name = brief.lots.get(one.lot, one.lot)
    if one.offer == one.planned_offer:
        return f"{name} : tranche {one.tier} au lieu de {one.planned_tier}"
    return f"{name} : {brief.supplier(one.offer)} au lieu de {brief.supplier(one.planned_offer)}"


def _departures(brief: Brief, study: PurchaseStudy) -> Iterator[Block]:
    """Each member leaving: what it costs the others."""
    if not study.departures:
        return
    ordered = sorted(study.departures, key=lambda one: (-_cost(one), one.member))
    drawing = bars(
        "Ce que le départ de chacun coûterait aux autres",
        [Bar(brief.member(one.member), float(_cost(one)), _told(one)) for one in ordered[:_DRAWN]],
    )
    worst = ordered[0]
    summary = "Aucun départ ne coûterait aux autres."
    if _cost(worst) > 0:
        summary = f"Le départ qui coûterait le plus aux autres : {brief.member(worst.member)}, "
        summary += f"{euros(_cost(worst))}."
    yield Figure(summary, drawing, departures(brief, ordered))


def departures(brief: Brief, ordered: Sequence[MemberLeaving]) -> Table:
    """The departures in numbers."""
    return Table(
        "Si un membre part",
        ("Membre", "Pour les autres, en tout", "Paient plus", "De combien", "Ce qui changerait"),
        tuple(
            (
                brief.member(one.member),
                _told(one),
                count(one.pay_more, "membre"),
                euros(one.paid_more_eur),
                changed(brief, one.lots, one.conflicts),
            )
            for one in ordered
        ),
        frozenset({1, 2, 3}),
    )


def _cost(one: MemberLeaving) -> Decimal:
    return one.difference_eur or Decimal(0)


def _told(one: MemberLeaving) -> str:
    if one.difference_eur is None:
        return _NONE
    word = "de plus" if one.difference_eur > 0 else "de moins"
    return f"{euros(abs(one.difference_eur))} {word}" if one.difference_eur else euros(0)


def flips(brief: Brief, study: PurchaseStudy) -> Table:
    """How far prices and volumes are from another award of each lot."""
    heads = (
        "Lot", "Retenu", "Sinon", "Surcoût sans lui", "Hausse qui fait basculer",
        "Baisse du suivant qui fait basculer", "Volume qui fait basculer",
    )  # fmt: skip
    rows = tuple(_flip(brief, one) for one in study.flips)
    return Table(
        "À quel prix, à quel volume chaque lot basculerait", heads, rows, frozenset({3, 4, 5})
    )


def _flip(brief: Brief, one: Flip) -> tuple[str, ...]:
    volumes = [
        f"{word} {quantity(mwh, 'MWh', 1)}"
        for word, mwh in (("sous", one.fewer_mwh), ("au-delà de", one.more_mwh))
        if mwh is not None
    ]
    return (
        brief.lots.get(one.lot, one.lot),
        brief.supplier(one.offer),
        "rien d'autre" if one.rival is None else brief.supplier(one.rival),
        _NONE if one.rival_costs_more_eur is None else euros(one.rival_costs_more_eur),
        _rate(one.may_rise_eur_per_mwh),
        _rate(one.rival_must_fall_eur_per_mwh),
        listed(volumes) or "aucun",
    )


def _rate(amount: Decimal | None) -> str:
    return "aucune" if amount is None else quantity(amount, "€/MWh", 2)


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
