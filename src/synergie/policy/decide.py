"""The one decision: whether this caller may do this, under this agreement, now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from synergie.errors import NotAllowed
from synergie.policy._seal import SEAL
from synergie.policy.agreement import effective_state
from synergie.policy.permit import Permit
from synergie.policy.principal import Principal
from synergie.schemas.agreement import Agreement, Dataset, Granularity, Purpose

REASONS: tuple[str, ...] = (
    "no_agreement", "not_started", "ended", "suspended", "direction", "dataset", "selector",
    "purpose", "period", "granularity_too_fine", "token_narrower",
)  # fmt: skip
"""Why an agreement does not open something, in the order they are looked at; stable codes."""

_FINEST_FIRST: tuple[Granularity, ...] = get_args(Granularity.__value__)
_ALL: frozenset[Dataset] = frozenset(get_args(Dataset.__value__))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is asked.

    `ids`: things named by the caller that the selector must name too; empty when the store joins
    the selector itself. `granularity` None: nothing of a curve is asked.
    """

    dataset: Dataset
    action: Literal["read", "write"] = "read"
    ids: frozenset[str] = frozenset()
    granularity: Granularity | None = None
    start: datetime | None = None
    end: datetime | None = None
    purpose: Purpose | None = None


def decide(agreement: Agreement, *, principal: Principal, ask: Ask, now: datetime) -> Permit:
    """What *agreement* lets *principal* do of *ask* at *now*.

    Pure: no I/O, no clock. Raises NotAllowed with the first of `REASONS` that applies and the
    agreement's id. No argument means "all": what is not asked is not granted wider than signed.
    """
    for reason, holds in _CHECKS:
        if not holds(agreement, principal, ask, now):
            raise NotAllowed(reason, agreement.id)
    terms = agreement.terms
    return Permit(
        scope="agreement",
        bearer=principal.organisation,
        owner=terms.owner,
        action=ask.action,
        datasets=frozenset({ask.dataset}),
        granularity=ask.granularity or terms.granularity,
        decided_at=now,
        start=terms.data_period.start,
        end=terms.data_period.end,
        agreement=agreement.id,
        version=agreement.version,
        purpose=terms.purpose,
        retention_days=terms.retention_days,
        onward=terms.onward,
        seal=SEAL,
    )


def own(principal: Principal, *, action: Literal["read", "write"], now: datetime) -> Permit:
    """What an organisation may do with its own data: everything, at every step.

    NotAllowed for a token that was narrowed to agreements (RFC 9396): it opens nothing else.
    """
    if principal.agreements is not None:
        raise NotAllowed("token_narrower")
    return Permit(
        scope="own",
        bearer=principal.organisation,
        owner=principal.organisation,
        action=action,
        datasets=_ALL,
        granularity="raw",
        decided_at=now,
        seal=SEAL,
    )


def party(principal: Principal, *, action: Literal["read", "write"], now: datetime) -> Permit:
    """What an organisation may do with the agreements it is a side of."""
    return Permit(
        scope="party",
        bearer=principal.organisation,
        owner=principal.organisation,
        action=action,
        datasets=frozenset(),
        granularity="month",
        decided_at=now,
        seal=SEAL,
    )


def operator(*, now: datetime) -> Permit:
    """What the server's operator may do from the command line: organisations, keys, clients.

    It opens no data: its set of datasets is empty.
    """
    return Permit(
        scope="operator",
        bearer="operator",
        owner="operator",
        action="write",
        datasets=frozenset(),
        granularity="month",
        decided_at=now,
        seal=SEAL,
    )


type _Check = Callable[[Agreement, Principal, Ask, datetime], bool]


def _is_recipient(agreement: Agreement, principal: Principal, _ask: Ask, _now: datetime) -> bool:
    return agreement.terms.recipient == principal.organisation and agreement.state not in {
        "draft",
        "proposed",
    }


def _has_started(agreement: Agreement, _principal: Principal, _ask: Ask, now: datetime) -> bool:
    return agreement.terms.valid_from <= now


def _has_not_ended(agreement: Agreement, _principal: Principal, _ask: Ask, now: datetime) -> bool:
    return effective_state(agreement, now) not in {"revoked", "terminated", "expired"}


def _is_not_suspended(
    agreement: Agreement, _principal: Principal, _ask: Ask, _now: datetime
) -> bool:
    return agreement.state != "suspended"


def _only_reads(_agreement: Agreement, _principal: Principal, ask: Ask, _now: datetime) -> bool:
    return ask.action == "read"


def _opens_dataset(agreement: Agreement, _principal: Principal, ask: Ask, _now: datetime) -> bool:
    return ask.dataset in agreement.terms.datasets


def _selects(agreement: Agreement, _principal: Principal, ask: Ask, _now: datetime) -> bool:
    return ask.ids <= agreement.terms.selector.ids()


def _purpose_is_the_one(
    agreement: Agreement, _principal: Principal, ask: Ask, _now: datetime
) -> bool:
    return ask.purpose is None or ask.purpose == agreement.terms.purpose


def _period_overlaps(agreement: Agreement, _principal: Principal, ask: Ask, _now: datetime) -> bool:
    period = agreement.terms.data_period
    starts_before_end = period.end is None or ask.start is None or ask.start < period.end
    ends_after_start = ask.end is None or ask.end > period.start
    return starts_before_end and ends_after_start


def _not_finer(agreement: Agreement, _principal: Principal, ask: Ask, _now: datetime) -> bool:
    if ask.granularity is None:
        return True
    granted = _FINEST_FIRST.index(agreement.terms.granularity)
    return _FINEST_FIRST.index(ask.granularity) >= granted


def _token_covers(agreement: Agreement, principal: Principal, _ask: Ask, _now: datetime) -> bool:
    return principal.agreements is None or agreement.id in principal.agreements


_CHECKS: tuple[tuple[str, _Check], ...] = (
    ("no_agreement", _is_recipient),
    ("not_started", _has_started),
    ("ended", _has_not_ended),
    ("suspended", _is_not_suspended),
    ("direction", _only_reads),
    ("dataset", _opens_dataset),
    ("selector", _selects),
    ("purpose", _purpose_is_the_one),
    ("period", _period_overlaps),
    ("granularity_too_fine", _not_finer),
    ("token_narrower", _token_covers),
)
