"""Groups side by side: what each prefers, how surely, where they agree, what would turn it."""

from collections.abc import Iterator

from synergie.lighting.records.weighing import (
    Evidence,
    GroupResult,
    GroupsAgreement,
    GroupVoice,
    RankShare,
    Weighing,
    WeightFlip,
)
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.house import voice_name
from synergie.lighting.reports.words import (
    describe_criterion,
    describe_criterion_briefly,
    describe_group_kind,
    format_bare_value,
    format_indicator_unit,
    format_name_list,
    select_column_heads,
)
from synergie.reports.document import Block, Items, Note, Paragraph, Section, Table
from synergie.reports.language import choose_text
from synergie.reports.written import format_count, format_number, format_percent

LEAST_SHOWN = 10
"""Fewest inhabitants of a group that is shown apart."""
_MOST_COLUMNS = 8
_MOST_PAIRS = 60
_SAME, _OPPOSITE = 0.5, -0.5


def weights_sections(brief: LightingBrief) -> Iterator[Section]:
    """What follows from what groups said; nothing, when nobody was asked."""
    found = brief.weighing
    if found is None:
        return
    blocks: list[Block] = [
        Paragraph(_describe_weighing_method(format_number(found.samples))),
        _build_robustness_note(brief, found),
        _build_rank_table(brief, found),
        *_iterate_small_group_blocks(brief, found),
        *_iterate_veto_blocks(brief),
        *_iterate_agreement_blocks(brief, found),
        *_iterate_flip_blocks(brief),
        _build_weight_table(brief, found),
        _build_bounds_table(brief, found),
        *_iterate_weighing_notes(brief, found),
        *_iterate_evidence_blocks(brief),
    ]
    yield Section("poids", choose_text("Qui préfère quoi", "Who prefers what"), tuple(blocks))


def _describe_weighing_method(samples: str) -> str:
    return choose_text(
        "Chaque groupe a classé ce qui compte pour lui, après avoir vu les écarts réels. Le "
        f"calcul essaie {samples} jeux de poids compatibles avec ce qu'il a dit "
        "et compte combien de fois chaque scénario arrive premier. Les groupes ne sont jamais "
        "mélangés, et aucun scénario ne reçoit de note.",
        "Each group ranked what matters to it, after it saw the real gaps. The computation tries "
        f"{samples} sets of weights consistent with what it said, and counts how often each "
        "scenario comes first. Groups are never mixed, and no scenario gets a score.",
    )


def group_name(brief: LightingBrief, key: str) -> str:
    """What a group is called, and who it is."""
    voice = _group_voices_by_key(brief).get(key)
    if voice is None:
        return key
    code = voice.insee_code or ""
    where = brief.communes.get(code, "")
    name = voice_name(voice)
    name = name.replace(code, where) if where else name
    parts = [
        part
        for part in (describe_group_kind(voice.kind), where)
        if part and part.casefold() not in name.casefold()
    ]
    return f"{name} ({', '.join(parts)})" if parts else name


def select_report_groups(brief: LightingBrief) -> tuple[GroupResult, ...]:
    """The groups that are told apart: fewer than `LEAST_SHOWN` inhabitants are none."""
    found = brief.weighing
    return () if found is None else tuple(
        one for one in found.groups if not _is_small(brief, one.group)
    )  # fmt: skip


def _is_small(brief: LightingBrief, key: str) -> bool:
    voice = _group_voices_by_key(brief).get(key)
    if voice is None or voice.kind != "citizens" or voice.respondents is None:
        return False
    return voice.respondents < LEAST_SHOWN


def _group_voices_by_key(brief: LightingBrief) -> dict[str, GroupVoice]:
    return {one.group: one for one in (brief.voices.groups if brief.voices else ())}


def _format_respondents(brief: LightingBrief, key: str) -> str:
    voice = _group_voices_by_key(brief).get(key)
    if voice is None or voice.respondents is None:
        return choose_text("pas dit", "not told")
    return format_number(voice.respondents)


def _build_robustness_note(brief: LightingBrief, found: Weighing) -> Note:
    share = format_percent(found.robust_share, 0)
    if found.robust:
        names = format_name_list([brief.full(one) for one in found.robust])
        told = choose_text(
            f"{names} : premier pour chaque groupe, dans {share} de ses tirages au moins.",
            f"{names}: first for each group, in at least {share} of its draws.",
        )
        return Note("ok", choose_text("Solide.", "Solid."), told)
    told = choose_text(
        f"Aucun scénario n'est premier pour chaque groupe dans {share} de ses tirages.",
        f"No scenario is first for each group in {share} of its draws.",
    )
    word = choose_text("Pas de choix qui tienne pour tous.", "No choice holds for all.")
    return Note("late", word, told)


def _build_rank_table(brief: LightingBrief, found: Weighing) -> Table:
    shown = found.scenarios[:_MOST_COLUMNS]
    none = choose_text("aucun", "none")
    rows = tuple(
        (
            group_name(brief, one.group),
            _format_respondents(brief, one.group),
            none if one.first is None else brief.mark(one.first),
            *(
                _format_rank_share(_group_ranks_by_scenario(one).get(key), key in one.vetoed)
                for key in shown
            ),
        )
        for one in select_report_groups(brief)
    )
    marks = [brief.mark(one) for one in shown]
    return Table(
        choose_text(
            "Part des tirages où chaque scénario est premier, par groupe",
            "Share of the draws in which each scenario is first, by group",
        ),
        (
            *select_column_heads(
                ("Groupe", "Personnes", "Le plus souvent premier"),
                ("Group", "People", "Most often first"),
            ),
            *marks,
        ),
        rows,
        frozenset({1, *range(3, 3 + len(marks))}),
    )


def _group_ranks_by_scenario(one: GroupResult) -> dict[str, RankShare]:
    return {each.scenario: each for each in one.ranks}


def _format_rank_share(one: RankShare | None, is_vetoed: bool) -> str:  # noqa: FBT001
    if is_vetoed:
        return "veto"
    if one is None or not one.ranks:
        return choose_text("hors jeu", "out of play")
    told = format_percent(one.ranks[0], 0)
    return f"{told} (± {format_percent(one.half_width, 1)})" if one.half_width else told


def _iterate_small_group_blocks(brief: LightingBrief, found: Weighing) -> Iterator[Block]:
    left = len(found.groups) - len(select_report_groups(brief))
    if left:
        many = format_count(left, choose_text("groupe", "group"))
        plural = "" if left == 1 else "s"
        told = choose_text(
            f"{many} de moins de {LEAST_SHOWN} habitants : pas montré{plural} à part.",
            f"{many} of fewer than {LEAST_SHOWN} inhabitants: not shown apart.",
        )
        yield Paragraph(told)


def _iterate_veto_blocks(brief: LightingBrief) -> Iterator[Block]:
    told = [
        _describe_veto(
            group_name(brief, one.group), format_name_list([brief.mark(key) for key in one.vetoed])
        )
        for one in select_report_groups(brief)
        if one.vetoed
    ]
    if told:
        title = choose_text("Vetos : ce que rien ne rachète", "Vetoes: what nothing makes up for")
        yield Items(title, tuple(told))


def _describe_veto(name: str, marks: str) -> str:
    return choose_text(f"{name} écarte {marks}.", f"{name} excludes {marks}.")


def _iterate_agreement_blocks(brief: LightingBrief, found: Weighing) -> Iterator[Block]:
    told = {one.group for one in select_report_groups(brief)}
    both = [one for one in found.agreements if set(one.groups) <= told]
    if not both:
        return
    yes, no = choose_text("oui : ", "yes: "), choose_text("non", "no")
    ordered = sorted(both, key=lambda one: (one.tau, one.groups))
    rows = tuple(
        (
            group_name(brief, one.groups[0]),
            group_name(brief, one.groups[1]),
            _describe_agreement(one),
            format_number(one.tau, 2),
            no if one.both_first is None else f"{yes}{brief.mark(one.both_first)}",
        )
        for one in ordered[:_MOST_PAIRS]
    )
    columns = select_column_heads(
        ("Groupe", "et groupe", "Leur ordre", "Tau de Kendall", "Même premier choix"),
        ("Group", "and group", "Their order", "Kendall's tau", "Same first choice"),
    )
    caption = choose_text(
        "Où les groupes s'accordent, les plus opposés d'abord",
        "Where groups agree, the most opposed first",
    )
    yield Table(caption, columns, rows, frozenset({3}))


def _describe_agreement(one: GroupsAgreement) -> str:
    if one.tau >= _SAME:
        return choose_text("proche", "close")
    if one.tau <= _OPPOSITE:
        return choose_text("opposé", "opposed")
    return choose_text("différent", "different")


def _iterate_flip_blocks(brief: LightingBrief) -> Iterator[Block]:
    rows = tuple(
        (group_name(brief, one.group), *_build_flip_row(brief, flip))
        for one in select_report_groups(brief)
        for flip in one.flips[:3]
    )
    if rows:
        columns = select_column_heads(
            ("Groupe", "Si le poids de", "passe de", "à", "arrive premier"),
            ("Group", "If the weight of", "goes from", "to", "comes first"),
        )
        caption = choose_text("Ce qui ferait basculer le choix", "What would turn the choice")
        yield Table(caption, columns, rows, frozenset({2, 3}))
        return
    whole = brief.weighing is not None and brief.weighing.detail == "whole"
    if whole and select_report_groups(brief):
        told = choose_text(
            "Aucun changement d'un seul poids ne ferait basculer le premier choix.",
            "No change of a single weight would turn the first choice.",
        )
        yield Paragraph(told)


def _build_flip_row(brief: LightingBrief, one: WeightFlip) -> tuple[str, ...]:
    return (
        describe_criterion_briefly(one.criterion),
        format_percent(one.from_weight, 0),
        format_percent(one.to_weight, 0),
        brief.mark(one.scenario),
    )


def _build_weight_table(brief: LightingBrief, found: Weighing) -> Table:
    shown, untold = select_report_groups(brief)[:_MOST_COLUMNS], choose_text("pas dit", "not told")
    marks = tuple(group_name(brief, one.group) for one in shown)
    rows = tuple(
        (
            describe_criterion(criterion),
            *(
                format_percent(one.weights_mean[at], 0) if at < len(one.weights_mean) else untold
                for one in shown
            ),
        )
        for at, criterion in enumerate(found.criteria)
    )
    return Table(
        choose_text(
            "Poids moyens des tirages de chaque groupe (ce qu'il a dit en laisse beaucoup "
            "d'autres)",
            "Mean weights of the draws of each group (what it said leaves many others possible)",
        ),
        (choose_text("Critère", "Criterion"), *marks),
        rows,
        frozenset(range(1, len(marks) + 1)),
    )


def _build_bounds_table(brief: LightingBrief, found: Weighing) -> Table:
    rows = tuple(
        (
            describe_criterion(one.criterion),
            format_indicator_unit(brief.criteria[one.criterion])
            if one.criterion in brief.criteria
            else "",
            format_bare_value(one.criterion, one.worst),
            format_bare_value(one.criterion, one.best),
            one.source,
        )
        for one in found.bounds
    )
    return scales_table(rows)


def scales_table(rows: tuple[tuple[str, ...], ...]) -> Table:
    """The fixed scales of what is weighed: criterion, unit, both ends, who fixed them."""
    columns = select_column_heads(
        ("Critère", "Unité", "Vaut 0", "Vaut 1", "Qui l'a fixé"),
        ("Criterion", "Unit", "Worth 0", "Worth 1", "Who fixed it"),
    )
    caption = choose_text("Échelles fixées d'avance", "Scales fixed beforehand")
    return Table(caption, columns, rows, frozenset({2, 3}))


def _iterate_weighing_notes(brief: LightingBrief, found: Weighing) -> Iterator[Block]:
    left = brief.sentences(found.left_out)
    if left:
        yield Items(choose_text("Ce qui n'est pas pesé", "What is not weighed"), left)
    notes = brief.sentences(found.notes)
    if notes:
        title = choose_text(
            "À savoir pour lire ces résultats", "What to know before reading these results"
        )
        yield Items(title, notes)


def _iterate_evidence_blocks(brief: LightingBrief) -> Iterator[Block]:
    """Votes elsewhere: shown, not weighed."""
    for one in brief.voices.evidence if brief.voices else ():
        rows = tuple(
            (each.category, format_number(each.votes), format_number(each.projects))
            for each in one.by_category
        )
        yield Table(
            choose_text(
                "Votes sur des projets, montrés et non pesés : "
                f"{one.source} ({_describe_voters(one)})",
                "Votes for projects, shown and not weighed: "
                f"{one.source} ({_describe_voters(one)})",
            ),
            select_column_heads(
                ("Catégorie", "Votes", "Projets"), ("Category", "Votes", "Projects")
            ),
            rows,
            frozenset({1, 2}),
        )


def _describe_voters(one: Evidence) -> str:
    if one.voters is None:
        return choose_text("votants non comptés", "voters not counted")
    return format_count(one.voters, choose_text("votant", "voter"))
