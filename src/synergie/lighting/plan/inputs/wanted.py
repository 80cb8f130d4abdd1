"""Scenarios as an agent writes them: a table, one measure a row, or a list as JSON."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from synergie.errors import BadInput
from synergie.lighting.plan._rows import Row, TypedTable, parse_catalogue_rows, rows_of
from synergie.lighting.plan.inputs import _text
from synergie.lighting.plan.inputs._columns import COLUMNS
from synergie.lighting.plan.inputs._words import read_text_file
from synergie.lighting.records.study import LightingAction, LightingScenario
from synergie.park.records.park import SetAside
from synergie.schemas.assets.light_point import SourceType
from synergie.schemas.faults import faults

_TABLE = TypedTable(COLUMNS["scenarios"], ("scenario",), _text.NO_SCENARIO)
_LAMPS = frozenset(get_args(SourceType.__value__))
_SCENARIOS = TypeAdapter(tuple[LightingScenario, ...])
_KEEP = frozenset({"", "inchange", "inchangé", "aujourd'hui", "-", "–"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReferences:
    """What a row may name."""

    retrofits: Collection[str]
    """Entries of the catalogue."""
    schedules: Collection[str]
    """Schedules."""
    years: range
    """Years in which works may be."""


def scenarios_of(
    path: Path, aside: list[SetAside], *, known: RowReferences
) -> tuple[LightingScenario, ...]:
    """The scenarios of *path*, in its order: a JSON list of `LightingScenario`, or a table.

    The table: scenario;nom;communes;types;programmable;materiel;horaire;annee, one measure a row;
    a row with neither `materiel` nor `horaire` changes nothing (today). Lists are parted by commas
    or spaces. Rows that name what is not in the catalogue or among the schedules are set aside.
    """
    if path.suffix.casefold() == ".json":
        return _of_json(path)
    found: dict[str, LightingScenario] = {}
    rows = rows_of(path, _TABLE, aside)
    for key, name, summary, measure in parse_catalogue_rows(
        lambda row: _parse_scenario_row(row, known), rows, aside
    ):
        before = found.get(key) or LightingScenario(id=key, name=name or key, summary=summary)
        more = () if measure is None else (measure,)
        told: dict[str, Any] = {"actions": (*before.actions, *more)}
        if name and before.name == key:
            told["name"] = name
        found[key] = before.model_copy(update=told)
    if not found:
        raise BadInput(path.name, "", _text.A_SCENARIO_FILE)
    return tuple(found.values())


def _of_json(path: Path) -> tuple[LightingScenario, ...]:
    text = read_text_file(path)
    try:
        return _SCENARIOS.validate_json(text)
    except ValidationError as error:
        raise faults(error)[0].at(f"{path.name} ") from error


type _Parts = tuple[str, str | None, str | None, LightingAction | None]


def _parse_scenario_row(row: Row, known: RowReferences) -> _Parts:
    key = row.needed("scenario", _text.A_NAME)
    try:
        LightingScenario(id=key, name=key)
    except ValidationError as error:
        raise row.fault("scenario", key, _text.A_NAME) from error
    return key, row.text("nom"), row.text("resume"), _parse_measure(row, known)


def _parse_measure(row: Row, known: RowReferences) -> LightingAction | None:
    retrofit, among = _parse_retrofits(row, known)
    schedule = _parse_reference(row, "horaire", known.schedules, _text.A_SCHEDULE)
    clocks = bool(row.value("rendre_programmable"))
    if retrofit is None and not among and schedule is None and not clocks:
        return None
    strange = set(row.words("types")) - _LAMPS
    if strange:
        raise row.fault("types", ", ".join(sorted(strange)), _text.A_LAMP)
    clock, year = row.value("prix_horloge"), row.value("annee", _text.A_YEAR)
    if year is not None and year not in known.years:
        raise row.fault("annee", year, _text.A_YEAR)
    try:
        return LightingAction(
            communes=row.words("communes"),
            cabinets=row.words("armoires"),
            source_types=row.words("types"),  # type: ignore[arg-type]
            programmable=row.value("programmable"),
            in_corridor=row.value("corridor"),
            is_priority=row.value("prioritaire"),
            retrofit=retrofit,
            retrofit_among=among,
            schedule=schedule,
            make_programmable=clocks,
            clock_eur=None if clock is None else Decimal(repr(clock)),
            year=year,
        )
    except ValidationError as error:
        name, expected = _locate_validation_fault(error)
        raise row.fault(name, row.text(name), expected) from error


def _parse_retrofits(row: Row, known: RowReferences) -> tuple[str | None, tuple[str, ...]]:
    """One entry, or several of which each luminaire takes the smallest that suits its road."""
    told = row.words("materiel")
    if len(told) < 2:  # noqa: PLR2004 (several)
        return _parse_reference(row, "materiel", known.retrofits, _text.A_RETROFIT), ()
    strange = [name for name in told if name not in known.retrofits]
    if strange:
        raise row.fault("materiel", ", ".join(strange), _text.A_RETROFIT)
    return None, told


def _locate_validation_fault(error: ValidationError) -> tuple[str, str]:
    field = error.errors()[0]["loc"][0]
    if field == "communes":
        return "communes", _text.A_CODE
    return ("annee", _text.A_YEAR) if field == "year" else ("scenario", faults(error)[0].expected)


def _parse_reference(row: Row, name: str, known: Collection[str], expected: str) -> str | None:
    told = row.text(name)
    if told is None or told.casefold() in _KEEP:
        return None
    if told not in known:
        raise row.fault(name, told, expected)
    return told
