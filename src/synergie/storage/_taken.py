"""Parts of the time that are taken one after the other: who comes first has them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

type Span = tuple[int, int]
"""[start, end), seconds since 1970 UTC."""


@dataclass(frozen=True, slots=True)
class DisjointSpans:
    """Disjoint spans in order of time, as starts and ends; those that touch are one."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def spans(self) -> list[Span]:
        """What is taken, in order of time."""
        return list(zip(self.starts, self.ends, strict=True))

    def take(self, start_s: int, end_s: int) -> list[Span]:
        """The parts of [start_s, end_s) that were free; they are taken now."""
        if start_s >= end_s:
            return []
        first, last = bisect_left(self.ends, start_s), bisect_right(self.starts, end_s)
        free = list(self._free(start_s, end_s, first, last))
        low = min(start_s, *self.starts[first:last]) if first < last else start_s
        high = max(end_s, *self.ends[first:last]) if first < last else end_s
        self.starts[first:last] = [low]
        self.ends[first:last] = [high]
        return free

    def _free(self, start_s: int, end_s: int, first: int, last: int) -> Iterator[Span]:
        at = start_s
        for index in range(first, last):
            if at < self.starts[index]:
                yield at, self.starts[index]
            at = max(at, self.ends[index])
        if at < end_s:
            yield at, end_s
