"""Rounds for a map: a layer of stops and depots, a layer of rounds, for QGIS and for uMap."""

from collections.abc import Iterator, Sequence

from synergie.formats.opendata.layers import Feature, Field, Layer, geojson, geopackage
from synergie.reports.french import hour
from synergie.reports.maintenance_brief import MaintenanceBrief, Week
from synergie.reports.maintenance_words import minutes, parts
from synergie.reports.rounds_words import StopWords, loaded, stops_of
from synergie.reports.sheets import Value
from synergie.schemas.about import About
from synergie.schemas.location import Location
from synergie.schemas.rounds import Round

_STOPS = (
    Field("name", "text", "Nom", "Rang dans la tournée et armoire ou point lumineux."),
    Field("description", "text", "Description", "Ce que la bulle d'une carte dit."),
    Field("crew", "text", "Équipe"),
    Field("day", "date", "Jour"),
    Field("rank", "whole", "Rang", "Ordre des arrêts de l'équipe ce jour-là, à partir de 1."),
    Field("starts_at", "instant", "Début du travail (UTC)"),
    Field("ends_at", "instant", "Fin du travail (UTC)"),
    Field("local_start", "text", "Début, heure locale"),
    Field("minutes", "whole", "Durée sur place (min)"),
    Field("asset", "text", "Armoire ou point lumineux", "Comme son gestionnaire le nomme."),
    Field("organisation", "text", "Organisme", "Qui répond de l'ouvrage."),
    Field("insee_code", "text", "Code INSEE", "Vide : commune inconnue."),
    Field("commune", "text", "Commune"),
    Field("task", "text", "Tâche"),
    Field("severity", "text", "Gravité", "Vide : travail prévu, pas une panne."),
    Field("ticket", "text", "Signalement", "Vide : travail prévu."),
    Field("parts", "text", "Pièces à apporter"),
    Field("skills", "text", "Moyens et titres demandés"),
    Field("network", "text", "Réseau et habilitation"),
    Field("instructions", "text", "Consigne"),
)
_ROUNDS = (
    Field("name", "text", "Nom", "Équipe et jour."),
    Field("description", "text", "Description"),
    Field("crew", "text", "Équipe"),
    Field("day", "date", "Jour"),
    Field("organisation", "text", "Organisme", "À qui est l'équipe."),
    Field("leaves_at", "instant", "Départ (UTC)"),
    Field("returns_at", "instant", "Retour (UTC)"),
    Field("stops", "whole", "Arrêts"),
    Field("work_minutes", "whole", "Travail sur place (min)"),
    Field("distance_m", "whole", "Longueur (m)", "Par la route ; le trait est à vol d'oiseau."),
    Field("cost_eur", "number", "Coût (€ hors taxes)"),
    Field("parts", "text", "Pièces à charger"),
)


def rounds_geopackage(brief: MaintenanceBrief) -> bytes:
    """The rounds of all weeks as a GeoPackage that opens styled and dated in QGIS."""
    return geopackage(layers(brief), _about(brief))


def rounds_geojson(brief: MaintenanceBrief) -> bytes:
    """The rounds of all weeks as GeoJSON (RFC 7946), with `name` and `description` for maps."""
    return geojson(layers(brief), _about(brief))


def layers(brief: MaintenanceBrief) -> tuple[Layer, Layer]:
    """The stops, then the rounds, of all weeks by day and crew."""
    rounds = [(week, one) for week in brief.weeks for one in week.rounds]
    crews = sorted({one.crew for _, one in rounds})
    values = tuple((crew, f"Équipe {crew}") for crew in crews)
    return (
        Layer(
            name="stops", title="Arrêts des tournées", shape="POINT", fields=_STOPS, by="crew",
            values=values,
            features=[one for week, r in rounds for one in _stops(brief, week, r)],
        ),
        Layer(
            name="rounds", title="Tournées", shape="LINESTRING", fields=_ROUNDS, by="crew",
            values=values,
            features=[one for week, r in rounds for one in _line(brief, week, r)],
        ),
    )  # fmt: skip


def _about(brief: MaintenanceBrief) -> About:
    as_of = brief.park.as_of if brief.park else None
    told = f"Tournées calculées {brief.when(brief.made_at)}"
    if as_of is not None:
        told += f", sur l'état du parc au {brief.when(as_of)}"
    return About(title=brief.title, as_of=as_of or brief.made_at, freshness=f"{told}.")


def _stops(brief: MaintenanceBrief, week: Week, one: Round) -> Iterator[Feature]:
    for rank, told in enumerate(stops_of(brief, week, one), start=1):
        if told.location is not None:
            yield Feature(line=(told.location,), cells=_stop(week, one, rank, told))


def _stop(week: Week, one: Round, rank: int, told: StopWords) -> tuple[Value, ...]:
    stop, planned = told.stop, told.planned
    local = hour(planned.starts_at, week.tz)
    return (
        f"{rank}. {told.asset}", f"{told.task}, {local}, équipe {one.crew}", one.crew, one.day,
        rank, planned.starts_at, planned.ends_at, local, stop.minutes, told.asset, told.body,
        stop.insee_code, told.commune or None, told.task, told.severity or None,
        told.ticket or None, parts(told.parts) or None, told.skills or None, told.authorisation,
        told.instructions or None,
    )  # fmt: skip


def _line(brief: MaintenanceBrief, week: Week, one: Round) -> Iterator[Feature]:
    """The round as straight legs through its places; none when it goes nowhere."""
    way = path(week, one)
    if len(way) < 2:  # noqa: PLR2004 (a line has two ends)
        return
    load = ", ".join(f"{many} × {name}" for name, many in loaded(week, one))
    told = f"{len(one.stops)} arrêts, {minutes(one.work_minutes)} sur place"
    cells = (
        f"Équipe {one.crew}, {one.day:%d/%m/%Y}", told, one.crew, one.day,
        brief.body(one.organisation), one.leaves_at, one.returns_at, len(one.stops),
        one.work_minutes, one.distance_m, one.cost_eur, load or None,
    )  # fmt: skip
    yield Feature(line=way, cells=cells)


def path(week: Week, one: Round) -> tuple[Location, ...]:
    """The places a round goes through, from its depot to its depot."""
    shift = week.shifts.get((one.crew, one.day))
    ids = [week.stops[p.stop].place for p in one.stops if p.stop in week.stops]
    ends: Sequence[str] = (shift.start_place, *ids, shift.end_place) if shift else ids
    return tuple(week.places[place].location for place in ends if place in week.places)
