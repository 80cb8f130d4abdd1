"""Files spoiled in the ways that files are spoiled: by transport, by spreadsheets, by people."""

import gzip
import io
import re
import zipfile
from collections.abc import Callable
from random import Random

type Damage = Callable[[bytes, Random], bytes]

_NUMBERS = re.compile(rb"\d+(?:[.,]\d+)?")
_WORDS = re.compile(rb"[A-Za-z]{2,}")
_ABSURD = (
    b"65535", b"-1", b"0", b"1e999", b"NaN", b"-inf", b"9" * 40, b"1_000", b"0x1F", b"1,5", b"1.5",
    b"1 234,5", b"", b"null", b"\xd9\xa3", b"99999999999999999999.999999999", b"1e-9",
)  # fmt: skip
_UNITS = (b"W", b"kW", b"Wh", b"kWh", b"MWh", b"VAr", b"m3", b"")
_TWICE = (b"2026-10-25T02:30:00", b"2026-10-25 02:30", b"25/10/2026 02:30", b"2026-03-29T02:30:00")
_ENTITIES = (
    b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">',
    b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
)


def truncated(data: bytes, draw: Random) -> bytes:
    """Cut at any byte."""
    return data[: draw.randrange(len(data))] if data else data


def flipped(data: bytes, draw: Random) -> bytes:
    """One to eight bytes changed."""
    out = bytearray(data)
    for _ in range(draw.randint(1, 8)):
        if out:
            out[draw.randrange(len(out))] = draw.randrange(256)
    return bytes(out)


def number(data: bytes, draw: Random) -> bytes:
    """A number replaced by an absurd one."""
    return _one(data, draw, _NUMBERS, _ABSURD)


def word(data: bytes, draw: Random) -> bytes:
    """A word replaced by a unit, another, or none."""
    return _one(data, draw, _WORDS, _UNITS)


def label(data: bytes, draw: Random) -> bytes:
    """A time replaced by one that comes twice, or never."""
    return _one(data, draw, re.compile(rb"20\d\d-\d\d-\d\dT?[\d:]{0,8}"), _TWICE)


def _one(data: bytes, draw: Random, what: re.Pattern[bytes], by: tuple[bytes, ...]) -> bytes:
    found = list(what.finditer(data[: 1 << 17]))
    if not found:
        return data
    some = draw.sample(found, min(len(found), draw.choice((1, 1, 2, 5))))
    for one in sorted(some, key=lambda match: -match.start()):
        data = data[: one.start()] + draw.choice(by) + data[one.end() :]
    return data


def lines(data: bytes, draw: Random) -> bytes:
    """Lines repeated, dropped, turned round or exchanged."""
    rows = data.splitlines(keepends=True)
    if len(rows) < 2:
        return data + data
    i, j = draw.randrange(len(rows)), draw.randrange(len(rows))
    match draw.randrange(5):
        case 0:
            rows.insert(i, rows[j])
        case 1:
            del rows[i]
        case 2:
            rows[i], rows[j] = rows[j], rows[i]
        case 3:
            rows[1:] = rows[:0:-1]
        case _:
            rows[i:i] = [rows[i]] * 3
    return b"".join(rows)


def columns(data: bytes, draw: Random) -> bytes:
    """Two cells of every row exchanged, or the separator of one row."""
    mark = max((b";", b",", b"\t"), key=data.count)
    rows = [row.split(mark) for row in data.split(b"\n")]
    width = len(rows[0])
    if width < 2:
        return data
    i, j = draw.randrange(width), draw.randrange(width)
    for row in rows[draw.choice((0, 1)) :]:
        if max(i, j) < len(row):
            row[i], row[j] = row[j], row[i]
    return b"\n".join(mark.join(row) for row in rows)


def encoded(data: bytes, draw: Random) -> bytes:
    """Bytes of another encoding, or the whole in it."""
    match draw.randrange(4):
        case 0:
            at = draw.randrange(len(data) + 1)
            return data[:at] + b"\xe9\xe8\x80\x81" + data[at:]
        case 1:
            return data.decode("utf-8", "replace").encode("cp1252", "replace")
        case 2:
            return data.decode("utf-8", "replace").encode("utf-16")
        case _:
            at = draw.randrange(len(data) + 1)
            return data[:at] + "é€\u202f".encode() + b"\0" + data[at:]


def entities(data: bytes, draw: Random) -> bytes:
    """A document type put before the first element."""
    at = max(0, data.find(b"<", data.find(b"?>") + 1))
    return data[:at] + draw.choice(_ENTITIES) + data[at:]


def nested(data: bytes, draw: Random) -> bytes:
    """Something very deep in the middle."""
    at = draw.randrange(len(data) + 1)
    return data[:at] + draw.choice((b"[", b"<a>", b'{"a":', b"(")) * 3000 + data[at:]


def packed(data: bytes, draw: Random) -> bytes:
    """Packed, whole or cut, once or several times over."""
    if draw.random() < 0.5:
        out = gzip.compress(data, mtime=0)
    else:
        sink = io.BytesIO()
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
            for i in range(draw.randint(1, 3)):
                archive.writestr(f"{i}.dat", data)
        out = sink.getvalue()
    return truncated(out, draw) if draw.random() < 0.5 else out


def bomb(data: bytes, draw: Random) -> bytes:
    """A little that unpacks to a lot."""
    return gzip.compress(data[:1000] + bytes(draw.choice((2, 4)) << 20), mtime=0)


KINDS: tuple[Damage, ...] = (
    truncated, flipped, flipped, number, number, number, word, label, lines, lines, columns,
    encoded, entities, nested, packed,
)  # fmt: skip


def damaged(data: bytes, draw: Random) -> bytes:
    """*data* spoiled in one or two ways."""
    for _ in range(draw.choice((1, 1, 1, 2))):
        data = draw.choice(KINDS)(data, draw)
    return data
