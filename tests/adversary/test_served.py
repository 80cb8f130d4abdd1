"""Random histories through the whole server: whatever two readers were answered, on any surface."""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from sqlalchemy import text
from starlette.testclient import TestClient

from synergie.exchange.publication import _release_making, public_features
from synergie.exchange.publication._release_making import Making
from synergie.exchange.publication.publications import Publications
from synergie.exchange.trust import _agreement_acts
from synergie.lighting.policy import sums as lighting_sums
from synergie.maintenance.plan.year import view
from synergie.policy.trust.persons import Consents
from synergie.purchase.exchange import _award as _purchase_award
from synergie.schemas.publication.release import Release
from synergie.storage.assets import owned
from synergie.storage.publication import releases
from synergie.storage.readings._periods import Period
from synergie.storage.readings.published.curve_news import CurveNews
from synergie.storage.store import Store
from tests.adversary.coalitions import Log
from tests.adversary.hearing import Hearing, read_numbers
from tests.adversary.rules import Wh
from tests.adversary.served_histories import ServedHistory
from tests.server.place import Place

HISTORIES = {"ci": 50, "deep": 500}.get(os.environ.get("SYNERGIE_TEST_HYPOTHESIS", ""), 1)
"""Of each of four parts: two hundred in `make test-all`."""
PARTS, LENGTH = 4, 7


@pytest.fixture(scope="module")
def place(blank_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The whole server in process, with one event loop for all requests."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copy(blank_sqlite, folder / "store.db")
    store = Store.open(f"sqlite:///{folder / 'store.db'}")
    with start_blocking_portal() as portal:
        made = Place.of(store, folder / "data", aggregate_min_points=10)
        assert isinstance(made.http, TestClient)
        made.http.portal = portal
        yield made
    store.close()


def find_leaks(
    place: Place, seeds: Sequence[int], acts: tuple[str, ...] = (), *, first: bool = False
) -> list[str]:
    """What leaks, with its seed and acts; *first*: no more than one."""
    found: list[str] = []
    for seed in seeds:
        history = ServedHistory.draw(Random(seed), place)  # noqa: S311 (drawn again from its seed)
        history.acts_drawn = acts or history.acts_drawn
        history.play(LENGTH)
        leaks = history.leaks()
        if leaks:
            found.append("\n  ".join((f"seed {seed}: {leaks[0]}", *history.acts)))
            if first:
                break
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_no_history_tells_two_readers_what_they_may_not_know(place: Place, part: int) -> None:
    leaks = find_leaks(place, range(part * 1000, part * 1000 + HISTORIES))
    assert not leaks, f"{len(leaks)} of {HISTORIES}\n{leaks[0]}"


def test_it_sees_a_late_agreement(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_agreement_acts, "hold_agreement", lambda *_, **__: None)
    (leak,) = find_leaks(place, range(40), ("release", "open"), first=True)
    assert "points" in leak


def test_it_sees_two_publishers_who_count_the_same_points(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def join(permit: Any, session: Any, year: Any, joining: Any) -> None:
        for one in joining:
            releases.join(permit, session, year, [one])

    monkeypatch.setattr(_release_making, "join", join)
    assert find_leaks(place, range(40), ("release",), first=True)


def test_it_sees_news_of_a_month_that_is_corrected_at_once(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CurveNews, "is_visible", lambda *_: True)
    (leak,) = find_leaks(place, range(20), ("open", "correct"), first=True)
    assert "told at once" in leak


def test_it_sees_a_consent_that_is_withdrawn_in_vain(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacks = Consents._lack

    def overlook(self: Consents, consent: Any) -> Any:
        return lacks(self, replace_withdrawal(consent))

    def replace_withdrawal(consent: Any) -> Any:
        return consent.model_copy(update={"withdrawn_at": None})

    monkeypatch.setattr(Consents, "_lack", overlook)
    (leak,) = find_leaks(
        place, range(40), ("consent", "withdraw", "correct", "correct"), first=True
    )
    assert "1 points" in leak


def test_it_sees_sums_that_everybody_reads_before_they_are_signed(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save(permit: Any, session: Any, body: Any, *, onward: bool, candidate: bool) -> None:
        releases.save_release(permit, session, body, onward=onward)

    monkeypatch.setattr(_release_making, "save_release", save)
    (leak,) = find_leaks(place, range(20), ("record",), first=True)
    assert "before its time" in leak


def test_it_sees_a_map_that_tells_of_cells_that_are_hidden(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = public_features._iterate_release_rows
    of_leaf = text("SELECT energies FROM aggregate_member WHERE scheme = :scheme AND leaf = :leaf")

    def tell(release: Release, codes: dict[str, str | None]) -> Iterator[dict[str, Any]]:
        yield from rows(release, codes)
        month = int(release.period[-2:])
        with place.store.read() as session:
            for line in release.hidden:
                asked = {"scheme": release.scheme, "leaf": line.cell}
                found = session.connection().execute(of_leaf, asked).scalars()
                wh = sum(json.loads(one)[month - 1] or 0 for one in found)
                yield {"id": f"hidden.{line.cell}", "energy_kwh": wh / 1000}

    monkeypatch.setattr(public_features, "_iterate_release_rows", tell)
    (leak,) = find_leaks(place, range(40), ("release",), first=True)
    assert "points" in leak


def test_it_sees_totals_of_a_purchase_that_are_told_to_few(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_purchase_award, "select_readers", tuple)
    (leak,) = find_leaks(place, range(20), ("buy",), first=True)
    assert "those of" in leak


def test_it_sees_a_look_that_computes_sums_and_rolls_back(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under one version of a scheme or another: a look is asked for before anything is out."""
    look = Publications.preview_release

    def show_sums(self: Publications, caller: Any, terms: Any, period: str, *, now: Any) -> Any:
        shown = look(self, caller, terms, period, now=now)
        task = self._task(caller, terms, period, now)
        with self.store.write() as session:
            making = Making.opened(session, task)
            draft = making.drafted(task.look(session))
            sums = {one.cell: one.energy_wh for one in making.cells_of(draft)}
            session.rollback()
        cells = [
            one.model_copy(update={"name": f"{one.name}: {sums.get(one.id)} Wh"})
            for one in shown.scheme.cells
        ]
        return replace(shown, scheme=shown.scheme.model_copy(update={"cells": cells}))

    monkeypatch.setattr(Publications, "preview_release", show_sums)
    (leak,) = find_leaks(place, range(40), ("join", "look", "redraw", "look"), first=True)
    assert "points" in leak


def test_it_sees_an_export_of_a_day_that_fills(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Period, "is_final", property(lambda self: self.measured_s > 0))
    (leak,) = find_leaks(place, range(20), ("take",), first=True)
    assert "/v1/exports" in leak or "less than a day" in leak


def test_it_sees_freshness_that_tells_of_a_day_that_fills(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owned, "find_told_end", lambda _, __, series, **___: series.last_end)
    (leak,) = find_leaks(place, range(20), ("take",), first=True)
    assert "fresh until" in leak


def test_it_sees_totals_of_a_study_that_are_told_to_all_its_bodies(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        lighting_sums, "select_sum_readers", lambda _rows, bodies: frozenset(bodies)
    )
    (leak,) = find_leaks(place, range(20), ("light",), first=True)
    assert "those of" in leak


def test_it_sees_costs_of_a_campaign_that_follow_from_exact_hours(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "floor_hours", lambda hours: hours)
    (leak,) = find_leaks(place, range(20), ("maintain",), first=True)
    assert "those of 1 bodies" in leak


# What hears


def test_a_sum_is_heard_in_every_form_and_unit() -> None:
    one = Wh("home", 1, 0)
    for told in (
        '{"cells":[{"energy_wh":123456789012}]}',
        '{"features":[{"properties":{"energy_kwh":123456789.012}}]}',
        "cellule;énergie\nA;123456789012\n",
        "<td>123\u202f456\u202f789,012\u00a0kWh</td>",
        "<td>123\u202f456,789012\u00a0MWh</td>",
        '{"a":1}\n{"values":[null,123456789012]}\n',
    ):
        hearing = Hearing(Log[Wh](values={one: 123456789012}), {123456789012: {one: 1}})
        assert hearing.hear("reader", "text", told) == 1, told
        assert hearing.leaks == []


def test_a_number_that_no_sum_explains_is_a_leak() -> None:
    hearing = Hearing(Log[Wh]())
    hearing.hear("reader", "text", '{"values":[null,123456789012, 7]}')
    (leak,) = hearing.leaks
    assert "no sum" in leak.reason
    assert [number for _, number in read_numbers("le 12/03, 4 points")] == [12, 3, 4]
