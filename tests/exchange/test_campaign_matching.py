"""Which intervention answers which visit: by cabinet, kind and date, each once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.maintenance.exchange.progress import build_untold_progress, progress
from synergie.maintenance.records.view import CampaignView, PartVisit
from synergie.schemas.assets.work_order import WorkOrder

MONDAY = date(2026, 11, 2)


def order(name: str, cabinet: str | None, done: datetime | date | None, **more: Any) -> WorkOrder:
    """An intervention on a cabinet."""
    values: dict[str, Any] = {
        "external_id": name,
        "kind": "preventive",
        "asset_kind": "cabinet",
        "asset": cabinet,
        "done_at": done,
        "provenance": "synthetic",
    }
    return WorkOrder(**(values | more))


def planned(cabinet: str = "A", week: int = 2, **more: Any) -> PartVisit:
    values: dict[str, Any] = {
        "id": None,
        "cabinet": cabinet,
        "task": "cabinet_visit",
        "zone": "z",
        "week": week,
        "first_week": 1,
        "last_week": 4,
        "late_weeks": 0,
        "light_points": 1,
        "cost_eur": Decimal(1),
        "cheapest_week": 1,
    }
    return PartVisit(**(values | more))


def view(*visits: PartVisit) -> CampaignView:
    return CampaignView(
        body="aulnes",
        starts_on=MONDAY,
        weeks=4,
        status="proved",
        gap=0.0,
        cost_eur=Decimal(0),
        alone_eur=None,
        gain_eur=None,
        never_later_than_alone=False,
        visits=visits,
        crews=(),
        given=(),
        zones=(),
        replaces=None,
        moves=(),
        bodies=1,
        totals=None,
        assumptions=(),
        seal="0" * 64,
    )


AFTER = MONDAY + timedelta(days=14)
"""The Monday after week 2."""


@pytest.mark.parametrize(
    ("said", "done"),
    [
        (order("I", "A", MONDAY), True),
        (order("I", "A", MONDAY - timedelta(days=1)), False),
        (order("I", "B", MONDAY), False),
        (order("I", "A", None), False),
        (order("I", "A", AFTER + timedelta(days=1)), False),
        (order("I", "A", MONDAY, kind="report"), False),
        (order("I", "A", MONDAY, kind="repair"), False),
        (order("I", "A", MONDAY, asset_kind="light_point"), False),
        (order("I", None, MONDAY), False),
        (order("I", "A", datetime(2026, 11, 1, 23, 30, tzinfo=UTC)), True),
    ],
    ids=[
        "in time", "before the window", "another cabinet", "not done", "to come", "only reported",
        "another kind", "a lamp", "of nothing", "Monday in Paris",
    ],
)  # fmt: skip
def test_an_intervention_answers_a_visit_of_its_cabinet_and_window(
    said: WorkOrder,
    *,
    done: bool,
) -> None:
    told = progress(view(planned()), [said], as_of=AFTER)
    assert (told.done, told.late) == ((1, 0) if done else (0, 1))


def test_a_week_is_over_on_the_monday_after() -> None:
    for day, late in ((AFTER - timedelta(days=1), 0), (AFTER, 1)):
        told = progress(view(planned()), [], as_of=day)
        assert (told.due, told.late) == (late, late)


def test_what_was_done_after_its_week_is_done_and_late() -> None:
    told = progress(view(planned()), [order("I", "A", AFTER)], as_of=AFTER)
    assert (told.done, told.done_late, told.late) == (1, 1, 0)


def test_one_intervention_answers_one_visit_and_each_task_its_own() -> None:
    visits = planned(id="v1", week=1), planned(id="v2", week=3, task="inspection")
    told = progress(view(*visits), [order("I-1", "A", MONDAY)], as_of=AFTER)
    assert [one.work_order for one in told.visits] == ["I-1", None]
    both = [order("I-2", "A", MONDAY, kind="inspection"), order("I-1", "A", MONDAY)]
    told = progress(view(planned(id="v1"), visits[1]), both, as_of=AFTER)
    assert sorted(filter(None, (one.work_order for one in told.visits))) == ["I-1", "I-2"]


def test_of_a_body_that_opens_no_work_orders_the_plan_alone_is_told() -> None:
    told = build_untold_progress(view(planned(), planned("B", week=4)), "dataset", as_of=AFTER)
    assert (told.reason, told.planned, told.due) == ("dataset", 2, 1)
    assert (told.done, told.done_late, told.late, told.visits) == (None, None, None, ())


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 4)), max_size=6),
    st.lists(st.tuples(st.sampled_from("AB"), st.integers(-9, 40)), max_size=8),
    st.integers(0, 40),
)
def test_counts_add_up_and_no_intervention_serves_twice(
    weeks: list[tuple[str, int]], days: list[tuple[str, int]], as_of: int
) -> None:
    visits = [planned(cabinet, week, id=f"v{n}") for n, (cabinet, week) in enumerate(weeks)]
    orders = [
        order(f"I{n}", cabinet, MONDAY + timedelta(days=day))
        for n, (cabinet, day) in enumerate(days)
    ]
    told = progress(view(*visits), orders, as_of=MONDAY + timedelta(days=as_of))
    used = [one.work_order for one in told.visits if one.work_order]
    assert len(used) == len(set(used)) == told.done
    assert told.planned == len(visits)
    assert told.done is not None
    assert told.late is not None
    assert told.done + told.late <= told.planned
    able = {
        cabinet: sum(1 for one, day in days if one == cabinet and 0 <= day <= as_of)
        for cabinet in "AB"
    }
    asked = {cabinet: sum(1 for one, _ in weeks if one == cabinet) for cabinet in "AB"}
    assert told.done == sum(min(able[one], asked[one]) for one in "AB")
