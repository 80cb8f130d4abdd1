"""`/carte`: where things stand, the same as a list, and the file of it for QGIS."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, BinaryIO

from starlette.responses import Response, StreamingResponse

from synergie.errors import BadInput, NotAllowed
from synergie.exchange.assets.map_files import MEDIA_TYPE
from synergie.exchange.publication.features import Sought, Spread
from synergie.reports.document import Figure
from synergie.server.guard import Clock
from synergie.server.pages.assets import _carte_view as view
from synergie.server.pages.door import require_page_scopes
from synergie.server.pages.frame import (
    Visit,
    build_table_file,
    page_router,
    read_table_question,
    render_page,
)
from synergie.server.pages.words import short_date

router = page_router()

Looks = Annotated[Visit, require_page_scopes()]

_BLOCK = 1 << 16
_IN_MEMORY = 8 << 20
_MOST = 5000
"""Things that one table sorts and filters."""
_FINE = 4
"""Decimals of outlines: ten metres."""


@router.get("/carte")
def show_map(visit: Looks) -> Response:
    """The map of one kind of thing, as the address asks for it; `?vue=tableau`, its table."""
    asked = _parse_map_question(visit)
    if visit.request.query_params.get("vue") == "tableau":
        return _render_asset_table(visit, asked)
    whole = _read_asset_spread(visit, asked, Sought())
    shown_box = asked.box or whole.box
    cell = view.cell_of(visit, shown_box)
    shown = visit.publication.features.read_map_part(
        visit.principal,
        asked.noun,
        asked.sought,
        cell=cell,
        most=view.MOST,
        agreement=asked.agreement,
        now=visit.now,
    )
    found = view.build_map_marks(visit, asked, shown, cell)
    legend = view.describe_map_legend(visit, asked, crowds=bool(shown.crowds))
    communes = view.list_visible_communes(visit, asked)
    return render_page(
        visit,
        "carte.html",
        asked=asked,
        nouns=[(one, visit.say(*words)) for one, words in view.NOUNS.items()],
        colours=[(one, visit.say(*words)) for one, words in view.COLOURS.items()],
        sides=list(view.iterate_asset_agreements(visit, asked)),
        communes=[(one, visit.publication.public_features.communes.name(one)) for one in communes],
        outlined=view.describe_outlines(visit, communes),
        first=view.describe_map(visit, asked, whole),
        fresh=_describe_map_freshness(visit, whole.changed_at),
        marks=found,
        whole=whole,
        n=shown.n,
        crowds=bool(shown.crowds),
        legend=legend,
        drawing=view.render_map(visit, found, legend, communes),
        start=None if shown_box is None else view.format_box(shown_box),
        query=asked.query(bbox=None),
        named={"quoi": asked.noun, "accord": asked.agreement, "commune": asked.commune},
    )


def _render_asset_table(visit: Visit, asked: view.MapQuestion) -> Response:
    """Each thing of a part of the map as a row, or the view as a file."""
    table = read_table_question(visit, view.list_asset_fields(visit, asked.noun))
    if table.form and asked.wrong:
        raise BadInput("/carte", visit.request.url.query, "the address of a view of the map")
    shown = visit.publication.features.read_map_part(
        visit.principal,
        asked.noun,
        asked.sought,
        cell=view.cell_of(visit, asked.box),
        most=_MOST,
        agreement=asked.agreement,
        now=visit.now,
    )
    if table.form:
        most = _MOST if shown.crowds else None
        return build_table_file(visit, table, shown.things, name=asked.noun, most=most)
    return render_page(
        visit,
        "carte_tableau.html",
        asked=asked,
        noun=visit.say(*view.NOUNS[asked.noun]),
        table=table.view(shown.things),
        n=shown.n,
        most=_MOST if shown.crowds else None,
        communes=[
            (one, visit.publication.public_features.communes.name(one))
            for one in (view.list_visible_communes(visit, asked) if shown.crowds else ())
        ],
        query=asked.query(),
        ages=_draw_light_ages(visit, asked),
    )


def _draw_light_ages(visit: Visit, asked: view.MapQuestion) -> Figure | None:
    """How old the visitor's own lights are; of others no agreement tells it as sums."""
    if asked.noun != "light_points" or asked.agreement:
        return None
    tally = visit.publication.features.tally_lights
    return view.build_age_figure(visit, tally(visit.principal, asked.sought, now=visit.now))


@router.get("/carte/points")
def show_points(visit: Looks) -> Response:
    """What a map draws of a part of it: each thing, or crowds of them; JSON for the script."""
    asked = _parse_map_question(visit)
    cell = view.cell_of(visit, asked.box)
    shown = visit.publication.features.read_map_part(
        visit.principal,
        asked.noun,
        asked.sought,
        cell=cell,
        most=view.MOST,
        agreement=asked.agreement,
        now=visit.now,
    )
    found = view.build_map_marks(visit, asked, shown, cell)
    told = {
        "n": shown.n,
        "crowds": bool(shown.crowds),
        "legend": view.describe_map_legend(visit, asked, crowds=bool(shown.crowds)),
        "marks": [[*one.script_values, _format_short_day(visit, one.changed_on)] for one in found],
    }
    return _build_json_answer(told)


@router.get("/carte/communes.geojson")
def show_communes(visit: Looks) -> Response:
    """The outlines of the communes where the visitor's things stand, to ten metres."""
    asked = _parse_map_question(visit)
    outlines = visit.publication.public_features.communes.outlines
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": outlines[code].name},
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": _simplify_polygons(outlines[code].polygons),
            },
        }
        for code in view.list_visible_communes(visit, asked)
        if code in outlines
    ]
    return _build_json_answer({"type": "FeatureCollection", "features": features})


@router.get("/carte/points-lumineux.gpkg")
def download_map(visit: Looks, clock: Clock) -> Response:
    """The light points and cabinets that the visitor may see, as a GeoPackage styled for QGIS."""
    asked = replace(_parse_map_question(visit), noun="light_points")
    _check_map_scope(visit, asked)
    sink: Any = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (closed when it is sent)
    try:
        visit.assets.map_files.geopackage(
            visit.principal,
            [noun for noun in ("light_points", "cabinets") if visit.may(_get_noun_scope(noun))],
            sink,
            agreement=asked.agreement,
            title=visit.say("Éclairage public", "Public lighting"),
            freshness=lambda changed: _describe_map_freshness(visit, changed),
            clock=clock,
        )
    except BaseException:
        sink.close()
        raise
    sink.seek(0)
    name = f"points-lumineux-{visit.now:%Y-%m-%d}.gpkg"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(_iterate_file_pieces(sink), headers=headers, media_type=MEDIA_TYPE)


def _parse_map_question(visit: Visit) -> view.MapQuestion:
    """The question, by somebody whose role opens it. NotAllowed."""
    asked = view.MapQuestion.of(visit)
    _check_map_scope(visit, asked)
    return asked


def _check_map_scope(visit: Visit, asked: view.MapQuestion) -> None:
    if not visit.may(asked.scope):
        raise NotAllowed(asked.scope)


def _get_noun_scope(noun: str) -> str:
    return f"{noun.replace('_', '-')}:read"


def _read_asset_spread(visit: Visit, asked: view.MapQuestion, sought: Sought) -> Spread:
    return visit.publication.features.spread(
        visit.principal, asked.noun, sought=sought, agreement=asked.agreement, now=visit.now
    )


def _describe_map_freshness(visit: Visit, changed: datetime | None) -> str:
    """How old what is shown is, and why."""
    if changed is None:
        return visit.say("Rien n'a été déposé.", "Nothing was deposited.")
    days = max(0, (visit.now.astimezone(UTC).date() - changed.astimezone(UTC).date()).days)
    day = short_date(visit.lang, changed)
    if days < 2:  # noqa: PLR2004 (said in a word)
        since = visit.say("hier", "yesterday") if days else visit.say("aujourd'hui", "today")
        return visit.say("Dernière mise à jour : {}, {}.", "Last changed on {}, {}.", day, since)
    return visit.say(
        "Dernière mise à jour : {}, il y a {} jours. Un dépôt plus récent la remplace.",
        "Last changed on {}, {} days ago. A newer deposit replaces it.",
        day,
        days,
    )


def _format_short_day(visit: Visit, at: datetime | None) -> str:
    return "" if at is None else short_date(visit.lang, at)


def _simplify_polygons(polygons: Any) -> list[list[list[list[float]]]]:
    """Polygons to ten metres, without the places that fall together."""
    return [[_simplify_ring(ring) for ring in rings] for rings in polygons]


def _simplify_ring(ring: Any) -> list[list[float]]:
    kept: list[list[float]] = []
    for longitude, latitude in ring:
        place = [round(longitude, _FINE), round(latitude, _FINE)]
        if not kept or kept[-1] != place:
            kept.append(place)
    return kept


def _build_json_answer(told: dict[str, Any]) -> Response:
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    headers = {"Cache-Control": "no-store", "Vary": "Cookie"}
    return Response(text.encode("utf-8", "replace"), headers=headers, media_type="application/json")


def _iterate_file_pieces(sink: BinaryIO) -> Iterator[bytes]:
    with sink:
        while block := sink.read(_BLOCK):
            yield block
