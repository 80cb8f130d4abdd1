"""Names of assets as keys of a problem: plain, and one for each asset of each owner."""

import re
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

from synergie.park.records.park import CabinetState

_KEY = re.compile(r"[0-9A-Za-z][\w.:-]{0,63}", re.ASCII)
_MARK = 6
_MOST = 64


def cabinet_keys(cabinets: Iterable[CabinetState]) -> dict[tuple[str, str], str]:
    """Owner and identifier of each cabinet → its key: the identifier, where that is possible.

    A name that two owners use, or that no key may have, gets a mark made of both: the same at
    every run, whatever the other cabinets.
    """
    told = [(one.organisation, one.cabinet) for one in cabinets]
    uses = Counter(cabinet for _, cabinet in told)
    return {
        (owner, cabinet): (
            cabinet
            if uses[cabinet] == 1 and len(cabinet) <= _MOST // 2 and _KEY.fullmatch(cabinet)
            else build_distinct_key(cabinet, owner)
        )
        for owner, cabinet in told
    }


def build_distinct_key(name: str, *context: str) -> str:
    """A key made of *name*, with a mark by which two names stay apart."""
    mark = sha256("\n".join((*context, name)).encode()).hexdigest()[:_MARK]
    plain = re.sub(r"[^0-9A-Za-z.:-]+", "-", name).strip("-.:")[: _MOST // 2 - _MARK]
    return f"{plain}-{mark}" if plain else f"x-{mark}"
