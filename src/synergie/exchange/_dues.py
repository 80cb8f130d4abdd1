"""What is due to an organisation, or by it: answers, ends, deadlines, weeks of rounds."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from synergie.calendar import day_of
from synergie.exchange._sum_tries import was_refused
from synergie.policy import Permit, Principal, party
from synergie.policy.agreement import LIVE, effective_state
from synergie.policy.morning import HOME, Desk, Due, DueKind
from synergie.policy.versions import ruling
from synergie.schemas.agreement import Agreement
from synergie.schemas.campaign_rounds import CampaignRounds
from synergie.storage.agreement_faults import faults_known
from synergie.storage.agreements_due import agreements_due
from synergie.storage.campaign_rounds import all_rounds, notices
from synergie.storage.campaigns import Held as HeldCampaign
from synergie.storage.campaigns import campaigns
from synergie.storage.lighting_studies import Held as HeldStudy
from synergie.storage.lighting_studies import studies
from synergie.storage.organisations import organisation
from synergie.storage.purchase_needs import offers
from synergie.storage.purchases import Held as HeldPurchase
from synergie.storage.purchases import purchases
from synergie.storage.shared_points import shared_points
from synergie.storage.store import Session

AHEAD = timedelta(days=60)
"""How far ahead an end or a deadline is told."""
_WEEK = timedelta(days=7)
_MOMENT = timedelta(seconds=1)
_MOST = 200
"""Purchases, campaigns, studies that are looked at."""
_LAST_ROUNDS = 200
_NAMED = 3
"""Delivery points that are named beside their number."""


def dues(
    session: Session, caller: Principal, deposits: Sequence[Due], *, now: datetime
) -> list[Due]:
    """All that is due to the caller's organisation, or by it; what has no day comes first."""
    permit = party(caller, action="read", now=now)
    today = day_of(now, HOME)
    found = [
        *deposits,
        *_shared(permit, session),
        *_faulty(permit, session),
        *_agreements(permit, session, now),
        *_purchases(permit, session, now),
        *_campaigns(permit, session, today),
        *_studies(permit, session),
    ]
    return sorted(found, key=_order)


def _order(one: Due) -> tuple[date, str, str]:
    return one.day or date.min, one.kind, one.subject


def _agreements(permit: Permit, session: Session, now: datetime) -> Iterator[Due]:
    for versions in agreements_due(permit, session, now=now, until=now + AHEAD):
        newest = versions[-1]
        called = _called(permit, session, _other(newest, permit.bearer))
        if newest.state == "proposed":
            held = newest.terms.owner == permit.bearer and was_refused(session, newest, now=now)
            yield _proposed(newest, permit.bearer, called, held=held)
        live = [one for one in versions if effective_state(one, now) in LIVE]
        if live and max(one.terms.valid_until for one in live) <= now + AHEAD:
            yield _ending(ruling(versions, now), permit.bearer, called)


def _shared(permit: Permit, session: Session) -> Iterator[Due]:
    """Delivery points of the bearer's that another body declared later: who, is not told."""
    found = shared_points(permit, session)
    numbers = sorted({one.number for one in found})
    if found:
        yield Due(
            kind="points_shared",
            who="deposits",
            by=permit.bearer,
            subject=numbers[0],
            name=", ".join(numbers[:_NAMED]) + (", …" if len(numbers) > _NAMED else ""),
            day=None,
            last_day=None,
            n=len(numbers),
            revision=len(numbers),
            revised_at=found[0].noted_at,
        )


def _faulty(permit: Permit, session: Session) -> Iterator[Due]:
    """Those that are no longer what was signed: signed anew, or ended."""
    for one, found_at in faults_known(permit, session).items():
        other = one.recipient if one.owner == permit.bearer else one.owner
        yield Due(
            kind="agreement_fault",
            who="agreements",
            by=permit.bearer,
            subject=one.agreement,
            name=_called(permit, session, other),
            day=None,
            last_day=None,
            revision=one.version,
            revised_at=found_at,
        )


def _proposed(one: Agreement, me: str, called: str, *, held: bool) -> Due:
    """*held*: the other side could not accept it."""
    waits = me in {given.organisation for given in one.signatures} and not held
    return Due(
        kind="agreement_held" if held else "agreement_waits" if waits else "agreement_answer",
        who="agreements",
        by=_other(one, me) if waits else me,
        subject=one.id,
        name=called,
        day=None,
        last_day=None,
        revision=one.version,
        revised_at=one.history[-1].at,
    )


def _ending(one: Agreement, me: str, called: str) -> Due:
    return Due(
        kind="agreement_ends",
        who="agreements",
        by=me,
        subject=one.id,
        name=called,
        day=day_of(one.terms.valid_until - _MOMENT, HOME),
        last_day=None,
        revision=one.version,
        revised_at=one.history[-1].at,
    )


def _called(permit: Permit, session: Session, organisation_id: str) -> str:
    """The name of an organisation, as the directory tells it."""
    found = organisation(permit, session, organisation_id)
    return organisation_id if found is None else found.name


def _other(one: Agreement, me: str) -> str:
    return one.terms.recipient if one.terms.owner == me else one.terms.owner


def _purchases(permit: Permit, session: Session, now: datetime) -> Iterator[Due]:
    for one in purchases(permit, session, after="", limit=_MOST):
        mine = one.owner == permit.bearer
        if one.state == "survey_open":
            yield from _deadline(one, permit, "needs_close", one.record.needs_until, now=now)
        if one.state in {"survey_open", "survey_closed"} and mine:
            yield from _deadline(one, permit, "offers_close", one.record.offers_until, now=now)
        if one.state in {"survey_closed", "proposed"} and mine:
            yield from _deadline(one, permit, "award", one.record.award_at, now=now)
            yield from _expiring(one, permit, session, now)
        if one.state == "proposed" and not mine:
            yield _of_purchase(one, permit, "purchase_answer", None)


def _deadline(
    one: HeldPurchase,
    permit: Permit,
    kind: DueKind,
    at: datetime | None,
    *,
    now: datetime,
) -> Iterator[Due]:
    if at is not None and now <= at <= now + AHEAD:
        yield _of_purchase(one, permit, kind, at)


def _expiring(one: HeldPurchase, permit: Permit, session: Session, now: datetime) -> Iterator[Due]:
    """The day on which the first of its offers expires, and how many do on it."""
    told = offers(permit, session, one.id)
    ends = [offer.valid_until for offer in told.offers if offer.valid_until is not None]
    soon = [day_of(end - _MOMENT, HOME) for end in ends if now < end <= now + AHEAD]
    for day in sorted(set(soon)):
        yield Due(
            kind="offer_expires",
            who="purchases",
            by=permit.bearer,
            subject=one.id,
            name=one.record.name,
            day=day,
            last_day=None,
            n=soon.count(day),
            revision=told.version,
            revised_at=told.at or one.history[-1].at,
        )


def _of_purchase(one: HeldPurchase, permit: Permit, kind: DueKind, at: datetime | None) -> Due:
    return Due(
        kind=kind,
        who="purchases",
        by=permit.bearer,
        subject=one.id,
        name=one.record.name,
        day=None if at is None else day_of(at - _MOMENT, HOME),
        last_day=None,
        revision=one.version,
        revised_at=one.history[-1].at,
    )


def _campaigns(permit: Permit, session: Session, today: date) -> Iterator[Due]:
    for one in campaigns(permit, session, after="", limit=_MOST):
        if one.state == "closed":
            continue
        mine = one.owner == permit.bearer
        if one.state in {"proposed", "revision"} and not mine:
            yield _answer(one, permit, "campaign_answer", "maintenance")
        read = all_rounds if mine else notices
        told = read(permit, session, one.id, after="", limit=_LAST_ROUNDS)
        yield from _weeks(one, permit, told, today)


def _weeks(
    one: HeldCampaign, permit: Permit, told: Iterable[CampaignRounds], today: date
) -> Iterator[Due]:
    """The weeks that are not over, each as it was told last."""
    weeks: dict[date, list[CampaignRounds]] = {}
    for rounds in told:
        if today <= rounds.last_day and rounds.first_day <= today + AHEAD:
            weeks.setdefault(rounds.first_day, []).append(rounds)
    for first, some in sorted(weeks.items()):
        last = max(some, key=lambda each: each.kept_at)
        yield Due(
            kind="rounds",
            who="maintenance",
            by=permit.bearer,
            subject=one.id,
            name=one.record.name,
            day=first,
            last_day=last.last_day,
            revision=len(some) - 1,
            revised_at=last.kept_at,
        )


def _studies(permit: Permit, session: Session) -> Iterator[Due]:
    for one in studies(permit, session, after="", limit=_MOST):
        if one.state in {"proposed", "collected"} and one.owner != permit.bearer:
            yield _answer(one, permit, "study_answer", "lighting")


def _answer(one: HeldCampaign | HeldStudy, permit: Permit, kind: DueKind, who: Desk) -> Due:
    return Due(
        kind=kind,
        who=who,
        by=permit.bearer,
        subject=one.id,
        name=one.record.name,
        day=None,
        last_day=None,
        revision=one.version,
        revised_at=one.history[-1].at,
    )
