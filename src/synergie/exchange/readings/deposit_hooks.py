"""What applications do with readings once they are stored: `Application.deposit_hooks`.

The readings are stored whatever a hook does. What one leaves is done by the next call: after the
next file, and by the server, which looks again and again.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from synergie.applications import load_declared
from synergie.policy import permit_operator
from synergie.storage.store import Store
from synergie.storage.trust.organisations import list_organisations

_LOG = logging.getLogger("synergie.deposit")
_PAGE = 200
_ROUNDS = 64
"""Calls for one organisation in one sweep; the next one goes on."""


def run_deposit_hooks(store: Store, organisation: str, *, now: datetime) -> int:
    """Call every hook once for *organisation*; how many things they looked at."""
    return sum(hook(store, organisation, now=now) for hook in load_declared("deposit_hooks"))


def try_deposit_hooks(store: Store, organisation: str, *, now: datetime) -> None:
    """The same after a file: what fails is told in the log, and done again by the next call."""
    try:
        run_deposit_hooks(store, organisation, now=now)
    except Exception:  # noqa: BLE001 (the readings are stored: the next call does it)
        _LOG.exception("deposit.hook.failed")


@dataclass(frozen=True, slots=True)
class DepositHooks:
    """What is left of all organisations."""

    store: Store

    def sweep(self, *, now: datetime) -> int:
        """Call every hook for each organisation until it finds nothing, a bounded time each."""
        permit, after, done = permit_operator(now=now), "", 0
        while True:
            with self.store.read() as session:
                some = list_organisations(permit, session, after=after, limit=_PAGE)
            for one in some:
                done += self._finish(one.id, now=now)
            if len(some) < _PAGE:
                return done
            after = some[-1].id

    def _finish(self, organisation: str, *, now: datetime) -> int:
        done = 0
        for _each in range(_ROUNDS):
            found = run_deposit_hooks(self.store, organisation, now=now)
            done += found
            if not found:
                break
        return done
