"""The versions of one agreement: which of them decides now, and which one an act is meant for."""

from collections.abc import Sequence
from datetime import datetime

from synergie.policy.trust.agreement import LIVE, PENDING, effective_state
from synergie.schemas.trust.agreement import Act, Agreement

_FROM: dict[Act, frozenset[str]] = {
    "propose": frozenset({"draft"}),
    "withdraw": frozenset({"proposed"}),
    "accept": frozenset({"proposed"}),
}
"""Acts on a version that is not signed by both yet; every other is on those that are."""


def find_ruling_version(versions: Sequence[Agreement], now: datetime) -> Agreement:
    """The version of *versions* (one or more of one agreement, oldest first) that decides at *now*.

    The one in force; else one that is signed and waits for its beginning; else the last that was;
    else the newest.
    """
    live = [one for one in versions if effective_state(one, now) in LIVE]
    begun = [one for one in live if one.terms.valid_from <= now]
    once = [one for one in versions if one.state not in PENDING]
    for some in (begun, live, once, versions):
        if some:
            return some[-1]
    raise ValueError("no version")


def in_force(versions: Sequence[Agreement], now: datetime) -> int | None:
    """Number of the version that opens data at *now*; None: none does."""
    one = find_ruling_version(versions, now)
    opens = effective_state(one, now) == "active" and one.terms.valid_from <= now
    return one.version if opens else None


def find_pending_version(versions: Sequence[Agreement]) -> int | None:
    """Number of the newest version that is not signed by both yet; None: there is none."""
    found = [one.version for one in versions if one.state in PENDING]
    return found[-1] if found else None


def find_version_for_act(
    versions: Sequence[Agreement], act: Act, *, by: str, now: datetime
) -> Agreement:
    """The version that *act* of organisation *by* is meant for.

    The newest whose state it starts from; else the newest on which *by* has just done it; else the
    one that decides. An act that is no use on any of them is refused by `advance`.
    """
    states = _FROM.get(act)
    if states is not None:
        fit = [one for one in versions if one.state in states]
    else:
        rules = find_ruling_version(versions, now)
        fit = [rules] if effective_state(rules, now) in LIVE else []
    done = [one for one in versions if one.history[-1].act == act and one.history[-1].by == by]
    for some in (fit, done):
        if some:
            return some[-1]
    return versions[-1] if states is not None else find_ruling_version(versions, now)


def select_live_versions(versions: Sequence[Agreement], now: datetime) -> list[Agreement]:
    """Those that both have signed and that have not ended: in force, suspended, or waiting."""
    return [one for one in versions if effective_state(one, now) in LIVE]
