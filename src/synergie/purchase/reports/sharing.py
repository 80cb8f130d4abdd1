"""Ways to share what a purchase costs, side by side, and who would rather leave, with whom."""

from collections.abc import Iterator
from decimal import Decimal

from synergie.purchase.reports.words import Brief, impossible_alone, no_comparison
from synergie.reports.document import Block, Items, Note, Paragraph, Section, Table
from synergie.reports.language import choose_text
from synergie.reports.plans import describe_sharing_method
from synergie.reports.written import format_euros, format_short_name_list
from synergie.schemas.plan import MemberOutcome
from synergie.schemas.sharing import Sharing, SharingStudy


def sharing_section(brief: Brief) -> Section:
    """What each pays alone and together, and under other ways of sharing when they were made."""
    blocks: list[Block] = [
        Paragraph(
            choose_text(
                "Le plan fait payer à chacun le prix de son lot et sa part des frais, au prorata "
                "de ce qu'il économise. Personne n'y verse rien à un autre membre.",
                "The plan makes each pay the price of its lot and its part of the costs, in "
                "proportion to what it saves. Nobody pays anything to another member.",
            )
        ),
        build_outcome_table(brief),
    ]
    study = brief.sharing
    if study is not None:
        blocks += [
            _build_core_note(study),
            build_share_table(brief, study),
            *_iterate_leaver_blocks(brief, study),
            *_iterate_missing_method_blocks(brief, study),
        ]
        title = choose_text("Ce que les partages supposent", "What the ways of sharing assume")
        blocks.append(Items(title, brief.sentences(study.assumptions)))
    return Section("partage", choose_text("Partager le coût", "Sharing the cost"), tuple(blocks))


def build_outcome_table(brief: Brief) -> Table:
    """Alone, together, difference: each member, as the plan makes them pay."""
    rows = tuple(_build_outcome_row(brief, one) for one in brief.plan.members)
    heads = (
        choose_text("Membre", "Member"),
        choose_text("Seul", "Alone"),
        choose_text("Ensemble", "Together"),
        choose_text("Différence", "Difference"),
    )
    caption = choose_text(
        f"Seul, ensemble, différence, en euros hors taxes {brief.span}",
        f"Alone, together, difference, in euros {brief.span} excluding VAT",
    )
    return Table(caption, heads, rows, frozenset({1, 2, 3}))


def _build_outcome_row(brief: Brief, one: MemberOutcome) -> tuple[str, ...]:
    gain = one.gain_eur
    return (
        brief.member(one.member),
        impossible_alone() if one.alone_eur is None else format_euros(one.alone_eur),
        format_euros(one.cost_eur),
        no_comparison() if gain is None else format_euros(-gain),
    )


def build_share_table(brief: Brief, study: SharingStudy) -> Table:
    """What each member would pay by each method, in columns."""
    by_method = [
        {share.member: share.share_eur for share in sharing.shares} for sharing in study.sharings
    ]
    planned = {one.member: one.cost_eur for one in brief.plan.members}
    rows = tuple(
        (
            brief.member(member),
            format_euros(planned.get(member, Decimal(0))),
            *(format_euros(shares[member]) for shares in by_method),
        )
        for member in study.members
    )
    methods = (describe_sharing_method(one.method) for one in study.sharings)
    heads = (choose_text("Membre", "Member"), "Plan", *methods)
    whole = ("Total", *[format_euros(study.total_eur)] * (len(heads) - 1))
    caption = choose_text(
        "Ce que chacun paierait selon la façon de partager",
        "What each would pay by each way of sharing",
    )
    return Table(caption, heads, rows, frozenset(range(1, len(heads))), whole)


def _build_core_note(study: SharingStudy) -> Note:
    if study.core_empty is None:
        word = choose_text("Cœur non établi.", "Core not established.")
        text = choose_text(
            "On ne sait pas si un partage contente tous.",
            "It is not known whether a way of sharing satisfies everyone.",
        )
        return Note("plain", word, text)
    if study.core_empty:
        return _build_empty_core_note(study)
    return Note(
        "ok",
        choose_text(
            "Un partage peut retenir tout le monde.", "A way of sharing can keep everyone."
        ),
        choose_text("Aucun groupe n'y gagnerait à partir.", "No group would gain by leaving."),
    )


def _build_empty_core_note(study: SharingStudy) -> Note:
    """That somebody would rather leave whatever the sharing, and what would hold them."""
    word = choose_text(
        "Aucun partage ne retient tout le monde.", "No way of sharing keeps everyone."
    )
    text = choose_text(
        "Quel que soit le partage, des membres gagneraient à partir ensemble.",
        "Whatever the sharing, some members would gain by leaving together.",
    )
    if study.epsilon_eur is None:
        return Note("late", word, text)
    least = format_euros(study.epsilon_eur)
    more = choose_text(
        f"Il faudrait qu'en partir coûte au moins {least}.",
        f"Leaving would have to cost at least {least}.",
    )
    return Note("late", word, f"{text} {more}")


def _iterate_leaver_blocks(brief: Brief, study: SharingStudy) -> Iterator[Block]:
    told = tuple(_describe_stability(brief, sharing) for sharing in study.sharings)
    title = choose_text(
        "Qui préférerait partir, et avec qui", "Who would rather leave, and with whom"
    )
    yield Items(title, told)


def _describe_stability(brief: Brief, sharing: Sharing) -> str:
    exact = "" if sharing.exact else choose_text(" (estimé)", " (estimated)")
    if sharing.method == "nucleolus" and brief.nucleolus_certified:
        exact = choose_text(" (prouvé, certificat à l'appui)", " (proved, with a certificate)")
    who = _describe_leavers(brief, sharing)
    name = f"{describe_sharing_method(sharing.method)}{exact}"
    told = choose_text(f"{name} : {who}.", f"{name}: {who}.")
    if sharing.nobody_pays_more:
        return told
    worse = choose_text(
        "Un membre au moins y paie plus que seul.", "At least one member pays more than alone."
    )
    return f"{told} {worse}"


def _describe_leavers(brief: Brief, sharing: Sharing) -> str:
    """Who would gain most by leaving together, and how much."""
    if not sharing.departures:
        unknown = choose_text("non établi", "not established")
        return unknown if sharing.in_core is None else choose_text("personne", "nobody")
    first = sharing.departures[0]
    who = format_short_name_list([brief.member(member) for member in first.members])
    saved = format_euros(first.saves_eur)
    return choose_text(
        f"{who}, {saved} de moins à payer en partant", f"{who}, {saved} less to pay by leaving"
    )


def _iterate_missing_method_blocks(brief: Brief, study: SharingStudy) -> Iterator[Block]:
    if study.not_shared:
        colon = choose_text(" : ", ": ")
        told = tuple(
            f"{describe_sharing_method(one.method)}{colon}{brief.say_phrase(one.reason)}."
            for one in study.not_shared
        )
        title = choose_text(
            "Façons de partager qui n'ont pas pu servir", "Ways of sharing that could not be used"
        )
        yield Items(title, told)
