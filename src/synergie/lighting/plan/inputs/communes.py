"""Communes: name, population and the schedules that an order of the mayor allows, from a table."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from pydantic import ValidationError

from synergie.lighting.plan._rows import Row, TypedTable, parse_catalogue_rows, rows_of
from synergie.lighting.plan.inputs import _text
from synergie.lighting.plan.inputs._columns import COLUMNS
from synergie.lighting.records.study import StudyCommune
from synergie.park.records.park import SetAside

_TABLE = TypedTable(COLUMNS["communes"], ("insee",), _text.NO_INSEE)


def communes_of(
    path: Path, aside: list[SetAside], schedules: Collection[str]
) -> dict[str, StudyCommune]:
    """INSEE code → the commune, of a table insee;nom;population;horaires.

    `horaires`: schedules that an order of the mayor allows (CGCT L2212-1), parted by spaces; blank:
    not known.
    """
    rows = parse_catalogue_rows(
        lambda row: _parse_study_commune(row, schedules), rows_of(path, _TABLE, aside), aside
    )
    return {one.insee_code: one for one in rows}


def _parse_study_commune(row: Row, schedules: Collection[str]) -> StudyCommune:
    code = row.needed("insee", _text.A_CODE)
    strange = [name for name in row.words("horaires") if name not in schedules]
    if strange:
        raise row.fault("horaires", ", ".join(strange), _text.A_SCHEDULE)
    try:
        return StudyCommune(
            insee_code=code,
            name=row.text("nom") or code,
            population=row.value("population"),
            allowed_schedules=row.words("horaires") or None,
        )
    except ValidationError as error:
        raise row.fault("insee", code, _text.A_CODE) from error


def communes_seen(
    codes: Iterable[str], names: Mapping[str, str], told: Mapping[str, StudyCommune]
) -> tuple[StudyCommune, ...]:
    """The communes of *codes*, by code: as they were told, else with the name that a file has."""
    return tuple(
        told.get(code) or StudyCommune(insee_code=code, name=names.get(code, code))
        for code in sorted(set(codes))
    )
