"""What the sides of a shared plan do, whatever is planned: find it, tell the others, record it.

A coordinator announces it and invites organisations; it proposes a plan; each one that takes part
reads its own part and answers.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from synergie.errors import BadInput, Conflict, NotAllowed, NotFound
from synergie.policy import Permit, Principal, permit_own_data, permit_party
from synergie.schemas.change import ChangeKind
from synergie.schemas.trust.journal import JournalEvent
from synergie.storage import head
from synergie.storage.store import Session
from synergie.storage.trust.journal.journal import Entry, append
from synergie.storage.trust.organisations import not_in_directory

type Action = Literal["read", "write"]


class Step(Protocol):
    """One step of its history."""

    @property
    def act(self) -> str:
        """What was done."""

    @property
    def plan(self) -> str | None:
        """The plan that it was done to; None for other acts."""


class Shared(Protocol):
    """A shared plan as it is stored, as far as every kind is alike."""

    @property
    def id(self) -> str:
        """Its identifier."""

    @property
    def owner(self) -> str:
        """The coordinator."""

    @property
    def state(self) -> str:
        """Where it stands."""

    @property
    def history(self) -> Sequence[Step]:
        """Its steps, oldest first."""


class Find[HeldT: Shared](Protocol):
    """How storage finds one of a kind."""

    def __call__(
        self, permit: Permit, session: Session, item_id: str, /, *, for_update: bool = False
    ) -> HeldT | None:
        """The one that the permit opens, or None."""


@dataclass(frozen=True, slots=True)
class Sides[HeldT: Shared]:
    """One kind of shared plan: what news call it, and how storage finds it and who is invited."""

    kind: ChangeKind
    find: Find[HeldT]
    invited: Callable[[Permit, Session, str], dict[str, datetime]]

    def read_visible(
        self,
        session: Session,
        caller: Principal,
        item_id: str,
        *,
        now: datetime,
        writing: bool = False,
    ) -> HeldT:
        """One that the caller coordinates or was invited to. NotFound for any other.

        *writing*: others wait to change it until this transaction ends.
        """
        permit = authorize_side(caller, action=_get_permit_action(writing=writing), now=now)
        found = self.find(permit, session, item_id, for_update=writing)
        if found is None:
            raise NotFound
        return found

    def coordinated(
        self,
        session: Session,
        caller: Principal,
        item_id: str,
        *,
        now: datetime,
        writing: bool = False,
    ) -> tuple[Permit, HeldT]:
        """One of the caller's own, and its permit. NotAllowed for one that was invited."""
        found = self.read_visible(session, caller, item_id, now=now, writing=writing)
        if found.owner != caller.organisation:
            raise NotAllowed("other_party")
        return permit_own_data(caller, action=_get_permit_action(writing=writing), now=now), found

    def joined(
        self,
        session: Session,
        caller: Principal,
        item_id: str,
        *,
        now: datetime,
        writing: bool = False,
    ) -> HeldT:
        """One that the caller was invited to. NotAllowed for a coordinator that is not."""
        found = self.read_visible(session, caller, item_id, now=now, writing=writing)
        if caller.organisation not in self.invited_to(session, caller, item_id, now=now):
            raise NotAllowed("other_party")
        return found

    def invited_to(
        self, session: Session, caller: Principal, item_id: str, *, now: datetime
    ) -> dict[str, datetime]:
        """Who was invited and when, as far as the caller may see."""
        return self.invited(authorize_side(caller, action="read", now=now), session, item_id)

    def list_invitations(
        self, session: Session, caller: Principal, found: HeldT, *, now: datetime
    ) -> dict[str, datetime]:
        """Who was invited and when: all to the coordinator, to another itself alone."""
        invited = self.invited_to(session, caller, found.id, now=now)
        if caller.organisation == found.owner:
            return invited
        return {one: at for one, at in invited.items() if one == caller.organisation}

    def tell(
        self, session: Session, found: HeldT, others: Iterable[str], act: str, *, now: datetime
    ) -> None:
        """Tell the coordinator and each of *others* what happened, one change each."""
        named: list[str | None] = [one for one in others if one != found.owner]
        named = named or [None]
        first = head.take_sequence_numbers(session, len(named))
        for n, other in enumerate(named):
            news = head.News(
                owner=found.owner, other=other, kind=self.kind, subject=found.id, act=act
            )
            head.tell(session, first + n, news, now=now)

    def tell_own(
        self,
        session: Session,
        found: HeldT,
        who: str,
        act: str,
        *,
        coordinator: bool = True,
        now: datetime,
    ) -> None:
        """Tell *who* what it did itself, and the coordinator when it may know."""
        other = found.owner if coordinator and found.owner != who else None
        news = head.News(owner=who, other=other, kind=self.kind, subject=found.id, act=act)
        head.tell(session, head.take_sequence_numbers(session), news, now=now)


def authorize_side(caller: Principal, *, action: Action, now: datetime) -> Permit:
    """What either side may do: NotAllowed for a token narrowed to agreements."""
    if caller.agreements is not None:
        raise NotAllowed("token_narrower")
    return permit_party(caller, action=action, now=now)


def plan_is_named(act: str, plan: str | None, *, with_acts: Collection[str], expected: str) -> None:
    """BadInput when *act* wants a plan and none is named, or the other way round."""
    if (act in with_acts) != (plan is not None):
        raise BadInput("/plan", plan or "null", expected)


def is_not(found: Shared, over: Collection[str], *, expected: str) -> None:
    """Conflict when *found* is in one of the states *over*."""
    if found.state in over:
        raise Conflict(found.state, expected)


def in_directory(permit: Permit, session: Session, names: tuple[str, ...], *, where: str) -> None:
    """BadInput, with its place under *where*, for a name that no organisation here bears."""
    strange = not_in_directory(permit, session, names)
    if strange is not None:
        place = f"{where}/{names.index(strange)}"
        raise BadInput(place, strange, "an organisation of this server's directory")


def is_last(found: Shared, act: str, plan: str | None) -> bool:
    """Whether that step was the last one: then it is done, and not once more."""
    last = found.history[-1]
    return (last.act, last.plan) == (act, plan)


def was_proposed(found: Shared, plan: str) -> bool:
    """Whether those who take part were told of it; the coordinator, as one of them, with them."""
    return any(step.act == "propose" and step.plan == plan for step in found.history)


def record(
    permit: Permit,
    session: Session,
    event: JournalEvent,
    found: Shared,
    *subjects: str,
    caller: Principal,
    reason: str | None = None,
    rows: int | None = None,
) -> None:
    """Put in the journal what the caller did to *found*, and to *subjects* in it."""
    entry = Entry(
        event,
        by=caller.organisation,
        client=caller.client_id,
        owner=found.owner,
        subjects=(found.id, *subjects),
        reason=reason,
        rows=rows,
    )
    append(permit, session, entry, now=permit.decided_at)


def _get_permit_action(*, writing: bool) -> Action:
    return "write" if writing else "read"
