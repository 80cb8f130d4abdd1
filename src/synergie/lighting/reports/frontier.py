"""The frontier: what must be given up of one criterion to gain on another; no point is chosen."""

from collections.abc import Iterator

from synergie.lighting.records.effects import LightingCriterion
from synergie.lighting.records.frontier import CabinetChoice, LightingFrontier, LightingPlanPoint
from synergie.lighting.reports.actions import schedule_name
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.words import (
    describe_criterion,
    describe_criterion_briefly,
    format_bare_value,
    format_figure,
    format_indicator_unit,
    format_name_list,
    select_column_heads,
    unknown,
)
from synergie.reports.document import Block, Figure, Items, Note, Paragraph, Section, Table, Tone
from synergie.reports.figure.lines import Dot, Dots
from synergie.reports.figure.picture import Cell, build_figure
from synergie.reports.language import Pair, choose_text
from synergie.reports.written import format_count, format_number, format_percent
from synergie.schemas.plan import Status

_STATES: dict[Status, Pair] = {
    "proved": ("Borne du solveur atteinte.", "Bound of the solver reached."),
    "feasible": ("Borne non atteinte partout.", "Bound not reached everywhere."),
    "cancelled": ("Arrêté avant la fin.", "Stopped before the end."),
}
_KNEE: Pair = ("coude", "knee")


def frontier_sections(brief: LightingBrief) -> Iterator[Section]:
    """The frontier, when one was asked for."""
    found = brief.frontier
    if found is None:
        return
    blocks: list[Block] = [Paragraph(_describe_frontier(found)), _build_certainty_note(found)]
    if len(found.criteria) > 1 and len(found.points) > 1:
        blocks.append(_build_frontier_figure(brief, found))
    elif found.points:
        blocks.append(_build_frontier_table(brief, found))
    blocks += _iterate_choice_blocks(brief, found)
    assumed = brief.sentences(found.assumptions)
    if assumed:
        title = choose_text("Ce que la frontière suppose", "What the frontier assumes")
        blocks.append(Items(title, assumed))
    title = choose_text("Jusqu'où peut-on aller", "How far one can go")
    yield Section("frontiere", title, tuple(blocks))


def _describe_frontier(found: LightingFrontier) -> str:
    names = format_name_list([describe_criterion_briefly(one) for one in found.criteria])
    if len(found.points) == 1:
        return choose_text(
            f"Un seul plan : {names} vont ensemble, il n'y a rien à céder de l'un pour l'autre.",
            f"Only one plan: {names} go together; there is nothing to give up for another.",
        )
    if not found.points:
        return choose_text(
            f"Aucun plan n'a été trouvé pour {names}.", f"No plan was found for {names}."
        )
    plans = format_count(len(found.points), "plan")
    return choose_text(
        f"{plans} qu'aucun autre ne bat à la fois sur {names}. Passer "
        "d'un point à l'autre, c'est gagner d'un côté et céder de l'autre : le calcul ne choisit "
        "pas. Le coude est le point le plus loin de la droite entre les deux bouts : un repère.",
        f"{plans} that no other beats in {names} at once. To go from one point to another is to "
        "gain on one side and to give up on the other: the computation does not choose. The knee "
        "is the point farthest from the line between the two ends: a guide.",
    )


def _build_certainty_note(found: LightingFrontier) -> Note:
    gaps = [one.gap for one in found.points if one.gap is not None]
    solves = format_count(found.solves, "programme résolu", "programmes résolus")
    grid = format_number(found.grid)
    told = choose_text(
        f"{solves} sur {grid}", f"{format_number(found.solves)} of {grid} programs solved"
    )
    if gaps:
        most = format_percent(max(gaps), 2)
        told += choose_text(f", à {most} de leur borne au plus", f", within {most} of their bound")
    if len(found.criteria) > 1:
        told += choose_text(
            " ; entre deux pas de la grille, des plans peuvent manquer",
            "; between two steps of the grid plans may be missing",
        )
    tone: Tone = "ok" if found.status == "proved" else "late"
    return Note(tone, choose_text(*_STATES[found.status]), f"{told}.")


def _build_frontier_figure(brief: LightingBrief, found: LightingFrontier) -> Figure:
    first, second = found.criteria[:2]
    dots = [
        Dot(
            one.id,
            _make_cell(first, find_criterion_value(one, first)),
            _make_cell(second, find_criterion_value(one, second)),
            1 if one.is_knee else (2 if one.supported is False else 0),
            choose_text(*_KNEE) if one.is_knee else "",
        )
        for one in found.points
    ]
    names = format_name_list(
        [describe_criterion_briefly(first), describe_criterion_briefly(second)]
    )
    title = choose_text(f"Frontière entre {names}", f"Frontier between {names}")
    chart = Dots(
        title=title,
        dots=dots,
        heads=("Plan", _name_axis(brief, first), _name_axis(brief, second)),
        joined=True,
    )
    text = choose_text(
        "Disque : plan qu'une somme pondérée trouverait ; triangle : plan qu'elle manquerait ; "
        "carré : coude.",
        "Disc: a plan that a weighted sum would find; triangle: a plan that it would miss; "
        "square: the knee.",
    )
    return build_figure(chart, summary=text, table=_build_frontier_table(brief, found))


def _make_cell(criterion: LightingCriterion, value: float | None) -> Cell:
    text = format_bare_value(criterion, value)
    return Cell(value, text, "unknown" if value is None else "measured")


def _name_axis(brief: LightingBrief, criterion: LightingCriterion) -> str:
    told = brief.criteria.get(criterion)
    of = f" ({format_indicator_unit(told)})" if told is not None else ""
    return f"{describe_criterion(criterion)}{of}"


def find_criterion_value(point: LightingPlanPoint, criterion: LightingCriterion) -> float | None:
    """The value of one criterion at a point. None: not told."""
    return next((one.value for one in point.values if one.criterion == criterion), None)


def _build_frontier_table(brief: LightingBrief, found: LightingFrontier) -> Table:
    criteria = [
        f"{describe_criterion(one)} ({format_indicator_unit(brief.criteria[one])})"
        if one in brief.criteria
        else describe_criterion(one)
        for one in found.criteria
    ]
    rows = tuple(
        (
            one.id,
            *(
                format_bare_value(criterion, find_criterion_value(one, criterion))
                for criterion in found.criteria
            ),
            _describe_point_kind(one),
            unknown() if one.gap is None else format_percent(one.gap, 2),
        )
        for one in found.points
    )
    return Table(
        choose_text("Les plans de la frontière", "The plans of the frontier"),
        (
            "Plan",
            *criteria,
            *select_column_heads(("Repère", "Écart à la borne"), ("Marker", "Gap to the bound")),
        ),
        rows,
        frozenset(range(1, len(criteria) + 1)),
    )


def _describe_point_kind(one: LightingPlanPoint) -> str:
    if one.is_knee:
        return choose_text(*_KNEE)
    if one.supported is None:
        return choose_text("non testé", "not tested")
    if one.supported:
        return choose_text("trouvé par une somme pondérée", "found by a weighted sum")
    return choose_text("manqué par toute somme pondérée", "missed by every weighted sum")


def _iterate_choice_blocks(brief: LightingBrief, found: LightingFrontier) -> Iterator[Block]:
    """What the knees and the two ends do, cabinets counted."""
    none = choose_text("aucune", "none")
    told = [one for one in found.points if one.is_knee]
    told += [one for one in (found.points[:1] + found.points[-1:]) if one not in told]
    rows = []
    for point in told:
        counts: dict[tuple[str, str, str], int] = {}
        for one in point.choices:
            key = _describe_cabinet_choice(brief, one)
            counts[key] = counts.get(key, 0) + 1
        rows += [
            (point.id, lamps, night, year or none, format_figure(many, 0))
            for (lamps, night, year), many in sorted(counts.items())
        ]
    if rows:
        caption = choose_text("Ce que font les bouts et le coude", "What the ends and the knee do")
        columns = select_column_heads(
            ("Plan", "Luminaires", "Horaire", "Année", "Armoires"),
            ("Plan", "Luminaires", "Schedule", "Year", "Cabinets"),
        )
        yield Table(caption, columns, tuple(rows), frozenset({4}))


def _describe_cabinet_choice(brief: LightingBrief, one: CabinetChoice) -> tuple[str, str, str]:
    """What is done at one cabinet: its lamps, its schedule, the year."""
    lamps = choose_text("lampes gardées", "lamps kept")
    if one.retrofit is not None:
        lamps = brief.entry(one.retrofit)
    elif one.is_sized:
        lamps = choose_text("LED à la taille de chaque rue", "LED sized for each road")
    night = choose_text("horaire gardé", "schedule kept")
    if one.schedule is not None:
        night = schedule_name(brief, one.schedule)
    return lamps, night, "" if one.year is None else str(one.year)
