"""What is not known, what was set aside, what is assumed, how old it all is."""

from collections import defaultdict
from collections.abc import Iterator

from synergie.reports.document import Block, Items, Paragraph, Section, Table
from synergie.reports.lighting_brief import LightingBrief
from synergie.reports.lighting_words import named, short
from synergie.reports.written import number, percent, short_date
from synergie.schemas.lighting_effects import Indicator, LightingCriterion

_MOST = 40


def unknown_section(brief: LightingBrief) -> Section:
    """Each criterion that is not known of all, with who could tell it."""
    rows = tuple(_rows(brief))
    blocks: list[Block] = []
    if rows:
        heads = ("Ce qui manque", "Pour quels scénarios", "Part connue", "Pourquoi")
        blocks.append(Table("Ce qu'on ne sait pas", heads, rows, frozenset({2})))
    else:
        blocks.append(Paragraph("Tous les effets de tous les scénarios sont connus."))
    blocks += _aside(brief)
    return Section("inconnu", "Ce qu'on ne sait pas", tuple(blocks))


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
            which = "tous" if len(marks) == len(brief.shown) else ", ".join(marks)
            yield named(told.criterion), which, share, why


def _why(brief: LightingBrief, one: Indicator) -> str:
    return "La raison n'est pas dite." if one.unknown is None else brief.said(one.unknown)


def _aside(brief: LightingBrief) -> Iterator[Block]:
    rows = brief.asides()
    if not rows:
        return
    yield Table(
        f"Lignes et valeurs mises de côté ({number(len(rows))})",
        ("Où", "Trouvé", "Attendu"),
        tuple((one.where, one.found, one.expected) for one in rows[:_MOST]),
    )
    if len(rows) > _MOST:
        yield Paragraph(f"{number(len(rows) - _MOST)} autres sont dans le classeur.")


def assumed_section(brief: LightingBrief) -> Section:
    """Everything that was taken for granted."""
    rules = brief.study.rules
    factors = ", ".join(
        f"{one.name} : {number(one.kg_mwh)} kgCO2e/MWh ({one.source})" for one in rules.co2
    )
    told = brief.sentences([*brief.notes, *brief.comparison.assumptions])
    mine = (
        f"Soleil et calendrier de {rules.year}, tarif et taxes du {short_date(rules.on)}.",
        f"Facteurs d'émission : {factors}.",
        f"Prix de l'énergie au pire : {percent(rules.price_stress, 0)} de plus.",
        f"D'où viennent ces choix : {brief.tell(rules.source)}.",
    )
    return Section("hypotheses", "Ce qui est supposé", (Items("Hypothèses", (*mine, *told)),))


def sources_section(brief: LightingBrief) -> Section:
    """The files and their dates."""
    title = "De quand datent les données"
    rows = tuple(
        (one.name, one.what, "pas connue" if one.modified is None else brief.when(one.modified),
         one.sha256[:12])
        for one in brief.sources
    )  # fmt: skip
    blocks: list[Block] = []
    if rows:
        heads = ("Fichier", "Ce qu'il dit", "Dernière modification", "Empreinte")
        blocks.append(Table("Fichiers lus", heads, rows))
    else:
        blocks.append(Paragraph("L'étude a été donnée toute faite : ses fichiers sont ailleurs."))
    told = [
        f"Empreinte de l'étude : {brief.comparison.study_digest}",
        f"Calculé par synergie {brief.comparison.synergie}",
    ]
    if brief.command is not None:
        told.append(f"Pour refaire : {brief.command}")
    blocks.append(Items("Pour refaire : mêmes données, mêmes octets", tuple(told)))
    return Section("donnees", title, tuple(blocks))


def missing_words(brief: LightingBrief) -> tuple[str, ...]:
    """What is not known, in short."""
    return tuple(short(one) for one in unknown_criteria(brief))
