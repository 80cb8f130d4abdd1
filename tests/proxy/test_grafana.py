"""Grafana's Infinity source: the query of the documentation, run with JSONata over the relay."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.components import node, node_packages
from tests.proxy.conftest import START, WATT_HOURS, Relaying, Shared

pytestmark = pytest.mark.interop

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "tests" / "interop"
FROM, TO = "2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z"
"""The day of 25 hours, as Grafana writes the bounds of a panel (`date:iso`)."""


def told() -> dict[str, Any]:
    """The query that the page on the relay gives to paste."""
    text = (ROOT / "docs" / "how-to" / "proxy.md").read_text(encoding="utf-8")
    (found,) = re.findall(r"```json\n(\{.*?\n\})\n```", text, flags=re.DOTALL)
    query: dict[str, Any] = json.loads(found)
    return query


def run(query: dict[str, Any], *, home: str, series: str) -> dict[str, Any]:
    """What comes of *query* once its words are filled in; *home* bears the pass word, or not."""
    node_packages(PROGRAMS)
    url = query["url"].replace("http://127.0.0.1:PORT/MOT-DE-PASSE", home.rstrip("/"))
    whole = query | {"url": url.replace("SERIES", series)}
    given = {"query": whole, "from": FROM, "to": TO}
    found: dict[str, Any] = node(PROGRAMS / "infinity.mjs", given)
    return found


def test_the_query_is_of_the_form_of_the_source() -> None:
    """Its backend parser, from an address, as a time series: a time column and a number."""
    query = told()
    kinds = {name: query[name] for name in ("type", "parser", "source", "format")}
    assert kinds == {"type": "json", "parser": "backend", "source": "url", "format": "timeseries"}
    assert [column["type"] for column in query["columns"]] == ["timestamp", "number"]


def test_it_reads_a_curve_as_a_time_series(relay: Relaying, shared: Shared) -> None:
    frame = run(told(), home=relay.home, series=shared.series)
    assert frame["status"] == 200 and frame["type"].startswith("application/json")
    times, values = frame["fields"]
    assert (values["name"], tuple(values["values"])) == ("énergie (Wh)", WATT_HOURS)
    first = datetime.fromtimestamp(times["values"][0] / 1000, UTC)
    assert first == START
    steps = {b - a for a, b in zip(times["values"], times["values"][1:], strict=False)}
    assert steps == {30 * 60_000}  # through the hour that comes twice


@pytest.mark.parametrize(
    ("root", "n"), [("$", 50), ("$[value >= 510]", 30), ("$[time > '2026-10-25T22']", 2)]
)
def test_its_root_selector_finds_the_rows(
    relay: Relaying, shared: Shared, root: str, n: int
) -> None:
    frame = run(told() | {"root_selector": root}, home=relay.home, series=shared.series)
    assert [len(field["values"]) for field in frame["fields"]] == [n, n]


def test_a_panel_in_milliseconds_reads_the_same(relay: Relaying, shared: Shared) -> None:
    query = told()
    bounds = query["url"].replace(":date:iso", "")
    assert "${__from}" in bounds
    both = [
        run(query | {"url": u}, home=relay.home, series=shared.series)
        for u in (query["url"], bounds)
    ]
    assert both[0] == both[1]


def test_a_series_is_chosen_from_a_list(relay: Relaying, shared: Shared) -> None:
    columns = [
        {"selector": "supply_point_id", "text": "__text", "type": "string"},
        {"selector": "id", "text": "__value", "type": "string"},
    ]
    address = told()["url"].partition("/SERIES")[0]
    query = told() | {"url": address, "columns": columns, "format": "table"}
    names, ids = run(query, home=relay.home, series=shared.series)["fields"]
    assert ids["values"] == [shared.series]
    assert all(names["values"])


def test_without_the_relay_it_gets_401(shared: Shared) -> None:
    query = told()
    bounds = query["url"].partition("?")[2].replace("from=", "start=").replace("to=", "end=")
    direct = query | {"url": f"{shared.running.url}/v1/series/SERIES/curve?{bounds}"}
    assert run(direct, home="", series=shared.series) == {"status": 401}


def test_without_the_pass_word_it_reads_nothing(relay: Relaying, shared: Shared) -> None:
    home = relay.home.replace(relay.secret, "x" * len(relay.secret))
    assert run(told(), home=home, series=shared.series) == {"status": 404}
