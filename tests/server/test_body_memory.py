"""What a body of JSON may take of memory is known before: measured with Python's own books."""

import json
import tracemalloc
from contextlib import suppress

import pytest

from synergie.errors import SynergieError
from synergie.server.body_memory import estimate_memory
from synergie.server.intake import parse_json_body

_N = 20_000
_WORDS = "é’😀"

BODIES: dict[str, bytes] = {
    "an object of many names": b"{%s}" % b",".join(b'"%x":1' % i for i in range(_N)),
    "empty objects": b"[%s]" % b",".join([b"{}"] * _N),
    "objects of one name": b"[%s]" % b",".join([b'{"a":1}'] * _N),
    "objects of a name of their own": b"[%s]" % b",".join(b'{"%x":1}' % i for i in range(_N)),
    "empty lists": b"[%s]" % b",".join([b"[]"] * _N),
    "lists of one": b"[%s]" % b",".join([b"[1]"] * _N),
    "numbers": b"[%s]" % b",".join([b"1e3"] * _N),
    "long numbers": b"[%s]" % b",".join([b"9" * 400] * 1_000),
    "short texts": b"[%s]" % b",".join([b'"ab"'] * _N),
    "short rare texts": "[{}]".format(",".join(['"😀"'] * _N)).encode(),
    "short escaped texts": b"[%s]" % b",".join([rb'"\ud83d\ude00"'] * _N),
} | {
    f"a long text with {word}, {how}": f'["{written}{"a" * 500_000}"]'.encode()
    for word in _WORDS
    for how, written in (("plain", word), ("escaped", json.dumps(word)[1:-1]))
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_takes_no_more_than_was_estimated(name: str) -> None:
    body = BODIES[name]
    tracemalloc.start()
    try:
        with suppress(SynergieError):  # what is refused took as much
            parse_json_body(body)
        taken = tracemalloc.get_traced_memory()[1] + len(body)
    finally:
        tracemalloc.stop()
    assert taken <= estimate_memory(body) + 64 * 1024
