"""What is not known, what was set aside, what is assumed, how old it all is."""

from collections import defaultdict
from collections.abc import Iterator

from synergie.lighting.records.effects import Indicator, LightingCriterion
from synergie.lighting.records.study import EmissionFactor
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.house import factor
from synergie.lighting.reports.words import colon, file_kind, heads, named, short
from synergie.reports.document import Block, Items, Paragraph, Section, Table
from synergie.reports.language import say
from synergie.reports.written import count, number, percent, short_date

_MOST = 40


def unknown_section(brief: LightingBrief) -> Section:
    """Each criterion that is not known of all, with who could tell it."""
    rows = tuple(_rows(brief))
    blocks: list[Block] = []
    title = say("Ce qu'on ne sait pas", "What is not known")
    if rows:
        columns = heads(
            ("Ce qui manque", "Pour quels scénarios", "Part connue", "Pourquoi"),
            ("What is missing", "For which scenarios", "Share known", "Why"),
        )
        blocks.append(Table(title, columns, rows, frozenset({2})))
    else:
        told = say(
            "Tous les effets de tous les scénarios sont connus.",
            "All effects of all scenarios are known.",
        )
        blocks.append(Paragraph(told))
    blocks += _aside(brief)
    return Section("inconnu", title, tuple(blocks))


def unknown_criteria(brief: LightingBrief) -> tuple[LightingCriterion, ...]:
    """The criteria that have no value for one scenario at least, in the order of the table."""
    return tuple(
        told.criterion
        for told in brief.comparison.criteria
        if any(_is_unknown(brief, one.scenario, told.criterion) for one in brief.shown)
    )


def _is_unknown(brief: LightingBrief, scenario: str, criterion: LightingCriterion) -> bool:
    found = brief.indicator(scenario, criterion)
    return found is not None and found.value is None


def _rows(brief: LightingBrief) -> Iterator[tuple[str, ...]]:
    for told in brief.comparison.criteria:
        found = defaultdict[tuple[str, str], list[str]](list)
        for one in brief.shown:
            each = brief.indicator(one.scenario, told.criterion)
            if each is not None and (each.value is None or each.known < 1):
                found[_why(brief, each), percent(each.known, 0)].append(brief.mark(one.scenario))
        for (why, share), marks in found.items():
            which = say("tous", "all") if len(marks) == len(brief.shown) else ", ".join(marks)
            yield named(told.criterion), which, share, why


def _why(brief: LightingBrief, one: Indicator) -> str:
    if one.unknown is None:
        return say("La raison n'est pas dite.", "The reason is not told.")
    return brief.said(one.unknown)


def _aside(brief: LightingBrief) -> Iterator[Block]:
    rows = brief.asides()
    if not rows:
        return
    many = number(len(rows))
    yield Table(
        say(f"Lignes et valeurs mises de côté ({many})", f"Rows and values set aside ({many})"),
        heads(("Où", "Trouvé", "Attendu"), ("Where", "Found", "Expected")),
        tuple((one.where, one.found, one.expected) for one in rows[:_MOST]),
    )
    if len(rows) > _MOST:
        left = count(
            len(rows) - _MOST,
            say("autre est", "more is"),
            say("autres sont", "more are"),
        )
        yield Paragraph(say(f"{left} dans le classeur.", f"{left} in the workbook."))


def assumed_section(brief: LightingBrief) -> Section:
    """Everything that was taken for granted."""
    told = brief.sentences([*brief.notes, *brief.comparison.assumptions])
    items = Items(say("Hypothèses", "Assumptions"), (*_rules(brief), *told))
    return Section("hypotheses", say("Ce qui est supposé", "What is assumed"), (items,))


def _rules(brief: LightingBrief) -> tuple[str, ...]:
    """The choices of the study."""
    rules = brief.study.rules
    day, stress, source = (
        short_date(rules.on), percent(rules.price_stress, 0), brief.tell(rules.source),
    )  # fmt: skip
    factors = ", ".join(map(_factor, rules.co2))
    return (
        say(
            f"Soleil et calendrier de {rules.year}, tarif et taxes du {day}.",
            f"Sun and calendar of {rules.year}, tariff and taxes as of {day}.",
        ),
        say(f"Facteurs d'émission : {factors}.", f"Emission factors: {factors}."),
        say(
            f"Prix de l'énergie au pire : {stress} de plus.",
            f"Energy price in the worst case: {stress} more.",
        ),
        say(f"D'où viennent ces choix : {source}.", f"Where these choices come from: {source}."),
    )


def _factor(one: EmissionFactor) -> str:
    name, source = factor(one)
    return f"{name}{colon()}{number(one.kg_mwh)} kgCO2e/MWh ({source})"


def sources_section(brief: LightingBrief) -> Section:
    """The files and their dates."""
    title = say("De quand datent les données", "How old the data are")
    again = say(
        "Pour refaire : mêmes données, mêmes octets", "To make it again: same data, same bytes"
    )
    return Section("donnees", title, (_files(brief), Items(again, tuple(_again(brief)))))


def _files(brief: LightingBrief) -> Block:
    if not brief.sources:
        return Paragraph(
            say(
                "L'étude a été donnée toute faite : ses fichiers sont ailleurs.",
                "The study was given ready made: its files are elsewhere.",
            )
        )
    never = say("pas connue", "not known")
    rows = tuple(
        (one.name, file_kind(one.what), never if one.modified is None else brief.when(one.modified),
         one.sha256[:12])
        for one in brief.sources
    )  # fmt: skip
    columns = heads(
        ("Fichier", "Ce qu'il dit", "Dernière modification", "Empreinte"),
        ("File", "What it tells", "Last change", "Digest"),
    )
    return Table(say("Fichiers lus", "Files read"), columns, rows)


def _again(brief: LightingBrief) -> Iterator[str]:
    digest, version = brief.comparison.study_digest, brief.comparison.synergie
    yield say(f"Empreinte de l'étude : {digest}", f"Digest of the study: {digest}")
    yield say(f"Calculé par synergie {version}", f"Computed by synergie {version}")
    if brief.command is not None:
        yield say(f"Pour refaire : {brief.command}", f"To make it again: {brief.command}")


def missing_words(brief: LightingBrief) -> tuple[str, ...]:
    """What is not known, in short."""
    return tuple(short(one) for one in unknown_criteria(brief))
