"""What is due for purchases: deadlines, offers that expire, answers, days of contracts, tables."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from synergie.calendar import day_bounds, day_of
from synergie.energy.plan.tariff.tables import shipped
from synergie.energy.plan.tariff.tables.bundle import get_table_energy, list_table_ends
from synergie.exchange.readings.due_dates import AHEAD, MOMENT, build_plan_due
from synergie.policy import Permit
from synergie.policy.readings.morning import HOME, Due, DueKind
from synergie.purchase.plan.execution import list_market_dates
from synergie.purchase.records.market import MarketPart, MarketRecord
from synergie.purchase.storage.markets import StoredMarket, load_market, load_market_part
from synergie.purchase.storage.needs import load_offers
from synergie.purchase.storage.purchases import PURCHASES
from synergie.purchase.storage.purchases import PurchaseSnapshot as HeldPurchase
from synergie.storage.assets.owned import SUPPLY_POINTS
from synergie.storage.store import Session


def list_coordinated_dues(permit: Permit, session: Session, now: datetime) -> Iterator[Due]:
    """Deadlines, offers that expire and days of contracts of the bearer's own purchases."""
    for one in PURCHASES.list_page(permit, session):
        if one.state == "survey_open":
            yield from _iterate_deadline_dues(
                one, permit, "needs_close", one.record.needs_until, now=now
            )
        if one.state in {"survey_open", "survey_closed"}:
            yield from _iterate_deadline_dues(
                one, permit, "offers_close", one.record.offers_until, now=now
            )
        if one.state in {"survey_closed", "proposed"}:
            yield from _iterate_deadline_dues(one, permit, "award", one.record.award_at, now=now)
            yield from _iterate_expiry_dues(one, permit, session, now)
        if one.is_awarded:
            kept = load_market(permit, session, one.id, "market")
            yield from _iterate_market_dues(one, permit, kept, MarketRecord, now=now)


def list_purchase_dues(permit: Permit, session: Session, now: datetime) -> Iterator[Due]:
    """Deadlines, answers and days of contracts of the purchases that the bearer was invited to."""
    for one in PURCHASES.list_page(permit, session):
        if one.owner == permit.bearer:
            continue
        if one.state == "survey_open":
            yield from _iterate_deadline_dues(
                one, permit, "needs_close", one.record.needs_until, now=now
            )
        if one.state == "proposed":
            yield build_plan_due(one, permit, "purchase_answer", "purchases")
        if one.is_awarded:
            kept = load_market_part(permit, session, one.id, "market")
            yield from _iterate_market_dues(one, permit, kept, MarketPart, now=now)


def list_table_dues(permit: Permit, session: Session, now: datetime) -> Iterator[Due]:
    """The tables of regulated prices that end within sixty days, to who takes part in a purchase.

    Each with its last day.
    """
    if any(PURCHASES.list_page(permit, session, limit=1)):
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


def _iterate_market_dues(
    one: HeldPurchase,
    permit: Permit,
    kept: StoredMarket | None,
    model: type[MarketRecord | MarketPart],
    *,
    now: datetime,
) -> Iterator[Due]:
    """Days of its contracts, how many points or contracts on each; what is late on its first."""
    if kept is None:
        return
    contracts, today = model.model_validate_json(kept.body).contracts, day_of(now, HOME)
    dates = sorted(told for each in contracts for told in list_market_dates(each, today))
    first = dict(reversed(dates))
    count = Counter((kind, first[kind] if day < today else day) for kind, day in dates)
    for (kind, day), n in sorted(count.items()):
        if day <= today + AHEAD:
            yield Due(
                kind=kind,
                who="purchases",
                by=permit.bearer,
                subject=one.id,
                name=one.record.name,
                day=day,
                last_day=None,
                n=n,
                late_days=(today - day).days if day < today else None,
                revision=kept.version,
                revised_at=kept.at,
            )


def _iterate_deadline_dues(
    one: HeldPurchase, permit: Permit, kind: DueKind, at: datetime | None, *, now: datetime
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
