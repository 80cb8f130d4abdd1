"""The frontier: what must be given up of one criterion to gain on another; no point is chosen."""

from collections.abc import Iterator

from synergie.lighting.records.effects import LightingCriterion
from synergie.lighting.records.frontier import CabinetChoice, LightingFrontier, LightingPlanPoint
from synergie.lighting.reports.actions import schedule_name
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.scatter import Axis, Dot, scatter
from synergie.lighting.reports.words import (
    bare,
    colon,
    every,
    figure,
    heads,
    named,
    semicolon,
    short,
    unit,
    unknown,
)
from synergie.reports.document import Block, Figure, Items, Note, Paragraph, Section, Table, Tone
from synergie.reports.language import Pair, say
from synergie.reports.written import count, number, percent
from synergie.schemas.plan import Status

_STATES: dict[Status, Pair] = {
    "proved": ("Prouvé.", "Proved."),
    "feasible": ("Non prouvé en entier.", "Not proved in full."),
    "cancelled": ("Arrêté avant la fin.", "Stopped before the end."),
}
_KNEE: Pair = ("coude", "knee")


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
        title = say("Ce que la frontière suppose", "What the frontier assumes")
        blocks.append(Items(title, assumed))
    title = say("Jusqu'où peut-on aller", "How far one can go")
    yield Section("frontiere", title, tuple(blocks))


def _start(found: LightingFrontier) -> str:
    names = every([short(one) for one in found.criteria])
    if len(found.points) == 1:
        return say(
            f"Un seul plan : {names} vont ensemble, il n'y a rien à céder de l'un pour l'autre.",
            f"Only one plan: {names} go together; there is nothing to give up for another.",
        )
    if not found.points:
        return say(f"Aucun plan n'a été trouvé pour {names}.", f"No plan was found for {names}.")
    plans = count(len(found.points), "plan")
    return say(
        f"{plans} qu'aucun autre ne bat à la fois sur {names}. Passer "
        "d'un point à l'autre, c'est gagner d'un côté et céder de l'autre : le calcul ne choisit "
        "pas. Le coude est le point le plus loin de la droite entre les deux bouts : un repère.",
        f"{plans} that no other beats in {names} at once. To go from one point to another is to "
        "gain on one side and to give up on the other: the computation does not choose. The knee "
        "is the point farthest from the line between the two ends: a guide.",
    )


def _certainty(found: LightingFrontier) -> Note:
    gaps = [one.gap for one in found.points if one.gap is not None]
    solves = count(found.solves, "programme résolu", "programmes résolus")
    grid = number(found.grid)
    told = say(f"{solves} sur {grid}", f"{number(found.solves)} of {grid} programs solved")
    if gaps:
        most = percent(max(gaps), 2)
        told += say(f", écart prouvé de {most} au plus", f", proved gap of {most} at most")
    if len(found.criteria) > 1:
        told += say(
            " ; entre deux pas de la grille, des plans peuvent manquer",
            "; between two steps of the grid plans may be missing",
        )
    tone: Tone = "ok" if found.status == "proved" else "late"
    return Note(tone, say(*_STATES[found.status]), f"{told}.")


def _figure(brief: LightingBrief, found: LightingFrontier) -> Figure:
    first, second = found.criteria[:2]
    dots = [
        Dot(
            value(one, first) or 0.0,
            value(one, second) or 0.0,
            1 if one.is_knee else (2 if one.supported is False else 0),
            f"{one.id}{colon()}{bare(first, value(one, first))}{semicolon()}"
            f"{bare(second, value(one, second))}",
            say(*_KNEE) if one.is_knee else "",
        )
        for one in found.points
    ]
    names = every([short(first), short(second)])
    title = say(f"Frontière entre {names}", f"Frontier between {names}")
    drawing = scatter(title, dots, _axis(brief, found, first), _axis(brief, found, second))
    text = say(
        "Disque : plan qu'une somme pondérée trouverait ; triangle : plan qu'elle manquerait ; "
        "carré : coude.",
        "Disc: a plan that a weighted sum would find; triangle: a plan that it would miss; "
        "square: the knee.",
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
    criteria = [
        f"{named(one)} ({unit(brief.criteria[one])})" if one in brief.criteria else named(one)
        for one in found.criteria
    ]
    rows = tuple(
        (
            one.id,
            *(bare(criterion, value(one, criterion)) for criterion in found.criteria),
            _mark(one),
            unknown() if one.gap is None else percent(one.gap, 2),
        )
        for one in found.points
    )
    return Table(
        say("Les plans de la frontière", "The plans of the frontier"),
        ("Plan", *criteria, *heads(("Repère", "Écart prouvé"), ("Marker", "Proved gap"))),
        rows,
        frozenset(range(1, len(criteria) + 1)),
    )


def _mark(one: LightingPlanPoint) -> str:
    if one.is_knee:
        return say(*_KNEE)
    if one.supported is None:
        return say("non testé", "not tested")
    if one.supported:
        return say("trouvé par une somme pondérée", "found by a weighted sum")
    return say("manqué par toute somme pondérée", "missed by every weighted sum")


def _choices(brief: LightingBrief, found: LightingFrontier) -> Iterator[Block]:
    """What the knees and the two ends do, cabinets counted."""
    none = say("aucune", "none")
    told = [one for one in found.points if one.is_knee]
    told += [one for one in (found.points[:1] + found.points[-1:]) if one not in told]
    rows = []
    for point in told:
        counts: dict[tuple[str, str, str], int] = {}
        for one in point.choices:
            key = _choice(brief, one)
            counts[key] = counts.get(key, 0) + 1
        rows += [
            (point.id, lamps, night, year or none, figure(many, 0))
            for (lamps, night, year), many in sorted(counts.items())
        ]
    if rows:
        caption = say("Ce que font les bouts et le coude", "What the ends and the knee do")
        columns = heads(
            ("Plan", "Luminaires", "Horaire", "Année", "Armoires"),
            ("Plan", "Luminaires", "Schedule", "Year", "Cabinets"),
        )
        yield Table(caption, columns, tuple(rows), frozenset({4}))


def _choice(brief: LightingBrief, one: CabinetChoice) -> tuple[str, str, str]:
    """What is done at one cabinet: its lamps, its schedule, the year."""
    lamps = say("lampes gardées", "lamps kept")
    if one.retrofit is not None:
        lamps = brief.entry(one.retrofit)
    night = say("horaire gardé", "schedule kept")
    if one.schedule is not None:
        night = schedule_name(brief, one.schedule)
    return lamps, night, "" if one.year is None else str(one.year)
