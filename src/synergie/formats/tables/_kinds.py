"""What the name and the titles of a sheet say of its numbers: unit, fuel, flow, or a draft."""

import re
from collections.abc import Iterable, Iterator

from synergie.errors import BadInput
from synergie.formats.tables._books import Top
from synergie.formats.tables._heading import denials, heading, is_only
from synergie.formats.tables._title_kinds import kinds_of_part, parts_of
from synergie.formats.tables._vocabulary import Role
from synergie.formats.tables._words import words

_APART: frozenset[Role] = frozenset({
    "forecast", "previous", "reactive", "self_consumed", "injected", "production",
})  # fmt: skip
_GAS_SHEET = re.compile(r"\b(gaz|gas)\b")
_ONE_KIND = "sheets of one kind; the answer sheet=NAME reads one of them"


def stop_at_kinds(sheets: dict[str, Top]) -> None:
    """BadInput for sheets of one head of which one tells another unit, fuel, flow, or a draft."""
    told = {frozenset(_told(name, top)) for name, top in sheets.items()}
    if len(told) > 1:
        raise BadInput("sheet", "; ".join(sheets)[:80], _ONE_KIND)


def _told(name: str, top: Top) -> Iterator[str]:
    yield from set(denials(name)) & _APART
    if _GAS_SHEET.search(words(name)):
        yield "gas"
    known = {heading(one).unit for one in top.head.names}
    for text in (name, *top.titles):
        unit = heading(text).unit
        if unit is not None and unit not in known:
            yield unit
        for part in parts_of(text):
            yield from _of_part(part)


def _of_part(part: str) -> Iterable[str]:
    if heading(part).role == "amount":
        return ["amount"]
    if is_only(part, _APART):
        return set(denials(part)) & _APART
    return kinds_of_part(part)
