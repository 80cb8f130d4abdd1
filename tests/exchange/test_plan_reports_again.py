"""The report of a purchase read again: made once, asked and recorded each time; both engines."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from synergie.errors import NotAllowed, NotFound
from synergie.exchange import plan_pages_runs
from synergie.exchange.plan_pages_runs import CoordinatorPlan, PlanReports
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.journal import Journal
from synergie.policy import permit_own_data
from synergie.purchase.exchange.purchases import Purchases
from synergie.purchase.storage import runs as purchase_runs
from synergie.storage.store import Store
from tests.exchange.buying import MEMBERS, Buying
from tests.exchange.people import body
from tests.proof.signers import Hand


@pytest.fixture
def buying(store: Store) -> Buying:
    return Buying.of(store).ready()


def _title(told: CoordinatorPlan) -> str:
    return told.document.title


def _read(reports: PlanReports, buying: Buying, plan: str, **more: Any) -> str:
    who = more.get("who", buying.coordinator.caller)
    return reports.report(who, buying.id, plan, _title, now=buying.now)


def _seen(buying: Buying, member: str) -> list[tuple[Any, ...]]:
    page = Journal(buying.store, Hand()).accesses(buying.members[member].caller, now=buying.now)
    told = [one.record for one in page.items]
    return [(one.by, one.owner, one.dataset, one.agreement, one.rows) for one in told]


def _statements(store: Store, act: Callable[[], object]) -> int:
    """How many statements *act* runs; of many rows at once it is one."""
    seen: list[str] = []

    def note(*args: Any) -> None:
        seen.append(args[2])

    event.listen(store.engine, "before_cursor_execute", note)
    act()
    event.remove(store.engine, "before_cursor_execute", note)
    return len(seen)


def test_the_second_reading_makes_nothing_and_is_recorded_for_each_owner(
    buying: Buying, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, reports = buying.computed(), PlanReports(buying.store)
    before = {one: len(_seen(buying, one)) for one in MEMBERS}
    first = _read(reports, buying, plan)
    assert all(len(_seen(buying, one)) == before[one] + 1 for one in MEMBERS)
    monkeypatch.setattr(plan_pages_runs, "purchase_document", None)
    assert _read(reports, buying, plan) == first
    for one in MEMBERS:
        last, earlier, *_ = told = _seen(buying, one)
        assert len(told) == before[one] + 2
        assert last == earlier
        assert last == ("syndicat", one, "needs", f"{buying.agreements[one].id}/1", 1)


def test_a_revoked_agreement_takes_the_report_away_and_the_refusal_is_recorded(
    buying: Buying,
) -> None:
    plan, reports = buying.computed(), PlanReports(buying.store)
    _read(reports, buying, plan)
    owner, agreement = buying.members["chenes"].caller, buying.agreements["chenes"].id
    others = len(_seen(buying, "aulnes"))
    Agreements(buying.store).act(owner, agreement, "revoke", now=buying.now)
    with pytest.raises(NotAllowed, match="ended"):
        _read(reports, buying, plan)
    page = Journal(buying.store, Hand()).accesses(owner, now=buying.now)
    assert page.items[0].record.event == "access.refused"
    assert len(_seen(buying, "aulnes")) == others  # nothing was told: nothing was seen


def test_what_is_kept_is_told_to_the_coordinator_alone(buying: Buying) -> None:
    plan, reports = buying.computed(), PlanReports(buying.store)
    _read(reports, buying, plan)
    with pytest.raises(NotAllowed, match="other_party"):
        _read(reports, buying, plan, who=buying.members["aulnes"].caller)
    with pytest.raises(NotFound):
        _read(reports, buying, plan, who=body(buying.store, "cc-autre").caller)


def test_another_name_makes_it_anew(buying: Buying) -> None:
    plan, reports = buying.computed(), PlanReports(buying.store)
    book, who = Purchases(buying.store), buying.coordinator.caller
    _read(reports, buying, plan)
    found = book.read(who, buying.id, now=buying.now)
    renamed = found.record.model_copy(update={"name": "Gaz 2030"})
    book.change(who, buying.id, renamed, now=buying.now)
    assert _read(reports, buying, plan) == "Gaz 2030"


def _again(*names: str) -> int:
    store = Store.open("sqlite://")
    buying = Buying.of(store, names).ready()
    plan, reports = buying.computed(), PlanReports(store)
    _read(reports, buying, plan)
    told = _statements(store, lambda: _read(reports, buying, plan))
    store.close()
    return told


def test_a_reading_again_runs_as_many_statements_for_many_as_for_few() -> None:
    assert _again(*MEMBERS) == _again(*MEMBERS, "douglas", "epiceas", "frenes", "hetres", "ifs")


def test_a_plan_is_kept_for_its_own_coordinator(buying: Buying) -> None:
    plan = buying.computed()
    for who, there in ((buying.coordinator, True), (buying.members["aulnes"], False)):
        permit = permit_own_data(who.caller, action="read", now=buying.now)
        with buying.store.read() as session:
            assert purchase_runs.RUNS.is_kept(permit, session, buying.id, plan) is there
