"""Records of one file of which each thing is named once, whatever the file does."""

from collections.abc import Iterable
from typing import NamedTuple

from pydantic import BaseModel

from synergie.formats import checks
from synergie.schemas.readings.batch import Refusal
from synergie.storage.assets.owned import fold_records


class Distinct(NamedTuple):
    """Records of which each has its own identifier.

    `repeats`: records that were made one with another. `refusals`: records left out.
    """

    records: list[BaseModel]
    repeats: int = 0
    refusals: tuple[Refusal, ...] = ()


def merge_records_by_id(records: Iterable[BaseModel]) -> Distinct:
    """Several records of one thing as one: of each field the last that tells it."""
    groups: dict[str, list[BaseModel]] = {}
    for record in records:
        groups.setdefault(_get_external_id(record), []).append(record)
    n = sum(map(len, groups.values()))
    return Distinct([fold_records(group) for group in groups.values()], n - len(groups))


def select_distinct_records(records: Iterable[BaseModel]) -> Distinct:
    """The first record of each thing; a repetition is ignored, another content is refused."""
    first: dict[str, BaseModel] = {}
    repeats, refusals = 0, []
    for place, record in enumerate(records):
        known = first.setdefault(_get_external_id(record), record)
        if known == record:
            repeats += known is not record
        else:
            refusals.append(
                Refusal(
                    where=f"/items/{place}",
                    found=_get_external_id(record)[:80],
                    expected=checks.CONFLICTING_DUPLICATE.says,
                    code=checks.CONFLICTING_DUPLICATE.code,
                )
            )
    return Distinct(list(first.values()), repeats, tuple(refusals))


def _get_external_id(record: BaseModel) -> str:
    return str(getattr(record, "external_id"))  # noqa: B009 (a property or a field)
