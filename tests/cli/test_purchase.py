"""`synergie purchase`: from the announcement to the award, each side by its own program."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from synergie.cli import main
from synergie.client import Client
from synergie.schemas.trust.agreement import Terms
from synergie.testing import Running, server
from tests.exchange.buying import lasting_offers, needs, record
from tests.exchange.marketing import forward, market, move

MEMBERS = ("aulnes", "bouleaux")

type Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def running() -> Iterator[Running]:
    with server() as made:
        yield made


@pytest.fixture
def where(running: Running, tmp_path: Path) -> Callable[[str], tuple[str, ...]]:
    """The options by which an organisation names the server and itself."""
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

    return options


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], where: Callable[[str], tuple[str, ...]]) -> Run:
    def said(who: str, *line: str) -> tuple[int, str, str]:
        code = main(["--locale", "en", "purchase", *line, *where(who)])
        out, err = capsys.readouterr()
        return code, out, err

    return said


def _file(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def _agreed(running: Running, purchase: str, member: str) -> None:
    now = running.now().isoformat()
    terms = Terms.model_validate(
        {
            "owner": member, "recipient": "syndicat", "title": "Achat", "datasets": ["needs"],
            "selector": {"purchases": [purchase]}, "granularity": "year",
            "purpose": "joint_purchase", "legal_basis": "contract",
            "data_period": {"start": "2020-01-01T00:00:00Z"}, "valid_from": now,
            "valid_until": "2040-01-01T00:00:00Z", "retention_days": 30,
        }
    )  # fmt: skip
    with (
        Client(running.url, running.auth(member, program=f"{member}-signs")) as owner,
        Client(running.url, running.auth("syndicat", program=f"signs-{member}")) as partner,
    ):
        draft = owner.draft(terms)
        owner.propose(draft.id)
        partner.accept(draft.id)


def test_a_purchase_from_the_command_line(run: Run, running: Running, tmp_path: Path) -> None:
    file = _file(tmp_path, "achat.json", record().model_dump_json())
    for name in ("syndicat", *MEMBERS):
        running.organisation(name)
    code, out, _ = run("syndicat", "create", file, "--member", "aulnes", "--json")
    assert code == 0
    purchase = json.loads(out)["id"]
    assert "members: 2" in run("syndicat", "invite", purchase, "bouleaux")[1]
    for n, member in enumerate(MEMBERS):
        _agreed(running, purchase, member)
        said = needs(member, code=f"9900000000060{n}").model_dump_json()
        file = _file(tmp_path, f"{member}.needs.json", said)
        assert "version 1; points: 1" in run(member, "needs", purchase, file)[1]
    file = _file(tmp_path, "offres.json", lasting_offers().model_dump_json())
    assert "2 offers" in run("syndicat", "offers", purchase, file)[1]
    assert "survey closed" in run("syndicat", "act", purchase, "close_survey")[1]
    code, out, _ = run("syndicat", "compute", purchase)
    assert code == 0
    plan = re.match(r"plan_\w+", out)
    assert plan is not None
    _answered(run, purchase, plan[0], tmp_path)


def _followed(run: Run, purchase: str, folder: Path) -> None:
    """What comes after the award: the contracts and the forward curve, to each its own."""
    assert "version 0" in run("syndicat", "market", purchase)[1]
    assert run("aulnes", "market", purchase)[0] == 5
    moves = [move("bouleaux", "entry", "2026-06-01", "85", requested="2026-05-01")]
    members = [{"member": "aulnes", "mwh": "1000"}, {"member": "bouleaux", "mwh": "0"}]
    told = market(*moves, members=members).model_dump_json()
    code, out, _ = run("syndicat", "market", purchase, _file(folder, "marche.json", told))
    assert code == 0
    assert "lot-1 · Fournisseur alize" in out and "Tunnel used: 85.0 %" in out
    assert "p-bouleaux" in out and "the grid operator makes it" in out and "late" in out
    code, out, _ = run("aulnes", "market", purchase)
    assert (code, "p-bouleaux" in out, "Tunnel used" in out) == (0, False, False)
    assert "Volume: 1,000.000 MWh a year" in out and "near the end of the tunnel" in out
    bad = _file(folder, "faux.json", '{"contracts": 3}')
    code, _, err = run("syndicat", "market", purchase, bad)
    assert (code, "faux.json /contracts" in err) == (1, True)
    told = forward().model_dump_json()
    code, out, _ = run("syndicat", "forward", purchase, _file(folder, "courbe.json", told))
    assert code == 0 and "960.00" in out, "24 h of 0.5 MW at 80 EUR"
    assert run("syndicat", "forward", purchase)[1] == out
    code, out, _ = run("aulnes", "forward", purchase)
    assert (code, "2028  75.00" in out, "960.00" in out) == (0, True, False)


def _answered(run: Run, purchase: str, plan: str, folder: Path) -> None:
    assert run("aulnes", "part", purchase, plan)[0] == 5  # not proposed yet
    assert "plan proposed" in run("syndicat", "publish", purchase, plan)[1]
    out = run("aulnes", "part", purchase, plan)[1]
    assert "Fournisseur alize" in out
    assert "bouleaux" not in out
    assert "declined" in run("aulnes", "answer", purchase, plan, "decline", "--reason", "x")[1]
    code, _, err = run("syndicat", "act", purchase, "award")
    assert (code, "declined" in err) == (1, True)
    assert "none yet" in run("aulnes", "answer", purchase, plan, "withdraw")[1]
    for member in MEMBERS:
        assert "accepted" in run(member, "answer", purchase, plan, "accept")[1]
    out = run("syndicat", "part", purchase, plan, "--all")[1]
    assert out.count("accepted") == 2
    assert "state: awarded" in run("syndicat", "act", purchase, "award")[1]
    _followed(run, purchase, folder)
    assert purchase in run("syndicat", "show")[1]
    assert "joined" in run("syndicat", "show", purchase)[1]


def test_who_is_missing_is_said_with_the_reason(run: Run, running: Running, tmp_path: Path) -> None:
    file = _file(tmp_path, "achat.json", record().model_dump_json())
    for name in ("syndicat", "aulnes"):
        running.organisation(name)
    out = run("syndicat", "create", file, "--member", "syndicat", "--member", "aulnes", "--json")[1]
    purchase = json.loads(out)["id"]
    file = _file(tmp_path, "besoins.json", needs("syndicat").model_dump_json())
    run("syndicat", "needs", purchase, file)
    file = _file(tmp_path, "offres.json", lasting_offers().model_dump_json())
    run("syndicat", "offers", purchase, file)
    out = run("syndicat", "compute", purchase)[1]
    assert "missing: aulnes: no agreement opens its needs" in out
    assert "needs withdrawn" in run("syndicat", "needs", purchase)[1]


def test_files_that_cannot_be_sent_are_told_before_anything_is(
    run: Run, running: Running, tmp_path: Path
) -> None:
    running.organisation("syndicat")
    bad = _file(tmp_path, "achat.json", '{"name": "x"}')
    code, _, err = run("syndicat", "create", bad)
    assert (code, "achat.json" in err) == (1, True)
    file = _file(tmp_path, "perimetre.csv", "x\n")
    code, _, err = run("syndicat", "needs", "pur_1", file)
    assert (code, "--mandate" in err) == (2, True)
    file = _file(tmp_path, "besoins.json", needs("syndicat").model_dump_json())
    code, _, err = run("syndicat", "needs", "pur_1", file, "--mandate", "x")
    assert (code, "mandate" in err) == (2, True)
