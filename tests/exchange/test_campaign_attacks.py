"""What a curious partner tries on campaigns: forged plans, narrowed agreements, two campaigns."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from synergie.errors import BadInput, NotAllowed, NotFound
from synergie.exchange.trust.agreements import Agreements
from synergie.maintenance.exchange import rounds as campaign_rounds
from synergie.maintenance.exchange.campaigns import Campaigns
from synergie.maintenance.exchange.rounds import CampaignRoundsBook
from synergie.maintenance.plan.year import _text, solve
from synergie.maintenance.records.rounds import RoundsProblem
from synergie.plan import record as _record
from synergie.schemas.plan import Phrase
from synergie.storage.store import Store
from tests.exchange.maintaining import BODIES, Maintaining, named, problem, record, visit
from tests.exchange.people import NOW, body
from tests.exchange.test_campaign_rounds import keep, request
from tests.exchange.test_campaign_secrets import _counted
from tests.server.maintaining import rounds_problem


@pytest.fixture
def made(store: Store) -> Maintaining:
    return Maintaining.of(store)


def test_progress_tells_no_cabinet_that_is_closed(made: Maintaining) -> None:
    """An agreement ends and a narrower one takes its place: one cabinet of two is open."""
    made.ready().adopted(problem(BODIES, visit("chenes", 2)))
    chenes = made.bodies["chenes"]
    Agreements(made.store).act(chenes.caller, made.agreements["chenes"].id, "revoke", now=NOW)
    made.agree("chenes", cabinets=made.cabinets["chenes"][:1])
    told = made.progress()
    assert named("chenes", 1) in told.model_dump_json()
    assert named("chenes", 2) not in told.model_dump_json()
    assert [one.planned for one in told.bodies] == [1, 1, 1]
    assert made.progress(chenes).bodies[0].planned == 2


def test_no_sentence_of_a_plan_breaks_the_program_of_its_reader(made: Maintaining) -> None:
    """A sentence of ours with places that nothing fills."""
    asked = problem()
    plan = solve(asked)
    said = (*plan.assumptions, Phrase(text=_text.IDLE), Phrase(text=_text.ALONE_LATE))
    kept = made.ready().keep(asked, plan.model_copy(update={"assumptions": said}))
    made.act("propose", kept)
    for one in made.part("aulnes", kept).view.assumptions:
        assert one.tell(str) == one.text


def test_rounds_move_no_cost_to_another_body(made: Maintaining) -> None:
    """By a cost alone that is made up: costs were not looked at where somebody has one."""
    made.ready().adopted()
    good = request()
    names, none = [one.member for one in good.rounds.members], Decimal("0.00")
    members = (
        _record.outcome_of(names[0], none, Decimal("999.00")),
        _record.outcome_of(names[1], none, None),
        _record.outcome_of(names[2], good.rounds.objective_eur, None),
    )
    more = {"members": members, "baseline_eur": None, "least_gain": names[0]}
    with pytest.raises(BadInput, match="does not pay its share"):
        keep(made, good.model_copy(update={"rounds": good.rounds.model_copy(update=more)}))


def test_a_year_at_the_end_of_the_calendar_is_refused(made: Maintaining) -> None:
    """It would be kept, and then nobody could read how far it is."""
    last = date(9999, 12, 27)
    assert last.isoweekday() == 1
    with pytest.raises(BadInput, match="/problem/starts_on"):
        made.ready().keep(problem(starts_on=last.isoformat()))


def test_rounds_that_are_absent_and_not_told_cost_the_same_statements(made: Maintaining) -> None:
    plan_of_aulnes = request(_of("aulnes"))
    made.ready().adopted()
    kept, book = keep(made, plan_of_aulnes), CampaignRoundsBook(made.store)
    stranger, member = body(made.store, "etranger").caller, made.bodies["bouleaux"].caller
    coordinator = made.coordinator.caller
    absent, nowhere = "rnd_00000000000000000000", "cmp_00000000000000000000"
    other = Campaigns(made.store).create(coordinator, record(), now=NOW).id
    pairs: tuple[tuple[Callable[[], Any], Callable[[], Any]], ...] = (
        (
            lambda: book.part(member, made.id, kept, now=NOW),
            lambda: book.part(member, made.id, absent, now=NOW),
        ),
        (
            lambda: book.part(stranger, made.id, kept, now=NOW),
            lambda: book.part(stranger, nowhere, kept, now=NOW),
        ),
        (
            lambda: book.page(stranger, made.id, now=NOW),
            lambda: book.page(stranger, nowhere, now=NOW),
        ),
        (
            lambda: book.read(coordinator, other, kept, now=NOW),
            lambda: book.read(coordinator, other, absent, now=NOW),
        ),
        (
            lambda: book.keep(stranger, made.id, plan_of_aulnes, now=NOW),
            lambda: book.keep(stranger, nowhere, plan_of_aulnes, now=NOW),
        ),
    )
    for there, not_there in pairs:
        told = []
        for act in (there, not_there):
            with _counted(made.store) as seen, pytest.raises(NotFound):
                act()
            told.append([one.split("WHERE")[0] for one in seen])
        assert told[0] == told[1] != []


def test_a_narrowed_token_sees_no_rounds(made: Maintaining) -> None:
    made.ready().adopted()
    kept, book = keep(made, request()), CampaignRoundsBook(made.store)
    only = frozenset({made.agreements["aulnes"].id})
    narrowed = replace(made.coordinator.caller, agreements=only)
    member = replace(made.bodies["aulnes"].caller, agreements=only)
    for act in (
        lambda: book.read(narrowed, made.id, kept, now=NOW),
        lambda: book.page(narrowed, made.id, now=NOW),
        lambda: book.keep(narrowed, made.id, request(), now=NOW),
        lambda: book.page(member, made.id, now=NOW),
        lambda: book.part(member, made.id, kept, now=NOW),
    ):
        with pytest.raises(NotAllowed, match="token_narrower"):
            act()


def test_rounds_name_no_asset_outside_a_narrower_agreement(made: Maintaining) -> None:
    """Kept under a wide agreement, read and kept again under one that opens another cabinet."""
    made.ready().adopted()
    kept, book = keep(made, request()), CampaignRoundsBook(made.store)
    chenes, who = made.bodies["chenes"].caller, made.coordinator.caller
    Agreements(made.store).act(chenes, made.agreements["chenes"].id, "revoke", now=NOW)
    made.agree("chenes", cabinets=made.cabinets["chenes"][1:])
    with pytest.raises(NotAllowed, match="selector"):
        book.read(who, made.id, kept, now=NOW)
    with pytest.raises(BadInput, match="/problem/stops/2/asset"):
        keep(made, request())
    assert "A-chenes" not in book.page(who, made.id, now=NOW).model_dump_json()


def test_rounds_are_put_together_before_the_store_is_held(
    made: Maintaining, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Digest and parts of a large week take seconds, in which nobody else could write."""
    made.ready().adopted()
    sent, done = request(), list[str]()

    def noted(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def note(*args: Any, **more: Any) -> Any:
            done.append(name)
            return real(*args, **more)

        monkeypatch.setattr(owner, name, note)

    for name in ("digest", "iterate_rounds_parts", "faults"):
        noted(campaign_rounds, name)
    noted(Store, "write")
    keep(made, sent)
    assert sorted(done[: done.index("write")]) == ["digest", "faults", "iterate_rounds_parts"]
    assert set(done[done.index("write") :]) == {"write"}


EIGHT = (*BODIES, "doles", "erables", "frenes", "genets", "houx")


def _in_pairs(owners: tuple[str, ...], **more: Any) -> Any:
    """Two by two neighbours: no pair changes what another one pays."""
    zones = [f"zone-{one}" for one in owners]
    pairs = [
        {"first": one, "second": two, "travel_hours": "0.00"}
        for one, two in zip(zones[::2], zones[1::2], strict=True)
    ]
    return problem(owners, neighbours=pairs, **more)


def test_two_campaigns_for_the_same_weeks_tell_no_sums_to_subtract(store: Store) -> None:
    """The second leaves two bodies out: less than three stand behind the difference."""
    first = Maintaining.of(store, EIGHT).ready()
    plan = first.adopted(_in_pairs(EIGHT))
    assert first.part("aulnes", plan).view.totals is not None
    first.act("close")
    few, book, who = EIGHT[:6], Campaigns(store), first.coordinator.caller
    for starts_on, told in (("2026-11-23", False), ("2026-11-30", True)):
        made = book.create(who, record(), now=NOW)
        made = book.invite(who, made.id, few, now=NOW)
        again = replace(first, campaign=made, bodies={one: first.bodies[one] for one in few})
        plan = again.adopted(_in_pairs(few, starts_on=starts_on))
        assert (again.part("aulnes", plan).view.totals is not None) == told


def _of(owner: str) -> RoundsProblem:
    return rounds_problem((owner, named(owner)))
