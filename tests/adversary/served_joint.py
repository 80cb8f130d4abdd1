"""What organisations do in common through the server, beside their sums: what each game is made of.

What a body has for itself (its needs, its lights, its cost) is one unknown. A sum of fewer than
three others' may be computed by nobody but the coordinator, who is given them all.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from random import Random
from typing import Protocol

from tests.adversary.hearing import Hearing
from tests.adversary.rules import Wh
from tests.server.place import Member, active

LEAST_OTHERS = 3
_OF = " of "


class Game(Protocol):
    """Something that is begun, goes on when a reader wants it otherwise, and is read by members."""

    def begin(self) -> str:
        """What is done first, in words."""

    def go_on(self, reader: Member) -> str:
        """What is done next."""

    def paths(self, member: Member) -> Iterator[str]:
        """Where *member* reads what it is told."""


@dataclass
class Joint:
    """The members of a joint plan; the first coordinates it."""

    random: Random
    hearing: Hearing
    members: Sequence[Member]

    @property
    def coordinator(self) -> Member:
        """Who is given all."""
        return self.members[0]

    def open(self, kind: str, subjects: Mapping[str, Sequence[str]], **more: object) -> None:
        """Each member lets the coordinator read what it has of *kind*."""
        for member in self.members[1:]:
            selector = {kind: subjects[member.organisation]}
            active(member, self.coordinator, selector=selector, **more)

    def looks(self, member: Member, *some: str) -> Sequence[str]:
        """What the coordinator alone reads of *some*; one of them, which another tries."""
        return some if member is self.coordinator else [self.random.choice(some)]

    def know(self, name: str, values: Mapping[Wh, int]) -> None:
        """*name* and the coordinator know the *values* of *name*."""
        self.hearing.log.values |= values
        for who in (name, self.coordinator.organisation):
            self.hearing.log.known[who] |= values.keys()


def of_body(what: str, name: str) -> str:
    """The unknown *what* of one body, to be the point of a `Wh`."""
    return f"{what}{_OF}{name}"


def some_of[T](parts: Sequence[T]) -> Iterator[tuple[T, ...]]:
    """Every choice of one of *parts* at least."""
    return chain.from_iterable(combinations(parts, n + 1) for n in range(len(parts)))


def with_joint(
    rule: Callable[[Mapping[Wh, int]], str | None],
) -> Callable[[Mapping[Wh, int]], str | None]:
    """*rule* for readings of homes; of what bodies have, three at least; of hours, the whole day.

    Two states of a day differ by what was corrected: as much more of one hour as less of its
    version before.
    """

    def every(terms: Mapping[Wh, int]) -> str | None:
        bodies = {one.point.partition(_OF)[2] for one in terms} - {""}
        if bodies:
            return f"those of {len(bodies)} bodies" if len(bodies) < LEAST_OTHERS else None
        if any(one.point == HOUR for one in terms):
            return _hours_of(terms)
        return rule(terms)

    return every


HOUR, HOURS = "hour", 24
"""The point of the hours of a day that is opened as one; the month is the hour."""


def _hours_of(terms: Mapping[Wh, int]) -> str | None:
    net = [0] * HOURS
    for one, k in terms.items():
        net[one.month] += k
    return "less than a day" if len(set(net)) > 1 else None
