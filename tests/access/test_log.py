"""The whole matrix with the log at DEBUG: nothing secret is in it, and every refusal is.

security.md §16: tokens, assertions and proofs by 8 digits of their digest only; delivery points as
a MAC; no reading, no name; one line an event, whatever callers write.
"""

import io
import json
import logging
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from synergie.server import log
from synergie.storage.store import Store
from tests.access.campaign import UNLIMITED
from tests.access.routes import ABSENT, OPERATIONS, ROWS, Case, case_of
from tests.access.world import NAMES, World
from tests.server.place import Furnished, Member, Place

FORGED = '\n{"event":"forged"}\r\n\u2028\u2029\x1b[31mforged\x00\x85'
"""What would begin a line, or colour one, in a log of plain text."""


HERE = ROWS.keys() & OPERATIONS
"""That each route has a row is the matrix's own test."""


@contextmanager
def heard() -> Iterator[io.StringIO]:
    """All that the server and the libraries under it say: ours at DEBUG, theirs at WARNING."""
    stream, root = io.StringIO(), logging.getLogger()
    last = logging.StreamHandler(stream)
    last.setLevel(logging.WARNING)
    last.addFilter(lambda record: not hasattr(record, "told"))  # ours: one line of it is enough
    root.addHandler(last)
    log.start_logging(stream, level=logging.DEBUG)
    try:
        yield stream
    finally:
        log.stop_logging()
        root.removeHandler(last)


@pytest.fixture(scope="module")
def world(blank_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("log")
    shutil.copy(blank_sqlite, folder / "store.db")
    store = Store.open(f"sqlite:///{folder / 'store.db'}")
    yield World.of(Place.of(store, folder / "data", **UNLIMITED))
    store.close()


@pytest.fixture(scope="module")
def told(world: World) -> tuple[str, list[str]]:
    """The log of the matrix over all routes and three organisations, and the tokens used."""
    tokens: list[str] = []
    with heard() as stream:
        for name in NAMES:
            for operation in sorted(HERE, key=lambda one: one.startswith("act_")):
                tokens += _every_way(case_of(operation, world.furnished(name)))
    return stream.getvalue(), tokens


def _every_way(case: Case) -> list[str]:
    """The operation called rightly and wrongly; the tokens and proofs that were presented."""
    right, others = case.right, (case.furnished.partner, case.furnished.stranger)
    token = right.token(case.scope)
    headers = right.headers(case.method, case.path(), token)
    case.call(right, headers=headers, token=token)
    case.call(right, headers=headers, token=token)  # replayed
    case.call(
        right, token=right.token("sites:read" if "sites" not in case.scope else "curves:read")
    )
    case.call(right, token=token[:-4] + "AAAA")
    case.call(right, token=token, query="zz=1")
    for other in others:
        case.call(other)
        case.call(other, ABSENT)
    case.furnished.place.http.request(case.method, case.path())
    case.resume()
    return [token, headers["DPoP"]]


def events(text: str, name: str | None = None) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in text.splitlines()]
    return [one for one in found if name in (None, one["event"])]


def test_no_token_proof_or_assertion_is_in_it(told: tuple[str, list[str]]) -> None:
    text, tokens = told
    assert "eyJ" not in text
    assert len(tokens) == 2 * 3 * len(HERE)
    for token in tokens:
        assert not any(part in text for part in token.split("."))


def test_no_delivery_point_reading_or_name_is_in_it(
    told: tuple[str, list[str]], world: World
) -> None:
    text = told[0]
    assert re.findall(r"(?<![0-9a-f])99\d{12}(?![0-9a-f])", text) == []
    found = [one for one in world.canaries if one.text in text and re.search(one.form, text)]
    assert found == []


def test_no_private_key_of_anyone_is_in_it(told: tuple[str, list[str]], world: World) -> None:
    for member in world.members.values():
        assert member.partner.key.private_jwk["d"] not in told[0]


def test_each_line_is_one_event_with_when_and_whose_request(told: tuple[str, list[str]]) -> None:
    assert told[0].isascii()
    for one in events(told[0]):
        assert one["ts"].endswith("Z"), one
        assert re.fullmatch("[0-9a-f]{32}", one["trace_id"]), one


def test_each_kind_of_event_is_there(told: tuple[str, list[str]]) -> None:
    kinds = {one["event"] for one in events(told[0])}
    assert kinds >= {
        "http.request", "oauth.answered", "auth.refused", "access.refused", "access.absent",
        "journal.data.read", "journal.data.written", "journal.agreement.suspend",
        "outbound.failed",
    }  # fmt: skip


def test_a_refused_token_is_told_with_its_reason_and_its_digest(
    told: tuple[str, list[str]],
) -> None:
    text, tokens = told
    refused = events(text, "auth.refused")
    assert {one["reason"] for one in refused} >= {
        "missing_token", "invalid_token", "invalid_dpop_proof",
    }  # fmt: skip
    replayed = {one["token"] for one in refused if one["reason"] == "invalid_dpop_proof"}
    assert {log.digest(token) for token in tokens[::2]} <= replayed
    assert all(one["outcome"] == "refused" for one in refused)


def test_a_refused_decision_is_told_with_who_and_which_agreement(
    told: tuple[str, list[str]], world: World
) -> None:
    refused = events(told[0], "access.refused")
    assert refused
    assert all(
        one["client"] and one["organisation"] in NAMES for one in refused if one["agreement"]
    )
    assert {one["reason"] for one in refused} & set(ROWS) == set()


_AGREEMENTS = "agreement", "sums", "upkeep", "lit"


def test_each_read_under_an_agreement_is_told_with_its_version_and_rows(
    told: tuple[str, list[str]], world: World
) -> None:
    agreements = {ids[noun] for ids in world.ids.values() for noun in _AGREEMENTS}
    read = [one for one in events(told[0], "journal.data.read") if one.get("agreement")]
    assert {one["agreement"].partition("/")[0] for one in read} == agreements
    assert all(one["agreement"].endswith("/1") and one["rows"] >= 0 for one in read)
    assert all(one["organisation"] != one["owner"] for one in read)


def test_what_a_caller_writes_begins_no_line(world: World) -> None:
    furnished = world.furnished(NAMES[0])
    with heard() as stream:
        for operation in sorted(HERE):
            if not operation.startswith("act_"):
                _forge(case_of(operation, furnished))
    lines = stream.getvalue().split("\n")
    assert lines.pop() == ""
    assert {json.loads(line)["event"] == "forged" for line in lines} == {False}
    assert not set(stream.getvalue()) & set("\x1b\x00\x85\u2028\u2029\r")


def _forge(case: Case) -> None:
    """The forged text wherever a caller may write one: address, query, headers, body."""
    member: Member = case.right
    quoted = "".join(f"%{byte:02X}" for byte in FORGED.encode())
    path = case.path().partition("?")[0]
    body = case.body()
    if isinstance(body, dict):
        body = dict.fromkeys(body, FORGED) | {FORGED: FORGED}
    odd = {"User-Agent": "\u00e9\u0085x", "traceparent": "x", "Accept": "\u0085"}
    latin: dict[Any, Any] = {n.encode(): v.encode("latin-1") for n, v in odd.items()}
    for target in (f"{path}/{quoted}", f"{path}?zz={quoted}", f"{path}?{quoted}=1"):
        headers = {n.encode(): v.encode() for n, v in member.headers(case.method, target).items()}
        case.furnished.place.http.request(case.method, target, headers=headers | latin)
    member.call(case.method, path, body)


def test_an_exception_that_holds_a_secret_is_veiled(
    furnished: Furnished, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = furnished.owner.usual()

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"about {token} and prm:99000000000017 and {99000000000017}")

    monkeypatch.setattr("synergie.exchange.readings.batches.Batches.page", broken)
    with heard() as stream:
        furnished.owner.get("/v1/batches")
    (failed,) = events(stream.getvalue(), "request.failed")
    assert f"sha256:{log.digest(token)}" in failed["exception"]
    assert "eyJ" not in stream.getvalue()
    assert "99000000000017" not in stream.getvalue()
    assert len(set(re.findall("hmac:[0-9a-f]{16}", failed["exception"]))) == 1


def test_a_delivery_point_is_veiled_under_a_key_alike_for_all_workers() -> None:
    log.set_redaction_key(b"a" * 32)
    first = log.redact_text("prm:99000000000017")
    log.set_redaction_key(b"b" * 32)
    other = log.redact_text("prm:99000000000017")
    log.set_redaction_key(b"a" * 32)
    assert first != other
    assert first == log.redact_text("prm:99000000000017")
    assert "99000000000017" not in first
