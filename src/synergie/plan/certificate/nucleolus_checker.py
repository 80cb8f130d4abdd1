"""Checks that shares are the nucleolus of a cost game: `python nucleolus_checker.py FILE`.

By Kohlberg's criterion (1971), in exact rationals: stage by stage, the least satisfied coalitions
that nothing holds yet are balanced by positive weights on what is held, so that none gains unless
another loses, until all shares are held. It imports nothing of this project and no solver, and can
be read in one go: that is its purpose.

Prints what is proved and ends with 0; with 1 when the proof does not hold, with 2 when the file is
no certificate; both say where.
"""

import json
import sys
from collections.abc import Iterator
from fractions import Fraction
from math import gcd, lcm
from pathlib import Path
from typing import Any

MOST = 22
MOST_DIGITS = 4000
"""Digits of one number: more are no certificate, and would take the machine's time."""

type Vector = list[int]


class NotProvedError(Exception):
    """A step does not follow from those before it."""


def read_number(text: object) -> Fraction:
    """A rational, as `-3/7`."""
    if not isinstance(text, str) or len(text) > MOST_DIGITS:
        raise ValueError(f"a rational is expected, not {text!r:.40}")
    return Fraction(text)


def dot(vector: Vector, mask: int) -> int:
    """The sum of *vector* over the players of *mask*."""
    total, player = 0, 0
    while mask:
        if mask & 1:
            total += vector[player]
        mask >>= 1
        player += 1
    return total


def hold(free: list[Vector], mask: int) -> list[Vector]:
    """The directions of *free* in which what *mask* pays stays as it is."""
    dots = [dot(vector, mask) for vector in free]
    lead = next((i for i, value in enumerate(dots) if value), None)
    if lead is None:
        return free
    kept = []
    for i, vector in enumerate(free):
        if i != lead:
            turned = [a * dots[lead] - b * dots[i] for a, b in zip(vector, free[lead], strict=True)]
            most = gcd(*turned) or 1
            kept.append([a // most for a in turned])
    return kept


def list_satisfied(costs: list[Fraction | None], shares: list[Fraction]) -> Iterator[Any]:
    """What each coalition but nobody and all would pay more by itself, with its mask."""
    scale = lcm(*(x.denominator for x in (*shares, *costs) if x is not None))
    whole = [int(x * scale) for x in shares]
    paid = [0]
    for amount in whole:
        paid += [amount + other for other in paid]
    for mask, cost in enumerate(costs[1:-1], 1):
        if cost is not None:
            yield Fraction(int(cost * scale) - paid[mask], scale), mask


def read_surpluses(given: dict[str, Any]) -> dict[int, Fraction]:
    """What each coalition would pay more by itself, by mask, at the shares told."""
    n = len(given["players"])
    costs = [None if text is None else read_number(text) for text in given["costs"]]
    shares = [read_number(text) for text in given["shares"]]
    if not 1 <= n <= MOST or len(costs) != 1 << n or len(shares) != n or costs[0] != 0:
        raise ValueError("the cost of each coalition and the share of each player are expected")
    if sum(shares) != costs[-1]:
        raise NotProvedError("the shares do not sum to what all pay together")
    return {mask: amount for amount, mask in list_satisfied(costs, shares)}


def read_stages(given: dict[str, Any]) -> Iterator[tuple[Fraction, list[tuple[int, Fraction]]]]:
    """The surplus of each stage; its coalitions, by mask, with their weights."""
    for stage in given["stages"]:
        held = [(int(mask), read_number(weight)) for mask, weight in stage["coalitions"]]
        yield read_number(stage["surplus"]), held


def check(given: dict[str, Any]) -> int:
    """How many stages hold all shares. Raises NotProvedError, ValueError, KeyError, TypeError."""
    surplus, last = read_surpluses(given), len(given["players"]) - 1
    order, at, number = sorted(surplus, key=surplus.__getitem__), 0, 0
    free = [[int(i == j) - int(i == last) for i in range(last + 1)] for j in range(last)]
    for number, (level, held) in enumerate(read_stages(given), 1):
        while at < len(order) and surplus[order[at]] < level:
            if any(dot(vector, order[at]) for vector in free):
                raise NotProvedError(f"stage {number}: coalition {order[at]} is less satisfied")
            at += 1
        if any(surplus.get(mask) != level or weight <= 0 for mask, weight in held):
            raise NotProvedError(f"stage {number}: a coalition is not of it, or its weight not > 0")
        if any(sum(weight * dot(vector, mask) for mask, weight in held) for vector in free):
            raise NotProvedError(f"stage {number}: its coalitions are not balanced")
        for mask, _weight in held:
            free = hold(free, mask)
    if free:
        raise NotProvedError("the stages do not hold all shares")
    return number


def main(path: str) -> int:
    """Check the file at *path*; the status to end with."""
    try:
        given = json.loads(Path(path).read_text("utf-8"))
        stages = check(given)
    except NotProvedError as error:
        sys.stderr.write(f"not proved: {error}\n")
        return 1
    except (ValueError, KeyError, TypeError, AttributeError, ZeroDivisionError, OSError) as error:
        sys.stderr.write(f"no certificate: {type(error).__name__}: {error}\n")
        return 2
    sys.stdout.write(f"proved: the nucleolus of {len(given['players'])} players, {stages} stages\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else 2)  # noqa: PLR2004 (itself, the file)
