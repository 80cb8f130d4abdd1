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
from synergie.lighting.reports.words import bare, every, group, heads, named, short, unit
from synergie.reports.document import Block, Items, Note, Paragraph, Section, Table
from synergie.reports.language import say
from synergie.reports.written import count, number, percent

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
        Paragraph(_how(number(found.samples))),
        _robust(brief, found),
        _shares(brief, found),
        *_small(brief, found),
        *_vetoes(brief),
        *_agreements(brief, found),
        *_flips(brief),
        _weights(brief, found),
        _bounds(brief, found),
        *_said(brief, found),
        *_evidence(brief),
    ]
    yield Section("poids", say("Qui préfère quoi", "Who prefers what"), tuple(blocks))


def _how(samples: str) -> str:
    return say(
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
    voice = _voices(brief).get(key)
    if voice is None:
        return key
    code = voice.insee_code or ""
    where = brief.communes.get(code, "")
    name = voice_name(voice)
    name = name.replace(code, where) if where else name
    parts = [
        part
        for part in (group(voice.kind), where)
        if part and part.casefold() not in name.casefold()
    ]
    return f"{name} ({', '.join(parts)})" if parts else name


def shown_groups(brief: LightingBrief) -> tuple[GroupResult, ...]:
    """The groups that are told apart: fewer than `LEAST_SHOWN` inhabitants are none."""
    found = brief.weighing
    return () if found is None else tuple(
        one for one in found.groups if not _is_small(brief, one.group)
    )  # fmt: skip


def _is_small(brief: LightingBrief, key: str) -> bool:
    voice = _voices(brief).get(key)
    if voice is None or voice.kind != "citizens" or voice.respondents is None:
        return False
    return voice.respondents < LEAST_SHOWN


def _voices(brief: LightingBrief) -> dict[str, GroupVoice]:
    return {one.group: one for one in (brief.voices.groups if brief.voices else ())}


def _people(brief: LightingBrief, key: str) -> str:
    voice = _voices(brief).get(key)
    if voice is None or voice.respondents is None:
        return say("pas dit", "not told")
    return number(voice.respondents)


def _robust(brief: LightingBrief, found: Weighing) -> Note:
    share = percent(found.robust_share, 0)
    if found.robust:
        names = every([brief.full(one) for one in found.robust])
        told = say(
            f"{names} : premier pour chaque groupe, dans {share} de ses tirages au moins.",
            f"{names}: first for each group, in at least {share} of its draws.",
        )
        return Note("ok", say("Solide.", "Solid."), told)
    told = say(
        f"Aucun scénario n'est premier pour chaque groupe dans {share} de ses tirages.",
        f"No scenario is first for each group in {share} of its draws.",
    )
    word = say("Pas de choix qui tienne pour tous.", "No choice holds for all.")
    return Note("late", word, told)


def _shares(brief: LightingBrief, found: Weighing) -> Table:
    shown = found.scenarios[:_MOST_COLUMNS]
    none = say("aucun", "none")
    rows = tuple(
        (
            group_name(brief, one.group),
            _people(brief, one.group),
            none if one.first is None else brief.mark(one.first),
            *(_share(_ranks(one).get(key), key in one.vetoed) for key in shown),
        )
        for one in shown_groups(brief)
    )
    marks = [brief.mark(one) for one in shown]
    return Table(
        say(
            "Part des tirages où chaque scénario est premier, par groupe",
            "Share of the draws in which each scenario is first, by group",
        ),
        (
            *heads(
                ("Groupe", "Personnes", "Le plus souvent premier"),
                ("Group", "People", "Most often first"),
            ),
            *marks,
        ),
        rows,
        frozenset({1, *range(3, 3 + len(marks))}),
    )


def _ranks(one: GroupResult) -> dict[str, RankShare]:
    return {each.scenario: each for each in one.ranks}


def _share(one: RankShare | None, is_vetoed: bool) -> str:  # noqa: FBT001
    if is_vetoed:
        return "veto"
    if one is None or not one.ranks:
        return say("hors jeu", "out of play")
    told = percent(one.ranks[0], 0)
    return f"{told} (± {percent(one.half_width, 1)})" if one.half_width else told


def _small(brief: LightingBrief, found: Weighing) -> Iterator[Block]:
    left = len(found.groups) - len(shown_groups(brief))
    if left:
        many = count(left, say("groupe", "group"))
        plural = "" if left == 1 else "s"
        told = say(
            f"{many} de moins de {LEAST_SHOWN} habitants : pas montré{plural} à part.",
            f"{many} of fewer than {LEAST_SHOWN} inhabitants: not shown apart.",
        )
        yield Paragraph(told)


def _vetoes(brief: LightingBrief) -> Iterator[Block]:
    told = [
        _veto(group_name(brief, one.group), every([brief.mark(key) for key in one.vetoed]))
        for one in shown_groups(brief)
        if one.vetoed
    ]
    if told:
        title = say("Vetos : ce que rien ne rachète", "Vetoes: what nothing makes up for")
        yield Items(title, tuple(told))


def _veto(name: str, marks: str) -> str:
    return say(f"{name} écarte {marks}.", f"{name} excludes {marks}.")


def _agreements(brief: LightingBrief, found: Weighing) -> Iterator[Block]:
    told = {one.group for one in shown_groups(brief)}
    both = [one for one in found.agreements if set(one.groups) <= told]
    if not both:
        return
    yes, no = say("oui : ", "yes: "), say("non", "no")
    ordered = sorted(both, key=lambda one: (one.tau, one.groups))
    rows = tuple(
        (
            group_name(brief, one.groups[0]),
            group_name(brief, one.groups[1]),
            _accord(one),
            number(one.tau, 2),
            no if one.both_first is None else f"{yes}{brief.mark(one.both_first)}",
        )
        for one in ordered[:_MOST_PAIRS]
    )
    columns = heads(
        ("Groupe", "et groupe", "Leur ordre", "Tau de Kendall", "Même premier choix"),
        ("Group", "and group", "Their order", "Kendall's tau", "Same first choice"),
    )
    caption = say(
        "Où les groupes s'accordent, les plus opposés d'abord",
        "Where groups agree, the most opposed first",
    )
    yield Table(caption, columns, rows, frozenset({3}))


def _accord(one: GroupsAgreement) -> str:
    if one.tau >= _SAME:
        return say("proche", "close")
    if one.tau <= _OPPOSITE:
        return say("opposé", "opposed")
    return say("différent", "different")


def _flips(brief: LightingBrief) -> Iterator[Block]:
    rows = tuple(
        (group_name(brief, one.group), *_flip(brief, flip))
        for one in shown_groups(brief)
        for flip in one.flips[:3]
    )
    if rows:
        columns = heads(
            ("Groupe", "Si le poids de", "passe de", "à", "arrive premier"),
            ("Group", "If the weight of", "goes from", "to", "comes first"),
        )
        caption = say("Ce qui ferait basculer le choix", "What would turn the choice")
        yield Table(caption, columns, rows, frozenset({2, 3}))
        return
    whole = brief.weighing is not None and brief.weighing.detail == "whole"
    if whole and shown_groups(brief):
        told = say(
            "Aucun changement d'un seul poids ne ferait basculer le premier choix.",
            "No change of a single weight would turn the first choice.",
        )
        yield Paragraph(told)


def _flip(brief: LightingBrief, one: WeightFlip) -> tuple[str, ...]:
    return (
        short(one.criterion), percent(one.from_weight, 0), percent(one.to_weight, 0),
        brief.mark(one.scenario),
    )  # fmt: skip


def _weights(brief: LightingBrief, found: Weighing) -> Table:
    shown, untold = shown_groups(brief)[:_MOST_COLUMNS], say("pas dit", "not told")
    marks = tuple(group_name(brief, one.group) for one in shown)
    rows = tuple(
        (
            named(criterion),
            *(
                percent(one.weights_mean[at], 0) if at < len(one.weights_mean) else untold
                for one in shown
            ),
        )
        for at, criterion in enumerate(found.criteria)
    )
    return Table(
        say(
            "Poids moyens des tirages de chaque groupe (ce qu'il a dit en laisse beaucoup "
            "d'autres)",
            "Mean weights of the draws of each group (what it said leaves many others possible)",
        ),
        (say("Critère", "Criterion"), *marks),
        rows,
        frozenset(range(1, len(marks) + 1)),
    )


def _bounds(brief: LightingBrief, found: Weighing) -> Table:
    rows = tuple(
        (
            named(one.criterion),
            unit(brief.criteria[one.criterion]) if one.criterion in brief.criteria else "",
            bare(one.criterion, one.worst),
            bare(one.criterion, one.best),
            one.source,
        )
        for one in found.bounds
    )
    return scales_table(rows)


def scales_table(rows: tuple[tuple[str, ...], ...]) -> Table:
    """The fixed scales of what is weighed: criterion, unit, both ends, who fixed them."""
    columns = heads(
        ("Critère", "Unité", "Vaut 0", "Vaut 1", "Qui l'a fixé"),
        ("Criterion", "Unit", "Worth 0", "Worth 1", "Who fixed it"),
    )
    caption = say("Échelles fixées d'avance", "Scales fixed beforehand")
    return Table(caption, columns, rows, frozenset({2, 3}))


def _said(brief: LightingBrief, found: Weighing) -> Iterator[Block]:
    left = brief.sentences(found.left_out)
    if left:
        yield Items(say("Ce qui n'est pas pesé", "What is not weighed"), left)
    notes = brief.sentences(found.notes)
    if notes:
        title = say("À savoir pour lire ces résultats", "What to know before reading these results")
        yield Items(title, notes)


def _evidence(brief: LightingBrief) -> Iterator[Block]:
    """Votes elsewhere: shown, not weighed."""
    for one in brief.voices.evidence if brief.voices else ():
        rows = tuple(
            (each.category, number(each.votes), number(each.projects)) for each in one.by_category
        )
        yield Table(
            say(
                f"Votes sur des projets, montrés et non pesés : {one.source} ({_voters(one)})",
                f"Votes for projects, shown and not weighed: {one.source} ({_voters(one)})",
            ),
            heads(("Catégorie", "Votes", "Projets"), ("Category", "Votes", "Projects")),
            rows,
            frozenset({1, 2}),
        )


def _voters(one: Evidence) -> str:
    if one.voters is None:
        return say("votants non comptés", "voters not counted")
    return count(one.voters, say("votant", "voter"))
