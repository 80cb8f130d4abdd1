"""Acts refused because a published sum could be solved with them: few a month, told to all sides.

A refusal is an answer about others: who asks often enough, with fewer points each time, learns of
the points that are left. The same question has the same answer and is counted once.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from synergie.errors import BadInput, Conflict, SynergieError
from synergie.policy import Permit, Principal, permit_operator, permit_party
from synergie.schemas.trust.agreement import OPERATOR, Agreement
from synergie.schemas.trust.journal import JournalRecord
from synergie.storage.publication.insiders import take_asker_turn
from synergie.storage.publication.releases import YearKey
from synergie.storage.store import Session
from synergie.storage.trust.journal.journal import Entry, append
from synergie.storage.trust.journal.journal_records import accesses

MOST = 10
"""Refusals of one organisation in a civil month (UTC): the next question waits for the next."""
_MONTH = "a question that was answered already, or one of next month: too many were refused in this"


class SolvableSumError(BadInput):
    """BadInput of what would let a sum be solved. `others`: whose points, or sum, it is besides.

    Empty: it was refused in this month already, and was recorded then. `accepted`: the agreement
    that its recipient wanted to accept; its owner waits for it, and is told.
    """

    question = scheme = ""
    others: frozenset[str] = frozenset()
    accepted: Agreement | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """Whether some who are to know points could solve a sum of a year: asked by an organisation."""

    asker: str
    name: str
    scheme: str
    others: frozenset[str]

    @classmethod
    def of(
        cls,
        permit: Permit,
        year: YearKey,
        more: Mapping[str, frozenset[str]],
        others: Iterable[str],
    ) -> "Question":
        """The bearer's question about *year*, whose points and sums are those of *others*, too."""
        told = [f"{point} {reader}" for point, some in more.items() for reader in some]
        lines = (year.scheme, year.energy, str(year.year), *sorted(told))
        digest = sha256("\n".join(lines).encode()).hexdigest()
        named = frozenset(others) - {permit.bearer}
        return cls(permit.bearer, f"{_ASK}{digest[:40]}", year.scheme, named)

    def is_refused(self, session: Session, *, now: datetime) -> bool:
        """Whether it was refused in this month. Conflict when no other question may be asked."""
        if not self.others:
            return False
        told = _list_refused_questions(session, self.asker, now)
        if self.name not in told and len(told) >= MOST:
            raise Conflict("too many refused", _MONTH)
        return self.name in told

    def refusal(self, refusal: SolvableSumError, *, known: bool) -> SolvableSumError:
        """*refusal* of it; *known*: it was recorded."""
        refusal.question, refusal.scheme = self.name, self.scheme
        refusal.others = frozenset() if known else self.others
        return refusal


@contextmanager
def record_sum_refusals(session: Session, caller: Principal, *, now: datetime) -> Iterator[None]:
    """What is refused meanwhile for the sake of a sum is undone, and recorded in *session*.

    One record for the caller, and one for each other whose points or sum it is: none names another.
    One question of an organisation at a time, from before it is looked at until its record is
    there: of many that are asked at once no more are answered than one after another.
    """
    take_asker_turn(session, caller.organisation)  # before the savepoint, which would give it up
    before = session.begin_nested()
    try:
        yield
    except SynergieError as error:
        refusal = error if isinstance(error, SolvableSumError) else error.__cause__
        if isinstance(refusal, SolvableSumError) and (refusal.others or refusal.accepted):
            before.rollback()
            _record_sum_refusal(session, caller.organisation, refusal, now=now)
            session.commit()
        raise
    if before.is_active:
        before.commit()


def _record_sum_refusal(
    session: Session, asker: str, refusal: SolvableSumError, *, now: datetime
) -> None:
    told: list[tuple[str, tuple[str, ...]]] = []
    if refusal.others:
        told.append((asker, (asker, refusal.question)))
        told += [(one, (refusal.scheme,)) for one in sorted(refusal.others)]
    if refusal.accepted is not None:
        told += _for_who_waits(session, refusal, refusal.accepted, now=now)
    for owner, subjects in told:
        entry = Entry(
            "aggregate.held",
            by=OPERATOR,
            owner=owner,
            subjects=subjects,
            dataset="consumption",
            granularity="aggregate",
        )
        append(permit_operator(now=now), session, entry, now=now)


def _for_who_waits(
    session: Session, refusal: SolvableSumError, waits: Agreement, *, now: datetime
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The record for the owner of *waits*: an answer to it as well, one of those it may have."""
    owner = waits.terms.owner
    take_asker_turn(session, owner)
    if was_refused(session, waits, now=now):
        return
    name = _WAITS + refusal.question.removeprefix(_ASK)
    answers = _list_refused_questions(session, owner, now)
    if name in answers or len(answers) < MOST:
        yield owner, (owner, waits.id, name)


def was_refused(session: Session, one: Agreement, *, now: datetime) -> bool:
    """Whether *one*, since it was proposed, could not be accepted: as its owner was told."""
    owner = one.terms.owner
    side = Principal(client_id=owner, organisation=owner, scopes=frozenset())
    permit, since = permit_party(side, action="read", now=now), one.history[-1].at
    found = accesses(permit, session, subject=one.id, since=since, limit=_LOOKED_AT)
    records = (JournalRecord.model_validate_json(each.content) for each in found)
    return any(each.event == "aggregate.held" for each in records)


def _list_refused_questions(session: Session, asker: str, now: datetime) -> set[str]:
    """The questions that *asker* was refused since this month began, as they are named."""
    side = Principal(client_id=asker, organisation=asker, scopes=frozenset())
    permit = permit_party(side, action="read", now=now)
    begun = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = accesses(permit, session, subject=asker, since=begun, limit=_LOOKED_AT)
    records = (JournalRecord.model_validate_json(one.content) for one in found)
    held = (one for one in records if one.event == "aggregate.held")
    return {name for one in held for name in one.subjects if name.startswith((_ASK, _WAITS))}


_ASK, _WAITS = "ask_", "waits_"
"""How the name of a question begins; and of one that another asked, for whom it was answered, too.
"""
_LOOKED_AT = 1_000
