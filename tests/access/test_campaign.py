"""A short campaign at each run; the whole one is `python -m tests.access.campaign`."""

import os
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from synergie.exchange import door as _door
from synergie.policy import Permit, Principal, permit_own_data
from tests.access.campaign import Range, Shot, Tally, run, unserved
from tests.access.routes import ABSENT
from tests.access.world import MARKS, NAMES

REQUESTS = int(os.environ.get("SYNERGIE_TEST_REQUESTS", "3000"))


@pytest.fixture(scope="module")
def opened(blank_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Range]:
    """The world that these tests only read."""
    folder = tmp_path_factory.mktemp("campaign")
    made = Range.opened(blank_sqlite, folder, random.Random(1))  # noqa: S311
    yield made
    made.close()


@pytest.fixture
def here(opened: Range) -> Range:
    return replace(opened, tally=Tally())


def _shot(target: str, operation: str) -> Shot:
    return Shot(operation, "GET", target, {}, b"")


@pytest.mark.faults
def test_no_generated_request_fails_or_sees_what_is_not_its_own(
    blank_sqlite: Path, tmp_path: Path
) -> None:
    total = run(REQUESTS, seed=11, blank=blank_sqlite, folder=tmp_path / "run")
    assert total.found == []
    assert unserved(total) == []
    assert total.requests >= REQUESTS


def test_each_organisation_has_one_of_every_noun(here: Range) -> None:
    for name in NAMES:
        ids = here.world.ids[name]
        assert {noun for noun, id_ in ABSENT.items() if ids[noun] == id_} == {"release"}


def test_each_canary_bears_a_mark(here: Range) -> None:
    for one in here.world.canaries:
        assert any(mark in one.text.encode() for mark in MARKS), one


def test_an_owner_sees_its_canaries_and_its_partner_those_that_are_shared(here: Range) -> None:
    """Or the campaign would look for what is nowhere."""
    owner, partner, stranger = NAMES
    ids, theirs = here.world.ids[owner], here.world.ids[partner]
    lists = [
        *(f"/v1/{noun}" for noun in ("sites", "supply-points", "cabinets", "light-points")),
        *(f"/v1/{noun}" for noun in ("consents", "perimeters", "webhooks")),
        *(
            "/v1/profiles",
            "/v1/agreements",
            "/v1/alerts",
            f"/v1/contracts/{ids['contract']}",
            "/v1/records/work_order",
            "/v1/records/register_reading",
        ),
        "/v1/curves?start=2026-11-01T00:00:00Z&end=2026-11-02T00:00:00Z",
        f"/v1/batches/{ids['deposit']}",
        "/v1/purchases",
        *(f"/v1/purchases/{ids['tender']}/{what}" for what in ("inputs", "offers", "needs")),
        f"/v1/purchases/{ids['group']}/needs",
        f"/v1/purchases/{ids['tender']}/plans/{ids['plan']}/part",
        "/v1/campaigns",
        f"/v1/campaigns/{ids['season']}/plans/{ids['year']}/problem",
        "/v1/lighting-studies",
        f"/v1/lighting-studies/{ids['glow']}/comparisons/{ids['effects']}/problem",
        f"/v1/lighting-studies/{ids['glow']}/comparisons/{ids['effects']}/voice",
        f"/v1/lighting-studies/{ids['glow']}/consultations/{ids['poll']}",
        f"/v1/lighting-studies/{theirs['verdict']}/comparisons/{theirs['weighed']}/voice",
    ]
    seen = b"".join(here.ask(owner, _shot(path, "list_sites")).whole for path in lists)
    mine = [one for one in here.world.canaries if one.owner == owner]
    missed = {one.text for one in mine if not re.search(one.form.encode(), seen)}
    assert missed == {"kanari-un-fichier"}, "the name of a file is in its report alone"
    assert here.world.find_leak(stranger, seen)
    shared = f"/v1/sites/{ids['site']}"
    assert b"kanari-un-nom-partage" in here.ask(partner, _shot(shared, "read_site")).content


def test_what_is_shared_by_days_never_shows_a_half_hour(here: Range) -> None:
    owner, partner, _ = NAMES
    ids, period = here.world.ids[owner], "start=2026-11-01T00:00:00Z&end=2026-11-02T00:00:00Z"
    for path in (
        f"/v1/series/{ids['series']}/curve?{period}",
        f"/v1/curves?{period}&agreement={ids['agreement']}",
    ):
        answer = here.ask(partner, _shot(path, "read_curve"))
        assert answer.status == 200
        assert not here.world.find_leak(partner, answer.whole)


def test_a_leak_is_found(here: Range, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store that gives one organisation the rows of another."""

    def wrong(principal: Principal, **how: Any) -> Permit:
        permit = permit_own_data(principal, **how)
        object.__setattr__(permit, "owner", NAMES[0])
        return permit

    monkeypatch.setattr(_door, "permit_own_data", wrong)
    shot = _shot("/v1/sites", "list_sites")
    here.judge(NAMES[1], shot, here.ask(NAMES[1], shot))
    assert "a canary of another, kanari-un-" in here.tally.found[0]


def test_a_fault_and_an_undocumented_status_are_found(
    here: Range, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("synergie.exchange.readings.batches.Batches.page", broken)
    shot = _shot("/v1/batches", "list_batches")
    here.judge(NAMES[0], shot, here.ask(NAMES[0], shot))
    assert {one.split(":")[0] for one in here.tally.found} == {
        "a fault of ours",
        "a status that the document does not tell",
    }
