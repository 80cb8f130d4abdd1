"""Ways to share what a purchase costs, side by side, and who would rather leave, with whom."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from synergie.reports.document import Block, Items, Note, Paragraph, Section, Table
from synergie.reports.french import euros
from synergie.reports.purchase_words import Brief, listed
from synergie.schemas.plan import MemberOutcome
from synergie.schemas.sharing import Method, Sharing, SharingStudy

METHODS: Mapping[Method, str] = {
    "proportional_mwh": "Au prorata de l'énergie",
    "proportional_points": "Au prorata des points de livraison",
    "proportional_alone": "Au prorata du coût seul",
    "scrb": "Coûts séparables",
    "equal_profit": "Gains relatifs égaux",
    "shapley": "Valeur de Shapley",
    "nucleolus": "Nucléole",
}
"""Methods of sharing, in words."""


def sharing_section(brief: Brief) -> Section:
    """What each pays alone and together, and under other ways of sharing when they were made."""
    blocks: list[Block] = [
        Paragraph(
            "Le plan fait payer à chacun le prix de son lot et sa part des frais, au prorata de ce "
            "qu'il économise. Personne n'y verse rien à un autre membre."
        ),
        outcomes(brief),
    ]
    study = brief.sharing
    if study is not None:
        blocks += [
            _core(study),
            shares(brief, study),
            *_leaving(brief, study),
            *_missing(brief, study),
        ]
        blocks.append(Items("Ce que les partages supposent", brief.sentences(study.assumptions)))
    return Section("partage", "Partager le coût", tuple(blocks))


def outcomes(brief: Brief) -> Table:
    """Alone, together, difference: each member, as the plan makes them pay."""
    rows = tuple(_outcome(brief, one) for one in brief.plan.members)
    heads = ("Membre", "Seul", "Ensemble", "Différence")
    caption = f"Seul, ensemble, différence, en euros hors taxes {brief.span}"
    return Table(caption, heads, rows, frozenset({1, 2, 3}))


def _outcome(brief: Brief, one: MemberOutcome) -> tuple[str, ...]:
    gain = one.gain_eur
    return (
        brief.member(one.member),
        "impossible seul" if one.alone_eur is None else euros(one.alone_eur),
        euros(one.cost_eur),
        "sans comparaison" if gain is None else euros(-gain),
    )


def shares(brief: Brief, study: SharingStudy) -> Table:
    """What each member would pay by each method, in columns."""
    by_method = [
        {share.member: share.share_eur for share in sharing.shares} for sharing in study.sharings
    ]
    planned = {one.member: one.cost_eur for one in brief.plan.members}
    rows = tuple(
        (
            brief.member(member),
            euros(planned.get(member, Decimal(0))),
            *(euros(shares[member]) for shares in by_method),
        )
        for member in study.members
    )
    heads = ("Membre", "Plan", *(METHODS[one.method] for one in study.sharings))
    whole = ("Total", *[euros(study.total_eur)] * (len(heads) - 1))
    caption = "Ce que chacun paierait selon la façon de partager"
    return Table(caption, heads, rows, frozenset(range(1, len(heads))), whole)


def _core(study: SharingStudy) -> Note:
    if study.core_empty is None:
        return Note("plain", "Cœur non établi.", "On ne sait pas si un partage contente tous.")
    if study.core_empty:
        least = "" if study.epsilon_eur is None else (
            f" Il faudrait qu'en partir coûte au moins {euros(study.epsilon_eur)}."
        )  # fmt: skip
        return Note(
            "late",
            "Aucun partage ne retient tout le monde.",
            f"Quel que soit le partage, des membres gagneraient à partir ensemble.{least}",
        )
    return Note(
        "ok", "Un partage peut retenir tout le monde.", "Aucun groupe n'y gagnerait à partir."
    )


def _leaving(brief: Brief, study: SharingStudy) -> Iterator[Block]:
    told = tuple(_stable(brief, sharing) for sharing in study.sharings)
    yield Items("Qui préférerait partir, et avec qui", told)


def _stable(brief: Brief, sharing: Sharing) -> str:
    name = METHODS[sharing.method]
    exact = "" if sharing.exact else " (estimé)"
    worse = "" if sharing.nobody_pays_more else " Un membre au moins y paie plus que seul."
    if not sharing.departures:
        word = "non établi" if sharing.in_core is None else "personne"
        return f"{name}{exact} : {word}.{worse}"
    first = sharing.departures[0]
    who = listed([brief.member(member) for member in first.members])
    saved = f"{euros(first.saves_eur)} de moins à payer"
    return f"{name}{exact} : {who}, {saved} en partant.{worse}"


def _missing(brief: Brief, study: SharingStudy) -> Iterator[Block]:
    if study.not_shared:
        told = tuple(
            f"{METHODS[one.method]} : {brief.said(one.reason)}." for one in study.not_shared
        )
        yield Items("Façons de partager qui n'ont pas pu servir", told)
