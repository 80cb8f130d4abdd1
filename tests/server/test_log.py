"""The log: one JSON line a request, that tells who and what, and nothing that must stay secret."""

import errno
import io
import json
import logging
from collections.abc import Iterator
from typing import Any, override

import pytest

from synergie.server import log
from tests.server.place import PRM, Furnished, site


@pytest.fixture
def sink() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    log.start_logging(stream, level=logging.DEBUG)
    yield stream
    log.stop_logging()


def events(sink: io.StringIO, name: str = "http.request") -> list[dict[str, Any]]:
    told = [json.loads(line) for line in sink.getvalue().splitlines()]
    return [event for event in told if event["event"] == name]


def test_each_request_is_one_line_with_who_asked_for_what(
    furnished: Furnished, sink: io.StringIO
) -> None:
    furnished.owner.usual()
    sink.truncate(0)
    sink.seek(0)
    answer = furnished.owner.get(f"/v1/sites/{furnished.ids['site']}")
    (event,) = events(sink)
    assert event["route"] == "/v1/sites/{item_id}"
    assert (event["client"], event["organisation"]) == ("org-one-app", "org-one")
    assert (event["status"], event["method"], event["level"]) == (200, "GET", "info")
    assert event["trace_id"] == answer.headers["Synergie-Trace-Id"]
    assert event["ms"] > 0


def test_nothing_secret_is_written(furnished: Furnished, sink: io.StringIO) -> None:
    token = furnished.owner.token()
    furnished.owner.get("/v1/sites", token=token)
    furnished.owner.post("/v1/sites", {"items": [site("X", name="Nom secret")]})
    furnished.owner.get(f"/v1/sites?after=prm:{PRM}")
    furnished.place.http.get("/v1/sites", headers={"Authorization": f"DPoP {token}"})
    text = sink.getvalue()
    for secret in ("eyJ", token[:20], *token.split("."), "Nom secret", PRM):
        assert secret not in text


def test_what_a_caller_writes_makes_no_second_line(furnished: Furnished, sink: io.StringIO) -> None:
    furnished.place.http.get("/v1/%0A%7B%22event%22%3A%22forged%22%7D%E2%80%A8x")
    assert events(sink, "forged") == []
    assert len(events(sink)) == 1
    assert sink.getvalue().isascii()


def test_a_failure_of_ours_is_told_to_the_log_and_not_to_the_caller(
    furnished: Furnished, sink: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr("synergie.exchange.readings.batches.Batches.page", broken)
    answer = furnished.owner.get("/v1/batches")
    (event,) = events(sink, "request.failed")
    assert "a secret of ours" in event["exception"]
    assert event["level"] == "error"
    assert answer.status_code == 500
    assert answer.json()["trace_id"] == event["trace_id"]
    assert "secret" not in answer.text


def test_nothing_is_written_by_a_server_inside_another_program(
    furnished: Furnished, capsys: pytest.CaptureFixture[str]
) -> None:
    log.stop_logging()
    furnished.owner.get("/v1/sites")
    assert capsys.readouterr() == ("", "")


class FullDisk(io.StringIO):
    """A file of a disk that is full until room is made."""

    full = True

    @override
    def write(self, text: str) -> int:
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(text)

    @override
    def flush(self) -> None:
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")


def test_a_log_that_cannot_be_written_fails_no_request(furnished: Furnished) -> None:
    disk = FullDisk()
    log.start_logging(disk)
    try:
        assert furnished.place.http.get("/v1/sites").status_code == 401
        assert furnished.owner.get("/v1/sites").status_code == 200
        disk.full = False
        furnished.place.http.get("/v1/sites")
    finally:
        log.stop_logging()
    first, *others = [json.loads(line) for line in disk.getvalue().splitlines()]
    assert first["lost_lines"] >= 2
    assert not any("lost_lines" in one for one in others)
