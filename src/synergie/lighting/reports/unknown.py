"""What is not known, what was set aside, what is assumed, how old it all is."""

from collections import defaultdict
from collections.abc import Iterator

from synergie.lighting.records.effects import Indicator, LightingCriterion
from synergie.lighting.records.study import EmissionFactor
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.house import describe_emission_factor
from synergie.lighting.reports.words import (
    describe_criterion,
    describe_criterion_briefly,
    file_kind,
    format_colon,
    select_column_heads,
)
from synergie.reports.document import Block, Items, Paragraph, Section, Table
from synergie.reports.language import choose_text
from synergie.reports.written import format_count, format_number, format_percent, short_date

_MOST = 40


def unknown_section(brief: LightingBrief) -> Section:
    """Each criterion that is not known of all, with who could tell it."""
    rows = tuple(_iterate_unknown_rows(brief))
    blocks: list[Block] = []
    title = choose_text("Ce qu'on ne sait pas", "What is not known")
    if rows:
        columns = select_column_heads(
            ("Ce qui manque", "Pour quels scénarios", "Part connue", "Pourquoi"),
            ("What is missing", "For which scenarios", "Share known", "Why"),
        )
        blocks.append(Table(title, columns, rows, frozenset({2})))
    else:
        told = choose_text(
            "Tous les effets de tous les scénarios sont connus.",
            "All effects of all scenarios are known.",
        )
        blocks.append(Paragraph(told))
    blocks += _iterate_set_aside_blocks(brief)
    return Section("inconnu", title, tuple(blocks))


def unknown_criteria(brief: LightingBrief) -> tuple[LightingCriterion, ...]:
    """The criteria that have no value for one scenario at least, in the order of the table."""
    return tuple(
        told.criterion
        for told in brief.comparison.criteria
        if any(
            _is_unknown(brief, one.scenario, told.criterion)
            for one in brief.scenarios_in_play_first
        )
    )


def _is_unknown(brief: LightingBrief, scenario: str, criterion: LightingCriterion) -> bool:
    found = brief.indicator(scenario, criterion)
    return found is not None and found.value is None


def _iterate_unknown_rows(brief: LightingBrief) -> Iterator[tuple[str, ...]]:
    for told in brief.comparison.criteria:
        found = defaultdict[tuple[str, str], list[str]](list)
        for one in brief.scenarios_in_play_first:
            each = brief.indicator(one.scenario, told.criterion)
            if each is not None and (each.value is None or each.known < 1):
                found[_describe_unknown_reason(brief, each), format_percent(each.known, 0)].append(
                    brief.mark(one.scenario)
                )
        for (why, share), marks in found.items():
            which = (
                choose_text("tous", "all")
                if len(marks) == len(brief.scenarios_in_play_first)
                else ", ".join(marks)
            )
            yield describe_criterion(told.criterion), which, share, why


def _describe_unknown_reason(brief: LightingBrief, one: Indicator) -> str:
    if one.unknown is None:
        return choose_text("La raison n'est pas dite.", "The reason is not told.")
    return brief.say_phrase(one.unknown)


def _iterate_set_aside_blocks(brief: LightingBrief) -> Iterator[Block]:
    rows = brief.asides()
    if not rows:
        return
    many = format_number(len(rows))
    yield Table(
        choose_text(
            f"Lignes et valeurs mises de côté ({many})", f"Rows and values set aside ({many})"
        ),
        select_column_heads(("Où", "Trouvé", "Attendu"), ("Where", "Found", "Expected")),
        tuple((one.where, one.found, one.expected) for one in rows[:_MOST]),
    )
    if len(rows) > _MOST:
        left = format_count(
            len(rows) - _MOST,
            choose_text("autre est", "more is"),
            choose_text("autres sont", "more are"),
        )
        yield Paragraph(choose_text(f"{left} dans le classeur.", f"{left} in the workbook."))


def assumed_section(brief: LightingBrief) -> Section:
    """Everything that was taken for granted."""
    told = brief.sentences([*brief.notes, *brief.comparison.assumptions])
    items = Items(choose_text("Hypothèses", "Assumptions"), (*_list_study_choices(brief), *told))
    return Section("hypotheses", choose_text("Ce qui est supposé", "What is assumed"), (items,))


def _list_study_choices(brief: LightingBrief) -> tuple[str, ...]:
    """The choices of the study."""
    rules = brief.study.rules
    day, stress, source = (
        short_date(rules.on), format_percent(rules.price_stress, 0), brief.tell(rules.source),
    )  # fmt: skip
    factors = ", ".join(map(_describe_factor_value, rules.co2))
    return (
        choose_text(
            f"Soleil et calendrier de {rules.year}, tarif et taxes du {day}.",
            f"Sun and calendar of {rules.year}, tariff and taxes as of {day}.",
        ),
        choose_text(f"Facteurs d'émission : {factors}.", f"Emission factors: {factors}."),
        choose_text(
            f"Prix de l'énergie au pire : {stress} de plus.",
            f"Energy price in the worst case: {stress} more.",
        ),
        choose_text(
            f"D'où viennent ces choix : {source}.", f"Where these choices come from: {source}."
        ),
    )


def _describe_factor_value(one: EmissionFactor) -> str:
    name, source = describe_emission_factor(one)
    return f"{name}{format_colon()}{format_number(one.kg_mwh)} kgCO2e/MWh ({source})"


def sources_section(brief: LightingBrief) -> Section:
    """The files and their dates."""
    title = choose_text("De quand datent les données", "How old the data are")
    again = choose_text(
        "Pour refaire : mêmes données, mêmes octets", "To make it again: same data, same bytes"
    )
    return Section(
        "donnees",
        title,
        (_build_sources_block(brief), Items(again, tuple(_iterate_reproduction_lines(brief)))),
    )


def _build_sources_block(brief: LightingBrief) -> Block:
    if not brief.sources:
        return Paragraph(
            choose_text(
                "L'étude a été donnée toute faite : ses fichiers sont ailleurs.",
                "The study was given ready made: its files are elsewhere.",
            )
        )
    never = choose_text("pas connue", "not known")
    rows = tuple(
        (one.name, file_kind(one.what), never if one.modified is None else brief.when(one.modified),
         one.sha256[:12])
        for one in brief.sources
    )  # fmt: skip
    columns = select_column_heads(
        ("Fichier", "Ce qu'il dit", "Dernière modification", "Empreinte"),
        ("File", "What it tells", "Last change", "Digest"),
    )
    return Table(choose_text("Fichiers lus", "Files read"), columns, rows)


def _iterate_reproduction_lines(brief: LightingBrief) -> Iterator[str]:
    digest, version = brief.comparison.study_digest, brief.comparison.synergie
    yield choose_text(f"Empreinte de l'étude : {digest}", f"Digest of the study: {digest}")
    yield choose_text(f"Calculé par synergie {version}", f"Computed by synergie {version}")
    if brief.command is not None:
        yield choose_text(f"Pour refaire : {brief.command}", f"To make it again: {brief.command}")


def missing_words(brief: LightingBrief) -> tuple[str, ...]:
    """What is not known, in short."""
    return tuple(describe_criterion_briefly(one) for one in unknown_criteria(brief))
