"""The one decision: whether this caller may do this, under this agreement, now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from synergie.errors import NotAllowed
from synergie.policy.readings.steps import choose_coarser, is_finer
from synergie.policy.trust.agreement import effective_state
from synergie.policy.trust.permit import Permit
from synergie.policy.trust.persons import Consents, Lack, Point
from synergie.policy.trust.principal import Narrowing, Principal
from synergie.policy.trust.seal import SEAL
from synergie.schemas.trust.agreement import Agreement, Dataset, Grant, Purpose
from synergie.schemas.trust.consent import Consent

REASONS: tuple[str, ...] = (
    "unknown_client", "no_agreement", "signature", "not_started", "ended", "suspended",
    "direction", "dataset", "selector", "purpose", "period", "granularity_too_fine",
    "consent_missing", "consent_withdrawn", "legal_rule", "token_narrower",
)  # fmt: skip
"""Why an agreement does not open something, in the order they are looked at; stable codes."""

_ALL: frozenset[Dataset] = frozenset(get_args(Dataset.__value__))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is asked.

    `ids`: things named by the caller that the selector must name too; empty when the store joins
    the selector itself. `curve`: whether readings are asked, at `granularity`, or at the finest
    that is open when that is None. `points`: the delivery points of what is named, which must be
    open each; a list names none, and is given those that are.
    """

    dataset: Dataset
    action: Literal["read", "write"] = "read"
    ids: frozenset[str] = frozenset()
    curve: bool = False
    points: frozenset[Point] = frozenset()
    granularity: Grant | None = None
    start: datetime | None = None
    end: datetime | None = None
    purpose: Purpose | None = None


def decide_permit(
    agreement: Agreement,
    *,
    principal: Principal,
    ask: Ask,
    now: datetime,
    consents: Sequence[Consent] = (),
) -> Permit:
    """What *agreement* lets *principal* do of *ask* at *now*.

    *consents*: those the agreement relies on. Pure: no I/O, no clock. Raises NotAllowed with the
    first of `REASONS` that applies, the agreement's id, and the rule's where one says so. No
    argument means "all": what is not asked is not granted wider than signed.
    """
    case = _Case(agreement, principal, ask, now, consents)
    for reason, holds in _CHECKS:
        if not holds(case):
            raise NotAllowed(reason, agreement.id, case.rule(reason))
    terms, narrow = agreement.terms, case.narrowing()
    return Permit(
        scope="agreement",
        bearer=principal.organisation,
        owner=terms.owner,
        action=ask.action,
        datasets=frozenset({ask.dataset}),
        granularity=case.step(),
        decided_at=now,
        start=max(terms.data_period.start, narrow.start or terms.data_period.start),
        end=min(filter(None, (terms.data_period.end, narrow.end)), default=None),
        agreement=agreement.id,
        version=agreement.version,
        fields=frozenset(terms.fields),
        cell_scheme=terms.cell_scheme,
        persons=case.persons().persons() if ask.curve else None,
        all_persons=terms.data_subject == "natural_person",
        purpose=terms.purpose,
        retention_days=terms.retention_days,
        onward=terms.onward,
        seal=SEAL,
    )


def permit_own_data(
    principal: Principal, *, action: Literal["read", "write"], now: datetime
) -> Permit:
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


def in_the_name_of(permit: Permit) -> Permit:
    """To write as the owner does what *permit*, of an agreement to write, lets its bearer write.

    TypeError for any other. Who uses it keeps to what *permit* covers: this one knows the owner.
    """
    if permit.scope != "agreement" or permit.action != "write":
        raise TypeError("a permit of an agreement to write is needed")
    return Permit(
        scope="own",
        bearer=permit.bearer,
        owner=permit.owner,
        action="write",
        datasets=permit.datasets,
        granularity=permit.granularity,
        decided_at=permit.decided_at,
        start=permit.start,
        end=permit.end,
        agreement=permit.agreement,
        version=permit.version,
        seal=SEAL,
    )


def permit_party(
    principal: Principal, *, action: Literal["read", "write"], now: datetime
) -> Permit:
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


def permit_operator(*, now: datetime) -> Permit:
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


@dataclass(frozen=True, slots=True)
class _Case:
    """One question: each check looks at all of it."""

    agreement: Agreement
    principal: Principal
    ask: Ask
    now: datetime
    consents: Sequence[Consent]

    def step(self) -> Grant:
        """The granularity that is meant: as asked, else the finest that is open."""
        if self.ask.granularity is not None:
            return self.ask.granularity
        granted, narrow = self.agreement.terms.granularity, self.narrowing().granularity
        return granted if narrow is None else choose_coarser(granted, narrow)

    def persons(self) -> Consents:
        return Consents(self.agreement, self.step(), self.consents, self.now)

    def lack(self) -> tuple[Lack, str] | None:
        """Why the curve of a named point is closed, and by which rule."""
        return self.persons().lack(self.ask.points) if self.ask.curve else None

    def rule(self, reason: str) -> str | None:
        """The rule that says *reason*; None: the agreement itself does."""
        lack = self.lack() if reason in get_args(Lack.__value__) else None
        return lack[1] if lack else None

    def narrowing(self) -> Narrowing:
        """The first element of the token for this agreement that leaves what is asked.

        One that leaves everything when the token has none. Two elements are never one permit.
        """
        mine = self.narrowings()
        whole = Narrowing(agreement=self.agreement.id)
        return next((one for one in mine if self.leaves(one)), mine[0] if mine else whole)

    def narrowings(self) -> list[Narrowing]:
        return [one for one in self.principal.narrowings if one.agreement == self.agreement.id]

    def leaves(self, one: Narrowing) -> bool:
        """Whether *one* leaves what is asked."""
        ask = self.ask
        within = one.datasets is None or ask.dataset in one.datasets
        fine = one.granularity is None or not (
            ask.granularity and is_finer(ask.granularity, one.granularity)
        )
        return within and fine and _has_time_overlap(ask, one.start, one.end)


def _has_time_overlap(ask: Ask, start: datetime | None, end: datetime | None) -> bool:
    """Whether the time asked for touches [start, end); None is open."""
    before = end is None or ask.start is None or ask.start < end
    return before and (start is None or ask.end is None or ask.end > start)


def _is_known_client(case: _Case) -> bool:
    """One that is disabled is no Principal: the guard looks at each request, and at each page."""
    named = case.agreement.terms.recipient_clients
    return not named or case.principal.client_id in named


def _is_recipient(case: _Case) -> bool:
    signed = case.agreement.state not in {"draft", "proposed"}
    return case.agreement.terms.recipient == case.principal.organisation and signed


def _is_as_signed(case: _Case) -> bool:
    return case.agreement.fault is None


def _has_started(case: _Case) -> bool:
    return case.agreement.terms.valid_from <= case.now


def _has_not_ended(case: _Case) -> bool:
    return effective_state(case.agreement, case.now) not in {"revoked", "terminated", "expired"}


def _is_not_suspended(case: _Case) -> bool:
    return case.agreement.state != "suspended"


def _in_this_direction(case: _Case) -> bool:
    return case.ask.action in {"read", case.agreement.terms.direction}


def _opens_dataset(case: _Case) -> bool:
    return case.ask.dataset in case.agreement.terms.datasets


def _is_selected(case: _Case) -> bool:
    return not case.ask.ids or case.ask.ids <= case.agreement.terms.selector.ids()


def _purpose_is_the_one(case: _Case) -> bool:
    named = {case.ask.purpose, *(one.purpose for one in case.narrowings())}
    return named <= {None, case.agreement.terms.purpose}


def _period_overlaps(case: _Case) -> bool:
    period = case.agreement.terms.data_period
    return _has_time_overlap(case.ask, period.start, period.end)


def _not_finer(case: _Case) -> bool:
    """Under an aggregate nothing of one point is open, not even its name."""
    granted, asked = case.agreement.terms.granularity, case.ask.granularity
    if granted == "aggregate":
        return asked == "aggregate"
    return asked is None or not is_finer(asked, granted)


def _token_covers(case: _Case) -> bool:
    agreements, mine = case.principal.agreements, case.narrowings()
    if agreements is not None and case.agreement.id not in agreements:
        return False
    return not mine or any(case.leaves(one) for one in mine)


def _build_lack_check(reason: Lack) -> Callable[[_Case], bool]:
    def holds(case: _Case) -> bool:
        lack = case.lack()
        return lack is None or lack[0] != reason

    return holds


_CHECKS: tuple[tuple[str, Callable[[_Case], bool]], ...] = (
    ("unknown_client", _is_known_client),
    ("no_agreement", _is_recipient),
    ("signature", _is_as_signed),
    ("not_started", _has_started),
    ("ended", _has_not_ended),
    ("suspended", _is_not_suspended),
    ("direction", _in_this_direction),
    ("dataset", _opens_dataset),
    ("selector", _is_selected),
    ("purpose", _purpose_is_the_one),
    ("period", _period_overlaps),
    ("granularity_too_fine", _not_finer),
    ("consent_missing", _build_lack_check("consent_missing")),
    ("consent_withdrawn", _build_lack_check("consent_withdrawn")),
    ("legal_rule", _build_lack_check("legal_rule")),
    ("token_narrower", _token_covers),
)
