"""A public sandbox: keys for whoever asks, nothing real taken, nothing kept."""

import gzip
import io
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.client import Auth, Client
from synergie.errors import BadInput, Misconfigured, NotFound, TooLarge
from synergie.samples import EPCI
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.server.edge.trial import check, real_number
from synergie.server.sandbox import HEADER, LOW, MARK, empty_sandbox_folder, lower_limits
from synergie.server.settings import Settings
from synergie.storage.store import Store
from synergie.testing import Running, server
from tests.server.process import serving

REAL = b"12345678901234"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, blank_sqlite: Path) -> Iterator[Running]:
    path = tmp_path_factory.mktemp("essai") / "store.db"
    path.write_bytes(blank_sqlite.read_bytes())
    store = Store.open(f"sqlite:///{path}")
    with server(store, sandbox=True, sandbox_most=100, sandbox_each=100) as found:
        yield found
    store.close()


def _newcomer(running: Running) -> tuple[dict[str, str], Client]:
    answer = httpx2.post(f"{running.url}/sandbox", timeout=60)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.json()
    auth = Auth(told["key"], told["client_id"], told["server"], organisation=told["organisation"])
    return told, Client(running.url, auth)


def test_a_newcomer_reads_at_once_and_publishes_what_is_not_real(running: Running) -> None:
    told, client = _newcomer(running)
    with client:
        series = list(client.series(agreement=told["agreement"]))
        end = running.now()
        curve = client.curve(
            series[0].id, start=end - timedelta(days=2), end=end, agreement=told["agreement"]
        )
        assert series[0].owner == EPCI
        assert len(curve) > 48
        client.publish_sites(
            [SiteRecord(external_id="S1", name="Essai", kind="other", provenance="synthetic")]
        )
        with pytest.raises(BadInput, match="99"):
            client.publish_supply_points(
                [SupplyPointRecord(
                    scheme="prm", code=REAL.decode(), personal_data="none", provenance="partner"
                )]
            )  # fmt: skip
        assert list(client.supply_points()) == []


def test_newcomers_are_strangers_to_each_other(running: Running) -> None:
    (told, one), (_, other) = _newcomer(running), _newcomer(running)
    record = SiteRecord(external_id="S1", name="CANARI", kind="other", provenance="synthetic")
    with one, other:
        one.publish_sites([record])
        assert list(other.sites()) == []
        with pytest.raises(NotFound):
            list(other.series(agreement=told["agreement"]))


def test_a_person_gets_keys_once_and_logs_in(running: Running) -> None:
    with httpx2.Client(
        base_url=running.url, headers={"Origin": running.url}, timeout=60
    ) as browser:
        assert "99" in browser.get("/sandbox").text
        drawn = browser.post("/sandbox", data={"_csrf": ""})
        assert drawn.status_code == 200
        assert "&#34;d&#34;:" in drawn.text
        link = drawn.text.partition("jeton=")[2].partition('"')[0]
        entered = browser.post("/entrer/lien", data={"jeton": link, "vers": "/accords"})
        assert entered.status_code == 303
        page = browser.get("/accords")
        assert page.status_code == 200
        assert "/sandbox" in page.text


def test_another_site_cannot_ask_for_keys_by_a_form(running: Running) -> None:
    answer = httpx2.post(
        f"{running.url}/sandbox",
        data={"x": "y"},
        headers={"Origin": "https://hostile.example", "Sec-Fetch-Site": "cross-site"},
        timeout=60,
    )
    assert answer.status_code == 403


def test_each_answer_says_that_nothing_is_kept(running: Running) -> None:
    for path in ("/sandbox", "/v1/sites", "/entrer", "/nothing", "/health/live"):
        assert (
            httpx2.get(f"{running.url}{path}", timeout=60)
            .headers[HEADER]
            .startswith("nothing is kept")
        )
    assert "Bac à sable" in httpx2.get(f"{running.url}/entrer", timeout=60).text


def test_a_server_that_is_no_sandbox_gives_no_keys(store: Store) -> None:
    with server(store) as plain:
        assert httpx2.post(f"{plain.url}/sandbox", timeout=60).status_code == 404
        assert httpx2.get(f"{plain.url}/sandbox", timeout=60).status_code == 404
        assert HEADER not in httpx2.get(f"{plain.url}/entrer", timeout=60).headers


def test_one_address_behind_a_proxy_does_not_fill_the_places_of_all() -> None:
    """Over HTTP, with the address that a trusted proxy tells; what stands before it is none."""
    chosen: dict[str, Any] = {"sandbox": True, "sandbox_most": 6, "sandbox_each": 2}
    chosen |= {"proxied": True, "trusted_proxies": "127.0.0.1/32"}
    with server(None, **chosen) as ground:

        def ask(address: str) -> int:
            told = {"X-Forwarded-For": f"10.9.9.9, {address}"}
            return httpx2.post(f"{ground.url}/sandbox", headers=told, timeout=60).status_code

        assert [ask("192.0.2.7") for _ in range(4)] == [201, 201, 429, 429]
        assert [ask(f"192.0.2.{n}") for n in (8, 9, 9, 9)] == [201, 201, 201, 429]


def test_it_is_full_at_some_point(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running.app.state.house.sandbox, "most", 0)
    answer = httpx2.post(f"{running.url}/sandbox", timeout=60)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


@given(st.integers(0, 10**14 - 1).map("{:014d}".format), st.sampled_from([",", ";", '"', "\n", ""]))
def test_only_numbers_of_tests_and_moments_pass(number: str, beside: str) -> None:
    found = real_number(f"PRM{beside or ' '}{number}{beside}".encode())
    if number.startswith("99"):
        assert found is None
    elif found is None:
        datetime.strptime(number, "%Y%m%d%H%M%S").replace(tzinfo=UTC)  # a moment, or it raises
    else:
        assert found == number


@pytest.mark.parametrize(
    ("text", "found"),
    [(b"123 456 789 01234", "12345678901234"), (b"99000000000017", None),
     (b"x12345678901234", None),
     (b"123456789012345", None), (b"1.12345678901234", None), (b"20261126101500", None),
     (b"20261326101500", "20261326101500"), ("123\u00a0456\u00a0789\u00a001234".encode(),
                                             "12345678901234")],
    ids=["spaced", "test", "in a word", "15 digits", "decimals", "moment", "no moment", "no-break"],
)  # fmt: skip
def test_what_looks_real(text: bytes, found: str | None) -> None:
    assert real_number(text) == found


def _zipped(text: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", text)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("body", "codings"),
    [(REAL, ""), (gzip.compress(REAL), "gzip"), (_zipped(b"<t>" + REAL + b"</t>"), ""),
     (REAL.decode().encode("utf-16"), ""), (b"PAR1....PAR1", ""), (_zipped(b"x")[:-8], "gzip")],
    ids=["text", "gzip", "workbook", "utf-16", "parquet", "broken"],
)  # fmt: skip
def test_a_number_is_found_in_what_it_is_packed_in(body: bytes, codings: str) -> None:
    with pytest.raises(BadInput):
        check(body, codings, 1 << 20)


def test_a_bomb_is_not_unpacked() -> None:
    for body, codings in ((_zipped(bytes(1 << 22)), ""), (gzip.compress(bytes(1 << 22)), "gzip")):
        with pytest.raises(TooLarge):
            check(body, codings, 1 << 20)


def test_only_a_folder_of_a_sandbox_is_emptied(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    with pytest.raises(Misconfigured, match="nothing is removed"):
        empty_sandbox_folder(tmp_path)
    assert (tmp_path / "keys").is_dir()
    (tmp_path / MARK).touch()
    outside = tmp_path.parent / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    (tmp_path / "link").symlink_to(outside, target_is_directory=True)
    (tmp_path / "synergie.db-server").touch()  # the lock of the server that runs
    empty_sandbox_folder(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [MARK, "synergie.db-server"]
    assert (outside / "kept").exists()


def test_limits_are_low_where_nothing_else_is_chosen() -> None:
    made = lower_limits(Settings.read({"SYNERGIE_SANDBOX": "true", "SYNERGIE_BURST": "7"}))
    assert (made.burst, made.max_exports) == (7.0, LOW["max_exports"])
    assert made.sandbox
    for other in ({"SYNERGIE_WORKERS": "2"}, {"SYNERGIE_DATABASE_URL": "postgresql://x/y"}):
        with pytest.raises(Misconfigured, match="SYNERGIE_SANDBOX"):
            Settings.read({"SYNERGIE_SANDBOX": "true"} | other)


def test_a_season_ends_with_all_that_it_held(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with serving(folder, sandbox="true", sandbox_h="0.002") as process:
        first, deadline = _first(process.address), time.monotonic() + 180
        while (now := _season(process.address)) in {None, first["ends_at"]}:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        auth = Auth(first["key"], first["client_id"], process.address)
        with Client(process.address, auth) as client, pytest.raises(Exception, match=r".+"):
            list(client.sites())
        assert now > first["ends_at"]
        assert process.stop() == 0
    assert sorted(path.name for path in folder.iterdir()) == [MARK, "synergie.db-server"]


def _first(address: str) -> dict[str, Any]:
    """What a newcomer is given; a slow machine may meet the end of a season first."""
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        with suppress(httpx2.HTTPError):  # between two seasons
            answer = httpx2.post(f"{address}/sandbox", timeout=60)
            if answer.status_code == 201:
                given: dict[str, Any] = answer.json()
                return given
        time.sleep(0.2)
    raise AssertionError("nobody was given anything")


def _season(address: str) -> str | None:
    try:
        told = httpx2.get(f"{address}/health/live", timeout=60).headers[HEADER]
    except httpx2.HTTPError:
        return None  # between two seasons
    return told.rpartition(" ")[2]
