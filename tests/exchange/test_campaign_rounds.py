"""Rounds under a plan in force: verified, told body by body, closed with the agreements."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from synergie.errors import BadInput, Conflict, NotAllowed, NotFound
from synergie.exchange.readings.changes import Changes
from synergie.exchange.readings.morning import Mornings
from synergie.exchange.readings.once import Once
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.journal import Journal
from synergie.maintenance.exchange.rounds import CampaignRoundsBook
from synergie.maintenance.plan.rounds import solve
from synergie.maintenance.records.campaign_rounds import CampaignRoundsRequest
from synergie.maintenance.records.rounds import RoundsProblem
from synergie.schemas.plan_bytes import digest, drop_solve_seconds
from synergie.storage.store import Store
from tests.exchange.maintaining import BODIES, Maintaining, named
from tests.exchange.people import NOW, Body, body
from tests.proof.signers import Hand
from tests.server.maintaining import rounds_problem


@pytest.fixture
def made(store: Store) -> Maintaining:
    done = Maintaining.of(store).ready()
    done.adopted()
    return done


def day() -> RoundsProblem:
    """A crew of aulnes goes to a cabinet of each."""
    return rounds_problem(*((one, named(one)) for one in BODIES))


def request(problem: RoundsProblem | None = None, **more: Any) -> CampaignRoundsRequest:
    asked = problem or day()
    found = solve(asked, iterations=20)
    return CampaignRoundsRequest(problem=asked, rounds=found.model_copy(update=more))


def keep(made: Maintaining, sent: CampaignRoundsRequest, once: Once | None = None) -> str:
    book, who = CampaignRoundsBook(made.store), made.coordinator.caller
    return book.keep(who, made.id, sent, once=once, now=NOW).id


def test_rounds_are_kept_and_each_body_reads_when_who_comes(made: Maintaining) -> None:
    sent = request()
    kept, book = keep(made, sent), CampaignRoundsBook(made.store)
    whole = book.read(made.coordinator.caller, made.id, kept, now=NOW)
    assert whole.problem == sent.problem
    assert whole.rounds == drop_solve_seconds(sent.rounds)
    assert (whole.problem_sha256, whole.rounds_sha256) == (
        digest(sent.problem),
        digest(drop_solve_seconds(sent.rounds)),
    )
    for owner in BODIES:
        told = book.part(made.bodies[owner].caller, made.id, kept, now=NOW)
        (stop,) = told.stops
        assert (stop.asset, stop.organisation, stop.crew) == (named(owner), "aulnes", "equipe-1")
        assert stop.starts_at is not None
        others = [f"A-{one}" for one in BODIES if one != owner]
        assert [text for text in others if text in told.model_dump_json()] == []
        assert [one.stops for one in told.crews] == ([3] if owner == "aulnes" else [])
        (seen,) = book.page(made.bodies[owner].caller, made.id, now=NOW).items
        assert (seen.id, seen.problem_sha256, seen.rounds_sha256) == (kept, None, None)
        assert seen.first_day == seen.last_day == sent.problem.shifts[0].day


def test_the_morning_tells_the_week_to_the_coordinator_and_to_those_it_goes_to(
    made: Maintaining,
) -> None:
    sent = request(rounds_problem(("aulnes", named("aulnes"))))
    keep(made, sent)
    first = sent.problem.shifts[0].day
    now = datetime.combine(first, time(6), UTC)

    def list_weeks(who: Body) -> list[date | None]:
        return [one.day for one in Mornings(made.store).read(who.caller, now=now).dues
                if one.kind == "rounds"]  # fmt: skip

    assert list_weeks(made.coordinator) == list_weeks(made.bodies["aulnes"]) == [first]
    assert list_weeks(made.bodies["chenes"]) == []


def test_rounds_need_a_plan_in_force(store: Store) -> None:
    made = Maintaining.of(store).ready()
    with pytest.raises(Conflict, match="open"):
        keep(made, request())
    made.adopted()
    made.act("close")
    with pytest.raises(Conflict, match="closed"):
        keep(made, request())


@pytest.mark.parametrize(
    ("problem", "where"),
    [
        (rounds_problem(("aulnes", "A-none")), "/problem/stops/0/asset"),
        (rounds_problem(("aulnes", named("chenes"))), "/problem/stops/0/asset"),
        (rounds_problem(("etranger", "A-1")), "/problem/stops/0/organisation"),
    ],
    ids=["absent", "another's", "no body"],
)
def test_rounds_go_to_assets_that_are_open_and_with_crews_of_bodies(
    made: Maintaining, problem: RoundsProblem, where: str
) -> None:
    with pytest.raises(BadInput) as caught:
        keep(made, request(problem))
    assert caught.value.where == where


def test_rounds_that_do_not_hold_are_not_kept(made: Maintaining) -> None:
    good = request()
    cheaper = good.rounds.objective_eur - Decimal("0.01")
    for wrong in ({"inputs_digest": "0" * 64}, {"objective_eur": cheaper}, {"rounds": ()}):
        spoilt = good.rounds.model_copy(update=wrong)
        with pytest.raises(BadInput) as caught:
            keep(made, good.model_copy(update={"rounds": spoilt}))
        assert caught.value.where == "/rounds"
    none = good.problem.model_copy(update={"shifts": ()})
    with pytest.raises(BadInput) as caught:
        keep(made, good.model_copy(update={"problem": none}))
    assert caught.value.where.startswith("/problem/shifts")


def test_a_revocation_closes_whole_rounds_and_no_part(made: Maintaining) -> None:
    kept, book = keep(made, request()), CampaignRoundsBook(made.store)
    chenes = made.bodies["chenes"].caller
    Agreements(made.store).act(chenes, made.agreements["chenes"].id, "revoke", now=NOW)
    with pytest.raises(NotAllowed, match="ended"):
        book.read(made.coordinator.caller, made.id, kept, now=NOW)
    with pytest.raises(BadInput, match="/problem/stops/2/organisation"):
        keep(made, request())
    assert book.part(chenes, made.id, kept, now=NOW).stops


def test_who_is_not_in_rounds_sees_none_of_them(made: Maintaining) -> None:
    kept = keep(made, request(rounds_problem(("aulnes", named("aulnes")))))
    book, bouleaux = CampaignRoundsBook(made.store), made.bodies["bouleaux"].caller
    assert book.page(bouleaux, made.id, now=NOW).items == ()
    with pytest.raises(NotFound):
        book.part(bouleaux, made.id, kept, now=NOW)
    with pytest.raises(NotAllowed, match="other_party"):
        book.read(bouleaux, made.id, kept, now=NOW)
    stranger = body(made.store, "etranger").caller
    for read in (book.read, book.part):
        with pytest.raises(NotFound):
            read(stranger, made.id, kept, now=NOW)
    with pytest.raises(NotFound):
        book.page(stranger, made.id, now=NOW)


def test_rounds_are_told_and_what_is_read_of_them_is_recorded(made: Maintaining) -> None:
    once = Once("syndicat-app", "k-1", f"POST /v1/campaigns/{made.id}/rounds", "0" * 64)
    sent = request()
    kept = keep(made, sent, once)
    assert keep(made, sent, once) == kept
    news = Changes(made.store).after(made.bodies["chenes"].caller, now=NOW).items
    assert [one.act for one in news if one.kind == "campaign"][-1] == "rounds"
    book = CampaignRoundsBook(made.store)
    book.part(made.bodies["chenes"].caller, made.id, kept, now=NOW)
    book.read(made.coordinator.caller, made.id, kept, now=NOW)
    journal = Journal(made.store, Hand())
    mine = [one.record for one in journal.accesses(made.coordinator.caller, now=NOW).items]
    assert ("chenes", (made.id, kept)) in {(one.by, one.subjects) for one in mine}
    theirs = [one.record for one in journal.accesses(made.bodies["chenes"].caller, now=NOW).items]
    read = [(one.event, one.dataset) for one in theirs if one.by == "syndicat"]
    assert read == [("data.read", "assets")]
