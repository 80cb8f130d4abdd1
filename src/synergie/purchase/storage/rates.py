"""The rates of running costs that plans of purchases told, and parts as they tell them."""

import json
from collections.abc import Callable
from decimal import Decimal

from sqlalchemy import bindparam, update
from sqlmodel import col

from synergie.policy import Permit
from synergie.purchase.policy.rounding import Rates
from synergie.purchase.records.member_view import MemberView
from synergie.purchase.storage._tables import PurchasePartRow, PurchaseRunRow
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session


def rates_told(permit: Permit, session: Session, purchase: str) -> Rates:
    """By offer, the rate that was told of plans of a purchase of the bearer's own.

    None: more was due in one of them.
    """
    row, part, found = PurchaseRunRow, PurchasePartRow, dict[str, Decimal | None]()
    told = (
        scoped_select(permit, part)
        .where(col(part.purchase) == purchase, col(part.told_at).is_not(None))
        .with_only_columns(col(part.plan))
    )
    query = (
        scoped_select(permit, row)
        .where(col(row.purchase) == purchase, col(row.id).in_(told))
        .with_only_columns(col(row.rates))
    )
    for rates in session.connection().execute(query).scalars():
        for offer, rate in _parse_rates(rates).items():
            found[offer] = rate if found.get(offer, rate) is not None else None
    return found


def tell_rates(
    permit: Permit,
    session: Session,
    plan: str,
    *,
    rates: Rates,
    told: Callable[[MemberView], tuple[MemberView, str]],
) -> None:
    """Keep *rates* of a plan of the bearer's own, and its parts as *told*, each with its digest.

    Nothing is written when it was kept with the same.
    """
    own_write(permit)
    run, row = PurchaseRunRow, PurchasePartRow
    of_it = col(run.id) == plan, col(run.owner) == permit.owner
    query = scoped_select(permit, run).where(*of_it).with_only_columns(col(run.rates))
    if session.connection().execute(query).scalar() == rates_text(rates):
        return
    session.connection().execute(update(run).where(*of_it).values(rates=rates_text(rates)))
    exact = (
        scoped_select(permit, row)
        .where(col(row.plan) == plan, col(row.exact).is_not(None))
        .with_only_columns(col(row.member), col(row.exact))
    )
    made = []
    for member, body in session.connection().execute(exact):
        view, sha256 = told(MemberView.model_validate_json(body or ""))
        made.append({"of": member, "told": view.model_dump_json(), "digest": sha256})
    if made:
        parts = update(row).where(
            col(row.plan) == plan,
            col(row.owner) == permit.owner,
            col(row.member) == bindparam("of"),
        )
        values = parts.values(body=bindparam("told"), sha256=bindparam("digest"))
        session.connection().execute(values, made)


def _parse_rates(text: str | None) -> Rates:
    told: dict[str, str | None] = json.loads(text or "{}")
    return {one: None if rate is None else Decimal(rate) for one, rate in told.items()}


def rates_text(rates: Rates) -> str:
    """*rates* as they are stored."""
    known = {one: None if rate is None else str(rate) for one, rate in sorted(rates.items())}
    return json.dumps(known)
