"""Figures that no file of assets holds: told by somebody, with the place to check them."""

from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from synergie.lighting.plan._rows import Row, TypedTable, parse_catalogue_rows, rows_of
from synergie.lighting.plan.criteria import CRITERIA, Criterion
from synergie.lighting.plan.inputs import _text
from synergie.lighting.plan.inputs._columns import COLUMNS
from synergie.lighting.plan.inputs._words import words_of
from synergie.lighting.records.effects import LightingCriterion
from synergie.lighting.records.study import Stated
from synergie.park.records.park import SetAside

_TABLE = TypedTable(COLUMNS["stated"], ("critere",), _text.NO_CRITERION)
_CRITERIA: dict[str, LightingCriterion] = {
    one: one for one in get_args(LightingCriterion.__value__)
}
_CRITERIA |= {
    "temps_agent": "agent_minutes", "minutes_agent": "agent_minutes",
    "ressenti": "felt_safety", "sentiment_de_securite": "felt_safety",
    "heures_insertion": "insertion_hours", "insertion": "insertion_hours",
    "conservation": "retention", "donnees_personnelles": "personal_fields",
    "pas_publie": "finest_step", "delai_reparation": "repair_delay",
    "points_eteints": "points_out",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StatedOf:
    """A figure, and the scenario it is told of. None: of all."""

    scenario: str | None
    figure: Stated
    where: str = ""
    """The row."""


def stated_of(path: Path, aside: list[SetAside]) -> tuple[StatedOf, ...]:
    """The rows of a table critere;valeur;bas;haut;commune;scenario;repondants;source.

    A blank value was asked for and is not known. A row without a source is set aside.
    """
    return tuple(parse_catalogue_rows(_parse_stated_figure, rows_of(path, _TABLE, aside), aside))


def _parse_stated_figure(row: Row) -> StatedOf:
    told = words_of(row.needed("critere", _text.A_CRITERION))
    criterion = _CRITERIA.get(told)
    if criterion is None:
        raise row.fault("critere", told, _text.A_CRITERION)
    value, low, high = (row.value(name) for name in ("valeur", "bas", "haut"))
    _may_be_told(row, CRITERIA[criterion], (value, low, high))
    ordered = [one for one in (low, value, high) if one is not None]
    if ordered != sorted(ordered):
        raise row.fault("valeur", f"{low} {value} {high}", _text.INTERVAL)
    try:
        figure = Stated(
            criterion=criterion,
            value=value,
            low=low,
            high=high,
            insee_code=row.text("commune"),
            respondents=row.value("repondants"),
            source=row.needed("source", _text.SOURCE_OF_FIGURE),
        )
    except ValidationError as error:
        raise row.fault("commune", row.text("commune"), _text.A_CODE) from error
    return StatedOf(row.text("scenario"), figure, row.where)


def _may_be_told(row: Row, criterion: Criterion, figures: tuple[float | None, ...]) -> None:
    """BadInput for a criterion that is found from the park, and for a figure out of its bounds."""
    if criterion.stated is None:
        raise row.fault("critere", row.text("critere"), _text.FOUND)
    least = -inf if criterion.least is None else criterion.least
    most = inf if criterion.most is None else criterion.most
    for figure in figures:
        if figure is not None and not least <= figure <= most:
            raise row.fault("valeur", figure, _text.BOUNDS)
