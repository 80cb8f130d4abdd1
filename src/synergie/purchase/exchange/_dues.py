"""What is due for purchases: deadlines, offers that expire, answers, tables of prices that end."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from synergie.calendar import day_bounds, day_of
from synergie.energy.plan.tariff.tables import shipped
from synergie.energy.plan.tariff.tables.bundle import get_table_energy, list_table_ends
from synergie.exchange.readings.due_dates import AHEAD, MOMENT, MOST, build_plan_due
from synergie.policy import Permit
from synergie.policy.readings.morning import HOME, Due, DueKind
from synergie.purchase.storage.needs import load_offers
from synergie.purchase.storage.purchases import PURCHASES
from synergie.purchase.storage.purchases import PurchaseSnapshot as HeldPurchase
from synergie.storage.assets.owned import SUPPLY_POINTS
from synergie.storage.store import Session


def list_purchase_dues(permit: Permit, session: Session, now: datetime) -> Iterator[Due]:
    """Deadlines and answers of the purchases that the bearer takes part in."""
    for one in PURCHASES.list_page(permit, session, after="", limit=MOST):
        mine = one.owner == permit.bearer
        if one.state == "survey_open":
            yield from _iterate_deadline_dues(
                one, permit, "needs_close", one.record.needs_until, now=now
            )
        if one.state in {"survey_open", "survey_closed"} and mine:
            yield from _iterate_deadline_dues(
                one, permit, "offers_close", one.record.offers_until, now=now
            )
        if one.state in {"survey_closed", "proposed"} and mine:
            yield from _iterate_deadline_dues(one, permit, "award", one.record.award_at, now=now)
            yield from _iterate_expiry_dues(one, permit, session, now)
        if one.state == "proposed" and not mine:
            yield build_plan_due(one, permit, "purchase_answer", "purchases")


def list_table_dues(permit: Permit, session: Session, now: datetime) -> Iterator[Due]:
    """The tables of regulated prices that end within sixty days, to who takes part in a purchase.

    Each with its last day.
    """
    if any(PURCHASES.list_page(permit, session, after="", limit=1)):
        yield from _iterate_table_dues(permit, now, {"electricity", "gas"})


def list_own_table_dues(permit: Permit, session: Session, now: datetime) -> Iterator[Due]:
    """The tables that end, of the energies of which the bearer has delivery points."""
    energies = {
        energy
        for energy, scheme in _SCHEMES.items()
        if SUPPLY_POINTS.has_any(permit, session, f"{scheme}:")
    }
    yield from _iterate_table_dues(permit, now, energies)


_SCHEMES = {"electricity": "prm", "gas": "pce"}


def _iterate_table_dues(permit: Permit, now: datetime, energies: set[str]) -> Iterator[Due]:
    today = day_of(now, HOME)
    for one in list_table_ends(shipped(), today, AHEAD):
        if one.ends > today and get_table_energy(one.table) in energies:
            yield Due(
                kind="table_ends",
                who="purchases",
                by=permit.bearer,
                subject=f"{one.table}-{one.ends.isoformat()}",
                name=one.table,
                day=one.ends - timedelta(days=1),
                last_day=None,
                revision=0,
                revised_at=day_bounds(one.ends, HOME)[0] - AHEAD,
            )


def _iterate_deadline_dues(
    one: HeldPurchase,
    permit: Permit,
    kind: DueKind,
    at: datetime | None,
    *,
    now: datetime,
) -> Iterator[Due]:
    if at is not None and now <= at <= now + AHEAD:
        day = day_of(at - MOMENT, HOME)
        yield build_plan_due(one, permit, kind, "purchases", day=day)


def _iterate_expiry_dues(
    one: HeldPurchase, permit: Permit, session: Session, now: datetime
) -> Iterator[Due]:
    """The day on which the first of its offers expires, and how many do on it."""
    told = load_offers(permit, session, one.id)
    ends = [offer.valid_until for offer in told.offers if offer.valid_until is not None]
    soon = [day_of(end - MOMENT, HOME) for end in ends if now < end <= now + AHEAD]
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
