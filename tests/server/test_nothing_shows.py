"""Under an agreement nothing shows of what its grain does not explain: not a byte, not a header.

The partner's view is every answer of every list and thing that takes an agreement. It is taken,
the owner does something that the agreement does not open, and it is taken again.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx2
import pytest

from synergie.storage.store import Store
from tests.server.place import Member, Place, consent, curve, perimeter, point, series, site, terms

CODES = ("99000000000031", "99000000000032", "99000000000033")
WINDOWS = ("2026-09-01T00:00:00Z", "2026-10-14T11:30:00Z", "2026-11-25T09:00:00Z")
GRAINS = ("raw", "half_hour", "day", "month", "year")
RECORDS = (
    "work_order", "supply_terms", "invoice_line", "register_reading", "interval_reading",
    "period_energy", "market_curve", "night_profile",
)  # fmt: skip
VOLATILE = {"synergie-trace-id"}
TRACE = re.compile(rb'"trace_id":"[0-9a-f]{32}"')

type View = dict[str, tuple[int, bytes, dict[str, str]]]


@dataclass
class Scene:
    """An owner with three points, and a partner that may read the first two by the month."""

    place: Place
    owner: Member
    partner: Member
    series: list[str]
    points: list[str]
    site: str
    agreement: str
    consent: str

    def view(self) -> View:
        """Everything that the partner can be told under the agreement."""
        return {path: _told(self.partner.get(path)) for path in self.paths()}

    def paths(self) -> Iterator[str]:
        under, thing = f"agreement={self.agreement}", f"/v1/agreements/{self.agreement}"
        nouns = ("sites", "supply-points", "series", "cabinets", "light-points", "freshness")
        yield from (f"/v1/{noun}?{under}&limit={n}" for noun in nouns for n in (1, 200))
        yield from (f"/v1/records/{kind}?{under}" for kind in RECORDS)
        yield from (
            f"/v1/changes?{under}",
            f"/v1/changes?{under}&limit=1",
            "/v1/exports",
            "/v1/perimeters",
            "/v1/agreements",
        )
        yield from (thing, f"{thing}/versions", f"{thing}/clauses", f"{thing}/odrl")
        yield from (f"{thing}/document.html", f"{thing}?version=2", f"/v1/releases?{under}")
        yield from ("/v1/agreements?changed_since=2026-01-01T00:00:00Z", "/v1/batches")
        for one, of in zip(
            (*self.points, self.site), ("supply-points",) * 3 + ("sites",), strict=True
        ):
            yield f"/v1/{of}/{one}"
            yield f"/v1/{of}/{one}?{under}"
        ogc = f"/ogc/agreements/{self.agreement}/collections"
        yield from (ogc, f"{ogc}/supply_points/items", f"{ogc}/sites/items")
        yield f"/v1/curves?{under}&start={WINDOWS[0]}&end={WINDOWS[2]}"
        for one in self.series:
            yield from (f"/v1/series/{one}", f"/v1/series/{one}?{under}")
            yield from (f"/v1/series/{one}/curve?{more}" for more in self.windows())

    def windows(self) -> Iterator[str]:
        for start, end in pairwise(WINDOWS):
            span = f"start={start}&end={end}"
            yield from (span, f"{span}&as_of=2026-11-25T09:59:00Z")
            yield from (f"{span}&granularity={grain}" for grain in GRAINS)


def _told(answer: httpx2.Response) -> tuple[int, bytes, dict[str, str]]:
    headers = {name: told for name, told in answer.headers.items() if name not in VOLATILE}
    content = TRACE.sub(b"", answer.content)
    if answer.request.url.path == "/v1/changes":  # its cursor is another one each time
        body = answer.json()
        content = repr((body["items"], body["more"], len(body["next"]))).encode()
        headers.pop("etag")
    return answer.status_code, content, headers


@pytest.fixture
def scene(store: Store, tmp_path: Path) -> Scene:
    place = Place.of(store, tmp_path / "data")
    owner, partner = place.member("owner"), place.member("partner")
    (school,) = owner.made("/v1/sites", site())
    points = owner.made(
        "/v1/supply-points",
        point(CODES[0], site="S1", annual_kwh=1000),
        point(CODES[1], personal_data="yes"),
        point(CODES[2]),
    )
    names = owner.made("/v1/series", *(series(code) for code in CODES))
    october: dict[str, Any] = {"start": "2026-09-30T22:00:00Z", "n": 1490}
    for one in names:
        assert owner.post("/v1/curves", curve(one, **october)).status_code == 201
    given = owner.post("/v1/consents", consent(points[1])).json()["id"]
    body = terms(
        owner,
        partner,
        selector={"supply_points": points[:2], "sites": [school]},
        granularity="month",
        datasets=["consumption", "assets", "work_orders", "contracts"],
        data_period={"start": "2026-06-01T00:00:00Z"},
    )
    made = owner.post("/v1/agreements", body).json()["id"]
    assert owner.act(made, "propose").status_code == 200
    assert partner.act(made, "accept").status_code == 200
    return Scene(place, owner, partner, names, points, school, made, given)


def _read(scene: Scene, place: int, start: str, n: int = 1) -> str:
    answer = scene.owner.post("/v1/curves", curve(scene.series[place], n, start=start))
    assert answer.is_success, answer.text
    return str(answer.json()["id"])


def _undone(scene: Scene) -> None:
    batch = _read(scene, 0, "2026-11-20T00:00:00Z")
    assert scene.owner.post(f"/v1/deposits/{batch}/undo").status_code == 200


def _drafted(scene: Scene) -> None:
    agreement = scene.owner.get(f"/v1/agreements/{scene.agreement}").json()
    body = agreement["terms"] | {"granularity": "raw"}
    answer = scene.owner.post(f"/v1/agreements/{scene.agreement}/versions", body)
    assert answer.status_code == 201, answer.text


def _withdrawn(scene: Scene) -> None:
    assert scene.owner.post(f"/v1/consents/{scene.consent}/withdraw").status_code == 200


ACTS: dict[str, Callable[[Scene], object]] = {
    "a half-hour of this month": lambda s: _read(s, 0, "2026-11-20T00:00:00Z"),
    "a half-hour of a month that is not whole": lambda s: _read(s, 1, "2026-08-10T00:00:00Z"),
    "a half-hour of before": lambda s: _read(s, 0, "2026-05-01T00:00:00Z"),
    "a correction of a month that is told": lambda s: _read(s, 0, "2026-10-05T00:00:00Z", 2),
    "half-hours of another point": lambda s: _read(s, 2, "2026-10-05T00:00:00Z", 48),
    "a half-hour that is taken back": _undone,
    "a reading that is known": lambda s: _read(s, 0, "2026-09-30T22:00:00Z"),
    "another point": lambda s: s.owner.made("/v1/supply-points", point("99000000000034")),
    "another site": lambda s: s.owner.made("/v1/sites", site("S9")),
    "a draft of other terms": _drafted,
    "a named perimeter": lambda s: s.owner.put("/v1/perimeters", perimeter(s.site)),
    "a consent": lambda s: s.owner.post("/v1/consents", consent(s.points[1])),
    "a withdrawal of a consent that is not named": _withdrawn,
    "an export of the owner's": lambda s: s.owner.exported("sites", "series"),
}


def test_what_the_agreement_does_not_open_changes_no_answer(scene: Scene) -> None:
    scene.place.clock.now += timedelta(minutes=1)
    before = scene.view()
    assert sum(told[0] == 200 for told in before.values()) > len(before) / 3
    shown = {}
    for name, act in ACTS.items():
        act(scene)
        after = scene.view()
        shown[name] = [path for path in before if before[path] != after[path]]
        before = after
    assert {name: paths for name, paths in shown.items() if paths} == {}


def test_of_a_field_that_is_closed_it_shows_only_that_the_record_was_declared_anew(
    scene: Scene,
) -> None:
    path = f"/v1/supply-points/{scene.points[0]}"
    before = scene.partner.get(path).json()
    scene.place.clock.now += timedelta(minutes=1)
    scene.owner.made("/v1/supply-points", point(CODES[0], site="S1", annual_kwh=2000))
    after = scene.partner.get(path).json()
    assert after.pop("updated_at") > before.pop("updated_at")
    assert after == before


def test_a_month_that_fills_shows_nothing_before_it_is_whole(scene: Scene) -> None:
    """Nor what comes after it: the end of the newest whole month is told, on every surface."""
    scene.place.clock.now += timedelta(days=9)
    before = scene.view()
    for start, n in (("2026-12-01T05:00:00Z", 3), ("2026-11-01T00:00:00Z", 1), ("2026-11-03", 48)):
        _read(scene, 0, start if "T" in start else f"{start}T00:00:00Z", n)
        after = scene.view()
        assert [path for path in before if before[path] != after[path]] == []
    _read(scene, 0, "2026-10-31T23:00:00Z", 30 * 48)
    after = scene.view()
    changed = {path.partition("?")[0] for path in before if before[path] != after[path]}
    assert {"/v1/freshness", "/v1/series", "/v1/changes", "/v1/curves"} <= changed


def test_what_it_does_open_shows(scene: Scene) -> None:
    """Else the test above could not fail: a month that comes, and a correction a month later."""
    before = scene.view()
    _read(scene, 0, "2026-08-31T22:00:00Z", 30 * 48)
    after = scene.view()
    assert [path for path in before if before[path] != after[path]]
    _read(scene, 0, "2026-10-05T00:00:00Z", 2)
    path = f"/v1/series/{scene.series[0]}/curve?start={WINDOWS[0]}&end={WINDOWS[2]}"
    told = scene.partner.get(path).json()
    scene.place.clock.now += timedelta(days=10)
    later = scene.partner.get(path).json()
    assert (told["state"]["number"], later["state"]["number"]) == (202611, 202612)
    assert told["runs"] != later["runs"]
