"""Sums that are out, held against who is about to be let read single points of them.

What a release refuses (an insider who could subtract all but a few) an agreement must not bring
about afterwards. What is allowed is kept with the members: the next release counts with it, ended
agreements included. A proposal is held by who is in the sets alone: it opens nothing yet, and an
answer that depends on values, asked as often as one likes, would be a scale.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from synergie.exchange.publication import aggregate_year as year_of
from synergie.exchange.trust.sum_tries import Question, SolvableSumError
from synergie.policy import Permit, Principal, permit_own_data
from synergie.policy.publication.cells import Tree, tree
from synergie.policy.publication.releases import Out, find_solvable_sum, leaves_beside
from synergie.policy.trust.atoms import Limits
from synergie.schemas.publication.release import Release
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.publication.cell_schemes import cell_scheme
from synergie.storage.publication.insiders import (
    Place,
    knowers_of,
    local_year,
    names_of,
    names_opened,
    owners_of,
    take_turn,
    tells_points,
    years_with,
)
from synergie.storage.publication.releases import (
    Frozen,
    YearKey,
    frozen_version,
    list_year_members,
    releases_of,
    save_member_counts,
)
from synergie.storage.store import Session

SOLVED = (
    "points that leave no sum of that year, once it is published, to be solved: a whole group or "
    "fewer points of it, sums (aggregate) instead of single points, or data that begin after it"
)
"""What an agreement that would make a published sum solvable is to cover instead."""
PLACED = (
    "another site: an agreement opens what is on this one, and a published sum of that year could "
    "be solved with it"
)


def hold_agreement(permit: Permit, session: Session, body: Agreement, *, learn: bool) -> None:
    """BadInput at `/selector` when its recipient could solve a sum that is out.

    *learn*: it is signed by both, and its recipient counts as knowing its points from now on.
    Conflict when the bearer was refused as often as it may be: see `_sum_tries`.
    """
    if not _tells_anything(body):
        return
    take_turn(session)
    names = names_opened(permit, session, body)
    for (publisher, year), known in years_with(permit, session, names).items():
        reader = frozenset({body.terms.recipient})
        more = {point: reader for point, one in known.items() if not reader <= one.known_to}
        if not more or not tells_points(body.terms, year.year):
            continue
        held = _YearState.opened(session, publisher, year, known, now=permit.decided_at)
        refusal = SolvableSumError("/selector", year.year, SOLVED)
        refusal.accepted = body if learn else None
        held.allow(permit, more, refusal, values=learn)
        if learn:
            held.learn(more)


def hold_places(permit: Permit, session: Session, points: Mapping[str, int]) -> None:
    """BadInput at the item of the first of *points* that a sum that is out forbids where it is.

    *points*: what the bearer has just declared or moved, by identifier, with its place in the
    batch. Who an agreement lets read it there counts as knowing it from now on.
    """
    names = names_of(permit, session, points)
    if not names:
        return
    take_turn(session)  # before looking: a release that is not committed yet is seen, then
    some = years_with(permit, session, set(names.values()))
    point_of = {name: point for point, name in names.items()}
    for (publisher, year), known in some.items():
        there = knowers_of(permit, session, [point_of[name] for name in known], year.year)
        read = {name: there.reading.get(point_of[name], frozenset()) for name in known}
        more = {name: read[name] for name in known if not read[name] <= known[name].known_to}
        if not more:
            continue
        held = _YearState.opened(session, publisher, year, known, now=permit.decided_at)
        first = min(points[point_of[name]] for name in more)
        held.allow(permit, more, SolvableSumError(f"/items/{first}/site", year.year, PLACED))
        held.learn(more)


def _tells_anything(body: Agreement) -> bool:
    return tells_points(body.terms, local_year(body.terms.data_period.start))


@dataclass(frozen=True, slots=True)
class _YearState:
    """What of a year stands beside some of its points: its tree, what is out, the members."""

    session: Session
    permit: Permit
    year: YearKey
    tree: Tree
    released: tuple[Release, ...]
    out: Out
    members: tuple[Frozen, ...]

    @classmethod
    def opened(
        cls,
        session: Session,
        publisher: str,
        year: YearKey,
        known: Mapping[str, Place],
        *,
        now: datetime,
    ) -> "_YearState":
        """Of *publisher*'s *year*, no more than the sets that *known* points are in."""
        side = Principal(client_id=publisher, organisation=publisher, scopes=frozenset())
        permit = permit_own_data(side, action="write", now=now)
        released = tuple(releases_of(permit, session, year))
        version = frozen_version(permit, session, year)
        scheme = cell_scheme(permit, session, year.scheme, version=version)
        if scheme is None:
            raise AssertionError("a year has its scheme")
        made, out = tree(scheme.cells), year_of.out_of(released)
        some = {one.leaf for one in known.values()}
        leaves = some | leaves_beside(made, some, out)
        people = tuple(list_year_members(permit, session, year, leaves=leaves))
        return cls(session, permit, year, made, released, out, people)

    def allow(
        self,
        by: Permit,
        more: Mapping[str, frozenset[str]],
        refusal: SolvableSumError,
        *,
        values: bool = True,
    ) -> None:
        """*refusal* when who is to know *more* could solve a sum that is out; *by* is who asks.

        *values*: what each counts for is looked at as well, not only who is in the sets.
        """
        if not self.released:
            return
        asked = Question.of(by, self.year, more, self._owners())
        known = asked.is_refused(self.session, now=by.decided_at)
        if known or self._solves(more, values=values):
            raise asked.refusal(refusal, known=known)

    def _solves(self, more: Mapping[str, frozenset[str]], *, values: bool) -> bool:
        people = [one.member for one in self.members]
        limits = replace(_compute_weakest_limits(self.released), members_only=not values)
        return find_solvable_sum(self.tree, people, more, out=self.out, limits=limits) is not None

    def _owners(self) -> frozenset[str]:
        """Whose sums they are, and whose points."""
        under = {one.agreement.partition("/")[0] for one in self.members if one.agreement}
        return owners_of(self.permit, self.session, under) | {self.permit.owner}

    def learn(self, more: Mapping[str, frozenset[str]]) -> None:
        """Keep that who is to know *more* does."""
        touched = [one for one in self.members if one.member.point in more]
        save_member_counts(
            self.permit,
            self.session,
            self.year,
            [_extend_member_knowledge(one, more) for one in touched],
        )


def _extend_member_knowledge(one: Frozen, more: Mapping[str, frozenset[str]]) -> Frozen:
    known_to = one.member.known_to | more[one.member.point]
    return one._replace(member=one.member._replace(known_to=known_to))


def _compute_weakest_limits(released: Sequence[Release]) -> Limits:
    """The thresholds under which all that is out was allowed."""
    some = [one.thresholds for one in released]
    return Limits(
        min_points=min(one.min_points for one in some),
        min_enterprises=min(one.min_enterprises for one in some),
        max_share=max(Fraction(str(one.max_share)) for one in some),
    )
