"""`synergie webhooks deliver`: a timer sends what the server would."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from synergie.cli._app import app
from synergie.client.trust import webhooks
from synergie.errors import Misconfigured
from synergie.schemas.assets.site import SiteRecord
from synergie.testing import Running, server
from tests.peer import Asked, Peer, Told, peer


class _Receiver:
    status = 204

    def answer(self, asked: Asked) -> Told:
        if asked.method == "GET":
            return Told(200, [webhooks.echo(urlsplit(asked.path).query) or b""])
        return Told(self.status)


@pytest.fixture
def receiver() -> _Receiver:
    return _Receiver()


@pytest.fixture
def place(receiver: _Receiver) -> Iterator[Peer]:
    with peer(receiver.answer) as found:
        yield found


@pytest.fixture
def running(tmp_path: Path, place: Peer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """A server that sends nothing itself, and its settings in the environment."""
    trusted = urlsplit(place.url).netloc
    monkeypatch.setenv("SYNERGIE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SYNERGIE_OUTBOUND_TRUSTED", trusted)
    with server(data_dir=tmp_path, webhooks_every_s=0, outbound_trusted=trusted) as found:
        monkeypatch.setenv("SYNERGIE_DATABASE_URL", found.store.url)
        client = found.client("org-one")
        client.webhooks.register(f"{place.url}/hook")
        client.publish_sites(
            [SiteRecord(external_id="S1", name="École", kind="building", provenance="synthetic")]
        )
        yield found


def _posts(place: Peer) -> int:
    return sum(asked.method == "POST" for asked in place.asked)


def test_once_sends_what_is_due_and_ends(running: Running, place: Peer) -> None:
    assert _posts(place) == 0
    done = CliRunner().invoke(app, ["webhooks", "deliver", "--once"])
    assert done.exit_code == 0, done.output
    assert done.output.startswith("1 ")
    assert _posts(place) == 1
    again = CliRunner().invoke(app, ["webhooks", "deliver", "--once"])
    assert (again.exit_code, again.output[:2], _posts(place)) == (0, "0 ", 1)


def test_a_failure_is_the_exit_code_and_a_disabled_one_is_named(
    running: Running, place: Peer, receiver: _Receiver
) -> None:
    receiver.status = 410
    done = CliRunner().invoke(app, ["webhooks", "deliver", "--once"])
    assert done.exit_code == 1
    assert "gone" in done.output
    (hook,) = running.client("org-one", program="other-app").webhooks.list()
    assert hook.id in done.output
    assert (hook.state, hook.reason) == ("disabled", "gone")


def test_without_the_keys_of_the_server_nothing_is_sent(
    running: Running, place: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNERGIE_DATA_DIR", str(tmp_path / "elsewhere"))
    done = CliRunner().invoke(app, ["webhooks", "deliver", "--once"])
    assert isinstance(done.exception, Misconfigured)
    assert not (tmp_path / "elsewhere").exists()
    assert _posts(place) == 0
