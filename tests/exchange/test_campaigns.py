"""The story of a campaign: agreements, plans, parts, answers, revision, progress; who may not."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import true

from synergie.errors import BadInput, Conflict, NotAllowed, NotFound
from synergie.exchange.trust.agreements import Agreements
from synergie.maintenance.exchange import _adoption as _campaign_adoption
from synergie.maintenance.exchange.campaigns import Campaigns
from synergie.maintenance.exchange.parts import CampaignParts
from synergie.maintenance.exchange.progress import CampaignProgresses
from synergie.maintenance.exchange.runs import CampaignRuns
from synergie.maintenance.plan.year import solve
from synergie.maintenance.plan.year.view import Views
from synergie.maintenance.storage._tables import CampaignPartRow
from synergie.schemas.plan_bytes import build_canonical_bytes, digest, drop_solve_seconds
from synergie.storage import scope as _scope
from synergie.storage.store import Store
from tests.exchange.lines import register
from tests.exchange.maintaining import BODIES, Maintaining, named, problem, record, visit
from tests.exchange.people import NOW, body
from tests.exchange.test_campaign_matching import order


@pytest.fixture
def made(store: Store) -> Maintaining:
    return Maintaining.of(store)


def test_three_communes_maintain_together_from_the_invitation_to_the_adoption(
    made: Maintaining,
) -> None:
    plan = made.ready().proposed()
    for owner in BODIES:
        told = made.part(owner, plan)
        assert [one.cabinet for one in told.view.visits] == [named(owner)]
        assert told.view.gain_eur is not None
        assert told.view.gain_eur >= 0
        assert not told.in_force
        made.answer(owner, plan)
    done = made.act("adopt", plan)
    assert (done.state, done.plan, done.proposed) == ("adopted", plan, None)
    assert [step.act for step in done.history] == ["create", "propose", "adopt"]
    assert made.part("aulnes", plan).in_force
    assert made.act("adopt", plan) == done


def test_an_answer_taken_back_while_a_plan_is_being_adopted_counts(
    made: Maintaining, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parts are read before the store is held; who has accepted is asked once it is."""
    plan = made.ready().proposed()
    for owner in BODIES:
        made.answer(owner, plan)
    read = _campaign_adoption.read

    def beside_a_withdrawal(*args: Any, **more: Any) -> _campaign_adoption.Read | None:
        known = read(*args, **more)
        who = made.bodies["aulnes"].caller
        CampaignParts(made.store).withdraw(who, made.id, plan, now=made.now)
        return known

    monkeypatch.setattr(_campaign_adoption, "read", beside_a_withdrawal)
    with pytest.raises(Conflict, match="not answered"):
        made.act("adopt", plan)


def test_who_opens_nothing_is_missing_with_the_reason_and_sees_nothing(made: Maintaining) -> None:
    made.agree("aulnes")
    made.agree("bouleaux", purpose="energy_monitoring")
    told = made.inputs()
    assert [one.body for one in told.opened] == ["aulnes"]
    assert {one.body: one.reason for one in told.missing} == {
        "bouleaux": "no_agreement",
        "chenes": "no_agreement",
    }
    with pytest.raises(BadInput, match="/problem/visits/1/organisation"):
        made.keep(problem())
    plan = made.proposed(problem(("aulnes",)))
    seen = Campaigns(made.store).read(made.bodies["chenes"].caller, made.id, now=NOW)
    assert [(one.body, one.standing) for one in seen.bodies] == [("chenes", "invited")]
    for left_out in ("bouleaux", "chenes"):
        with pytest.raises(NotFound):
            made.part(left_out, plan)


def test_what_is_open_is_counted_and_its_digest_changes_with_it_alone(made: Maintaining) -> None:
    made.ready()
    first, again = made.inputs().opened, made.inputs().opened
    assert first == again
    assert [(one.cabinets, one.light_points, one.work_orders) for one in first] == [
        (2, 0, True)
    ] * 3
    assert len({one.assets_sha256 for one in first}) == 3
    made.publish("aulnes", named("aulnes"), name="Armoire du centre")
    later = {one.body: one.assets_sha256 for one in made.inputs().opened}
    changed = [one.body for one in first if later[one.body] != one.assets_sha256]
    assert changed == ["aulnes"]


@pytest.mark.parametrize("fault", ["closed", "absent", "other"])
def test_a_cabinet_that_is_not_opened_is_refused_as_one_that_does_not_exist(
    made: Maintaining, fault: str
) -> None:
    made.agree("aulnes", cabinets=made.cabinets["aulnes"][:1])
    made.agree("bouleaux")
    cabinets = {"closed": named("aulnes", 2), "absent": "A-none", "other": named("bouleaux")}
    asked = problem(("aulnes",), visit("aulnes", cabinet=cabinets[fault]))
    with pytest.raises(BadInput, match="a cabinet that its body opens to you now") as caught:
        made.keep(asked)
    assert caught.value.where == "/problem/visits/1/cabinet"


def test_crews_are_of_bodies_that_take_part(made: Maintaining) -> None:
    made.agree("aulnes")
    strange = problem(("aulnes",))
    depot = strange.depots[0].model_copy(update={"organisation": "syndicat"})
    asked = strange.model_copy(update={"depots": (depot,)})
    with pytest.raises(BadInput, match="/problem/depots/0/organisation"):
        made.keep(asked)
    who = made.coordinator.caller
    Campaigns(made.store).invite(who, made.id, ("syndicat",), now=NOW)
    made.keep(asked)


def test_two_agreements_of_one_body_open_what_both_name(made: Maintaining) -> None:
    for n in (0, 1):
        made.agree("aulnes", cabinets=[made.cabinets["aulnes"][n]])
    (told,) = made.inputs().opened
    assert (len(told.agreements), told.cabinets) == (2, 2)
    made.keep(problem(("aulnes",), visit("aulnes", 2)))


@pytest.mark.parametrize("fault", ["amount", "week", "digest", "depot", "gain", "proved", "member"])
def test_a_plan_that_does_not_hold_is_not_kept(made: Maintaining, fault: str) -> None:
    asked = problem()
    plan = solve(asked)
    first, *rest = plan.visits
    crew, *crews = plan.crews
    member, *members = plan.members
    cent = Decimal("0.01")
    wrong: dict[str, dict[str, Any]] = {
        "amount": {"visits": (_with(first, cost_eur=first.cost_eur - cent), *rest)},
        "week": {"visits": (_with(first, week=9), *rest)},
        "digest": {"inputs_digest": "0" * 64},
        "depot": {"crews": (_with(crew, depot="autre"), *crews)},
        "gain": {"members": (_with(member, gain_eur=Decimal(99999)), *members)},
        "proved": {"status": "proved", "gap": 0.5, "bound_eur": plan.objective_eur / 2},
        "member": {"members": (_with(member, member="syndicat"), *members)},
    }
    with pytest.raises(BadInput) as caught:
        made.ready().keep(asked, plan.model_copy(update=wrong[fault]))
    assert caught.value.where == "/plan"


def _with(record: Any, **more: Any) -> Any:
    return record.model_copy(update=more)


@pytest.mark.parametrize("starts_on", [None, date(2026, 11, 3)])
def test_week_one_begins_on_a_monday_that_is_told(
    made: Maintaining, starts_on: date | None
) -> None:
    asked = problem().model_copy(update={"starts_on": starts_on})
    with pytest.raises(BadInput, match="/problem/starts_on"):
        made.ready().keep(asked)


def test_a_problem_whose_windows_do_not_fit_is_no_problem(made: Maintaining) -> None:
    asked = problem()
    plan = solve(asked)
    short = asked.visits[0].model_copy(update={"costs_eur": asked.visits[0].costs_eur[:1]})
    wrong = asked.model_copy(update={"visits": (short, *asked.visits[1:])})
    with pytest.raises(BadInput, match="not one cost for each week"):
        made.ready().keep(wrong, plan)


def test_a_plan_is_reproduced_from_what_is_stored_byte_for_byte(made: Maintaining) -> None:
    plan = made.ready().proposed()
    book, who = CampaignRuns(made.store), made.coordinator.caller
    kept = book.read(who, made.id, plan, now=NOW)
    told = book.problem_of(who, made.id, plan, now=NOW)
    assert build_canonical_bytes(told.problem) == build_canonical_bytes(problem())
    assert told.problem_sha256 == kept.problem_sha256 == digest(problem())
    solved = drop_solve_seconds(solve(told.problem))
    assert kept.plan is not None
    assert build_canonical_bytes(solved) == build_canonical_bytes(kept.plan)
    assert digest(solved) == kept.plan_sha256
    other = solved.model_copy(update={"run": solved.run.model_copy(update={"seconds": 77.0})})
    assert digest(drop_solve_seconds(other)) == kept.plan_sha256


def test_a_revocation_closes_plan_and_problem_at_the_next_request(made: Maintaining) -> None:
    plan = made.ready().proposed()
    revoked = made.agreements["chenes"].id
    book, who = CampaignRuns(made.store), made.coordinator.caller
    Agreements(made.store).act(made.bodies["chenes"].caller, revoked, "revoke", now=NOW)
    assert [(one.body, one.reason) for one in made.inputs().missing] == [("chenes", "ended")]
    reads: tuple[Any, ...] = book.read, book.problem_of
    for read in reads:
        with pytest.raises(NotAllowed, match="ended") as caught:
            read(who, made.id, plan, now=NOW)
        assert caught.value.agreement == revoked
    for owner in BODIES:
        made.answer(owner, plan)
    with pytest.raises(Conflict, match="stale"):
        made.act("adopt", plan)
    with pytest.raises(BadInput, match="/problem/visits/2/organisation"):
        made.keep(problem())
    made.act("propose", made.keep(problem(("aulnes", "bouleaux"))))


def test_a_plan_is_adopted_once_each_body_has_accepted_its_part(made: Maintaining) -> None:
    plan = made.ready().proposed()
    with pytest.raises(Conflict, match="not answered"):
        made.act("adopt", plan)
    first = made.answer("aulnes", plan, "decline", reason="Semaine de la foire")
    assert made.answer("aulnes", plan, "decline") == first
    with pytest.raises(Conflict, match="decline"):
        made.answer("aulnes", plan)
    for owner in ("bouleaux", "chenes"):
        made.answer(owner, plan)
    with pytest.raises(Conflict, match="declined"):
        made.act("adopt", plan)
    book, who = CampaignParts(made.store), made.bodies["aulnes"].caller
    assert book.withdraw(who, made.id, plan, now=NOW).answer is None
    with pytest.raises(Conflict, match="another part"):
        made.answer("aulnes", plan, part_sha256="0" * 64)
    made.answer("aulnes", plan)
    told = book.page(made.coordinator.caller, made.id, plan, now=NOW).items
    assert [one.answer and one.answer.answer for one in told] == ["accept"] * 3
    made.act("adopt", plan)
    with pytest.raises(Conflict, match="adopted"):
        book.withdraw(who, made.id, plan, now=NOW)


def test_a_part_is_told_once_it_is_proposed(made: Maintaining) -> None:
    plan = made.ready().keep(problem())
    with pytest.raises(NotFound):
        made.part("aulnes", plan)
    made.act("propose", plan)
    assert made.part("aulnes", plan).body == "aulnes"


def test_a_revision_tells_each_body_what_moves_of_its_own(made: Maintaining) -> None:
    early = [visit(one, last_week=1) for one in BODIES]
    plan = made.ready().adopted(problem(visits=early))
    later = [
        visit("aulnes", first_week=3, last_week=3),
        *(visit(one, last_week=1) for one in ("bouleaux", "chenes")),
        visit("bouleaux", 2, first_week=4),
    ]
    revised = made.keep(problem(visits=later))
    state = made.act("propose", revised)
    assert (state.state, state.plan, state.proposed) == ("revision", plan, revised)
    told = {owner: made.part(owner, revised).view for owner in BODIES}
    assert told["chenes"].moves == ()
    (news,) = told["bouleaux"].moves
    assert (news.cabinet, news.from_week, news.to_week) == (named("bouleaux", 2), None, 4)
    (move,) = told["aulnes"].moves
    assert (move.cabinet, move.from_week, move.to_week) == (named("aulnes"), 1, 3)
    assert told["aulnes"].replaces == made.part("aulnes", plan).view.seal
    assert made.act("withdraw").state == "adopted"
    made.act("propose", revised)
    for owner in BODIES:
        made.answer(owner, revised)
    done = made.act("adopt", revised)
    assert (done.state, done.plan) == ("adopted", revised)
    with pytest.raises(Conflict, match="stale"):
        made.act("propose", plan)


def test_a_body_that_a_revision_leaves_out_is_told_and_not_asked(made: Maintaining) -> None:
    made.ready().adopted()
    revised = made.proposed(problem(("aulnes", "bouleaux")))
    told = made.part("chenes", revised).view
    assert [(one.from_week, one.to_week) for one in told.moves] == [(1, None)]
    assert told.bodies == 2
    for owner in ("aulnes", "bouleaux"):
        made.answer(owner, revised)
    assert made.act("adopt", revised).plan == revised


def test_a_plan_made_against_another_one_in_force_is_stale(made: Maintaining) -> None:
    early = made.ready().keep(problem())
    made.adopted()
    with pytest.raises(Conflict, match="stale"):
        made.act("propose", early)


@pytest.mark.parametrize(
    ("before", "act"), [("open", "withdraw"), ("adopted", "withdraw"), ("closed", "propose")]
)
def test_a_step_that_the_state_does_not_admit_is_refused(
    made: Maintaining, before: str, act: Any
) -> None:
    plan = made.ready().keep(problem())
    if before == "adopted":
        plan = made.adopted()
    if before == "closed":
        made.act("close")
    with pytest.raises(Conflict, match=before):
        made.act(act, plan if act == "propose" else None)


def test_a_closed_campaign_takes_nothing_more(made: Maintaining) -> None:
    made.ready().act("close")
    book, who = Campaigns(made.store), made.coordinator.caller
    for act in (
        lambda: book.change(who, made.id, record(), now=NOW),
        lambda: book.invite(who, made.id, ("aulnes",), now=NOW),
        lambda: made.keep(problem()),
    ):
        with pytest.raises(Conflict, match="closed"):
            act()


def test_the_plan_is_named_with_the_acts_that_need_it_and_only_then(made: Maintaining) -> None:
    for act, plan in (("propose", None), ("close", "plan_22222222222222222222")):
        with pytest.raises(BadInput, match="/plan"):
            made.act(act, plan)
    with pytest.raises(NotFound):
        made.act("propose", "plan_22222222222222222222")


def test_bodies_see_themselves_and_strangers_nothing(made: Maintaining) -> None:
    book = Campaigns(made.store)
    seen = book.read(made.bodies["aulnes"].caller, made.id, now=NOW)
    assert [one.body for one in seen.bodies] == ["aulnes"]
    assert seen.n_bodies == 3
    assert "bouleaux" not in seen.model_dump_json()
    stranger = body(made.store, "etranger").caller
    assert book.page(stranger, now=NOW).items == ()
    for read in (
        lambda: book.read(stranger, made.id, now=NOW),
        lambda: CampaignRuns(made.store).inputs(stranger, made.id, now=NOW),
        lambda: CampaignProgresses(made.store).read(stranger, made.id, now=NOW),
    ):
        with pytest.raises(NotFound):
            read()


def test_a_body_does_not_do_what_its_coordinator_does(made: Maintaining) -> None:
    plan = made.ready().proposed()
    who, store = made.bodies["aulnes"].caller, made.store
    for act in (
        lambda: Campaigns(store).change(who, made.id, record(), now=NOW),
        lambda: Campaigns(store).invite(who, made.id, ("aulnes",), now=NOW),
        lambda: Campaigns(store).act(who, made.id, "close", now=NOW),
        lambda: CampaignRuns(store).inputs(who, made.id, now=NOW),
        lambda: CampaignRuns(store).page(who, made.id, now=NOW),
        lambda: CampaignRuns(store).read(who, made.id, plan, now=NOW),
        lambda: CampaignRuns(store).problem_of(who, made.id, plan, now=NOW),
        lambda: CampaignParts(store).page(who, made.id, plan, now=NOW),
    ):
        with pytest.raises(NotAllowed, match="other_party"):
            act()


def _leaks(made: Maintaining) -> list[tuple[str, str]]:
    """What the part of each body holds that it may not: (body, text)."""
    plan = made.ready().proposed(problem(BODIES, visit("chenes", 2, hours="3.25")))
    found = []
    for owner in BODIES:
        told = made.part(owner, plan).model_dump_json()
        assert named(owner) in told, "or nothing is looked at"
        others = [one for one in BODIES if one != owner]
        hidden = [text for one in others for text in (f"A-{one}", f"zone-{one}", f"depot-{one}")]
        found += [(owner, text) for text in hidden if text in told]
    return found


def test_no_part_holds_what_is_of_another_body(made: Maintaining) -> None:
    assert _leaks(made) == []


def test_a_part_that_says_too_much_is_found(
    made: Maintaining, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Views._view

    def wide(self: Views, book: Any, owner: str, n: int) -> Any:
        """The fault planted: the visits of everybody."""
        every = tuple(one for some in book.visits.values() for one in some)
        return whole(self, book, owner, n).model_copy(update={"visits": every})

    monkeypatch.setattr(Views, "_view", wide)
    assert ("aulnes", "A-bouleaux") in _leaks(made)


def test_a_zone_that_two_bodies_share_tells_neither_of_the_other(made: Maintaining) -> None:
    shared = visit("bouleaux", zone="zone-aulnes")
    asked = problem(("aulnes",), shared)
    depot = asked.depots[0].model_copy(update={"crew_days": (2, 2, 2, 2)})
    plan = made.ready().proposed(asked.model_copy(update={"depots": (depot,)}))
    for owner in ("aulnes", "bouleaux"):
        told = made.part(owner, plan).view
        assert [(one.days, one.hours) for one in told.crews] == [(None, None)]
        (zone,) = told.zones
        assert (zone.visits, zone.late_alone) == (1, None)
    assert made.part("aulnes", plan).view.given
    assert not made.part("bouleaux", plan).view.given


def test_a_rule_that_opens_every_part_does_not_open_one_to_another_body(
    made: Maintaining, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two locks: the rule of the table, and the part that is looked for is the caller's."""
    plan = made.ready().proposed()
    outsider = body(made.store, "etranger").caller
    rules: dict[Any, Any] = _scope._RULES
    monkeypatch.setitem(rules, CampaignPartRow, lambda _: true())
    with pytest.raises(NotFound):
        CampaignParts(made.store).read(outsider, made.id, plan, now=NOW)
    assert made.part("aulnes", plan).body == "aulnes"


EIGHT = (*BODIES, "douglas", "erables", "frenes", "genets", "houx")


def test_sums_are_told_after_a_first_adoption_and_never_of_a_second_plan(store: Store) -> None:
    """The difference of two sums would tell of the one body that changed."""
    made = Maintaining.of(store, EIGHT).ready()
    plan = made.proposed()
    assert all(made.part(owner, plan).view.totals is None for owner in EIGHT)
    before = {owner: made.answer(owner, plan).sha256 for owner in EIGHT}
    made.act("adopt", plan)
    told = made.part("aulnes", plan)
    assert told.sha256 == before["aulnes"]
    assert told.view.totals is not None
    assert told.view.totals.visits == 8
    revised = made.adopted(problem(EIGHT[:6]))
    assert all(made.part(owner, revised).view.totals is None for owner in EIGHT[:6])


def test_of_three_bodies_no_sum_is_told(made: Maintaining) -> None:
    plan = made.ready().adopted()
    assert all(made.part(owner, plan).view.totals is None for owner in BODIES)


def test_a_coordinator_maintains_its_own_without_an_agreement(made: Maintaining) -> None:
    who = made.coordinator.caller
    Campaigns(made.store).invite(who, made.id, ("syndicat",), now=NOW)
    made.bodies["syndicat"] = made.coordinator
    made.publish("syndicat", named("syndicat"))
    assert [(one.body, one.agreements) for one in made.inputs().opened] == [("syndicat", ())]
    plan = made.proposed(problem(("syndicat",)))
    assert made.answer("syndicat", plan).answer is not None


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch)


@pytest.mark.usefixtures("lines")
def test_interventions_that_come_back_are_told_as_each_may_see(made: Maintaining) -> None:
    made.agree("aulnes")
    made.agree("bouleaux", datasets=["assets"])
    made.agree("chenes")
    early = [visit(one, last_week=1) for one in BODIES]
    made.adopted(problem(visits=[*early, visit("aulnes", 2, first_week=4)]))
    done = order("I-1", named("aulnes"), datetime(2026, 11, 4, 9, tzinfo=UTC))
    made.deposit("aulnes", done)
    made.deposit("bouleaux", order("I-2", named("bouleaux"), date(2026, 11, 5)))
    told = {one.body: one for one in made.progress().bodies}
    assert told["bouleaux"].reason == "dataset"
    assert (told["bouleaux"].planned, told["bouleaux"].done) == (1, None)
    assert (told["chenes"].done, told["chenes"].late) == (0, 1)
    mine = told["aulnes"]
    assert (mine.planned, mine.due, mine.done, mine.late) == (2, 1, 1, 0)
    assert [one.work_order for one in mine.visits] == ["I-1", None]
    seen = made.progress(made.bodies["bouleaux"]).bodies
    assert [(one.body, one.done) for one in seen] == [("bouleaux", 1)]
    Agreements(made.store).act(
        made.bodies["aulnes"].caller, made.agreements["aulnes"].id, "suspend", now=NOW
    )
    told = {one.body: one for one in made.progress().bodies}
    assert (told["aulnes"].reason, told["aulnes"].visits) == ("suspended", ())


def test_before_a_plan_is_in_force_no_progress_is_told(made: Maintaining) -> None:
    made.ready().proposed()
    told = made.progress()
    assert (told.plan, told.bodies, told.as_of) == (None, (), NOW.date())
    assert made.progress(made.bodies["aulnes"]).bodies == ()


def test_an_agreement_that_begins_later_opens_nothing_yet(made: Maintaining) -> None:
    made.agree("aulnes", valid_from=NOW + timedelta(days=1))
    assert ("aulnes", "not_started") in {(x.body, x.reason) for x in made.inputs().missing}
    made.now = NOW + timedelta(days=1)
    assert [one.body for one in made.inputs().opened] == ["aulnes"]
