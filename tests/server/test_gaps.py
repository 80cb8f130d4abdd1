"""A file of some mended rows covers these rows and nothing else, whichever way it comes."""

from collections.abc import Callable
from datetime import date
from itertools import batched
from pathlib import Path
from typing import Any

import pytest

from synergie.cli import main
from synergie.policy import Principal, permit_operator, permit_own_data
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.storage.readings.compaction import compact_segments
from synergie.storage.readings.morning_check import find_astray_rows
from synergie.storage.readings.sums.years import count_years, year_of
from synergie.storage.soundness import find_unsound_rows
from synergie.storage.store import Store
from tests.exchange.people import NOW
from tests.formats.frames.made import half_hours, written
from tests.server.place import Member, Place

MONDAY, SUNDAY = date(2025, 6, 9), date(2025, 6, 15)
START, END = "2025-06-08T22:00:00Z", "2025-06-15T22:00:00Z"
WEEK = list(range(100, 100 + 7 * 48))
MENDED = {7: 9000, 9: 9002, 300: 9004}
"""Which half-hours of the week; the first two are an hour apart."""

type Way = Callable[[Member, list[Any]], dict[str, Any]]


def rows(values: list[Any]) -> bytes:
    """The week as a file in which half-hours that are None have no row."""
    days = (MONDAY.replace(day=n) for n in range(MONDAY.day, SUNDAY.day + 1))
    curves: list[MeterCurve] = [
        half_hours(day).model_copy(update={"values": [0 if v is None else v for v in some]})
        for day, some in zip(days, batched(values, 48), strict=True)
    ]
    head, *lines = written([*curves], "curves-csv").splitlines(keepends=True)
    kept = [line for line, value in zip(lines, values, strict=True) if value is not None]
    return head + b"".join(kept)


def changes(owner: Member) -> list[Any]:
    """Everything that its owner is told, in order."""
    found: list[Any] = owner.get("/v1/changes?limit=1000").json()["items"]
    return found


def by_deposit(owner: Member, values: list[Any]) -> dict[str, Any]:
    """As a file to `POST /v1/deposits`."""
    kind = {"Content-Type": "application/octet-stream"}
    answer = owner.post("/v1/deposits?name=semaine.csv", rows(values), headers=kind)
    assert answer.status_code == 201, answer.text
    receipt: dict[str, Any] = answer.json()["receipts"][-1]
    return receipt


def by_curve(owner: Member, values: list[Any]) -> dict[str, Any]:
    """As a curve with null to `POST /v1/curves`."""
    (series,) = owner.every("/v1/series")
    curve = {
        "series": series["id"], "start": START, "step": "PT30M", "unit": "W", "values": values,
    }  # fmt: skip
    answer = owner.post("/v1/curves", curve)
    assert answer.status_code == 201, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


def by_command(owner: Member, values: list[Any]) -> dict[str, Any]:
    """As a file to `synergie deposit`."""
    with pytest.MonkeyPatch.context() as patch:
        home = Path(str(owner.place.app.state.house.readings.depot.home))
        home.mkdir(parents=True, exist_ok=True)
        path = home / "semaine.csv"
        path.write_bytes(rows(values))
        patch.setenv("SYNERGIE_DATABASE_URL", owner.place.store.url)
        assert main(["deposit", str(path), "--org", owner.organisation]) == 0
    batch = changes(owner)[-1]["id"]
    receipt: dict[str, Any] = owner.get(f"/v1/batches/{batch}").json()
    return receipt


@pytest.fixture
def owner(store: Store, tmp_path: Path) -> Member:
    """An organisation that deposited a whole week."""
    member = Place.of(store, tmp_path / "data").member("org-gaps")
    by_deposit(member, WEEK)
    return member


def values(owner: Member, more: str = "") -> list[Any]:
    """What is read of the week."""
    (series,) = owner.every("/v1/series")
    path = f"/v1/series/{series['id']}/curve?start={START}&end={END}{more}"
    runs = owner.get(path).json()["runs"]
    return [value for run in runs for value in run["values"]]


def year(owner: Member) -> tuple[int, int]:
    """Energy of the year in Wh, counted anew where a deposit let it be forgotten; what waits."""
    (series,) = owner.every("/v1/series")
    caller = Principal(client_id="upkeep", organisation=owner.organisation, scopes=frozenset())
    permit = permit_own_data(caller, action="write", now=NOW)
    with owner.place.store.write() as session:
        count_years(permit, session, [series["id"]], 2025)
        told = year_of(permit, session, 2025)
    return told.wh, told.waiting


@pytest.mark.parametrize("way", [by_deposit, by_curve, by_command])
def test_three_mended_rows_blank_nothing(owner: Member, way: Way) -> None:
    assert values(owner) == WEEK
    assert year(owner) == (sum(WEEK) // 2, 0)
    last = owner.every("/v1/series")[0]["freshness"]["last_reading"]
    owner.place.clock.forward(60)
    some: list[Any] = [MENDED.get(n) for n in range(len(WEEK))]
    receipt = way(owner, some)
    assert receipt["kept"] == 3
    assert receipt["received"] == receipt["kept"] + receipt["unchanged"]
    expected = [MENDED.get(n, value) for n, value in enumerate(WEEK)]
    assert values(owner) == expected
    assert sum(values(owner, "&granularity=day")) == sum(expected) / 2
    assert year(owner) == (sum(expected) // 2, 0)
    assert owner.every("/v1/series")[0]["freshness"]["last_reading"] == last
    assert compact_segments(owner.place.store, now=NOW, saving=False) == 1
    assert values(owner) == expected
    with owner.place.store.read() as session:
        assert list(find_unsound_rows(permit_operator(now=NOW), session)) == []
        assert list(find_astray_rows(permit_operator(now=NOW), session)) == []
    assert owner.post(f"/v1/deposits/{receipt['id']}/undo").status_code == 200
    assert values(owner) == WEEK
    assert year(owner) == (sum(WEEK) // 2, 0)


def test_a_value_is_taken_back_by_an_undo_not_by_null(owner: Member) -> None:
    receipt = by_curve(owner, [None] * len(WEEK))
    assert (receipt["kept"], receipt["unchanged"]) == (0, len(WEEK))
    assert values(owner) == WEEK
    (series,) = owner.every("/v1/series")
    for batch in [one["id"] for one in changes(owner) if one["kind"] == "curve"][::-1]:
        assert owner.post(f"/v1/deposits/{batch}/undo").status_code == 200
    assert owner.every("/v1/series")[0]["freshness"]["last_reading"] is None
    assert series["freshness"]["last_reading"] == END
    assert values(owner) == []
