"""`synergie campaign`: from the announcement to what is done, each side by its own program."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from synergie.cli import main
from synergie.client import Client
from synergie.maintenance.plan.rounds import solve as rounds_of
from synergie.testing import Running, server
from tests.client.test_campaigns import opened
from tests.exchange.maintaining import cabinet, named, problem, record
from tests.server.maintaining import rounds_problem

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
        code = main(["--locale", locale, "campaign", *line, *options(who)])
        out, err = capsys.readouterr()
        return code, out, err

    return said


def _file(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def _agreed(running: Running, body: str) -> None:
    with (
        Client(running.url, running.auth(body, program=f"{body}-signs")) as owner,
        Client(running.url, running.auth("syndicat", program=f"signs-{body}")) as partner,
    ):
        receipt = owner.publish_cabinets([cabinet(named(body))])
        draft = owner.draft(opened(running, body, tuple(one.id for one in receipt.items)))
        owner.propose(draft.id)
        partner.accept(draft.id)


def test_a_campaign_from_the_command_line(run: Run, running: Running, tmp_path: Path) -> None:
    file = _file(tmp_path, "campagne.json", record().model_dump_json())
    for name in ("syndicat", *BODIES):
        running.organisation(name)
    code, out, _ = run("syndicat", "create", file, "--body", "aulnes", "--json")
    assert code == 0
    campaign = json.loads(out)["id"]
    assert "bodies: 2" in run("syndicat", "invite", campaign, "bouleaux")[1]
    out = run("syndicat", "inputs", campaign)[1]
    assert "missing: aulnes: no agreement opens its assets for joint maintenance" in out
    for body in BODIES:
        _agreed(running, body)
    assert "aulnes: cabinets: 1; light points: 0" in run("syndicat", "inputs", campaign)[1]
    file = _file(tmp_path, "probleme.json", problem(BODIES).model_dump_json())
    code, out, _ = run("syndicat", "compute", campaign, file)
    assert code == 0
    plan = re.match(r"plan_\w+", out)
    assert plan is not None
    _answered(run, campaign, plan[0])
    _toured(run, campaign, tmp_path)


def _answered(run: Run, campaign: str, plan: str) -> None:
    assert run("aulnes", "part", campaign, plan)[0] == 5  # not proposed yet
    assert "No plan is in force" in run("syndicat", "progress", campaign)[1]
    assert "plan proposed" in run("syndicat", "act", campaign, "propose", plan)[1]
    out = run("aulnes", "part", campaign, plan)[1]
    assert "A-aulnes-1, cabinet visit" in out
    assert "bouleaux" not in out
    assert "declined" in run("aulnes", "answer", campaign, plan, "decline", "--reason", "x")[1]
    code, _, err = run("syndicat", "act", campaign, "adopt")
    assert (code, "declined" in err) == (1, True)
    assert "none yet" in run("aulnes", "answer", campaign, plan, "withdraw")[1]
    for body in BODIES:
        assert "accepted" in run(body, "answer", campaign, plan, "accept")[1]
    assert run("syndicat", "part", campaign, plan, "--all")[1].count("accepted") == 2
    assert "plan in force" in run("syndicat", "act", campaign, "adopt")[1]
    assert campaign in run("syndicat", "show")[1]
    assert "joined" in run("syndicat", "show", campaign)[1]
    assert "aulnes: planned: 1; done: 0" in run("syndicat", "progress", campaign)[1]
    assert json.loads(run("aulnes", "progress", campaign, "--json")[1])["bodies"][0]["done"] == 0


def _toured(run: Run, campaign: str, folder: Path) -> None:
    day = rounds_problem(*((body, named(body)) for body in BODIES))
    asked = _file(folder, "jour.json", day.model_dump_json())
    found = _file(folder, "tournees.json", rounds_of(day, iterations=20).model_dump_json())
    out = run("syndicat", "send-rounds", campaign, asked, found)[1]
    tour = re.match(r"rnd_\w+", out)
    assert tour is not None
    assert run("aulnes", "rounds", campaign)[1] == out
    told = run("bouleaux", "rounds", campaign, tour[0])[1]
    assert "A-bouleaux-1, cabinet visit; crew equipe-1 (aulnes)" in told
    assert "A-aulnes" not in told
    assert json.loads(run("aulnes", "rounds", campaign, tour[0], "--json")[1])["crews"]


def test_a_problem_that_cannot_be_read_is_told_before_anything_is_sent(
    run: Run, running: Running, tmp_path: Path
) -> None:
    running.organisation("syndicat")
    bad = _file(tmp_path, "probleme.json", '{"weeks": 0}')
    code, _, err = run("syndicat", "compute", "cmp_1", bad)
    assert (code, "probleme.json" in err) == (1, True)
