"""What the name and the titles of a sheet say of its numbers: unit, fuel, flow, or a draft."""

import re
from collections.abc import Iterable, Iterator

from synergie.errors import BadInput
from synergie.formats.tables._books import Top
from synergie.formats.tables._heading import is_only, list_denials, parse_heading
from synergie.formats.tables._vocabulary import Role
from synergie.formats.tables._words import normalize_words
from synergie.formats.tables.titles import kinds_of_part, parts_of

_APART: frozenset[Role] = frozenset({
    "forecast", "previous", "reactive", "self_consumed", "injected", "production",
})  # fmt: skip
_GAS_SHEET = re.compile(r"\b(gaz|gas)\b")
_ONE_KIND = "sheets of one kind; the answer sheet=NAME reads one of them"


def stop_at_kinds(sheets: dict[str, Top]) -> None:
    """BadInput for sheets of one head of which one tells another unit, fuel, flow, or a draft."""
    told = {frozenset(_iterate_sheet_claims(name, top)) for name, top in sheets.items()}
    if len(told) > 1:
        raise BadInput("sheet", "; ".join(sheets)[:80], _ONE_KIND)


def _iterate_sheet_claims(name: str, top: Top) -> Iterator[str]:
    yield from set(list_denials(name)) & _APART
    if _GAS_SHEET.search(normalize_words(name)):
        yield "gas"
    known = {parse_heading(one).unit for one in top.head.names}
    for text in (name, *top.titles):
        unit = parse_heading(text).unit
        if unit is not None and unit not in known:
            yield unit
        for part in parts_of(text):
            yield from _of_part(part)


def _of_part(part: str) -> Iterable[str]:
    if parse_heading(part).role == "amount":
        return ["amount"]
    if is_only(part, _APART):
        return set(list_denials(part)) & _APART
    return kinds_of_part(part)
