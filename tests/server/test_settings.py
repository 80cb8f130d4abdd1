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


@pytest.mark.parametrize("accent", ["#1f5fa8", "#0B6B53", ""])
def test_an_accent_that_can_be_read_is_taken(accent: str) -> None:
    assert Settings(accent=accent).accent == accent


@pytest.mark.parametrize(("accent", "says"), [
    ("#f0a45a", "4.5 to 1"), ("#808080", "4.5 to 1"), ("red", "#rrggbb"), ("#12345", "#rrggbb"),
    ("#1f5fa8}*{display:none", "#rrggbb"),
])  # fmt: skip
def test_an_accent_that_cannot_be_read_is_refused_with_its_ratio(accent: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Settings(accent=accent)


SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2">{}</svg>'


@pytest.mark.parametrize("inside", [
    "<script>alert(1)</script>", '<path onload="alert(1)" d="M0 0"/>', '<a href="https://x.test"/>',
    "<foreignObject/>", '<image xlink:href="https://x.test/y.png"/>', "<svg:script/>",
    '<rect style="fill:url(https://x.test)"/>', "<style>@import 'x'</style>", "<path",
])  # fmt: skip
def test_a_logo_that_does_more_than_draw_is_refused(tmp_path: Path, inside: str) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text(SVG.format(inside))
    with pytest.raises(ValidationError, match=r"drawing alone|well formed"):
        Settings(logo=logo)


def test_a_logo_is_an_svg_of_a_size(tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    with pytest.raises(ValidationError, match="can be read"):
        Settings(logo=logo)
    for content in (b"\xff\xfe", b"<html/>", b"", b"<!DOCTYPE svg><svg/>"):
        logo.write_bytes(content)
        with pytest.raises(ValidationError):
            Settings(logo=logo)
    logo.write_text(SVG.format("<path d='M0 0h1'/>" * 5000))
    with pytest.raises(ValidationError, match="64 kB"):
        Settings(logo=logo)
    logo.write_text(SVG.format("<path d='M0 0h1'/>"))
    assert Settings(logo=logo).logo == logo
