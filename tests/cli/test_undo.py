"""`synergie deposit --undo`: shown, asked once, and told."""

import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, override

import pytest

from synergie.cli._ends import End
from synergie.cli._main import main
from synergie.exchange.trust.organisations import Directory
from synergie.schemas.trust.organisation import Organisation
from synergie.storage.store import Store
from tests.exchange.test_deposits import LIGHTS

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a store of one organisation, and a file to deposit."""
    url = f"sqlite:///{tmp_path}/store.db"
    monkeypatch.setenv("SYNERGIE_DATABASE_URL", url)
    store = Store.open(url)
    body = Organisation(
        id="cc-essai", name="Essai", kind="epci", siren=None, insee_code=None, parent=None,
        provenance="synthetic",
    )  # fmt: skip
    Directory(store).add(body, now=NOW)
    store.close()
    (tmp_path / "lampes.csv").write_text(LIGHTS, encoding="utf-8")
    return tmp_path


class Terminal(io.StringIO):
    """A terminal at which somebody types."""

    @override
    def isatty(self) -> bool:
        return True


def said(capsys: pytest.CaptureFixture[str], *line: str, code: int = 0) -> str:
    assert main(["deposit", *line, "--org", "cc-essai"]) == code
    return capsys.readouterr().out


def deposited(place: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    told = said(capsys, str(place / "lampes.csv"), "--json")
    found: dict[str, Any] = json.loads(told)
    return found


def test_a_deposit_names_what_to_undo(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, str(place / "lampes.csv"))
    again = deposited(place, capsys)
    assert f"synergie deposit --undo {again['id']}" in told


def test_it_is_asked_once_and_a_no_changes_nothing(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    deposit = deposited(place, capsys)["id"]
    monkeypatch.setattr(sys, "stdin", Terminal("non\n"))
    assert main(["deposit", "--undo", deposit, "--org", "cc-essai"]) == End.INTERRUPTED
    told = capsys.readouterr()
    assert "light_points" in told.out
    assert told.err.count("?") == 1
    assert deposited(place, capsys)["id"] == deposit
    monkeypatch.setattr(sys, "stdin", Terminal("oui\n"))
    assert deposit in said(capsys, "--undo", deposit)
    assert deposited(place, capsys)["id"] != deposit


def test_without_a_terminal_it_wants_a_yes(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    deposit = deposited(place, capsys)["id"]
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    said(capsys, "--undo", deposit, code=2)
    assert deposited(place, capsys)["id"] == deposit
    said(capsys, "--undo", deposit, "--yes")
    said(capsys, "--undo", deposit)  # nothing is asked of what is undone


def test_a_dry_run_and_json_tell_it(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = deposited(place, capsys)
    seen = json.loads(said(capsys, "--undo", report["id"], "--dry-run", "--json"))
    assert seen["undone_at"] is None
    assert {one["id"] for one in seen["batches"]} == {one["id"] for one in report["receipts"]}
    done = json.loads(said(capsys, "--undo", report["id"], "--yes", "--json"))
    assert done["batches"] == seen["batches"]
    assert done["undone_at"] is not None


@pytest.mark.parametrize("line", [[], ["lampes.csv", "--undo", "dep_1"]])
def test_a_file_or_an_undo_and_not_both(line: list[str]) -> None:
    assert main(["deposit", *line, "--org", "cc-essai"]) == 2


def test_what_is_not_there_is_not_found(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deposit", "--undo", "dep_22222222222222222222", "--org", "cc-essai"]) != 0
    assert "introuvable" in capsys.readouterr().err


def test_an_undo_on_a_server(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import synergie.testing
    from synergie.client.keys import load_key, public_jwks
    from synergie.exchange.trust.clients import Clients
    from synergie.schemas.scopes import SCOPES

    key = place / "key.json"
    assert main(["keys", "new", "--out", str(key)]) == 0
    with synergie.testing.server() as running:
        running.auth("cc-essai", program="autre-app")  # registers the organisation, too
        Clients(running.store).register(
            "essai-app", "cc-essai", name="Essai", jwks=public_jwks(load_key(key)),
            scopes=SCOPES, now=NOW,
        )  # fmt: skip
        who = ["--server", running.url, "--client", "essai-app", "--key", str(key)]
        capsys.readouterr()
        assert main(["deposit", str(place / "lampes.csv"), "--json", *who]) == 0
        deposit = json.loads(capsys.readouterr().out)["id"]
        assert main(["deposit", "--undo", deposit, "--yes", "--json", *who]) == 0
        done = json.loads(capsys.readouterr().out)
        assert main(["deposit", "--undo", deposit, "--json", *who]) == 0
        assert json.loads(capsys.readouterr().out) == done


def test_a_doubt_that_is_confirmed_on_the_command_line_reaches_the_server(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import synergie.testing
    from synergie.client.keys import load_key, public_jwks
    from synergie.exchange.readings.profiles import Profiles
    from synergie.exchange.trust.clients import Clients
    from synergie.policy import Principal
    from synergie.schemas.scopes import SCOPES

    rows = "".join(f"{m:02}/2023;{45_000 + 300 * m}\n" for m in range(1, 9))
    path = place / "releves.csv"
    path.write_text(f"Mois;Consommation (kWh)\n{rows}", encoding="utf-8")
    key = place / "key.json"
    assert main(["keys", "new", "--out", str(key)]) == 0
    with synergie.testing.server() as running:
        running.auth("cc-essai", program="autre-app")
        Clients(running.store).register(
            "essai-app", "cc-essai", name="Essai", jwks=public_jwks(load_key(key)),
            scopes=SCOPES, now=NOW,
        )  # fmt: skip
        line = ["deposit", str(path), "--yes", "--server", running.url]
        line += ["--client", "essai-app", "--key", str(key)]
        line += ["--answer", "supply_point=prm:99000000009982"]
        assert main(line) == 2
        capsys.readouterr()
        assert main([*line, "--json", "--answer", "confirm:energy-never-falls=yes"]) == 0
        assert json.loads(capsys.readouterr().out)["records"] == 8
        caller = Principal(client_id="t", organisation="cc-essai", scopes=frozenset())
        (saved,) = Profiles(running.store).page(caller, now=NOW).items
    assert saved.profile.table is not None
    assert saved.profile.table.confirmed == ()
