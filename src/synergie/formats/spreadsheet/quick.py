"""The extent of a plain sheet by one pattern over its bytes, in a quarter of the time of parsing.

Plain is what spreadsheets write of typed cells: each names its place, none is computed or shows an
error. The pattern must take every byte between the first row and the last; else the sheet is
parsed.
"""

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO
from xml.sax.saxutils import unescape

from synergie.formats.spreadsheet.extent import MAX_TEXT, Survey, place
from synergie.formats.text import MAX_CELL_BYTES

_BLOCK = 1 << 20
_START, _END, _ROW_END = b"<sheetData>", b"</sheetData>", b"</row>"
_TOKEN = re.compile(
    rb'(<c r="([A-Z]{1,3})([1-9]\d{0,6})"(?: s="(\d{1,5})")?(?: t="(s|n|b|inlineStr)")?'
    rb"(?:/>|>(?:<v>[^<>]*</v>|<is><t[^<>]*>[^<>]*</t></is>)?</c>)"
    rb'|<row(?: r="[1-9]\d{0,6}")?(?: [a-zA-Z][^<>]*)?/?>|</row>|\s+)'
)
_ODD = re.compile(rb"<!|\0|[<:](?:c|row|sheetData)[\s/>]")
_PRINTED = re.compile(rb"<(?:odd|even|first)(?:Header|Footer)>([^<]*)<")
_QUOTES = {"&quot;": '"', "&apos;": "'"}
_CODING = re.compile(rb"encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)


def survey_plain(body: BinaryIO, longest: int, labels: Mapping[str, str]) -> Survey | None:
    """What is known of a sheet; None when it is not plain. TooLarge as `Survey` says.

    *longest*: characters of the longest shared text; *labels*: what styles show beside numbers.
    """
    found, shared = Survey(), 0
    for region in _iterate_row_regions(body, found):
        if region is None:
            return None
        tokens = _TOKEN.findall(region)
        sizes = [len(one[0]) for one in tokens]
        if sum(sizes) != len(region) or max(sizes, default=0) > MAX_CELL_BYTES:
            return None
        shared += sum(one[4] == b"s" for one in tokens)
        cells = [one for one in tokens if one[2]]
        _extend_reach(found, cells)
        for one in cells if labels else ():
            if one[3].decode() in labels:
                row, column = place(one[1].decode(), one[2].decode())
                found.show(row, column, labels[one[3].decode()])
    return found if shared * longest <= MAX_TEXT else None


def _extend_reach(found: Survey, cells: list[tuple[bytes, ...]]) -> None:
    if cells:
        row = max(map(int, {one[2] for one in cells})) - 1
        column = max(place(one.decode(), "1")[1] for one in {one[1] for one in cells})
        found.reach(row, column)


def _iterate_row_regions(body: BinaryIO, found: Survey) -> Iterator[bytes | None]:
    """Whole rows of a sheet, some at a time; None: what is around them is not plain.

    What pages print above and below them is put into *found*.
    """
    data = body.read(_BLOCK)
    head, start, data = data.partition(_START)
    if not start or _ODD.search(head) or _CODING.search(head):
        yield None
        return
    while _END not in data:
        cut = data.rfind(_ROW_END) + len(_ROW_END)
        block = body.read(_BLOCK)
        if cut < len(_ROW_END) or not block:
            yield None
            return
        yield data[:cut]
        data = data[cut:] + block
    rows, _, tail = data.partition(_END)
    yield rows
    tail += body.read()
    found.print_texts(
        unescape(one.decode(errors="replace"), _QUOTES) for one in _PRINTED.findall(tail)
    )
    yield None if _ODD.search(tail) else b""
