"""What the start of a workbook tells, before it is opened: to recognise a file."""

import re
import zlib

from synergie.formats.format import Sample

_BOOK, _BODY = "xl/workbook.xml", "content.xml"
_LOCAL = b"PK\x03\x04"
_TOLD = re.compile(r"xl/(?:workbook|sharedStrings|worksheets/[\w-]+)\.xml|content\.xml", re.ASCII)
_MOST_TOLD = 256 * 1024


def read_workbook_start(sample: Sample, parts: re.Pattern[str] = _TOLD) -> str:
    """What the start of an XLSX or ODS file tells: its workbook, texts and sheets, as XML.

    The members are walked from the first on, as far as the sample goes; empty for other files.
    """
    if _BOOK not in sample.members and _BODY not in sample.members:
        return ""
    told, at, data = list[str](), 0, sample.start
    while data[at : at + 4] == _LOCAL and at + 30 <= len(data):
        packed_size = int.from_bytes(data[at + 18 : at + 22], "little")
        method = int.from_bytes(data[at + 8 : at + 10], "little")
        name_size, extra = (int.from_bytes(data[at + i : at + i + 2], "little") for i in (26, 28))
        start = at + 30 + name_size + extra
        name = data[at + 30 : at + 30 + name_size].decode("utf-8", "replace")
        text, end = _unpack_member_start(data, start, packed_size, method)
        if parts.fullmatch(name):
            told.append(text.decode("utf-8", "replace"))
        at = data.find(_LOCAL, end) if end < len(data) else len(data)
        if at < 0:
            break
    return "".join(told)


def _unpack_member_start(data: bytes, start: int, size: int, method: int) -> tuple[bytes, int]:
    """The first bytes of a member, and where it ends in *data*."""
    if method == 0:
        return data[start : start + min(size, _MOST_TOLD)], start + size
    inflate = zlib.decompressobj(-15)
    try:
        text = inflate.decompress(data[start:], _MOST_TOLD)
    except zlib.error:
        return b"", start + size
    if inflate.eof:
        return text, len(data) - len(inflate.unused_data)
    return text, max(start + size, start + 1)
