"""What passes through the relay, and what does not: as a real process before a real server."""

import csv
import io
import json
import signal
import subprocess
import time

import pytest

from tests.components import program
from tests.proxy.conftest import (
    CANARY,
    OWN_CANARY,
    START,
    WATT_HOURS,
    Relaying,
    Shared,
    furnish,
    relaying,
    terms,
)

CURVES = "/v1/curves?start=2026-10-24T22:00:00Z&end=2026-10-25T23:00:00Z"
WINDOW = "from=2026-10-24T22:00:00Z&to=2026-10-25T23:00:00Z"


def test_a_tool_without_proofs_reads_a_curve_that_it_cannot_read_without_the_relay(
    relay: Relaying, shared: Shared
) -> None:
    path = f"/v1/series/{shared.series}/curve?start=2026-10-24T22:00:00Z&end=2026-10-25T23:00:00Z"
    curl = [program("curl"), "-sS", "-w", "\n%{http_code}"]
    bare = _curl([*curl, f"{shared.running.url}{path}"])
    bearer = _curl([*curl, "-H", "Authorization: Bearer x.y.z", f"{shared.running.url}{path}"])
    through = _curl([*curl, "--compressed", f"{relay.home.rstrip('/')}{path}"])
    assert (bare[1], bearer[1], through[1]) == ("401", "401", "200")
    (run,) = json.loads(through[0])["runs"]
    assert tuple(run["values"]) == WATT_HOURS


def test_a_bearer_token_that_is_good_is_refused_on_v1_without_its_proof(shared: Shared) -> None:
    import httpx2

    token = shared.reader._token()
    for scheme in ("Bearer", "DPoP"):
        answer = httpx2.get(
            f"{shared.running.url}/v1/sites",
            headers={"Authorization": f"{scheme} {token}"},
            timeout=60,
        )
        assert answer.status_code == 401


def _curl(line: list[str]) -> tuple[str, str]:
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=True)
    body, _, status = done.stdout.rpartition("\n")
    return body, status


@pytest.mark.parametrize(
    "path",
    ["/v1/sites", "/v1/supply-points", "/v1/series", "/v1/cabinets", "/tables/sites.csv",
     "/tables/supply-points.json", "/tables/series.csv", "/tables/cabinets.csv", "/grist/sites",
     "/grist/supply-points", "/grafana/series", CURVES],
)  # fmt: skip
def test_nobody_elses_data_pass_nor_the_readers_own(relay: Relaying, path: str) -> None:
    found = relay.get(path)
    assert found.status == 200, found.text
    assert CANARY not in found.text
    assert OWN_CANARY not in found.text
    assert "99000000000024" not in found.text
    assert "99000000000031" not in found.text


def test_grafana_reads_points_in_utc_through_the_day_of_25_hours(
    relay: Relaying, shared: Shared
) -> None:
    found = relay.get(f"/grafana/series/{shared.series}?{WINDOW}")
    points = json.loads(found.body)
    assert points[0] == {"time": "2026-10-24T22:00:00Z", "value": 500}
    assert [point["value"] for point in points] == list(WATT_HOURS)
    assert len({point["time"] for point in points}) == 50
    start = round(START.timestamp() * 1000)
    again = relay.get(f"/grafana/series/{shared.series}?from={start}&to={start + 25 * 3_600_000}")
    assert again.body == found.body


def test_grafana_and_spreadsheets_read_the_same_as_csv(relay: Relaying, shared: Shared) -> None:
    found = relay.get(f"/grafana/series/{shared.series}.csv?{WINDOW}")
    rows = list(csv.reader(io.StringIO(found.text)))
    assert found.headers["content-type"].startswith("text/csv")
    assert rows[0] == ["time", "value"]
    assert rows[1] == ["2026-10-24T22:00:00Z", "500"]
    assert len(rows) == 51


def test_a_coarser_step_can_be_asked_for(relay: Relaying, shared: Shared) -> None:
    found = relay.get(f"/grafana/series/{shared.series}?{WINDOW}&granularity=day")
    assert [point["time"] for point in json.loads(found.body)] == ["2026-10-24T22:00:00Z"]


def test_grist_takes_rows_found_by_their_key(relay: Relaying, shared: Shared) -> None:
    records = json.loads(relay.get("/grist/cabinets").body)["records"]
    assert [record["require"] for record in records] == [{"id": shared.cabinet}]
    assert records[0]["fields"]["external_id"] == "École"
    steps = json.loads(relay.get(f"/grist/series/{shared.series}?{WINDOW}").body)["records"]
    assert steps[0] == {
        "require": {"series": shared.series, "time": "2026-10-24T22:00:00Z"},
        "fields": {"value": 500, "unit": "Wh"},
    }


def test_what_the_agreement_names_passes_in_each_form(relay: Relaying) -> None:
    for path in ("/v1/sites", "/tables/sites.csv", "/tables/sites.json", "/grist/sites"):
        assert "École" in relay.get(path).text


def test_a_map_program_reads_what_the_agreement_opens(relay: Relaying, shared: Shared) -> None:
    """GDAL as it is, page by page: it knows no token; without the relay it gets 401."""
    path = f"/ogc/agreements/{shared.agreement.id}"
    line = [program("ogrinfo"), "-ro", "-al", "-oo", "PAGE_SIZE=1"]
    done = subprocess.run(
        [*line, f"OAPIF:{relay.home.rstrip('/')}{path}", "cabinets"],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert "École" in done.stdout
    assert "POINT (6.125 48.775)" in done.stdout
    assert CANARY not in done.stdout
    assert OWN_CANARY not in done.stdout
    landing = relay.get(path).text
    assert shared.running.url not in landing
    assert f"{relay.home.rstrip('/')}{path}" in landing
    bare = _curl([program("curl"), "-sS", "-w", "\n%{http_code}", f"{shared.running.url}{path}"])
    assert bare[1] == "401"


def test_a_flat_table_has_the_columns_of_the_record(relay: Relaying, shared: Shared) -> None:
    (row,) = csv.DictReader(io.StringIO(relay.get("/tables/supply-points.csv").text))
    assert row["id"]
    assert row["owner"] == "org-owner"
    assert row["usage"] == "public_lighting"


def test_the_windows_bounds_are_needed(relay: Relaying, shared: Shared) -> None:
    for query in ("", "?from=hier&to=demain", "?from=2026-10-24T22:00:00&to=2026-10-25T22:00:00"):
        found = relay.get(f"/grafana/series/{shared.series}{query}")
        assert found.status == 400
        assert "ISO 8601" in found.text


@pytest.mark.parametrize(
    "path",
    ["/v1/agreements", "/v1/audit/accesses", "/v1/exports", "/v1/webhooks", "/token", "/jwks",
     "/v1/../token", "/v1/sites/../agreements", "/v1/sites/%2e%2e/agreements", "/v1/sites%2Fx",
     "/v1/sites/", "//v1/sites", "/health/live", "/openapi.json", "/tables/agreements.csv"],
)  # fmt: skip
def test_only_data_are_opened(relay: Relaying, path: str) -> None:
    assert relay.get(path).status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_it_only_reads(relay: Relaying, method: str) -> None:
    found = relay.get("/v1/sites", method)
    assert (found.status, found.headers["allow"]) == (405, "GET, HEAD")


def test_head_gives_the_same_head(relay: Relaying) -> None:
    found = relay.get("/v1/sites", "HEAD")
    assert (found.status, found.body) == (200, b"")


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Host": "hostile.example"}, 421), ({"Host": "127.0.0.1"}, 421),
     ({"Origin": "https://hostile.example"}, 403), ({"Origin": "null"}, 403),
     ({"Sec-Fetch-Site": "cross-site"}, 403), ({"Sec-Fetch-Site": "same-site"}, 403)],
    ids=["rebound", "no port", "other origin", "opaque origin", "other site", "other port"],
)  # fmt: skip
def test_a_web_page_does_not_read(relay: Relaying, headers: dict[str, str], status: int) -> None:
    for path in ("/", "/v1/sites", "/tables/sites.csv"):
        found = relay.get(path, **headers)
        assert found.status == status
        assert relay.secret not in found.text
        assert not [name for name in found.headers if name.startswith("access-control")]


@pytest.mark.parametrize("path", ["/", "/v1/sites", "/x/v1/sites", "//", "/%2e/"])
def test_another_program_that_does_not_know_the_word_is_told_nothing(
    relay: Relaying, path: str
) -> None:
    found = relay.ask(path)
    assert found.status == 404
    assert relay.secret not in found.text
    assert "org-" not in found.text
    almost = relay.ask(f"/{relay.secret[:-1]}{'A' if relay.secret[-1] != 'A' else 'B'}/v1/sites")
    assert almost.status == 404


def test_no_answer_may_be_read_by_a_page_nor_drawn_in_a_frame(relay: Relaying) -> None:
    for path in ("/", "/v1/sites", "/grafana/series", "/nothing"):
        headers = relay.get(path).headers
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "set-cookie" not in headers
        assert "dpop-nonce" not in headers


def test_the_page_says_what_is_open_in_both_languages(relay: Relaying, shared: Shared) -> None:
    text = relay.get("/").text.replace("\u00a0", " ").replace("\u202f", " ")
    for told in (
        "Relais ouvert sur cette machine", "A relay is open on this machine", "org-owner",
        shared.agreement.id, "à la demi-heure", "by half-hours", "jusqu’au", "Ctrl-C",
        f"{relay.home}ogc/agreements/{shared.agreement.id}", f"{relay.home}grafana/series",
        f"{relay.home}tables/sites.csv",
        "&lt;script&gt;alert(1)",
    ):  # fmt: skip
        assert told in text.replace("&#39;", "'"), told
    assert "<script" not in text
    assert "style=" not in text
    assert text.index("Relais ouvert") < text.index("A relay is open")
    assert text.count("<h1>") == 1


def test_another_agreement_is_not_read_through_this_relay(relay: Relaying) -> None:
    other = "agr_0123456789abcdef"
    for path in (
        f"/v1/sites?agreement={other}",
        f"/ogc/agreements/{other}",
        f"/ogc/agreements/{other}/x",
        f"/ogc/%61greements/{other}/collections",
        f"/ogc/agreements/%61{other[1:]}",
    ):
        assert relay.get(path).status == 403


def test_what_the_server_refuses_comes_back_as_it_is(relay: Relaying, shared: Shared) -> None:
    fine = f"/v1/series/{shared.series}/curve?start=2026-10-24T22:00:00Z&end=2026-10-25T23:00:00Z"
    for path in (f"{fine}&granularity=raw", "/v1/series/ser_0123456789abcdef", "/v1/sites?limit=x"):
        found = relay.get(path)
        assert found.status in {403, 404, 422}
        assert found.headers["content-type"] == "application/problem+json"
        assert found.headers["synergie-trace-id"]


def test_the_log_holds_no_secret_and_no_query(relay: Relaying, shared: Shared) -> None:
    relay.get(f"/grafana/series/{shared.series}?{WINDOW}")
    relay.ask("/faux-mot-de-passe/v1/sites")
    line, end = f"GET /grafana/series/{shared.series} 200", time.monotonic() + 60
    while line not in (log := relay.log.read_text(encoding="utf-8")) and time.monotonic() < end:
        time.sleep(0.05)  # the relay writes it after it answered
    assert line in log
    assert relay.secret not in log
    assert "2026-10-24" not in log
    assert "faux-mot-de-passe" not in log


def test_a_revoked_agreement_is_refused_at_the_next_request(shared: Shared) -> None:
    point, series, *_ = furnish(shared.owner, "99000000000048", "Mairie")
    from synergie.schemas.trust.agreement import Selector

    draft = shared.owner.draft(terms(Selector(supply_points=(point,)), "consumption"))
    shared.owner.propose(draft.id)
    agreement = shared.reader.accept(draft.id)
    with relaying(shared, agreement=agreement.id) as relay:
        assert relay.get(f"/grafana/series/{series}?{WINDOW}").status == 200
        shared.owner.revoke(agreement.id)
        found = relay.get(f"/grafana/series/{series}?{WINDOW}")
        assert found.status in {403, 404}
        assert "révoqué" in relay.get("/").text


def test_own_data_are_opened_on_demand_and_nobody_elses(shared: Shared) -> None:
    with relaying(shared, "--own", "--locale", "en") as relay:
        found = relay.get("/v1/sites").text
        assert OWN_CANARY in found
        assert CANARY not in found
        assert "to read only" in relay.get("/").text
        assert relay.get("/v1/sites", "POST").text.count("This relay only reads") == 1


def test_ctrl_c_ends_it_clean(shared: Shared) -> None:
    for sig in (signal.SIGINT, signal.SIGTERM):
        with relaying(shared) as relay:
            assert relay.get("/v1/sites").status == 200
            relay.process.send_signal(sig)
            assert relay.process.wait(30) == 0
            assert "Traceback" not in relay.log.read_text(encoding="utf-8")


def test_the_word_is_kept_when_asked(shared: Shared) -> None:
    kept = str(shared.folder / "mot")
    homes = []
    for _ in range(2):
        with relaying(shared, "--secret-file", kept) as relay:
            homes.append(relay.secret)
    assert homes[0] == homes[1]
    assert (shared.folder / "mot").stat().st_mode & 0o777 == 0o600
