"""What is due to an organisation, or by it: answers, ends, deadlines, weeks of rounds."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from synergie.applications import load_declared
from synergie.calendar import day_of
from synergie.exchange.readings.due_dates import AHEAD, MOMENT
from synergie.exchange.trust.sum_tries import was_refused
from synergie.policy import Permit, Principal, permit_own_data, permit_party
from synergie.policy.readings.morning import HOME, Due
from synergie.policy.trust.agreement import LIVE, effective_state
from synergie.policy.trust.versions import find_ruling_version
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.assets.shared_points import shared_points
from synergie.storage.store import Session
from synergie.storage.trust.agreements.agreement_faults import faults_known
from synergie.storage.trust.agreements.agreements_due import agreements_due
from synergie.storage.trust.organisations import find_organisation

_NAMED = 3
"""Delivery points that are named beside their number."""


def list_due_items(
    session: Session, caller: Principal, deposits: Sequence[Due], *, now: datetime
) -> list[Due]:
    """All that is due to the caller's organisation, or by it; what has no day comes first."""
    permit = permit_party(caller, action="read", now=now)
    found = [
        *deposits,
        *_iterate_shared_point_dues(permit, session),
        *_iterate_faulty_dues(permit, session),
        *_iterate_agreement_dues(permit, session, now),
    ]
    for list_dues in load_declared("dues"):
        found.extend(list_dues(permit, session, now))
    own = permit_own_data(caller, action="read", now=now)
    for list_dues in load_declared("own_dues"):
        found.extend(list_dues(own, session, now))
    return sorted(dict.fromkeys(found), key=_get_due_order)


def _get_due_order(one: Due) -> tuple[date, str, str]:
    return one.day or date.min, one.kind, one.subject


def _iterate_agreement_dues(permit: Permit, session: Session, now: datetime) -> Iterator[Due]:
    for versions in agreements_due(permit, session, now=now, until=now + AHEAD):
        newest = versions[-1]
        called = _get_organisation_name(
            permit, session, _get_agreement_partner(newest, permit.bearer)
        )
        if newest.state == "proposed":
            held = newest.terms.owner == permit.bearer and was_refused(session, newest, now=now)
            yield _build_proposal_due(newest, permit.bearer, called, held=held)
        live = [one for one in versions if effective_state(one, now) in LIVE]
        if live and max(one.terms.valid_until for one in live) <= now + AHEAD:
            yield _build_ending_due(find_ruling_version(versions, now), permit.bearer, called)


def _iterate_shared_point_dues(permit: Permit, session: Session) -> Iterator[Due]:
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


def _iterate_faulty_dues(permit: Permit, session: Session) -> Iterator[Due]:
    """Those that are no longer what was signed: signed anew, or ended."""
    for one, found_at in faults_known(permit, session).items():
        other = one.recipient if one.owner == permit.bearer else one.owner
        yield Due(
            kind="agreement_fault",
            who="agreements",
            by=permit.bearer,
            subject=one.agreement,
            name=_get_organisation_name(permit, session, other),
            day=None,
            last_day=None,
            revision=one.version,
            revised_at=found_at,
        )


def _build_proposal_due(one: Agreement, me: str, called: str, *, held: bool) -> Due:
    """*held*: the other side could not accept it."""
    waits = me in {given.organisation for given in one.signatures} and not held
    return Due(
        kind="agreement_held" if held else "agreement_waits" if waits else "agreement_answer",
        who="agreements",
        by=_get_agreement_partner(one, me) if waits else me,
        subject=one.id,
        name=called,
        day=None,
        last_day=None,
        revision=one.version,
        revised_at=one.history[-1].at,
    )


def _build_ending_due(one: Agreement, me: str, called: str) -> Due:
    return Due(
        kind="agreement_ends",
        who="agreements",
        by=me,
        subject=one.id,
        name=called,
        day=day_of(one.terms.valid_until - MOMENT, HOME),
        last_day=None,
        revision=one.version,
        revised_at=one.history[-1].at,
    )


def _get_organisation_name(permit: Permit, session: Session, organisation_id: str) -> str:
    """The name of an organisation, as the directory tells it."""
    found = find_organisation(permit, session, organisation_id)
    return organisation_id if found is None else found.name


def _get_agreement_partner(one: Agreement, me: str) -> str:
    return one.terms.recipient if one.terms.owner == me else one.terms.owner
