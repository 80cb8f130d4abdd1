"""`synergie account`: what an operator does for the people of an organisation."""

from pathlib import Path

import pytest

from synergie.cli import main


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with one organisation, as a server's would be."""
    path = tmp_path / "synergie.db"
    monkeypatch.setenv("SYNERGIE_DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setenv("SYNERGIE_PUBLIC_URL", "https://echange.example")
    monkeypatch.chdir(tmp_path)
    assert main(["db", "upgrade"]) == 0
    assert main(["org", "add", "ville", "--kind", "commune", "--name", "Ville"]) == 0
    return path


def test_an_account_is_opened_linked_changed_and_closed(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    label = "la personne chargée de l'énergie"
    assert main(["account", "add", "ville", "--label", label, "--role", "agent"]) == 0
    *_, told, address = capsys.readouterr().out.splitlines()
    account = told.split()[-1]
    assert account.startswith("acc_")
    assert address.split()[-1].startswith("https://echange.example/entrer/lien?jeton=")
    assert main(["account", "link", account]) == 0
    assert capsys.readouterr().out.startswith("https://echange.example/entrer/lien?jeton=")
    assert main(["account", "role", account, "signer"]) == 0
    assert main(["account", "list", "ville"]) == 0
    listed = capsys.readouterr().out.splitlines()[-1]
    assert account in listed and "signer" in listed and label in listed
    assert main(["account", "close", account]) == 2, "nobody can answer here"
    assert main(["account", "close", account, "--yes"]) == 0
    assert main(["account", "link", account]) == 1, "it is closed"
    assert main(["account", "link", "acc_none"]) == 5


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (("nowhere", "--label", "x"), 1),
        (("ville", "--label", " "), 1),
        (("ville", "--label", "x", "--role", "root"), 1),
        (("ville",), 2),
    ],
    ids=range(4),
)
def test_what_is_wrong_with_an_account_is_told(
    store: Path, line: tuple[str, ...], code: int
) -> None:
    assert main(["account", "add", *line]) == code
