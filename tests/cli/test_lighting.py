"""`synergie lighting`: from the announcement to what is retained, each side by its own program."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from synergie.cli import main
from synergie.client import Client
from synergie.testing import Running, server
from tests.client.test_lighting_studies import declared, opened
from tests.exchange.studying import owned
from tests.server import lighting

BODIES = ("aulnes", "bouleaux")

type Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def running() -> Iterator[Running]:
    with server() as made:
        yield made


@pytest.fixture
def run(running: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """A command as an organisation: exit code, output, errors."""
    known: dict[str, tuple[str, ...]] = {}

    def options(name: str) -> tuple[str, ...]:
        if name not in known:
            auth, path = running.auth(name), tmp_path / f"{name}.json"
            path.write_text(json.dumps(dict(auth.key)))
            path.chmod(0o600)
            known[name] = (
                "--server", running.url, "--client", auth.client_id, "--key", str(path),
            )  # fmt: skip
        return known[name]

    def said(who: str, *line: str, locale: str = "en") -> tuple[int, str, str]:
        code = main(["--locale", locale, "lighting", *line, *options(who)])
        out, err = capsys.readouterr()
        return code, out, err

    return said


def _file(folder: Path, name: str, values: Any) -> str:
    path = folder / name
    path.write_text(json.dumps(values), encoding="utf-8")
    return str(path)


def _agreed(running: Running, body: str) -> None:
    with (
        Client(running.url, running.auth(body, program=f"{body}-signs")) as owner,
        Client(running.url, running.auth("syndicat", program=f"signs-{body}")) as partner,
    ):
        draft = owner.draft(opened(running, body, declared(owner, body)))
        owner.propose(draft.id)
        partner.accept(draft.id)


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found is not None, text
    return found[0]


def test_a_joint_study_from_the_command_line(run: Run, running: Running, tmp_path: Path) -> None:
    file = _file(tmp_path, "etude.json", lighting.record())
    for name in ("syndicat", *BODIES):
        running.organisation(name)
    code, out, _ = run("syndicat", "create", file, "--body", "aulnes", "--json")
    assert code == 0
    study = json.loads(out)["id"]
    assert "bodies: 2" in run("syndicat", "invite", study, "bouleaux")[1]
    out = run("syndicat", "inputs", study)[1]
    assert "missing: aulnes: no agreement opens its assets for lighting planning" in out
    for body in BODIES:
        _agreed(running, body)
    assert "aulnes: cabinets: 1; light points: 1" in run("syndicat", "inputs", study)[1]
    file = _file(tmp_path, "options.json", lighting.options())
    made = _found(r"opt_\w+", run("syndicat", "publish-options", study, file)[1])
    assert "version 1" in run("aulnes", "options", study)[1]
    assert "LED 40 W" in run("aulnes", "options", study, made)[1]
    problem = lighting.study(*map(owned, BODIES)).model_dump(mode="json")
    voices = {"bounds": lighting.BOUNDS, "groups": [lighting.council()]}
    said = _file(tmp_path, "voix.json", voices)
    file = _file(tmp_path, "probleme.json", problem)
    code, out, err = run("syndicat", "compute", study, file, "--voices", said)
    assert code == 0, err
    _spoken(run, study, _found(r"lcp_\w+", out), said)
    _published(run, study, tmp_path)


def _spoken(run: Run, study: str, kept: str, said: str) -> None:
    assert run("aulnes", "part", study, kept)[0] == 5  # not proposed yet
    assert "voices are taken" in run("syndicat", "act", study, "propose", kept)[1]
    out = run("aulnes", "part", study, kept)[1]
    assert "s2 S2 LED: works 584" in out
    assert "bouleaux" not in out
    assert run("aulnes", "speak", study, kept)[0] == 2
    for body in BODIES:
        assert "your voice: given" in run(body, "speak", study, kept, said)[1]
    assert "not given" in run("aulnes", "speak", study, kept, "--withdraw")[1]
    assert run("aulnes", "speak", study, kept, said)[0] == 0
    code, _, err = run("syndicat", "weigh", study, kept)
    assert (code, "collected" in err) == (1, True), err
    assert "voices are collected" in run("syndicat", "act", study, "collect")[1]
    code, out, err = run("syndicat", "weigh", study, kept, "--samples", "200")
    assert code == 0, err
    assert run("aulnes", "weighing", study, kept)[1] == out
    assert "is first in" in out
    assert "declines s1" in run("aulnes", "answer", study, kept, "decline", "s1")[1]
    assert "none yet" in run("aulnes", "answer", study, kept, "withdraw")[1]
    for body in BODIES:
        assert "accepts s2" in run(body, "answer", study, kept, "accept", "s2")[1]
    assert run("syndicat", "parts", study, kept)[1].count("accepts s2") == 2
    assert "a scenario is retained" in run("syndicat", "act", study, "adopt", "s2")[1]
    assert study in run("syndicat", "show")[1]
    assert f"retained: s2 ({kept})" in run("aulnes", "show", study)[1]


def _published(run: Run, study: str, folder: Path) -> None:
    file = _file(folder, "resultat.json", lighting.consulted())
    poll = _found(r"cst_\w+", run("aulnes", "publish-consultation", study, file)[1])
    assert poll in run("bouleaux", "consultations", study)[1]
    assert "answers: 42" in run("bouleaux", "consultations", study, poll)[1]
    small = _file(folder, "petit.json", lighting.consulted(answers=45))
    code, _, err = run("bouleaux", "publish-consultation", study, small)
    assert (code, "ten people" in err) == (1, True)


def test_a_study_that_cannot_be_read_is_told_before_anything_is_sent(
    run: Run, running: Running, tmp_path: Path
) -> None:
    running.organisation("syndicat")
    bad = _file(tmp_path, "probleme.json", {"name": 1})
    code, _, err = run("syndicat", "compute", "lst_1", bad)
    assert (code, "probleme.json" in err) == (1, True)


def test_the_help_of_each_command_is_french(capsys: pytest.CaptureFixture[str]) -> None:
    """No word of the English texts is left in it."""

    def told(*line: str) -> str:
        main(["--locale", "fr", "lighting", *line, "--help"])
        return capsys.readouterr().out

    commands = re.findall(r"^  ([a-z][a-z-]+)  ", told(), re.MULTILINE)
    assert len(commands) == 16
    english = re.compile(r"\b(the|of|your|and|with|which|what|study|comparison)\b")
    assert [one for one in commands if english.search(told(one))] == []
