"""The rounds of some days in a report: their map, who goes where, what is left for later."""

from collections import defaultdict
from decimal import Decimal
from itertools import chain

from synergie.reports.document import Block, Figure, Note, Section, Table
from synergie.reports.maintenance_brief import MaintenanceBrief, Week
from synergie.reports.maintenance_park import MOST_ROWS, shown_of
from synergie.reports.maintenance_words import TASKS, distance, minutes
from synergie.reports.maintenance_year import middle
from synergie.reports.map import Key, Name, Spot, Way, dash, drawn_map, shape
from synergie.reports.rounds_layers import path
from synergie.reports.rounds_words import StopWords, stops_of
from synergie.reports.written import euros, hour, interval, number, short_date
from synergie.schemas.location import Location
from synergie.schemas.rounds import Round

NO_PROOF = (
    "L'ordre des arrêts est cherché par essais : aucune borne ne dit de combien un meilleur plan "
    "serait moins cher."
)


def rounds_sections(brief: MaintenanceBrief) -> list[Section]:
    """One section for each of the weeks."""
    return [_section(brief, week, rank) for rank, week in enumerate(brief.weeks, start=1)]


def week_title(week: Week) -> str:
    """The days of a week: « du 30 novembre au 4 décembre 2026 »."""
    first, last = week.days
    return interval(first, last.fromordinal(last.toordinal() + 1))


def _section(brief: MaintenanceBrief, week: Week, rank: int) -> Section:
    blocks: list[Block] = [*_map(brief, week), _rounds(brief, week)]
    if week.plan.left_out:
        blocks.append(left_out(brief, week))
    else:
        blocks.append(Note("ok", "Tout est pris.", "Aucun travail de ces jours n'est laissé."))
    blocks.append(Note("plain", "Quelle certitude ?", certainty(week)))
    return Section(f"tournees-{rank}", f"Les tournées {week_title(week)}", tuple(blocks))


def certainty(week: Week) -> str:
    """How sure it is that no better rounds exist."""
    plan = week.plan
    if plan.bound_eur is None:
        return f"{NO_PROOF} Chaque tournée a été vérifiée : horaires, pause, titres, pièces."
    return f"Aucune tournée ne peut coûter moins de {euros(plan.bound_eur)} en tout."


def _map(brief: MaintenanceBrief, week: Week) -> list[Block]:
    """The stops by crew, and the rounds as lines from the depot to the depot."""
    rounds = week.rounds
    kinds = {crew: kind for kind, crew in enumerate(sorted({one.crew for one in rounds}))}
    spots, ways = [], []
    towns = defaultdict[str, list[Location]](list)
    for one in rounds:
        ways.append(Way(path(week, one), kinds[one.crew], _way(one)))
        for rank, told in enumerate(stops_of(brief, week, one), start=1):
            if told.location is not None:
                spots.append(Spot(told.location, kinds[one.crew], _spot(week, one, rank, told)))
                towns[told.commune].append(told.location)
    if not spots:
        return []
    names = [Name(middle(some), town) for town, some in towns.items() if town]
    drawing = drawn_map(
        f"Carte des tournées {week_title(week)}", spots=spots, ways=ways,
        names=[*names, *_homes(week)], legend=[_key(crew, kind) for crew, kind in kinds.items()],
    )  # fmt: skip
    summary = (
        f"{number(len(spots))} arrêts en {number(len(rounds))} tournées, le nord en haut. Les "
        "traits vont d'un arrêt à l'autre à vol d'oiseau ; une maison marque un dépôt."
    )
    return [Figure(summary, drawing, stops_table(brief, week))]


def _key(crew: str, kind: int) -> Key:
    words = f"Équipe {crew} : {shape(kind)}, {dash(kind)}"
    return Key(kind, words, line=True)


def _homes(week: Week) -> list[Name]:
    ids = chain.from_iterable((s.start_place, s.end_place) for s in week.problem.shifts)
    known = (week.places[place] for place in dict.fromkeys(ids) if place in week.places)
    return [Name(place.location, place.name or place.id, home=True) for place in known]


def _way(one: Round) -> str:
    return f"Équipe {one.crew}, {short_date(one.day)}, {distance(one.distance_m)}"


def _spot(week: Week, one: Round, rank: int, told: StopWords) -> str:
    at = hour(told.planned.starts_at, week.tz)
    return f"{rank}. {told.asset}, {told.task}, {at}, équipe {one.crew}, {short_date(one.day)}"


def stops_table(brief: MaintenanceBrief, week: Week) -> Table:
    """Every stop in order: the accessible form of the map."""
    rows = tuple(
        (
            short_date(one.day), one.crew, str(rank), hour(told.planned.starts_at, week.tz),
            told.asset, told.task, told.where,
        )
        for one in week.rounds
        for rank, told in enumerate(stops_of(brief, week, one), start=1)
    )  # fmt: skip
    heads = ("Jour", "Équipe", "Arrêt", "Heure", "Ouvrage", "Tâche", "Lieu")
    return Table(f"Les arrêts {week_title(week)}", heads, rows, frozenset({2}))


def _rounds(brief: MaintenanceBrief, week: Week) -> Table:
    rounds = week.rounds
    rows = tuple(
        (
            short_date(one.day), f"{one.crew} ({brief.body(one.organisation)})",
            f"{hour(one.leaves_at, week.tz)} à {hour(one.returns_at, week.tz)}",
            number(len(one.stops)), minutes(one.work_minutes), distance(one.distance_m),
            euros(one.cost_eur),
        )
        for one in rounds
    )  # fmt: skip
    heads = ("Jour", "Équipe", "Horaires", "Arrêts", "Sur place", "Route", "Coût hors taxes")
    total = (
        "Total", "", "", number(sum(len(one.stops) for one in rounds)),
        minutes(sum(one.work_minutes for one in rounds)),
        distance(sum(one.distance_m for one in rounds)),
        euros(sum((one.cost_eur for one in rounds), Decimal(0))),
    )  # fmt: skip
    return Table(f"Les tournées {week_title(week)}", heads, rows, frozenset({3, 4, 5, 6}), total)


def left_out(brief: MaintenanceBrief, week: Week) -> Table:
    """The work that no round takes: why, and what would change it."""
    rows = []
    there = week.plan.left_out
    for one in there[:MOST_ROWS]:
        stop = week.stops.get(one.stop)
        rows.append(
            (
                stop.asset if stop else one.stop,
                TASKS[stop.task] if stop else "",
                brief.commune(stop.insee_code) if stop else "",
                brief.sentences([one.reason])[0],
            )
        )
    heads = ("Ouvrage", "Tâche", "Commune", "Pourquoi, et ce qui changerait")
    title = f"Ce qui n'est pas fait ces jours-là{shown_of(len(rows), len(there))}"
    return Table(title, heads, tuple(rows))
