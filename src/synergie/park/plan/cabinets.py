"""Rows of one cabinet in several files as one, in whatever order they come.

A file of light points names a cabinet and tells nothing of it; its own file tells the rest. What
one row leaves blank another fills; a row that contradicts a fuller one is set aside.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from synergie.park.plan.owned import Owned, rank_fullest
from synergie.schemas.assets.cabinet import CabinetRecord

type Row = Owned[CabinetRecord]

_NAMES = frozenset({"external_id", "provenance"})
_FIGURES = tuple(name for name in CabinetRecord.model_fields if name not in _NAMES)


class Joined(NamedTuple):
    """The cabinets, one row each, in the order of their first rows; and rows that contradict."""

    rows: list[Row]
    apart: list[Row]


def join_cabinets(rows: Iterable[Row], key: Callable[[Row], Hashable]) -> Joined:
    """*rows* with those of one *key* made one: the fullest, filled by the others."""
    groups: dict[Hashable, list[Row]] = {}
    for one in rows:
        groups.setdefault(key(one), []).append(one)
    apart: list[Row] = []
    return Joined([_join_cabinet_rows(some, apart) for some in groups.values()], apart)


def _join_cabinet_rows(rows: Sequence[Row], apart: list[Row]) -> Row:
    if len(rows) == 1:
        return rows[0]
    first, *others = sorted(rows, key=rank_fullest)
    told, owner = dict(_iterate_row_figures(first)), first.organisation
    for one in others:
        mine = dict(_iterate_row_figures(one))
        if any(told.get(name, value) != value for name, value in mine.items()):
            apart.append(one)
        else:
            told, owner = mine | told, owner or one.organisation
    return replace(first, organisation=owner, record=first.record.model_copy(update=told))


def _iterate_row_figures(one: Row) -> Iterator[tuple[str, Any]]:
    for name in _FIGURES:
        value = getattr(one.record, name)
        if value is not None:
            yield name, value
