"""What the law says of each scenario, and what could not be done as it was told, with why."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from synergie.lighting.records.effects import Breach, LawTally
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.names import LAW_FIELDS, LAW_SUBJECTS
from synergie.lighting.reports.words import select_column_heads
from synergie.reports.document import Block, Items, Note, Paragraph, Section, Table
from synergie.reports.language import choose_text
from synergie.reports.written import format_count, format_number, format_short_name_list

_MOST = 60
"""Rows of a table; the workbook has all."""
_SUBJECTS = 4


def law_section(brief: LightingBrief) -> Section:
    """Rules that are not kept, each with its article and the scenarios that break it."""
    found = defaultdict[tuple[str, ...], list[str]](list)
    for one in brief.scenarios_in_play_first:
        for breach in one.breaches:
            found[_build_breach_key(brief, breach)].append(brief.mark(one.scenario))
    title = choose_text("Ce que dit la loi", "What the law says")
    tallies = _build_tally_blocks(brief)
    if not found:
        return Section("loi", title, (_build_no_breach_note(), *tallies))
    rows = tuple((*key, ", ".join(marks)) for key, marks in list(found.items())[:_MOST])
    caption = choose_text(
        "Règles non respectées, avec leur article", "Rules not met, with their article"
    )
    columns = select_column_heads(
        ("Texte", "Quoi", "Luminaires", "Trouvé", "Demandé", "Depuis", "Scénarios"),
        ("Legal text", "What", "Luminaires", "Found", "Required", "Since", "Scenarios"),
    )
    blocks: list[Block] = [
        Table(caption, columns, rows, frozenset({2})),
        *_iterate_omission_notes(len(found)),
        *tallies,
        Paragraph(
            choose_text(
                "Aucun texte ne fixe d'heure d'extinction pour les rues : le maire la fixe par "
                "arrêté (CGCT, L. 2212-1).",
                "The arrêté du 27 décembre 2018 is the national order that limits light at night. "
                "No law sets when street lights are switched off: the mayor does, by order (CGCT, "
                "the French code of local authorities, L. 2212-1).",
            )
        ),
    ]
    return Section("loi", title, tuple(blocks))


def _build_no_breach_note() -> Note:
    told = choose_text(
        "Aucune règle connue n'est enfreinte, pour autant que les fichiers permettent de le "
        "voir : ce qui n'est pas connu n'est pas contrôlé.",
        "No known rule is broken, as far as the files show it: what is not known is not checked.",
    )
    return Note("ok", choose_text("Rien de relevé.", "Nothing found."), told)


def _build_tally_blocks(brief: LightingBrief) -> tuple[Block, ...]:
    """How many luminaires keep the order, break it, or are not judged; then for want of what."""
    tallies = [
        (brief.mark(one.scenario), choose_text(*LAW_SUBJECTS[tally.subject]), tally)
        for one in brief.scenarios_in_play_first
        for tally in one.law
    ]
    if not tallies:
        return ()
    rows = tuple(
        (mark, subject, *map(format_number, (tally.kept, tally.broken, tally.unjudged)))
        for mark, subject, tally in tallies
    )
    columns = select_column_heads(
        ("Scénario", "Règles", "Conformes", "Non conformes", "Non jugés"),
        ("Scenario", "Rules", "Comply", "Do not comply", "Not judged"),
    )
    caption = choose_text(
        "Luminaires jugés sur toutes les règles de l'arrêté du 27/12/2018, et les autres",
        "Luminaires judged on every rule of the arrêté du 27/12/2018, and the others",
    )
    colon = choose_text(" : ", ": ")
    lacks = tuple(
        f"{mark}, {subject}{colon}{missing}"
        for mark, subject, tally in tallies
        if (missing := describe_missing_fields(tally))
    )
    title = choose_text(
        "Ce qui manque pour juger les autres", "What is missing to judge the others"
    )
    table = Table(caption, columns, rows, frozenset({2, 3, 4}))
    return (table, Items(title, lacks)) if lacks else (table,)


def describe_missing_fields(tally: LawTally) -> str:
    """The fields that luminaires lack, most lacking first: « code de flux CIE 3 (1 578) »."""
    return ", ".join(
        f"{choose_text(*LAW_FIELDS[one.field])} ({format_number(one.count)})"
        for one in tally.missing
    )


def _build_breach_key(brief: LightingBrief, one: Breach) -> tuple[str, ...]:
    since = choose_text("déjà là aujourd'hui", "already there today")
    if one.is_new:
        since = choose_text("apporté par le scénario", "brought by the scenario")
    return (
        one.article,
        one.subject,
        format_number(one.count),
        one.found,
        brief.say_phrase(one.expected),
        since,
    )


def _iterate_omission_notes(many: int) -> Iterator[Block]:
    if many > _MOST:
        left = format_count(
            many - _MOST,
            choose_text("autre ligne est", "more row is"),
            choose_text("autres lignes sont", "more rows are"),
        )
        yield Paragraph(choose_text(f"{left} dans le classeur.", f"{left} in the workbook."))


def not_done_section(brief: LightingBrief) -> Section:
    """What each scenario could not do, and the budgets it does not keep."""
    rows = tuple(_not_done(brief))
    blocks: list[Block] = []
    if rows:
        blocks += (_not_done_table(rows), *_iterate_omission_notes(len(rows)))
    else:
        all_done = choose_text(
            "Tout ce que les scénarios demandent peut être fait.",
            "All that the scenarios ask for can be done.",
        )
        blocks.append(Paragraph(all_done))
    for one in brief.scenarios_in_play_first:
        if one.over_budget:
            told = brief.sentences(one.over_budget)
            over = choose_text("Budget dépassé : ", "Over budget: ")
            blocks.append(Items(f"{over}{brief.full(one.scenario)}", told))
    title = choose_text("Ce qui ne peut pas être fait, et pourquoi", "What cannot be done, and why")
    return Section("impossible", title, tuple(blocks))


def _not_done_table(rows: Sequence[tuple[str, ...]]) -> Table:
    caption = choose_text(
        "Ce qui n'a pas pu être fait comme demandé", "What could not be done as it was asked"
    )
    columns = select_column_heads(
        ("Scénario", "Pourquoi", "Luminaires", "Où"), ("Scenario", "Why", "Luminaires", "Where")
    )
    return Table(caption, columns, tuple(rows[:_MOST]), frozenset({2}))


def _not_done(brief: LightingBrief) -> Iterator[tuple[str, ...]]:
    for one in brief.scenarios_in_play_first:
        found = defaultdict[str, list[tuple[str, int]]](list)
        for change in one.not_done:
            found[brief.say_phrase(change.reason)].append((change.subject, change.count))
        for reason, subjects in found.items():
            many = format_number(sum(n for _, n in subjects))
            yield (
                brief.mark(one.scenario),
                reason,
                many,
                _format_subjects([name for name, _ in subjects]),
            )


def _format_subjects(names: Sequence[str]) -> str:
    told = list(dict.fromkeys(names))
    if len(told) <= _SUBJECTS:
        return format_short_name_list(told)
    left = len(told) - _SUBJECTS
    more = choose_text(f"et {format_count(left, 'autre')}", f"and {format_number(left)} more")
    return f"{', '.join(told[:_SUBJECTS])} {more}"
