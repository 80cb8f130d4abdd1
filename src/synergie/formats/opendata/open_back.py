"""Open sums read back from the rows of a file: every column is held against what the sums give."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from synergie.errors import BadInput, Words
from synergie.formats._json import describe_json_value
from synergie.formats.opendata.open_rows import Row, version_rows
from synergie.schemas.faults import faults
from synergie.schemas.publication.release import ReleaseCell
from synergie.schemas.publication.signed_publication import HiddenCell, PublicCells

type Told = Mapping[str, object]
"""Members of a thing by name, as a file holds them."""

_PERIOD = re.compile(r"(19|20)[0-9]{2}(-(0[1-9]|1[0-2]))?")
_VERSION = re.compile(r"[1-9][0-9]{0,8}")
_EMPTY = "an empty cell"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file. `where`: its place, before `/column`."""

    where: str
    told: Told


@dataclass(frozen=True, slots=True)
class Form:
    """How a kind of file tells a row.

    `values`: its columns as values; what is none stays as it is, to be refused. `written`: what the
    file holds of a row of ours.
    """

    values: Callable[[Told], Told]
    written: Callable[[Row], Told]


@dataclass(frozen=True, slots=True)
class Back:
    """The sums of one version in a file. `others`: rows of other versions, which are not looked at.

    Each of those says of which it is: none can be taken for one of this version.
    """

    told: PublicCells
    others: int = 0


def sums_back(lines: Iterable[Line], form: Form, *, period: str, version: int) -> Back:
    """The sums of *version* of *period* in *lines*, held column by column.

    BadInput when there is none of these, or at the place that does not hold what a published file
    holds.
    """
    mine: list[Line] = []
    others = 0
    for line in lines:
        if _parse_row_identity(line) == (period, str(version)):
            mine.append(line)
        else:
            others += 1
    if not mine:
        raise BadInput("period, version", Words("no row"), f"{period}, {version}")
    found = _build_public_cells(mine, form)
    for line, row in zip(mine, version_rows(period, version, found), strict=True):
        check_same_members(line.where, line.told, form.written(row))
    return Back(found, others)


def check_same_members(where: str, found: Told, wanted: Told) -> None:
    """BadInput at the first member that *found* has otherwise than *wanted*, or that one lacks."""
    for name in {**wanted, **found}:
        there, expected = found.get(name), wanted.get(name)
        same = there == expected and type(there) is type(expected)  # JSON's true is no 1
        if not (same and name in found and name in wanted):
            raise BadInput(f"{where}/{name}", _describe_found(there), _describe_expected(expected))


def _parse_row_identity(line: Line) -> tuple[str, str]:
    """Period and version of a row, as they are written; no other way to write them is taken."""
    period, version = (f"{line.told.get(name)}" for name in ("period", "version"))
    if not _PERIOD.fullmatch(period):
        raise BadInput(f"{line.where}/period", period, "a civil month or year")
    if not _VERSION.fullmatch(version):
        raise BadInput(f"{line.where}/version", version, "a whole number of at least 1")
    return period, version


def _build_public_cells(mine: list[Line], form: Form) -> PublicCells:
    cells: list[ReleaseCell] = []
    hidden: list[HiddenCell] = []
    for line in mine:
        told = form.values(line.told)
        if told["status"] == "published":
            cells.append(_build_cell(line, told, ReleaseCell))
        elif told["status"] == "hidden":
            hidden.append(_build_cell(line, told, HiddenCell))
        else:
            raise BadInput(
                f"{line.where}/status", _describe_found(told["status"]), "published or hidden"
            )
    return PublicCells(cells=tuple(cells), hidden=tuple(hidden))


def _build_cell[KindT: (ReleaseCell, HiddenCell)](
    line: Line, told: Told, kind: type[KindT]
) -> KindT:
    try:
        return kind.model_validate({name: told[name] for name in kind.model_fields})
    except ValidationError as error:
        raise faults(error)[0].at(line.where) from error


def _describe_found(value: object) -> object:
    return Words("nothing") if value is None else describe_json_value(value)


def _describe_expected(value: object) -> str:
    return _EMPTY if value in (None, "") else str(value)
