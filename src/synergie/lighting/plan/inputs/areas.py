"""What luminaires light, from a table: kind, hours of activity, class of road, surface."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from synergie.lighting.plan._rows import Row, TypedTable, parse_catalogue_rows, rows_of
from synergie.lighting.plan.inputs import _text
from synergie.lighting.plan.inputs._columns import COLUMNS
from synergie.lighting.records.lit_area import Derogation, LitArea
from synergie.lighting.records.study import StudyCabinet, StudyLight
from synergie.park.records.park import SetAside
from synergie.schemas.assets.light_point import LightUsage

type Selector = tuple[str, str, str]
"""A group of luminaires: `foyers`, `armoires`, `communes` or ``, the name, the category or ``."""

_TABLE = TypedTable(COLUMNS["areas"], ("lieu", "source"), _text.NO_AREA)
_FIELDS = {
    "kind": "nature", "is_built_up": "agglomeration", "is_natural": "naturel",
    "illuminance_lx": "lux", "surface_m2": "surface", "width_m": "largeur",
    "spacing_m": "interdistance",
}  # fmt: skip
"""Column of each field that its cell gives as it stands."""
_CLOCKS = {"opens": "ouverture", "closes": "fermeture"}
_USAGES = frozenset(get_args(LightUsage.__value__))
_CLOCK = re.compile(r"([01]?\d|2[0-4])(?:[hH:]([0-5]\d)(?::00)?|[hH])", re.ASCII)
"""18:30, 18h30, 18 h, and 18:30:00 as a cell of a workbook gives it; 24:00 is midnight."""
_DAY = re.compile(r"\d\d-\d\d", re.ASCII)


@dataclass(slots=True)
class Areas:
    """The areas, and which luminaires light each."""

    found: dict[str, LitArea] = field(default_factory=dict)
    of: dict[Selector, str] = field(default_factory=dict)
    """Area by group of luminaires."""


def areas_of(
    path: Path,
    lights: Mapping[str, StudyLight],
    cabinets: Mapping[str, StudyCabinet],
    aside: list[SetAside],
) -> Areas:
    """The areas of a table lieu;nature;foyers;armoires;communes;categories;…;source.

    A row holds for its `foyers`, else its `armoires`, else its `communes`, else for all; of these
    for its `categories`. The nearest row holds: luminaire, cabinet, commune; one with a category
    before one without. A group that two rows tell, and a name of no file, go to *aside*.
    """
    told = Areas()
    known = {
        "foyers": lights.keys(), "armoires": cabinets.keys(),
        "communes": {
            *(one.insee_code for one in lights.values()),
            *(one.insee_code for one in cabinets.values()),
        },
    }  # fmt: skip

    def keep(row: Row) -> None:
        area = _parse_area(row)
        groups = tuple(_iterate_selectors(row))
        for column, name, _ in groups:
            if column and name not in known[column]:
                raise row.fault(column, name, _text.OF_THE_FILES)
        if area.id in told.found or any(one in told.of for one in groups):
            raise row.fault("lieu", area.id, _text.AREA_ONCE)
        told.found[area.id] = area
        told.of |= dict.fromkeys(groups, area.id)

    for _ in parse_catalogue_rows(keep, rows_of(path, _TABLE, aside), aside):
        pass
    return told


def _iterate_selectors(row: Row) -> Iterator[Selector]:
    usages = tuple(word.upper() for word in row.words("categories")) or ("",)
    strange = [word for word in usages if word and word not in _USAGES]
    if strange:
        raise row.fault("categories", ", ".join(strange), _text.A_CATEGORY)
    columns = [name for name in ("foyers", "armoires", "communes") if row.text(name)]
    if len(columns) > 1:
        raise row.fault(columns[1], row.text(columns[1]), _text.ONE_GROUP)
    named = [(columns[0], word) for word in row.words(columns[0])] if columns else [("", "")]
    yield from ((column, name, usage) for column, name in named for usage in usages)


def _parse_area(row: Row) -> LitArea:
    told: dict[str, Any] = {name: row.value(column) for name, column in _FIELDS.items()}
    told |= {name: _parse_clock(row, column) for name, column in _CLOCKS.items()}
    told["road_class"] = (row.text("classe") or "").upper() or None
    told["is_adapted"] = bool(row.value("detection"))
    told["is_accessible_path"] = bool(row.value("cheminement"))
    columns = _FIELDS | _CLOCKS | {"id": "lieu", "road_class": "classe"}
    try:
        return LitArea(
            id=row.needed("lieu", _text.A_NAME),
            source=row.needed("source", _text.SOURCE_OF_FIGURE),
            derogation=_parse_derogation(row),
            **told,
        )
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        column = columns.get(name, "lieu")
        expected = _text.EXPECTED_OF_AREA.get(name, _text.A_NAME)
        raise row.fault(column, row.text(column), expected) from error


def _parse_clock(row: Row, column: str) -> str | None:
    text = row.text(column)
    if text is None:
        return None
    found = _CLOCK.fullmatch(text.replace(" ", ""))
    if found is None or (found[1] == "24" and found[2] not in {None, "00"}):
        raise row.fault(column, text, _text.A_CLOCK)
    return f"{int(found[1]) % 24:02}:{found[2] or '00'}"


def _parse_derogation(row: Row) -> Derogation | None:
    document = row.text("derogation")
    if document is None:
        return None
    signed, until = row.value("signee"), row.value("jusque")
    days = [row.text(name) for name in ("du", "au")]
    if signed is None or until is None or any(d and not _DAY.fullmatch(d) for d in days):
        raise row.fault("derogation", document, _text.A_DEROGATION)
    try:
        return Derogation(
            document=document, signed_on=signed, until=until, from_day=days[0], to_day=days[1]
        )
    except ValidationError as error:
        raise row.fault("derogation", document, _text.A_DEROGATION) from error


def place_lights(
    lights: Mapping[str, StudyLight], cabinets: Mapping[str, StudyCabinet], areas: Areas
) -> dict[str, StudyLight]:
    """*lights*, each with what it lights."""
    return {key: _place_light(one, cabinets, areas.of) for key, one in lights.items()}


def _place_light(
    light: StudyLight, cabinets: Mapping[str, StudyCabinet], of: Mapping[Selector, str]
) -> StudyLight:
    cabinet = cabinets.get(light.cabinet or "")
    commune = light.insee_code or (None if cabinet is None else cabinet.insee_code)
    groups: Sequence[tuple[str, str]] = (
        ("foyers", light.id), ("armoires", light.cabinet or ""), ("communes", commune or ""),
        ("", ""),
    )  # fmt: skip
    usages = ("",) if light.usage is None else (light.usage, "")
    each = (of.get((column, name, usage)) for column, name in groups for usage in usages)
    found = next((one for one in each if one is not None), None)
    return light if found is None else light.model_copy(update={"area": found})
