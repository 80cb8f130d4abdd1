"""Rounds for a map: a layer of stops and depots, a layer of rounds, for QGIS and for uMap."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from synergie.formats.opendata.layers import (
    Feature,
    Field,
    Layer,
    build_geopackage,
    build_layers_geojson,
)
from synergie.maintenance.records.rounds import Round
from synergie.maintenance.reports.brief import MaintenanceBrief, Week
from synergie.maintenance.reports.rounds_words import StopWords, list_crew_parts, stops_of
from synergie.maintenance.reports.words import describe_parts, format_minutes
from synergie.reports.language import choose_text, get_language
from synergie.reports.sheets import Value
from synergie.reports.written import format_count, format_hour, short_date
from synergie.schemas.about import About
from synergie.schemas.assets.location import Location

type _Meaning = tuple[Field, tuple[str, str]]
"""A column, its words in French; its title and the sentence on it in English."""

_STOPS: tuple[_Meaning, ...] = (
    (
        Field("name", "text", "Nom", "Rang dans la tournée et armoire ou point lumineux."),
        ("Name", "Rank in the round, and cabinet or light point."),
    ),
    (
        Field("description", "text", "Description", "Ce que la bulle d'une carte dit."),
        ("Description", "What the pop-up of a map says."),
    ),
    (Field("crew", "text", "Équipe"), ("Crew", "")),
    (Field("day", "date", "Jour"), ("Day", "")),
    (
        Field("rank", "whole", "Rang", "Ordre des arrêts de l'équipe ce jour-là, à partir de 1."),
        ("Rank", "Order of the stops of the crew on that day, from 1."),
    ),
    (Field("starts_at", "instant", "Début du travail (UTC)"), ("Start of the work (UTC)", "")),
    (Field("ends_at", "instant", "Fin du travail (UTC)"), ("End of the work (UTC)", "")),
    (Field("local_start", "text", "Début, heure locale"), ("Start, local time", "")),
    (Field("minutes", "whole", "Durée sur place (min)"), ("Time on site (min)", "")),
    (
        Field("asset", "text", "Armoire ou point lumineux", "Comme son gestionnaire le nomme."),
        ("Cabinet or light point", "As its owner names it."),
    ),
    (
        Field("organisation", "text", "Organisme", "Qui répond de l'ouvrage."),
        ("Body", "Who answers for the asset."),
    ),
    (
        Field("insee_code", "text", "Code INSEE", "Vide : commune inconnue."),
        ("INSEE code", "Empty: commune not known."),
    ),
    (Field("commune", "text", "Commune"), ("Commune", "")),
    (Field("task", "text", "Tâche"), ("Task", "")),
    (
        Field("severity", "text", "Gravité", "Vide : travail prévu, pas une panne."),
        ("Severity", "Empty: planned work, not a fault."),
    ),
    (
        Field("ticket", "text", "Signalement", "Vide : travail prévu."),
        ("Fault report", "Empty: planned work."),
    ),
    (Field("parts", "text", "Pièces à apporter"), ("Parts to bring", "")),
    (
        Field("skills", "text", "Moyens et titres demandés"),
        ("Means and authorisations required", ""),
    ),
    (Field("network", "text", "Réseau et habilitation"), ("Network and authorisation", "")),
    (Field("instructions", "text", "Consigne"), ("Instruction", "")),
)
_ROUNDS: tuple[_Meaning, ...] = (
    (Field("name", "text", "Nom", "Équipe et jour."), ("Name", "Crew and day.")),
    (Field("description", "text", "Description"), ("Description", "")),
    (Field("crew", "text", "Équipe"), ("Crew", "")),
    (Field("day", "date", "Jour"), ("Day", "")),
    (
        Field("organisation", "text", "Organisme", "À qui est l'équipe."),
        ("Body", "Whose crew it is."),
    ),
    (Field("leaves_at", "instant", "Départ (UTC)"), ("Departure (UTC)", "")),
    (Field("returns_at", "instant", "Retour (UTC)"), ("Return (UTC)", "")),
    (Field("stops", "whole", "Arrêts"), ("Stops", "")),
    (Field("work_minutes", "whole", "Travail sur place (min)"), ("Work on site (min)", "")),
    (
        Field("distance_m", "whole", "Longueur (m)", "Par la route ; le trait est à vol d'oiseau."),
        ("Length (m)", "By road; the line is as the crow flies."),
    ),
    (Field("cost_eur", "number", "Coût (€ hors taxes)"), ("Cost (€ excluding VAT)", "")),
    (Field("parts", "text", "Pièces à charger"), ("Parts to load", "")),
)


def rounds_geopackage(brief: MaintenanceBrief) -> bytes:
    """The rounds of all weeks as a GeoPackage that opens styled and dated in QGIS."""
    return build_geopackage(build_rounds_layers(brief), _build_layer_about(brief))


def rounds_geojson(brief: MaintenanceBrief) -> bytes:
    """The rounds of all weeks as GeoJSON (RFC 7946), with `name` and `description` for maps."""
    return build_layers_geojson(build_rounds_layers(brief), _build_layer_about(brief))


def build_rounds_layers(brief: MaintenanceBrief) -> tuple[Layer, Layer]:
    """The stops, then the rounds, of all weeks by day and crew."""
    rounds = [(week, one) for week in brief.weeks for one in week.rounds]
    crews, told = (
        sorted({one.crew for _, one in rounds}),
        _describe_layer(_build_layer_about(brief), brief.tz),
    )
    values = tuple((crew, _format_crew_label(crew)) for crew in crews)
    return (
        Layer(
            name="stops",
            title=choose_text("Arrêts des tournées", "Stops of the rounds"),
            shape="POINT",
            fields=_build_layer_fields(_STOPS),
            by="crew",
            values=values,
            features=[one for week, r in rounds for one in _iterate_stop_features(brief, week, r)],
            told=told,
        ),
        Layer(
            name="rounds",
            title=choose_text("Tournées", "Rounds"),
            shape="LINESTRING",
            fields=_build_layer_fields(_ROUNDS),
            by="crew",
            values=values,
            features=[one for week, r in rounds for one in _iterate_line_features(brief, week, r)],
            told=told,
        ),
    )


def _build_layer_fields(meanings: tuple[_Meaning, ...]) -> tuple[Field, ...]:
    """The columns of a layer, in the language spoken."""
    if get_language() == "fr":
        return tuple(field for field, _ in meanings)
    return tuple(replace(field, title=title, about=told) for field, (title, told) in meanings)


def _describe_layer(about: About, tz: ZoneInfo) -> str:
    """The abstract of a layer; "" in French: the format has its own words."""
    if get_language() == "fr" or about.as_of is None:
        return ""
    day = short_date(about.as_of.astimezone(tz).date())
    return f"{about.title}. Last update: {day}. {about.freshness}"


def _format_crew_label(crew: str) -> str:
    return choose_text(f"Équipe {crew}", f"Crew {crew}")


def _build_layer_about(brief: MaintenanceBrief) -> About:
    as_of = brief.park.as_of if brief.park else None
    at = brief.when(brief.made_at)
    told = choose_text(f"Tournées calculées {at}", f"Rounds computed on {at}")
    if as_of is not None:
        state = brief.when(as_of)
        told += choose_text(
            f", sur l'état du parc au {state}", f", on the state of the assets of {state}"
        )
    return About(title=brief.title, as_of=as_of or brief.made_at, freshness=f"{told}.")


def _iterate_stop_features(brief: MaintenanceBrief, week: Week, one: Round) -> Iterator[Feature]:
    for rank, told in enumerate(stops_of(brief, week, one), start=1):
        if told.location is not None:
            yield Feature(line=(told.location,), cells=_build_stop_cells(week, one, rank, told))


def _build_stop_cells(week: Week, one: Round, rank: int, told: StopWords) -> tuple[Value, ...]:
    stop, planned = told.stop, told.planned
    local, crew = format_hour(planned.starts_at, week.tz), choose_text("équipe", "crew")
    return (
        f"{rank}. {told.asset}",
        f"{told.task}, {local}, {crew} {one.crew}",
        one.crew,
        one.day,
        rank,
        planned.starts_at,
        planned.ends_at,
        local,
        stop.minutes,
        told.asset,
        told.body,
        stop.insee_code,
        told.commune or None,
        told.task,
        told.severity or None,
        told.ticket or None,
        describe_parts(told.parts) or None,
        told.skills or None,
        told.authorisation,
        told.instructions or None,
    )


def _iterate_line_features(brief: MaintenanceBrief, week: Week, one: Round) -> Iterator[Feature]:
    """The round as straight legs through its places; none when it goes nowhere."""
    way = list_round_places(week, one)
    if len(way) < 2:  # noqa: PLR2004 (a line has two ends)
        return
    load = ", ".join(f"{many} × {name}" for name, many in list_crew_parts(week, one))
    work = format_minutes(one.work_minutes)
    stops = format_count(len(one.stops), choose_text("arrêt", "stop"))
    told = choose_text(f"{stops}, {work} sur place", f"{stops}, {work} on site")
    cells = (
        f"{_format_crew_label(one.crew)}, {short_date(one.day)}", told, one.crew, one.day,
        brief.body(one.organisation), one.leaves_at, one.returns_at, len(one.stops),
        one.work_minutes, one.distance_m, one.cost_eur, load or None,
    )  # fmt: skip
    yield Feature(line=way, cells=cells)


def list_round_places(week: Week, one: Round) -> tuple[Location, ...]:
    """The places a round goes through, from its depot to its depot."""
    shift = week.shifts.get((one.crew, one.day))
    ids = [week.stops[p.stop].place for p in one.stops if p.stop in week.stops]
    ends: Sequence[str] = (shift.start_place, *ids, shift.end_place) if shift else ids
    return tuple(week.places[place].location for place in ends if place in week.places)
