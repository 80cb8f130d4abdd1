"""A server and the demonstration are French, whatever language their command line speaks."""

from pathlib import Path

import pytest

from synergie.cli import main
from synergie.cli.texts import translate_to_french
from synergie.reports.language import get_language, use_language
from synergie.server import log, run
from synergie.server.settings import Settings


def test_a_server_that_is_started_in_english_answers_programs_in_french(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(run, "_run_processes", lambda *_: heard.append(get_language()))
    monkeypatch.setattr(run, "_check_workers", lambda _: None)
    monkeypatch.setattr(log, "start_logging", lambda: None)
    with use_language("en"):
        run.serve(Settings.read({}, port=0, data_dir=tmp_path / "data"))
    assert heard == ["fr"]


def test_the_demonstration_is_french_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    from synergie import demo

    told: list[object] = []
    monkeypatch.setattr(
        demo, "play_demonstration", lambda *_, translate, **__: told.append(translate)
    )
    assert main(["--locale", "en", "demo", "--fast"]) == 0
    assert told == [translate_to_french]
