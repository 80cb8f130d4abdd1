"""An operator and a partner, each at a terminal: invitation, request, registration, rotation."""

import json
from pathlib import Path

import pytest

from synergie.cli import main
from synergie.exchange.trust.clients import Clients, OAuthClient
from synergie.server.keyring import Keyring
from synergie.storage.store import Store

SERVER = "https://echange.example"
ORG = "cc-bassin-de-pompey"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A server that the operator manages, and one organisation."""
    monkeypatch.setenv("SYNERGIE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SYNERGIE_PUBLIC_URL", SERVER)
    monkeypatch.chdir(tmp_path)
    assert main(["db", "upgrade"]) == 0
    line = ["org", "add", ORG, "--kind", "epci", "--name", "Bassin de Pompey"]
    assert main([*line, "--siren", "245400601"]) == 0
    return tmp_path


def word(capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert main(["client", "invite", ORG]) == 0
    given, server = capsys.readouterr().out.splitlines()
    assert server.split()[1] == SERVER
    return given.split()[1]


def asked(capsys: pytest.CaptureFixture[str], name: str, *more: str) -> str:
    key, out = f"{name}.json", f"{name}.jwt"
    if not Path(key).exists():
        assert main(["keys", "new", "--out", key, "--jwks", f"{name}.public"]) == 0
    line = ["client", "request", "pompey-exports", "--org", ORG, "--key", key, "--server", SERVER]
    assert main([*line, "--word", word(capsys), "--out", out, *more]) == 0
    return out


def kept(place: Path) -> OAuthClient:
    """The program as the server keeps it."""
    store = Store.open(f"sqlite:///{place / 'data' / 'synergie.db'}")
    client = Clients(store).client("pompey-exports")
    store.close()
    assert client is not None
    return client


def test_a_program_is_registered_from_its_request(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = asked(capsys, "one", "--scope", "curves:read", "--scope", "sites:read")
    assert json.loads(Path("one.json").read_text())["d"] not in Path(out).read_text()
    assert main(["client", "register", "--request", out, "--scope", "curves:read"]) == 0
    assert "pompey-exports" in capsys.readouterr().out
    client = kept(place)
    assert client.scopes == {"curves:read"}
    assert client.request == Path(out).read_text().strip()
    assert main(["client", "register", "--request", out]) == 1  # its word is used
    assert main(["client", "list", ORG]) == 0
    assert "curves:read" in capsys.readouterr().out


def test_a_changed_request_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    out = Path(asked(capsys, "one", "--scope", "curves:read"))
    header, claims, signature = out.read_text().strip().split(".")
    out.write_text(f"{header}.{claims}.{signature[:-4]}AAAA")
    assert main(["client", "register", "--request", str(out)]) == 1
    assert "/request" in capsys.readouterr().err


def test_a_request_is_not_written_over(capsys: pytest.CaptureFixture[str]) -> None:
    asked(capsys, "one", "--scope", "curves:read")
    line = ["client", "request", "pompey-exports", "--org", ORG, "--key", "one.json"]
    assert main([*line, "--server", SERVER, "--word", "x", "--out", "one.jwt"]) == 2


def test_keys_are_changed_without_a_gap(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = asked(capsys, "one", "--scope", "curves:read")
    assert main(["client", "register", "--request", first]) == 0
    second = asked(capsys, "two", "--scope", "curves:read")
    assert main(["client", "rekey", "pompey-exports", "--request", second]) == 0
    old = json.loads(Path("one.json").read_text())["kid"]
    assert main(["client", "rekey", "pompey-exports", "--drop", old]) == 0
    assert main(["client", "rekey", "pompey-exports", "--drop", old]) == 1
    assert main(["client", "rekey", "pompey-exports"]) == 2
    client = kept(place)
    assert old not in client.jwks
    assert main(["client", "rekey", "pompey-exports", "--jwks", "one.public"]) == 0


def test_a_program_is_stopped_opened_and_given_other_scopes(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(["client", "register", "--request", asked(capsys, "one", "--scope", "curves:read")])
        == 0
    )
    for line in (
        ["disable", "pompey-exports", "--yes"],
        ["enable", "pompey-exports"],
        ["scopes", "pompey-exports", "--scope", "sites:read", "--introspection"],
    ):
        assert main(["client", *line]) == 0
    client = kept(place)
    assert client.enabled
    assert client.scopes == {"sites:read"}
    assert client.introspects_since is not None
    assert main(["client", "scopes", "nobody", "--scope", "sites:read"]) == 5


def test_an_organisation_signs_with_a_key_that_it_proves(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["keys", "new", "--out", "sign.json", "--jwks", "sign.public"]) == 0
    line = ["org", "request-key", ORG, "--key", "sign.json", "--server", SERVER]
    assert main([*line, "--word", word(capsys), "--out", "sign.jwt"]) == 0
    assert main(["org", "add-key", "--request", "sign.jwt"]) == 0
    kid = json.loads(Path("sign.json").read_text())["kid"]
    assert main(["org", "retire-key", ORG, kid]) == 0
    capsys.readouterr()
    assert main(["org", "keys", ORG]) == 0
    (told,) = capsys.readouterr().out.splitlines()
    assert told.startswith(kid)
    assert not told.endswith("-")
    assert main(["org", "retire-key", ORG, kid]) == 5


@pytest.mark.usefixtures("place")
def test_an_identifier_that_begins_with_a_hyphen_is_no_option() -> None:
    """One in sixty-four does: it is a digest in base64url (RFC 7638)."""
    assert main(["org", "retire-key", ORG, "-K9_x"]) == 5
    assert main(["keys", "revoke", "-K9_x", "--yes"]) == 1


def test_the_servers_keys_rotate_when_it_is_time(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["keys", "rotate"]) == 0  # nothing is due
    ring = Keyring.open(place / "data" / "keys")
    before = ring.ring
    assert main(["keys", "rotate", "--step", "promote", "--role", "tokens"]) == 1  # too early
    assert main(["keys", "rotate", "--step", "next"]) == 0  # there is one
    assert main(["keys", "rotate", "--step", "retire"]) == 0  # nothing to retire
    assert main(["keys", "rotate", "--role", "others"]) == 2
    assert main(["keys", "rotate", "--step", "others"]) == 2
    assert ring.ring == before
    capsys.readouterr()
    assert main(["keys", "list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 4
    kid = str(ring.current.kid)
    assert main(["keys", "revoke", kid, "--yes"]) == 0
    assert not ring.trusts(kid)
    assert main(["keys", "revoke", kid, "--yes"]) == 1
