"""What is done with sums of a département, in processor seconds: 1,500 members, 20,000 points.

The store is made through the exchange, with signatures that hold; a point tells a year of months.
Agreements were loaded and months counted before, as in a server that runs; as there what was
imported is no garbage to look for.
"""

import atexit
import gc
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from time import process_time

from joserfc import jws

from synergie.exchange.publication._release_making import Task
from synergie.exchange.publication.publications import Publications
from synergie.exchange.trust.agreements import Agreements
from synergie.policy import permit_own_data
from synergie.policy.trust.atoms import Limits
from synergie.schemas.publication.open_publication import OpenTerms
from synergie.schemas.publication.release import ReleaseRequest
from synergie.schemas.publication.signed_publication import (
    PUBLICATION_TYPE,
    PublicationToSign,
    claims_for,
)
from synergie.schemas.trust.agreement import Act, Agreement
from synergie.storage.store import Session
from tests.bench.harness import Bench, Goal, Measured
from tests.bench.release_store import MONTHS, Department, Size, build
from tests.exchange.people import NOW, Body, body, terms

YEAR, ROUNDS = 2025, 3


@dataclass
class _Desk:
    """The publisher at its desk: each act on the next month that nothing is recorded of."""

    made: Department
    months: Iterator[str]
    partners: Iterator[str]

    @property
    def book(self) -> Publications:
        return Publications(self.made.store, Limits())

    @property
    def terms(self) -> OpenTerms:
        return self.book.usual(
            self.made.publisher.caller, self.made.scheme.id, "electricity", now=NOW
        )

    def look(self, period: str) -> None:
        shown = self.book.preview_release(self.made.publisher.caller, self.terms, period, now=NOW)
        assert shown.may_be_recorded or shown.may_be_signed

    def record(self, period: str) -> None:
        caller = self.made.publisher.caller
        assert self.book.record(caller, self.terms, period, now=NOW) is None

    def sign(self, period: str, seen: str) -> None:
        self.book.sign(
            self.made.publisher.caller, self.terms, period, seen=seen, signer=self._signer, now=NOW
        )

    def seen(self, period: str) -> str:
        return self.book.preview_release(
            self.made.publisher.caller, self.terms, period, now=NOW
        ).digest

    def read(self, period: str) -> None:
        """What may be counted, as a look and a record read it first."""
        asked = ReleaseRequest(scheme=self.made.scheme.id, energy="electricity", period=period)
        caller = self.made.publisher.caller
        task = Task(permit_own_data(caller, action="write", now=NOW), caller, asked, Limits(), NOW)
        with self.made.store.read() as session:
            assert len(task.look(session).points) == Size().points

    def draft(self) -> tuple[Agreement, Body]:
        """An agreement with a new partner, over all points of the syndicate: in nearly each sum."""
        partner = body(self.made.store, next(self.partners))
        mine = {"supply_points": list(self.made.points)}
        deal = terms(self.made.syndicate, partner, mine, granularity="month")
        book = Agreements(self.made.store)
        return book.draft(self.made.syndicate.caller, deal, now=NOW), partner

    def act(self, drafted: tuple[Agreement, Body], act: Act) -> None:
        one, partner = drafted
        by = self.made.syndicate if act == "propose" else partner
        book, signature = Agreements(self.made.store), by.sign(one)
        book.act(by.caller, one.id, act, signature=signature, now=NOW)

    def _signer(self, _: Session, paper: PublicationToSign) -> str:
        key = self.made.publisher.key
        header = {"alg": "ES256", "kid": key.kid, "typ": PUBLICATION_TYPE}
        claims = claims_for(paper, int(NOW.timestamp())).model_dump_json()
        return jws.serialize_compact(header, claims, key, algorithms=["ES256"])


@cache
def _desk() -> _Desk:
    """One store for all, of which the first month is out."""
    gc.collect()
    gc.freeze()
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    made = build(Path(folder.name), Size())
    first, *months = (f"{YEAR}-{month:02}" for month in range(1, MONTHS))
    desk = _Desk(made, iter(months), iter([f"partner-{n}" for n in range(100)]))
    desk.record(first)
    desk.sign(first, desk.seen(first))
    return desk


def _processor(act: Callable[[], object]) -> float:
    begin = process_time()
    act()
    return process_time() - begin


def _told(found: Sequence[float], of: str = "") -> Measured:
    return Measured(min(found), ", ".join(f"{one:.2f}" for one in found) + of)


def _read(desk: _Desk, period: str) -> str:
    read = min(_processor(partial(desk.read, period)) for _ in range(ROUNDS))
    return f"; of it {read:.2f} to read what each point adds"


def _look() -> Measured:
    desk = _desk()
    period = next(desk.months)
    found = [_processor(partial(desk.look, period)) for _ in range(ROUNDS)]
    return _told(found, _read(desk, period))


def _record() -> Measured:
    desk = _desk()
    periods = [next(desk.months) for _ in range(ROUNDS)]
    found = [_processor(partial(desk.record, one)) for one in periods]
    return _told(found, _read(desk, periods[-1]))


def _sign() -> Measured:
    desk, found = _desk(), []
    for period in [next(desk.months) for _ in range(ROUNDS)]:
        desk.record(period)
        found.append(_processor(partial(desk.sign, period, desk.seen(period))))
    return _told(found)


def _propose() -> Measured:
    desk = _desk()
    some = [desk.draft() for _ in range(ROUNDS)]
    found = [_processor(partial(desk.act, one, "propose")) for one in some]
    return _told(found, f"; of {len(desk.made.points)} points")


def _accept() -> Measured:
    desk = _desk()
    some = [desk.draft() for _ in range(ROUNDS)]
    for one in some:
        desk.act(one, "propose")
    found = [_processor(partial(desk.act, one, "accept")) for one in some]
    return _told(found, f"; of {len(desk.made.points)} points")


BENCHES = [
    Bench(
        name=f"release-checks-{name}",
        title=f"{title}; 1,500 members, 20,000 points",
        goal=Goal("<=", 1),
        unit="s",
        peer="processor seconds, the goal is ours",
        run=run,
    )
    for name, title, run in (
        ("proposal", "Proposal of an agreement over 4,000 points whose sums are out", _propose),
        ("acceptance", "Acceptance of an agreement over 4,000 points whose sums are out", _accept),
        ("preview", "What may be published of a month, looked at before it is recorded", _look),
        ("record", "A month recorded: every sum held against all that is out", _record),
        ("signature", "A recorded month signed and opened to everybody", _sign),
    )
]
