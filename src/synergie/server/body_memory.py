"""What a body of JSON takes of memory, known before it is parsed from bytes that are counted."""

import re

_BELOW_2, _BELOW_4 = bytes(range(0xC4)), bytes(range(0xF0))
"""Bytes of UTF-8 of texts that take one byte a character, and one or two."""
_WIDE_ESCAPE = re.compile(rb"\\u(?!00)")


def count_values(body: bytes) -> int:
    """Lists, objects and members of them that *body* holds, at most."""
    return body.count(b"[") + body.count(b"{") + body.count(b",")


def estimate_memory(body: bytes) -> int:
    """Bytes that *body* takes until it is parsed, at most: itself, its text and its objects.

    Of CPython on 64 bits: 64 a value (a short text, its place in a list), 80 more a list or an
    object, 90 more a member (a name of its own, its pair); a quarter more for texts that grow.
    """
    text = _text_width(body)
    values = max(text, _escape_width(body))
    lists = body.count(b"[") + body.count(b"{")
    objects = 64 * body.count(b",") + 144 * lists + 90 * body.count(b":")
    return (1 + text) * len(body) + 5 * values * len(body) // 4 + objects


def estimate_curve_memory(line: bytes) -> int:
    """The same of a curve, whose numbers are read without an object for each text: 40 a value."""
    return 2 * len(line) + 40 * line.count(b",")


def _text_width(body: bytes) -> int:
    """Bytes that CPython takes for each character of *body* (UTF-8), by its rarest one."""
    if body.translate(None, _BELOW_4):
        return 4
    return 2 if body.translate(None, _BELOW_2) else 1


def _escape_width(body: bytes) -> int:
    """The same of the texts that escapes write: half of a pair makes texts of four."""
    if b"\\ud" in body or b"\\uD" in body:
        return 4
    return 2 if _WIDE_ESCAPE.search(body) else 1
