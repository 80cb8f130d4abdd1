"""The frontier: what must be given up of one criterion to gain on another; no point is chosen."""

from collections.abc import Iterator

from synergie.reports.document import Block, Figure, Items, Note, Paragraph, Section, Table
from synergie.reports.lighting_actions import schedule_name
from synergie.reports.lighting_brief import LightingBrief
from synergie.reports.lighting_scatter import Axis, Dot, scatter
from synergie.reports.lighting_words import UNKNOWN, bare, every, figure, named, short, unit
from synergie.reports.purchase_words import count
from synergie.reports.written import number, percent
from synergie.schemas.lighting_effects import LightingCriterion
from synergie.schemas.lighting_frontier import LightingFrontier, LightingPlanPoint

_STATES = {
    "proved": ("ok", "Prouvé."), "feasible": ("late", "Non prouvé en entier."),
    "cancelled": ("late", "Arrêté avant la fin."),
}  # fmt: skip


def frontier_sections(brief: LightingBrief) -> Iterator[Section]:
    """The frontier, when one was asked for."""
    found = brief.frontier
    if found is None:
        return
    blocks: list[Block] = [Paragraph(_start(found)), _certainty(found)]
    if len(found.criteria) > 1 and len(found.points) > 1:
        blocks.append(_figure(brief, found))
    elif found.points:
        blocks.append(_table(brief, found))
    blocks += _choices(brief, found)
    assumed = brief.sentences(found.assumptions)
    if assumed:
        blocks.append(Items("Ce que la frontière suppose", assumed))
    yield Section("frontiere", "Jusqu'où peut-on aller", tuple(blocks))


def _start(found: LightingFrontier) -> str:
    names = every([short(one) for one in found.criteria])
    if len(found.points) == 1:
        return f"Un seul plan : {names} vont ensemble, il n'y a rien à céder de l'un pour l'autre."
    if not found.points:
        return f"Aucun plan n'a été trouvé pour {names}."
    return (
        f"{count(len(found.points), 'plan')} qu'aucun autre ne bat à la fois sur {names}. Passer "
        "d'un point à l'autre, c'est gagner d'un côté et céder de l'autre : le calcul ne choisit "
        "pas. Le coude est le point le plus loin de la droite entre les deux bouts : un repère."
    )


def _certainty(found: LightingFrontier) -> Note:
    tone, word = _STATES[found.status]
    gaps = [one.gap for one in found.points if one.gap is not None]
    told = f"{number(found.solves)} programmes résolus sur {number(found.grid)}"
    if gaps:
        told += f", écart prouvé de {percent(max(gaps), 2)} au plus"
    if len(found.criteria) > 1:
        told += " ; entre deux pas de la grille, des plans peuvent manquer"
    return Note("ok" if tone == "ok" else "late", word, f"{told}.")


def _figure(brief: LightingBrief, found: LightingFrontier) -> Figure:
    first, second = found.criteria[:2]
    dots = [
        Dot(
            value(one, first) or 0.0,
            value(one, second) or 0.0,
            1 if one.is_knee else (2 if one.supported is False else 0),
            f"{one.id} : {bare(first, value(one, first))} ; {bare(second, value(one, second))}",
            "coude" if one.is_knee else "",
        )
        for one in found.points
    ]
    title = f"Frontière entre {short(first)} et {short(second)}"
    drawing = scatter(title, dots, _axis(brief, found, first), _axis(brief, found, second))
    text = (
        "Disque : plan qu'une somme pondérée trouverait ; triangle : plan qu'elle manquerait ; "
        "carré : coude."
    )
    return Figure(text, drawing, _table(brief, found))


def _axis(brief: LightingBrief, found: LightingFrontier, criterion: LightingCriterion) -> Axis:
    values = [value(one, criterion) or 0.0 for one in found.points]
    told = brief.criteria.get(criterion)
    of = f" ({unit(told)})" if told is not None else ""
    return Axis(
        f"{named(criterion)}{of}", bare(criterion, min(values)), bare(criterion, max(values))
    )


def value(point: LightingPlanPoint, criterion: LightingCriterion) -> float | None:
    """The value of one criterion at a point. None: not told."""
    return next((one.value for one in point.values if one.criterion == criterion), None)


def _table(brief: LightingBrief, found: LightingFrontier) -> Table:
    heads = [
        f"{named(one)} ({unit(brief.criteria[one])})" if one in brief.criteria else named(one)
        for one in found.criteria
    ]
    rows = tuple(
        (
            one.id,
            *(bare(criterion, value(one, criterion)) for criterion in found.criteria),
            _mark(one),
            UNKNOWN if one.gap is None else percent(one.gap, 2),
        )
        for one in found.points
    )
    return Table(
        "Les plans de la frontière",
        ("Plan", *heads, "Repère", "Écart prouvé"),
        rows,
        frozenset(range(1, len(heads) + 1)),
    )


def _mark(one: LightingPlanPoint) -> str:
    if one.is_knee:
        return "coude"
    if one.supported is None:
        return "non testé"
    return "trouvé par une somme pondérée" if one.supported else "manqué par toute somme pondérée"


def _choices(brief: LightingBrief, found: LightingFrontier) -> Iterator[Block]:
    """What the knees and the two ends do, cabinets counted."""
    names = {entry.id: entry.name for entry in brief.study.retrofits}
    told = [one for one in found.points if one.is_knee]
    told += [one for one in (found.points[:1] + found.points[-1:]) if one not in told]
    rows = []
    for point in told:
        counts: dict[tuple[str, str, str], int] = {}
        for one in point.choices:
            lamps = (
                "lampes gardées" if one.retrofit is None else names.get(one.retrofit, one.retrofit)
            )
            night = "horaire gardé" if one.schedule is None else schedule_name(brief, one.schedule)
            key = (lamps, night, "" if one.year is None else str(one.year))
            counts[key] = counts.get(key, 0) + 1
        rows += [
            (point.id, lamps, night, year or "aucune", figure(many, 0))
            for (lamps, night, year), many in sorted(counts.items())
        ]
    if rows:
        heads = ("Plan", "Luminaires", "Horaire", "Année", "Armoires")
        yield Table("Ce que font les bouts et le coude", heads, tuple(rows), frozenset({4}))
