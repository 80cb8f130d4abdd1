"""The server's settings: each checked, none unknown."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from synergie.client.outbound import Allow
from synergie.errors import Misconfigured
from synergie.server.settings import Settings
from tests.authority import Certificates


def test_the_defaults_are_safe() -> None:
    settings = Settings()
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.host == "127.0.0.1"
    assert settings.token_s == 300
    assert settings.store_url == "sqlite:///synergie-data/synergie.db"


def test_what_may_be_called_is_told_by_the_operator(tmp_path: Path) -> None:
    assert Settings().outbound == Allow()
    told = Settings(
        outbound_ports="443, 8443",
        outbound_hosts="partner.example",
        outbound_trusted="localhost:9000,[::1]:9001, 10.0.0.1:443",
        outbound_nat64=True,
        outbound_ca=Certificates.made(tmp_path).authority,
    ).outbound
    assert told.ports == {443, 8443}
    assert told.hosts == frozenset({"partner.example"})
    assert told.trusted == {("localhost", 9000), ("::1", 9001), ("10.0.0.1", 443)}
    assert told.nat64
    assert told.verify is not None
    with pytest.raises(Misconfigured, match="certificates"):
        _ = Settings(outbound_ca=tmp_path / "absent.pem").outbound


def test_weak_choices_are_taken_on_a_machine_of_ones_own() -> None:
    assert not Settings().shows_docs
    dev = Settings(dev=True, limits=False, host="0.0.0.0")  # noqa: S104 (on purpose)
    assert dev.shows_docs
    assert not dev.limits
    behind = Settings(public_url="https://api.synergie.test", host="0.0.0.0")  # noqa: S104
    assert behind.limits


def test_names_are_built_from_the_public_address() -> None:
    settings = Settings(public_url="https://API.Synergie.Test/")
    assert settings.issuer == "https://api.synergie.test"
    assert settings.resource == "https://api.synergie.test/v1"
    metadata = "https://api.synergie.test/.well-known/oauth-protected-resource/v1"
    assert settings.resource_metadata == metadata


def test_settings_are_read_from_the_environment() -> None:
    environ = {"SYNERGIE_PORT": "9000", "SYNERGIE_DEMAND_NONCE": "true", "PATH": "x"}
    settings = Settings.read(environ, docs=False)
    assert (settings.port, settings.demand_nonce, settings.docs) == (9000, True, False)


def test_the_real_environment_is_not_read_behind_our_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNERGIE_PORT", "9000")
    assert Settings().port == 8000


def test_variables_of_our_other_programs_are_left_alone() -> None:
    environ = {"SYNERGIE_TEST_POSTGRES": "x", "SYNERGIE_LOCALE": "en", "SYNERGIE_CLIENT_KEY": "x"}
    assert Settings.read(environ) == Settings()


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"SYNERGIE_PROT": "1"}, "SYNERGIE_PROT: no such setting"),
        ({"SYNERGIE_PORT": "x"}, "SYNERGIE_PORT: found 'x', expected a whole number"),
        ({"SYNERGIE_TOKEN_S": "301"}, "SYNERGIE_TOKEN_S"),
        ({"SYNERGIE_PUBLIC_URL": "http://api.synergie.test"}, "expected https"),
        ({"SYNERGIE_PUBLIC_URL": "https://api.synergie.test/base"}, "without path"),
        ({"SYNERGIE_PUBLIC_URL": "https://user@api.synergie.test"}, "without path, query or user"),
        ({"SYNERGIE_PUBLIC_URL": "https://api.synergie.test:99999"}, "port"),
        ({"SYNERGIE_PUBLIC_URL": "ftp://api.synergie.test"}, "https://host"),
        ({"SYNERGIE_PUBLIC_URL": "x"}, "https://host"),
        ({"SYNERGIE_HOST": "0.0.0.0"}, "SYNERGIE_HOST: found '0.0.0.0'"),  # noqa: S104 (refused)
        ({"SYNERGIE_HOST": "192.0.2.1"}, "https public address"),
        ({"SYNERGIE_LIMITS": "false"}, "SYNERGIE_LIMITS"),
        ({"SYNERGIE_HEADER_S": "nan"}, "SYNERGIE_HEADER_S"),
        ({"SYNERGIE_HEADER_S": "inf"}, "SYNERGIE_HEADER_S"),
        ({"SYNERGIE_REQUESTS_PER_S": "inf"}, "SYNERGIE_REQUESTS_PER_S"),
        ({"SYNERGIE_BURST": "inf"}, "SYNERGIE_BURST"),
        ({"SYNERGIE_OUTBOUND_PORTS": "443,x"}, "SYNERGIE_OUTBOUND_PORTS"),
        ({"SYNERGIE_OUTBOUND_PORTS": "99999"}, "SYNERGIE_OUTBOUND_PORTS"),
        ({"SYNERGIE_OUTBOUND_HOSTS": "https://a"}, "names of hosts"),
        ({"SYNERGIE_QUIET_HOURS": "20-7"}, "two times of day, as 20:00-07:00"),
        ({"SYNERGIE_OUTBOUND_TRUSTED": "localhost"}, "host:port"),
        ({"SYNERGIE_OUTBOUND_TRUSTED": "localhost:0"}, "host:port"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_is_named(environ: dict[str, str], said: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        Settings.read(environ)
    assert said in str(caught.value)


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://[::1]:1", "http://127.0.0.2"])
def test_http_is_taken_on_this_machine(url: str) -> None:
    assert Settings(public_url=url).public_url == url


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1  # type: ignore[misc]
