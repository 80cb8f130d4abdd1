"""The rounds of some days in a report: their map, who goes where, what is left for later."""

from collections import defaultdict
from decimal import Decimal
from itertools import chain

from synergie.maintenance.records.rounds import Round
from synergie.maintenance.reports.brief import MaintenanceBrief, Week
from synergie.maintenance.reports.park import MOST_ROWS, describe_shown_rows
from synergie.maintenance.reports.rounds_layers import list_round_places
from synergie.maintenance.reports.rounds_words import StopWords, stops_of
from synergie.maintenance.reports.words import describe_task, format_distance, format_minutes
from synergie.maintenance.reports.year import compute_mean_place
from synergie.reports.assets.map import (
    Key,
    Name,
    Spot,
    Way,
    describe_line_dash,
    describe_mark_shape,
    drawn_map,
)
from synergie.reports.document import Block, Figure, Note, Section, Table
from synergie.reports.language import Pair, choose_text, choose_texts
from synergie.reports.questions import HOW_SURE
from synergie.reports.written import (
    format_count,
    format_euros,
    format_hour,
    format_interval,
    format_number,
    short_date,
)
from synergie.schemas.assets.location import Location

_NO_PROOF: Pair = (
    (
        "L'ordre des arrêts est cherché par essais : aucune borne ne dit de combien un meilleur "
        "plan serait moins cher. Chaque tournée a été vérifiée : horaires, pause, titres, pièces."
    ),
    (
        "The order of the stops is found by trials: no bound tells by how much a better plan "
        "would be cheaper. Each round was checked: hours, break, authorisations, parts."
    ),
)
_NUMBERED = 60
"""Stops whose number in their round is written on the map, at most."""
_STOP_HEADS: tuple[Pair, ...] = (
    ("Jour", "Day"),
    ("Équipe", "Crew"),
    ("Arrêt", "Stop"),
    ("Heure", "Time"),
    ("Ouvrage", "Asset"),
    ("Tâche", "Task"),
    ("Lieu", "Place"),
)
_ROUND_HEADS: tuple[Pair, ...] = (
    ("Jour", "Day"),
    ("Équipe", "Crew"),
    ("Horaires", "Hours"),
    ("Arrêts", "Stops"),
    ("Sur place", "On site"),
    ("Route", "Drive"),
    ("Coût hors taxes", "Cost excluding VAT"),
)
_LEFT_HEADS: tuple[Pair, ...] = (
    ("Ouvrage", "Asset"),
    ("Tâche", "Task"),
    ("Commune", "Commune"),
    ("Pourquoi, et ce qui changerait", "Why, and what would change it"),
)


def rounds_sections(brief: MaintenanceBrief) -> list[Section]:
    """One section for each of the weeks."""
    return [
        _build_week_section(brief, week, rank) for rank, week in enumerate(brief.weeks, start=1)
    ]


def week_title(week: Week) -> str:
    """The days of a week: « du 30 novembre au 4 décembre 2026 », "from 30 November to …"."""
    first, last = week.days
    return format_interval(first, last.fromordinal(last.toordinal() + 1))


def _build_week_section(brief: MaintenanceBrief, week: Week, rank: int) -> Section:
    blocks: list[Block] = [*_build_map_blocks(brief, week), _build_rounds_table(brief, week)]
    if week.plan.left_out:
        blocks.append(build_left_out_table(brief, week))
    else:
        blocks.append(_all_taken())
    blocks.append(Note("plain", choose_text(*HOW_SURE), certainty(week)))
    return Section(f"tournees-{rank}", _format_week_title(week), tuple(blocks))


def _format_week_title(week: Week) -> str:
    days = week_title(week)
    return choose_text(f"Les tournées {days}", f"The rounds {days}")


def _all_taken() -> Note:
    none = choose_text(
        "Aucun travail de ces jours n'est laissé.", "No work of these days is left out."
    )
    return Note("ok", choose_text("Tout est pris.", "All is taken."), none)


def certainty(week: Week) -> str:
    """How sure it is that no better rounds exist."""
    plan = week.plan
    if plan.bound_eur is None:
        return choose_text(*_NO_PROOF)
    least = format_euros(plan.bound_eur)
    return choose_text(
        f"Aucune tournée ne peut coûter moins de {least} en tout.",
        f"No rounds can cost less than {least} in all.",
    )


def _build_map_blocks(brief: MaintenanceBrief, week: Week) -> list[Block]:
    """The stops by crew, and the rounds as lines from the depot to the depot."""
    rounds = week.rounds
    kinds = {crew: kind for kind, crew in enumerate(sorted({one.crew for one in rounds}))}
    spots, ways = [], []
    towns = defaultdict[str, list[Location]](list)
    for one in rounds:
        ways.append(Way(list_round_places(week, one), kinds[one.crew], _describe_round_way(one)))
        for rank, told in enumerate(stops_of(brief, week, one), start=1):
            if told.location is not None:
                spots.append(
                    Spot(told.location, kinds[one.crew], _describe_map_stop(week, one, rank, told))
                )
                towns[told.commune].append(told.location)
    if not spots:
        return []
    names = [Name(compute_mean_place(some), town) for town, some in towns.items() if town]
    if len(spots) <= _NUMBERED:
        names += [Name(spot.place, spot.title.partition(".")[0]) for spot in spots]
    days = week_title(week)
    drawing = drawn_map(
        choose_text(f"Carte des tournées {days}", f"Map of the rounds {days}"),
        spots=spots,
        ways=ways,
        names=[*names, *_list_depot_names(week)],
        legend=[_build_map_key(crew, kind) for crew, kind in kinds.items()],
    )
    return [
        Figure(_describe_rounds_map(len(spots), len(rounds)), drawing, stops_table(brief, week))
    ]


def _describe_rounds_map(stops: int, rounds: int) -> str:
    return choose_text(
        f"{format_count(stops, 'arrêt')} en {format_count(rounds, 'tournée')}"
        ", le nord en haut. Les traits vont "
        "d'un arrêt à l'autre à vol d'oiseau ; une maison marque un dépôt.",
        f"{format_count(stops, 'stop')} in {format_count(rounds, 'round')}"
        ", north up. The lines go from stop to "
        "stop as the crow flies; a house marks a depot.",
    )


def _describe_crew(crew: str) -> str:
    return choose_text(f"Équipe {crew}", f"Crew {crew}")


def _build_map_key(crew: str, kind: int) -> Key:
    name, drawn = _describe_crew(crew), f"{describe_mark_shape(kind)}, {describe_line_dash(kind)}"
    return Key(kind, choose_text(f"{name} : {drawn}", f"{name}: {drawn}"), line=True)


def _list_depot_names(week: Week) -> list[Name]:
    ids = chain.from_iterable((s.start_place, s.end_place) for s in week.problem.shifts)
    known = (week.places[place] for place in dict.fromkeys(ids) if place in week.places)
    return [Name(place.location, place.name or place.id, home=True) for place in known]


def _describe_round_way(one: Round) -> str:
    return f"{_describe_crew(one.crew)}, {short_date(one.day)}, {format_distance(one.distance_m)}"


def _describe_map_stop(week: Week, one: Round, rank: int, told: StopWords) -> str:
    at, crew = format_hour(told.planned.starts_at, week.tz), choose_text("équipe", "crew")
    return f"{rank}. {told.asset}, {told.task}, {at}, {crew} {one.crew}, {short_date(one.day)}"


def stops_table(brief: MaintenanceBrief, week: Week) -> Table:
    """Every stop in order: the accessible form of the map."""
    rows = tuple(
        (
            short_date(one.day), one.crew, str(rank), format_hour(told.planned.starts_at, week.tz),
            told.asset, told.task, told.where,
        )
        for one in week.rounds
        for rank, told in enumerate(stops_of(brief, week, one), start=1)
    )  # fmt: skip
    title = choose_text(f"Les arrêts {week_title(week)}", f"The stops {week_title(week)}")
    return Table(title, choose_texts(*_STOP_HEADS), rows, frozenset({2}))


def _build_rounds_table(brief: MaintenanceBrief, week: Week) -> Table:
    rounds, to = week.rounds, choose_text("à", "to")
    rows = tuple(
        (
            short_date(one.day),
            f"{one.crew} ({brief.body(one.organisation)})",
            f"{format_hour(one.leaves_at, week.tz)} {to} {format_hour(one.returns_at, week.tz)}",
            format_number(len(one.stops)),
            format_minutes(one.work_minutes),
            format_distance(one.distance_m),
            format_euros(one.cost_eur),
        )
        for one in rounds
    )
    total = (
        choose_text("Total", "Total"), "", "", format_number(sum(len(one.stops) for one in rounds)),
        format_minutes(sum(one.work_minutes for one in rounds)),
        format_distance(sum(one.distance_m for one in rounds)),
        format_euros(sum((one.cost_eur for one in rounds), Decimal(0))),
    )  # fmt: skip
    heads = choose_texts(*_ROUND_HEADS)
    return Table(_format_week_title(week), heads, rows, frozenset({3, 4, 5, 6}), total)


def build_left_out_table(brief: MaintenanceBrief, week: Week) -> Table:
    """The work that no round takes: why, and what would change it."""
    rows = []
    there = week.plan.left_out
    for one in there[:MOST_ROWS]:
        stop = week.stops.get(one.stop)
        rows.append(
            (
                stop.asset if stop else one.stop,
                describe_task(stop.task) if stop else "",
                brief.commune(stop.insee_code) if stop else "",
                brief.sentences([one.reason])[0],
            )
        )
    title = choose_text("Ce qui n'est pas fait ces jours-là", "What is not done on these days")
    shown = describe_shown_rows(len(rows), len(there))
    return Table(f"{title}{shown}", choose_texts(*_LEFT_HEADS), tuple(rows))
