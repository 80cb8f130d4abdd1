"""A release in the making: members and counts, what passes beside what is out, the record."""

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import datetime
from secrets import token_hex
from types import MappingProxyType
from typing import Literal, NamedTuple

from synergie.errors import BadInput, Conflict, NotFound
from synergie.exchange._passing_on import list_closed
from synergie.exchange.publication import _release_record as record
from synergie.exchange.publication import aggregate_year as year_of
from synergie.policy import Permit, Principal, permit_party
from synergie.policy.publication.cells import Tree, tree
from synergie.policy.publication.releases import MONTHS, Out, change_faults, selection
from synergie.policy.trust.atoms import Limits
from synergie.schemas.publication.cell_scheme import CellScheme
from synergie.schemas.publication.release import (
    Release,
    ReleaseCell,
    ReleaseRequest,
    SuppressionLine,
)
from synergie.schemas.trust.agreement import Agreement
from synergie.storage import head
from synergie.storage.publication.cell_schemes import cell_scheme
from synergie.storage.publication.insiders import take_turn
from synergie.storage.publication.releases import (
    Frozen,
    YearKey,
    find_taken,
    freeze_year,
    frozen_version,
    is_candidate,
    join,
    list_year_members,
    open_release,
    releases_of,
    save_member_counts,
    save_release,
)
from synergie.storage.store import Session
from synergie.storage.trust.agreements.agreements import agreement as stored_agreement
from synergie.storage.trust.agreements.agreements import agreements_of
from synergie.storage.trust.journal.journal import Entry, append


@dataclass(frozen=True, slots=True)
class Task:
    """Who publishes what, when, under which thresholds."""

    permit: Permit
    caller: Principal
    asked: ReleaseRequest
    limits: Limits
    now: datetime
    candidate: bool = False
    """Whether it waits for a signature: until then its publisher alone reads it."""

    @property
    def key(self) -> YearKey:
        return YearKey(self.asked.scheme, self.asked.energy, int(self.asked.period[:4]))

    @property
    def month(self) -> int | None:
        return year_of.month_of(self.asked.period)

    def scheme(self, session: Session) -> tuple[CellScheme, bool]:
        """The scheme, under the version that the year has, and whether the year is new yet.

        NotFound when it is not the caller's.
        """
        version = frozen_version(self.permit, session, self.key)
        found = cell_scheme(self.permit, session, self.asked.scheme, version=version)
        if found is None or found.owner != self.permit.owner:
            raise NotFound
        return found, version is None

    def sources(self, session: Session) -> list[year_of.Source]:
        """Whose points may be counted now."""
        scheme, _ = self.scheme(session)
        return year_of.list_year_sources(self.permit, session, self.caller, scheme, now=self.now)

    def look(self, session: Session) -> year_of.YearContent:
        """What may be counted now: long, and without a lock on what others write."""
        return year_of.read_year_content(session, self.sources(session), self.key, now=self.now)


type RefusalCode = Literal["nothing_to_publish", "in_another_scheme", "tells_who_changed"]

REFUSED: dict[RefusalCode, str] = {
    "nothing_to_publish": "a cell whose points may be told together",
    "in_another_scheme": "points of no other scheme published for the same year",
    "tells_who_changed": "a change of points that may be told by themselves; others wait for the "
    "next period",
}
"""Why nothing is published, and what is expected instead."""

OPENING = "agreements that all open their sums to the public"
"""What open data stand on."""


class Refused(NamedTuple):
    """Why nothing is published. `cells`: those that the sums would give away, from below."""

    code: RefusalCode
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A release before it is kept. `same`: nothing differs from the one `before`."""

    there: year_of.YearContent
    counted: Mapping[str, Frozen] = field(default_factory=dict)
    _: KW_ONLY
    published: frozenset[str] = frozenset()
    hidden: tuple[SuppressionLine, ...] = ()
    optimal: bool = True
    before: Release | None = None
    same: bool = False
    refused: Refused | None = None
    signed: Mapping[str, Agreement] = field(default_factory=dict)
    """By id: the agreements that open something in this transaction."""


@dataclass(frozen=True, slots=True)
class Making:
    """One release in the making, in the transaction that will hold it."""

    session: Session
    task: Task
    scheme: CellScheme
    tree: Tree
    released: tuple[Release, ...]
    first: bool
    """Whether nothing of the year is out yet."""

    @classmethod
    def opened(cls, session: Session, task: Task) -> "Making":
        """With what is out of the same year, under the version that the year has."""
        scheme, first = task.scheme(session)
        released = tuple(releases_of(task.permit, session, task.key))
        return cls(session, task, scheme, tree(scheme.cells), released, first)

    @property
    def out(self) -> Out:
        return year_of.out_of(self.released)

    def build_release(self, looked: year_of.YearContent) -> Release:
        """The release: new, corrected, or as it was. Conflict, BadInput: see `Aggregates`.

        Of what was *looked* at before, what an agreement opens no more is left out.
        """
        return self.store_release(self.drafted(looked))

    def drafted(self, looked: year_of.YearContent) -> Draft:
        """What would be published, or why it is refused; its points are frozen in this transaction.

        Roll it back, or keep it with `kept`.
        """
        take_turn(self.session)
        sources = self.task.sources(self.session)
        there = looked.under({one.agreement for one in sources})
        return self._drafted(there, sources)

    def expected(self) -> Draft:
        """What could be told of who is in the sums, under `members_only`: nothing is written."""
        sources = self.task.sources(self.session)
        there = year_of.read_year_content(self.session, sources, self.task.key, now=self.task.now)
        return self._drafted(there, sources)

    def _drafted(self, there: year_of.YearContent, sources: Sequence[year_of.Source]) -> Draft:
        task = self.task
        there = there.weighed(task.permit, self.session, task.key.year)
        known = {
            one.member.point: one for one in list_year_members(task.permit, self.session, task.key)
        }
        before = next((one for one in self.released if one.period == task.asked.period), None)
        if before is not None:
            draft = self._corrected(before, there, known)
        else:
            draft = self._added(there, known)
        signed = {one.signed.id: one.signed for one in sources if one.signed is not None}
        return replace(draft, signed=signed)

    def store_release(self, draft: Draft) -> Release:
        """The release of *draft*, in this transaction: the one before when nothing has changed."""
        if draft.refused is not None:
            raise Conflict(draft.refused.code, REFUSED[draft.refused.code])
        if draft.before is None or not draft.same:
            return self._published(draft)
        if self.task.asked.open_data and not self.task.candidate:
            self.opened_to_all(draft.before)
        return draft.before

    def opened_to_all(self, made: Release) -> None:
        """Let everybody read *made*, which waited for a signature; nothing when they may already.

        BadInput when an agreement that it stands on does not open its sums to the public.
        """
        if is_candidate(self.task.permit, self.session, made):
            self.may_be_open(made.agreements)
            open_release(self.task.permit, self.session, made)
            self._tell(made)

    def agreements_of(self, draft: Draft) -> list[str]:
        """The agreements that *draft* stands on, with their versions."""
        there = (one.agreement for one in self._counted_in(draft))
        return sorted({one for one in there if one is not None})

    def cells_of(self, draft: Draft) -> tuple[ReleaseCell, ...]:
        """The sums of *draft*."""
        people = [one.member for one in draft.counted.values()]
        return record.cells_of(self.tree, people, draft.published, self.task.month)

    def not_counted(self, draft: Draft) -> int:
        """Points of the scheme that are in no sum of *draft*."""
        return len(draft.counted) - len(self._counted_in(draft))

    def _counted_in(self, draft: Draft) -> list[Frozen]:
        some, month = draft.counted.values(), self.task.month
        if month is None:
            return [one for one in some if one.member.energies.count(None) < len(MONTHS)]
        return [one for one in some if one.member.energies[month - 1] is not None]

    def _added(self, there: year_of.YearContent, known: Mapping[str, Frozen]) -> Draft:
        closed = year_of.closed_months(self.task.key.year, self.task.now)
        joins = {
            one.member.point: one
            for one in year_of.iterate_joining_members(
                self.tree, there, known, first=self.first, closed=closed
            )
        }
        if self.first and not self.task.limits.members_only:
            version = self.scheme.version
            freeze_year(self.task.permit, self.session, self.task.key, version, now=self.task.now)
        months = MONTHS if self.task.month is None else (self.task.month,)
        wanted = [one for one in months if one not in year_of.counted_months(self.out)]
        everyone = {**known, **joins}
        counted = year_of.count_member_months(
            everyone, there, wanted, whole=self.task.month is None
        )
        taken = self._join([counted[name] for name in joins])
        if taken is not None:
            return Draft(there, refused=Refused("in_another_scheme", (taken.member.leaf,)))
        self._count(known, counted)
        people = [one.member for one in counted.values()]
        chosen = selection(
            self.tree, people, self.out, month=self.task.month, limits=self.task.limits
        )
        return Draft(
            there,
            counted,
            published=chosen.published,
            hidden=record.hidden_lines(self.tree, chosen.hidden),
            optimal=chosen.optimal,
            refused=None if chosen.published else Refused("nothing_to_publish"),
        )

    def _corrected(
        self, before: Release, there: year_of.YearContent, known: Mapping[str, Frozen]
    ) -> Draft:
        rest = self.out.rest if self.task.month is None else ()
        months = sorted(self.out.months) if self.task.month is None else [self.task.month]
        counted = year_of.count_member_months(known, there, months, whole=False)
        counted = year_of.count_member_months(counted, there, rest, whole=True)
        published = frozenset(cell.cell for cell in before.cells)
        people = [one.member for one in counted.values()]
        unchanged = record.cells_of(self.tree, people, published, self.task.month) == before.cells
        if unchanged:
            counted = dict(known)
        draft = Draft(
            there,
            counted,
            published=published,
            hidden=before.hidden,
            optimal=before.optimal,
            before=before,
            same=unchanged and self._serves(before),
        )
        if draft.same:
            return draft
        then = [one.member for one in known.values()]
        people = [one.member for one in counted.values()]
        task = self.task
        found = tuple(
            change_faults(self.tree, then, people, self.out, month=task.month, limits=task.limits)
        )
        if found:
            cells = tuple(dict.fromkeys(one.cell for one in found))
            return replace(draft, refused=Refused("tells_who_changed", cells))
        self._count(known, counted)
        return draft

    def _join(self, joins: Sequence[Frozen]) -> Frozen | None:
        """The first of *joins* that is in another scheme; else they are added, but of a look."""
        add = find_taken if self.task.limits.members_only else join
        return add(self.task.permit, self.session, self.task.key, joins)

    def _count(self, known: Mapping[str, Frozen], counted: Mapping[str, Frozen]) -> None:
        """Keep what differs from what was *known*; of a look nothing is kept."""
        if not self.task.limits.members_only:
            changed = [counted[name] for name, one in known.items() if counted[name] is not one]
            save_member_counts(self.task.permit, self.session, self.task.key, changed)

    def _serves(self, before: Release) -> bool:
        """Whether a release of the same sums is what is wanted, and no other licence of them.

        What waits for a signature is read by nobody else: a release for partners is another one.
        """
        waits = is_candidate(self.task.permit, self.session, before)
        if not self.task.asked.open_data:
            return not waits
        same = before.licence == self.task.asked.licence or not self.task.candidate
        return before.open_data and (same or not waits)

    def _published(self, draft: Draft) -> Release:
        if self.task.limits.members_only:
            raise AssertionError("a look is never published")
        start, end = year_of.bounds_of(self.task.asked.period)
        references = self.agreements_of(draft)
        onward = self.may_be_open(references, ruling=draft.signed)
        made = record.build_release(
            {
                "id": f"rel_{token_hex(10)}",
                "owner": self.task.permit.owner,
                "scheme": self.scheme.id,
                "scheme_version": self.scheme.version,
                "energy": self.task.asked.energy,
                "period": self.task.asked.period,
                "version": 1 if draft.before is None else draft.before.version + 1,
                "start": start,
                "end": end,
                "released_at": self.task.now,
                "cells": self.cells_of(draft),
                "hidden": draft.hidden,
                "optimal": draft.optimal,
                "not_counted": self.not_counted(draft),
                "outside": len(draft.there.points.keys() - draft.counted.keys()),
                "twice": draft.there.twice,
                "thresholds": record.build_thresholds(self.task.limits),
                "rules": record.RULES,
                "agreements": tuple(references),
                "open_data": self.task.asked.open_data,
                "licence": self.task.asked.licence if self.task.asked.open_data else None,
            }
        )
        candidate = self.task.candidate
        save_release(self.task.permit, self.session, made, onward=onward, candidate=candidate)
        self._journal(made, draft.signed)
        if not candidate:
            self._tell(made)
        return made

    def _tell(self, made: Release) -> None:
        news = head.News(owner=made.owner, kind="release", subject=made.id, act="released")
        head.tell(self.session, head.take_sequence_numbers(self.session), news, now=self.task.now)

    def may_be_open(
        self, references: Sequence[str], *, ruling: Mapping[str, Agreement] = MappingProxyType({})
    ) -> bool:
        """Whether it may be passed on; BadInput when it is to be open and may not."""
        closed = self.list_closed(references, ruling=ruling)
        if closed and self.task.asked.open_data:
            raise BadInput("/open_data", closed[0], OPENING)
        return not closed

    def list_closed(
        self, references: Sequence[str], *, ruling: Mapping[str, Agreement] = MappingProxyType({})
    ) -> list[str]:
        """Those of *references* that do not open their sums to the public now."""
        owner, now = self.task.permit.owner, self.task.now
        return list_closed(self.session, owner, references, now, ruling=ruling)

    def _journal(self, made: Release, signed: Mapping[str, Agreement]) -> None:
        """One record for each organisation whose points are in it, under its agreement."""
        side = permit_party(self.task.caller, action="read", now=self.task.now)
        names = {one: one.partition("/")[0] for one in made.agreements}
        others = set(names.values()) - signed.keys()
        found = {**agreements_of(side, self.session, others), **signed}
        for reference in (None, *made.agreements):
            agreed = reference and (
                found.get(names[reference])
                or stored_agreement(side, self.session, names[reference])  # or why it cannot be
            )
            entry = Entry(
                "aggregate.released",
                by=self.task.permit.bearer,
                client=self.task.caller.client_id,
                owner=agreed.terms.owner if agreed else self.task.permit.owner,
                agreement=reference,
                subjects=(made.id, made.scheme),
                dataset="consumption",
                granularity="aggregate",
                start=made.start,
                end=made.end,
                rows=len(made.cells),
            )
            append(self.task.permit, self.session, entry, now=self.task.now)
