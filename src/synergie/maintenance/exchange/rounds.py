"""Rounds of a campaign: kept and verified, told body by body, told again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from secrets import token_hex

from synergie.errors import BadInput, Conflict, NotAllowed, NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange.readings.once import Once, claim_or_replay, find_earlier_answer, store_answer
from synergie.exchange.shared_plan import record
from synergie.exchange.trust import seen as _seen
from synergie.maintenance.exchange import _inputs as _campaign_inputs
from synergie.maintenance.exchange import side as _campaign_side
from synergie.maintenance.exchange._inputs import Standing
from synergie.maintenance.plan.rounds.proof import faults
from synergie.maintenance.records.campaign_rounds import (
    CampaignRounds,
    CampaignRoundsPart,
    CampaignRoundsRequest,
    PartRound,
    PartStop,
)
from synergie.maintenance.records.rounds import (
    PlannedStop,
    Round,
    RoundsPlan,
    RoundsProblem,
    RoundStop,
)
from synergie.maintenance.storage import rounds as kept
from synergie.maintenance.storage.campaigns import CAMPAIGNS, StoredCampaign
from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.schemas.plan_bytes import digest, drop_solve_seconds
from synergie.storage.store import Session, Store


@dataclass(frozen=True, slots=True)
class CampaignRoundsBook:
    """Whole rounds, for the coordinator; the caller's own part, for a body."""

    store: Store

    def keep(
        self,
        caller: Principal,
        campaign_id: str,
        body: CampaignRoundsRequest,
        *,
        once: Once | None = None,
        now: datetime,
    ) -> CampaignRounds:
        """Rounds that the caller computed, verified, kept, and told to each body at once.

        Conflict while no plan is in force; BadInput when they name what is not open, or do not
        hold. The checks run before the store is held.
        """
        _campaign_side.authorize_side(caller, action="write", now=now)
        with self.store.read() as session:
            before = find_earlier_answer(session, once, CampaignRounds)
            if before is not None:
                return before
            found, stands = _find_campaign_standing(session, caller, campaign_id, now=now)
        _check_rounds_request(body, stands)
        made = _build_rounds_record(found, body, now=now)
        with self.store.write() as session:
            known = claim_or_replay(session, once, CampaignRounds, now=now)
            if known is not None:
                return known
            found, stands = _find_campaign_standing(
                session, caller, campaign_id, now=now, writing=True
            )
            _check_rounds_open(body.problem, stands)
            told = kept.strip_rounds_content(_save_rounds(session, caller, found, made))
            store_answer(session, once, told)
        return told

    def page(
        self,
        caller: Principal,
        campaign_id: str,
        *,
        after: str | None = None,
        limit: int = 200,
        now: datetime,
    ) -> Page[CampaignRounds]:
        """A page of rounds by id: all, for the coordinator; those with a part of the caller's."""
        permit = _campaign_side.authorize_side(caller, action="read", now=now)
        with self.store.read() as session:
            found = _campaign_side.known(session, caller, campaign_id, now=now)
            bound = f"campaign-rounds\x1f{found.id}\x1f{permit.fingerprint}"
            if found.owner == caller.organisation:
                permit = _campaign_side.coordinated(session, caller, campaign_id, now=now)[0]
            read = (
                kept.all_rounds if found.owner == caller.organisation else kept.list_rounds_notices
            )
            place = _cursor.opened(session, bound, after)
            some = read(permit, session, found.id, after=place, limit=limit + 1)
            some, following = _cursor.split_cursor_page(session, bound, some, limit)
        return Page(items=tuple(some), next=following)

    def read(
        self, caller: Principal, campaign_id: str, rounds_id: str, *, now: datetime
    ) -> CampaignRounds:
        """Rounds whole, with their problem: they name assets, so each agreement is asked again."""
        ask = _campaign_inputs.ASSETS
        with _seen.open_recorded_session(
            self.store, caller, ask, subject=campaign_id, now=now
        ) as session:
            permit, found = _campaign_side.coordinated(session, caller, campaign_id, now=now)
            made = kept.rounds(permit, session, found.id, rounds_id)
            if made is None or made.problem is None:
                raise NotFound
            stands = _campaign_inputs.standing_now(session, caller, found, now=now)
            _still_open(made.problem, stands)
        bodies = {stop.organisation for stop in made.problem.stops}
        seen = _campaign_inputs.list_repeated_accesses(campaign_id, stands, sorted(bodies))
        _seen.record_all(self.store, caller, seen, now=now)
        return made

    def part(
        self, caller: Principal, campaign_id: str, rounds_id: str, *, now: datetime
    ) -> CampaignRoundsPart:
        """The caller's part. NotFound for rounds without one. Recorded before it is told."""
        with self.store.write(essential=True) as session:
            found = _campaign_side.joined(session, caller, campaign_id, now=now)
            permit = _campaign_side.authorize_side(caller, action="read", now=now)
            part = kept.rounds_part(permit, session, found.id, rounds_id)
            if part is None:
                raise NotFound
            if found.owner != caller.organisation:
                record(permit, session, "part.read", found, rounds_id, caller=caller)
        return part


def _find_campaign_standing(
    session: Session, caller: Principal, campaign_id: str, *, now: datetime, writing: bool = False
) -> tuple[StoredCampaign, Standing]:
    _, found = _campaign_side.coordinated(session, caller, campaign_id, now=now, writing=writing)
    if found.plan is None or found.state == "closed":
        raise Conflict(found.state, "a campaign with a plan in force")
    return found, _campaign_inputs.standing_now(session, caller, found, now=now)


def _check_rounds_request(body: CampaignRoundsRequest, stands: Standing) -> None:
    _check_rounds_open(body.problem, stands)
    try:
        wrong = faults(body.problem, body.rounds)
    except BadInput as fault:
        raise fault.at("/problem") from None
    if wrong:
        raise BadInput("/rounds", wrong[0], "rounds that keep every requirement, to the cent")


def _check_rounds_open(problem: RoundsProblem, stands: Standing) -> None:
    """BadInput for a stop whose asset, or a crew whose body, is not open now."""
    for n, stop in enumerate(problem.stops):
        place = f"/problem/stops/{n}"
        known = _campaign_inputs.taking_part_of(stands, stop, place).assets
        if stop.asset not in known.cabinets and stop.asset not in known.light_points:
            raise BadInput(f"{place}/asset", stop.asset, "an asset that its body opens to you now")
    for n, shift in enumerate(problem.shifts):
        _campaign_inputs.taking_part_of(stands, shift, f"/problem/shifts/{n}")


def _still_open(problem: RoundsProblem, stands: Standing) -> None:
    """NotAllowed when an asset of the problem is not open any more."""
    why = {one.body: one.reason for one in stands.missing}
    for stop in problem.stops:
        opened = stands.opened.get(stop.organisation)
        known = frozenset() if opened is None else opened.assets.cabinets
        lights = frozenset() if opened is None else opened.assets.light_points
        if stop.asset not in known and stop.asset not in lights:
            raise NotAllowed(why.get(stop.organisation, "selector"))


type _Made = tuple[CampaignRounds, list[CampaignRoundsPart]]


def _build_rounds_record(
    found: StoredCampaign, body: CampaignRoundsRequest, *, now: datetime
) -> _Made:
    """The rounds as they are to be kept, and each body's part: before the store is held."""
    plan, days = drop_solve_seconds(body.rounds), sorted(shift.day for shift in body.problem.shifts)
    made = CampaignRounds(
        id=f"rnd_{token_hex(10)}",
        campaign=found.id,
        plan=str(found.plan),
        kept_at=now,
        first_day=days[0],
        last_day=days[-1],
        problem_sha256=plan.inputs_digest,
        rounds_sha256=digest(plan),
        problem=body.problem,
        rounds=plan,
    )
    span = (days[0], days[-1])
    some = iterate_rounds_parts(body.problem, plan, campaign=found.id, rounds_id=made.id, days=span)
    return made, list(some)


def _save_rounds(
    session: Session, caller: Principal, found: StoredCampaign, told: _Made
) -> CampaignRounds:
    """*told* under the plan that is in force now."""
    made, some = told[0].model_copy(update={"plan": str(found.plan)}), told[1]
    now = made.kept_at
    permit, _ = _campaign_side.coordinated(session, caller, found.id, now=now, writing=True)
    kept.save_rounds(permit, session, made, some)
    record(permit, session, "plan.kept", found, made.id, caller=caller, rows=len(some))
    invited = CAMPAIGNS.list_invitations(permit, session, found.id)
    mine = [part.body for part in some if part.body in invited]
    _campaign_side.tell(session, found, mine, "rounds", now=now)
    return made


# From joint rounds to the part of each body: work on its own assets, days of its own crews. Pure.
#
# Withheld from a body: assets, tickets, places and instructions of others, where its own crews are
# beside its own assets, and why work is left for later: the reason may name another's. What it pays
# is told to a body that is alone in them: a day is paid by minutes, as a crew-day of the year is by
# hours, and its share of one would tell the minutes of the others.

type Days = tuple[date, date]
_LAST = datetime.max.replace(tzinfo=UTC)


def iterate_rounds_parts(
    problem: RoundsProblem, plan: RoundsPlan, *, campaign: str, rounds_id: str, days: Days
) -> Iterator[CampaignRoundsPart]:
    """The part of each body with assets or crews in them, by body."""
    outcomes = {one.member: one for one in plan.members}
    stops = _group_part_stops(problem, plan)
    crews = {(one.crew, one.day): one.organisation for one in problem.shifts}
    bodies = sorted({stop.organisation for stop in problem.stops} | set(crews.values()))
    for body in bodies:
        outcome = outcomes.get(body)
        yield CampaignRoundsPart(
            campaign=campaign,
            rounds=rounds_id,
            body=body,
            first_day=days[0],
            last_day=days[1],
            cost_eur=outcome.cost_eur if outcome is not None and len(bodies) == 1 else None,
            alone_eur=None if outcome is None else outcome.alone_eur,
            stops=tuple(sorted(stops.get(body, ()), key=_by_time)),
            crews=tuple(
                _build_part_round(one) for one in plan.rounds if crews[one.crew, one.day] == body
            ),
        )


def _group_part_stops(problem: RoundsProblem, plan: RoundsPlan) -> Mapping[str, list[PartStop]]:
    planned = {stop.stop: (one, stop) for one in plan.rounds for stop in one.stops}
    owners = {(one.crew, one.day): one.organisation for one in problem.shifts}
    made: dict[str, list[PartStop]] = {}
    for stop in problem.stops:
        found = planned.get(stop.id)
        told = _build_part_stop(
            stop, found, None if found is None else owners[found[0].crew, found[0].day]
        )
        made.setdefault(stop.organisation, []).append(told)
    return made


def _build_part_stop(
    stop: RoundStop, found: tuple[Round, PlannedStop] | None, organisation: str | None
) -> PartStop:
    return PartStop(
        stop=stop.id,
        asset=stop.asset,
        task=stop.task,
        ticket=stop.ticket,
        day=None if found is None else found[0].day,
        organisation=organisation,
        crew=None if found is None else found[0].crew,
        starts_at=None if found is None else found[1].starts_at,
        ends_at=None if found is None else found[1].ends_at,
    )


def _build_part_round(one: Round) -> PartRound:
    return PartRound(
        crew=one.crew,
        day=one.day,
        leaves_at=one.leaves_at,
        returns_at=one.returns_at,
        stops=len(one.stops),
    )


def _by_time(stop: PartStop) -> tuple[datetime, str]:
    return stop.starts_at or _LAST, stop.stop
