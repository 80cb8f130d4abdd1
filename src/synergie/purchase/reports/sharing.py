"""Ways to share what a purchase costs, side by side, and who would rather leave, with whom."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from synergie.purchase.reports.words import Brief, impossible_alone, listed, no_comparison
from synergie.reports.document import Block, Items, Note, Paragraph, Section, Table
from synergie.reports.language import Pair, say
from synergie.reports.written import euros
from synergie.schemas.plan import MemberOutcome
from synergie.schemas.sharing import Method, Sharing, SharingStudy

METHODS: Mapping[Method, Pair] = {
    "proportional_mwh": ("Au prorata de l'énergie", "In proportion to energy"),
    "proportional_points": (
        "Au prorata des points de livraison",
        "In proportion to delivery points",
    ),
    "proportional_alone": ("Au prorata du coût seul", "In proportion to the cost alone"),
    "scrb": ("Coûts séparables", "Separable costs"),
    "equal_profit": ("Gains relatifs égaux", "Equal relative gains"),
    "shapley": ("Valeur de Shapley", "Shapley value"),
    "nucleolus": ("Nucléole", "Nucleolus"),
}
"""Methods of sharing, in words."""


def method_name(method: Method) -> str:
    """What people call a method of sharing."""
    return say(*METHODS[method])


def sharing_section(brief: Brief) -> Section:
    """What each pays alone and together, and under other ways of sharing when they were made."""
    blocks: list[Block] = [
        Paragraph(
            say(
                "Le plan fait payer à chacun le prix de son lot et sa part des frais, au prorata "
                "de ce qu'il économise. Personne n'y verse rien à un autre membre.",
                "The plan makes each pay the price of its lot and its part of the costs, in "
                "proportion to what it saves. Nobody pays anything to another member.",
            )
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
        title = say("Ce que les partages supposent", "What the ways of sharing assume")
        blocks.append(Items(title, brief.sentences(study.assumptions)))
    return Section("partage", say("Partager le coût", "Sharing the cost"), tuple(blocks))


def outcomes(brief: Brief) -> Table:
    """Alone, together, difference: each member, as the plan makes them pay."""
    rows = tuple(_outcome(brief, one) for one in brief.plan.members)
    heads = (
        say("Membre", "Member"), say("Seul", "Alone"), say("Ensemble", "Together"),
        say("Différence", "Difference"),
    )  # fmt: skip
    caption = say(
        f"Seul, ensemble, différence, en euros hors taxes {brief.span}",
        f"Alone, together, difference, in euros {brief.span} excluding VAT",
    )
    return Table(caption, heads, rows, frozenset({1, 2, 3}))


def _outcome(brief: Brief, one: MemberOutcome) -> tuple[str, ...]:
    gain = one.gain_eur
    return (
        brief.member(one.member),
        impossible_alone() if one.alone_eur is None else euros(one.alone_eur),
        euros(one.cost_eur),
        no_comparison() if gain is None else euros(-gain),
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
    methods = (method_name(one.method) for one in study.sharings)
    heads = (say("Membre", "Member"), "Plan", *methods)
    whole = ("Total", *[euros(study.total_eur)] * (len(heads) - 1))
    caption = say(
        "Ce que chacun paierait selon la façon de partager",
        "What each would pay by each way of sharing",
    )
    return Table(caption, heads, rows, frozenset(range(1, len(heads))), whole)


def _core(study: SharingStudy) -> Note:
    if study.core_empty is None:
        word = say("Cœur non établi.", "Core not established.")
        text = say(
            "On ne sait pas si un partage contente tous.",
            "It is not known whether a way of sharing satisfies everyone.",
        )
        return Note("plain", word, text)
    if study.core_empty:
        return _empty(study)
    return Note(
        "ok",
        say("Un partage peut retenir tout le monde.", "A way of sharing can keep everyone."),
        say("Aucun groupe n'y gagnerait à partir.", "No group would gain by leaving."),
    )


def _empty(study: SharingStudy) -> Note:
    """That somebody would rather leave whatever the sharing, and what would hold them."""
    word = say("Aucun partage ne retient tout le monde.", "No way of sharing keeps everyone.")
    text = say(
        "Quel que soit le partage, des membres gagneraient à partir ensemble.",
        "Whatever the sharing, some members would gain by leaving together.",
    )
    if study.epsilon_eur is None:
        return Note("late", word, text)
    least = euros(study.epsilon_eur)
    more = say(
        f"Il faudrait qu'en partir coûte au moins {least}.",
        f"Leaving would have to cost at least {least}.",
    )
    return Note("late", word, f"{text} {more}")


def _leaving(brief: Brief, study: SharingStudy) -> Iterator[Block]:
    told = tuple(_stable(brief, sharing) for sharing in study.sharings)
    title = say("Qui préférerait partir, et avec qui", "Who would rather leave, and with whom")
    yield Items(title, told)


def _stable(brief: Brief, sharing: Sharing) -> str:
    exact = "" if sharing.exact else say(" (estimé)", " (estimated)")
    who = _leavers(brief, sharing)
    name = f"{method_name(sharing.method)}{exact}"
    told = say(f"{name} : {who}.", f"{name}: {who}.")
    if sharing.nobody_pays_more:
        return told
    worse = say(
        "Un membre au moins y paie plus que seul.", "At least one member pays more than alone."
    )
    return f"{told} {worse}"


def _leavers(brief: Brief, sharing: Sharing) -> str:
    """Who would gain most by leaving together, and how much."""
    if not sharing.departures:
        unknown = say("non établi", "not established")
        return unknown if sharing.in_core is None else say("personne", "nobody")
    first = sharing.departures[0]
    who = listed([brief.member(member) for member in first.members])
    saved = euros(first.saves_eur)
    return say(
        f"{who}, {saved} de moins à payer en partant", f"{who}, {saved} less to pay by leaving"
    )


def _missing(brief: Brief, study: SharingStudy) -> Iterator[Block]:
    if study.not_shared:
        colon = say(" : ", ": ")
        told = tuple(
            f"{method_name(one.method)}{colon}{brief.said(one.reason)}." for one in study.not_shared
        )
        title = say(
            "Façons de partager qui n'ont pas pu servir", "Ways of sharing that could not be used"
        )
        yield Items(title, told)
