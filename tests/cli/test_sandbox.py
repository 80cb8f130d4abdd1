"""`synergie sandbox` as a person starts it: a late flow turns green, and nothing is left."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from synergie.client import Auth, Client
from synergie.demo.left import LOCK, sweep
from synergie.demo.sandbox import PREFIX
from synergie.samples import LIGHTING

ROLES, STOPS = 5, 3
"""Roles of the guided tour; questions of each."""


@dataclass
class Open:
    """A sandbox that runs, and what it said."""

    process: subprocess.Popen[str]
    said: dict[str, Any]
    temporary: Path
    tour: list[str]

    def client(self) -> Client:
        said = self.said
        auth = Auth.from_files(key=said["key"], client_id=said["client"], issuer=said["url"])
        return Client(said["url"], auth)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    temporary = tmp_path_factory.mktemp("temporaire")
    environ = {name: text for name, text in os.environ.items() if not name.startswith("SYNERGIE_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "synergie", "--locale", "fr", "sandbox", "--json", "--tour"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environ | {"TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    try:
        said = json.loads(process.stdout.readline())
        tour = [process.stdout.readline().rstrip("\n") for _ in range(ROLES * (2 + 3 * STOPS))]
        yield Open(process, said, temporary, tour)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        code = process.wait(60)
        process.stdout.close()
    assert code == 0
    assert list(temporary.iterdir()) == [], "something of the sandbox was left"


def test_the_missing_file_makes_the_late_flow_up_to_date(sandbox: Open) -> None:
    with sandbox.client() as client:
        before = {line.flow: line for line in client.freshness() if line.subject == "flow"}
        assert before[sandbox.said["flow"]].state == "late"
        report = client.deposit(sandbox.said["missing_file"])
        assert report.refused == ()
        after = {line.flow: line for line in client.freshness() if line.subject == "flow"}
    assert {name for name, line in after.items() if line.state == "late"} == set()


def test_there_is_something_to_sign_to_answer_and_to_compare(sandbox: Open) -> None:
    with sandbox.client() as client:
        assert client.agreement(sandbox.said["agreement_to_sign"]).state == "proposed"
        campaign = client.campaigns.get(sandbox.said["campaign"])
        assert campaign.state == "proposed"
        study = client.lighting_studies.get(sandbox.said["lighting_study"])
        assert study.state == "proposed"


def test_three_alerts_and_two_contracts_are_there_one_of_them_to_sign(sandbox: Open) -> None:
    url, key = sandbox.said["url"], Path(sandbox.said["key"]).parent.parent / LIGHTING / "cle.json"
    auth = Auth.from_files(key=key, client_id=f"{LIGHTING}-demo", issuer=url)
    with Client(url, auth) as client:
        told = list(client.alerts)  # type: ignore[attr-defined]
        found = [one for one in told if one.cabinet is not None]
        assert sorted(one.fault for one in found) == ["dark", "lit_by_day", "partial"]
        assert {one.state for one in found} == {"open"}
        book = client.contracts  # type: ignore[attr-defined]
        states = {one.id: (one.kind, one.state) for one in book}
        assert states.pop(sandbox.said["contract_to_sign"]) == ("plan", "draft")
        assert sorted(states.values()) == [("plan", "signed"), ("statement", "signed")]


def test_each_link_logs_in_once_and_nobody_without(sandbox: Open) -> None:
    roles = {seat["role"] for seat in sandbox.said["seats"]}
    assert roles == {"reader", "agent", "signer", "keeper"}
    link = sandbox.said["seats"][0]["link"]
    token = link.partition("jeton=")[2]
    url = sandbox.said["url"]
    with httpx2.Client(base_url=url, headers={"Origin": url}, timeout=60) as browser:
        assert browser.get(link).status_code == 200
        answers = [
            browser.post("/entrer/lien", data={"jeton": token, "vers": "/"}).status_code
            for _ in range(2)
        ]
    assert answers[0] == 303
    assert answers[1] != 303


def test_the_tour_asks_the_questions_of_each_role_and_reads_the_answers(sandbox: Open) -> None:
    each = 2 + 3 * STOPS
    roles = [sandbox.tour[n * each : (n + 1) * each] for n in range(ROLES)]
    assert [one[1][:5] for one in roles] == [f"{n}/{ROLES}  " for n in range(1, ROLES + 1)]
    for role in roles:
        for question, address, answer in zip(role[2::3], role[3::3], role[4::3], strict=True):
            assert question.endswith("?") and len(answer.strip()) > 10, role
            assert address.strip().startswith(sandbox.said["url"]), role
            assert "<" not in answer and "Entrer" not in answer, "a page that was not opened"
    assert "kWh" in roles[0][4] or "MWh" in roles[0][4], "the first answer is a figure"
    assert "attendent un fichier" in "".join(roles[1]) or "en retard" in "".join(roles[1])


def test_it_listens_on_this_machine_only_and_in_its_own_folder(sandbox: Open) -> None:
    assert sandbox.said["url"].startswith("http://127.0.0.1:")
    assert Path(sandbox.said["folder"]).is_relative_to(sandbox.temporary)
    assert Path(sandbox.said["key"]).stat().st_mode & 0o077 == 0


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder with a short path: that of a socket below it has 107 bytes at most."""
    return tmp_path_factory.mktemp("t")


def test_it_is_gone_even_when_it_is_ended_while_it_is_made(place: Path) -> None:
    environ = {name: text for name, text in os.environ.items() if not name.startswith("SYNERGIE_")}
    with subprocess.Popen(
        [sys.executable, "-m", "synergie", "sandbox"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environ | {"TMPDIR": str(place), "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "Dépôts" in line:  # the server runs
                break
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
        process.wait(60)
    assert process.returncode == 130
    assert list(place.iterdir()) == []


def test_what_a_kill_leaves_is_swept_with_its_server(place: Path) -> None:
    environ = {name: text for name, text in os.environ.items() if not name.startswith("SYNERGIE_")}
    with subprocess.Popen(
        [sys.executable, "-m", "synergie", "sandbox"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environ | {"TMPDIR": str(place), "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "Dépôts" in line:  # the server runs
                break
        process.kill()
    (left,) = place.glob(f"{PREFIX}*")
    server = json.loads((left / LOCK).read_text(encoding="ascii"))
    assert Path(f"/proc/{server['pid']}").exists(), "its server lives on without it"
    assert sweep(place, PREFIX) == [left]
    assert not left.exists()
    until = time.monotonic() + 60
    while _lives(server["pid"]) and time.monotonic() < until:
        time.sleep(0.05)  # a process that is killed ends when it has its turn
    assert not _lives(server["pid"])


def _lives(pid: int) -> bool:
    try:
        told = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except OSError:
        return False
    return told.rpartition(")")[2].split()[0] != "Z"
