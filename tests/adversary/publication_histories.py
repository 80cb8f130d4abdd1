"""Random publications through the exchange: looks, versions of a scheme, late agreements, insiders.

Two months of homes. Each value is a large round number and one bit of its own, so that a sum is
taken apart into the readings it was made of without assuming how the server counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from synergie.errors import SynergieError
from synergie.exchange.assets.sites import Sites
from synergie.exchange.publication.aggregates import Aggregates
from synergie.exchange.publication.publications import Publications
from synergie.exchange.trust.agreements import Agreements
from synergie.policy.trust.atoms import Limits
from synergie.schemas.publication.cell_scheme import CellScheme
from synergie.schemas.publication.open_publication import OpenTerms
from synergie.schemas.publication.release import ReleaseCell, ReleaseRequest
from synergie.storage.store import Store
from tests.adversary.coalitions import Leak, Log, list_leaks
from tests.adversary.rules import Person, Wh, threshold_rule
from tests.exchange.people import NOW, Body, body, site, terms
from tests.exchange.sums import YEAR, Territory, saved, scheme

TEN = Limits(min_points=10)
LARGE, MOST_BITS = 2**36, 36
COMMUNES = ("54430", "54318")
MONTHS = (1, 2)
OWNERS = ("publisher", "declarer")


@dataclass
class PublicationHistory:
    """A publisher, another declarer, two readers; homes of two communes."""

    random: Random
    store: Store
    bodies: dict[str, Body]
    territories: dict[str, Territory]
    scheme: CellScheme
    now: datetime = NOW
    log: Log[Wh] = field(default_factory=Log)
    acts: list[str] = field(default_factory=list)
    values: dict[tuple[str, int], list[Wh]] = field(default_factory=dict)
    """Point and month → its readings, the last is what holds."""
    communes: dict[str, str] = field(default_factory=dict)
    bits: int = 0
    _metered: set[tuple[str, str]] = field(default_factory=set)
    """Who measures which homes."""
    acts_drawn: Sequence[str] = (
        *(("release",) * 3),
        "look",
        "look",
        "redraw",
        "open",
        "open",
        "declare",
        "join",
        "correct",
    )
    """Which acts are drawn, of these."""

    @classmethod
    def draw(cls, random: Random, store: Store) -> "PublicationHistory":
        """Homes that the publisher declares, some of another body's that it may count."""
        names = ("publisher", "declarer", "reader-a", "reader-b")
        bodies = {name: body(store, name) for name in names}
        territories = {name: Territory(store, bodies[name]) for name in names[:2]}
        made = saved(store, bodies["publisher"], scheme(*COMMUNES))
        history = cls(random, store, bodies, territories, made)
        for commune in COMMUNES:
            history._add("publisher", random.choice([0, 0, 1, 9, 11]), commune)
            history._add("declarer", random.choice([0, 1, 2, 10, 11]), commune)
        history._count_others()
        return history

    def play(self, acts: int) -> None:
        """So many random acts."""
        for _ in range(acts):
            act = self.random.choice(self.acts_drawn)
            self.acts.append(getattr(self, act)())
            self.now += timedelta(minutes=1)

    def leaks(self) -> Sequence[Leak[Wh]]:
        """Sums that any two readers can compute and that tell of too few homes."""
        people = {point: Person(point) for point in self.communes}
        return list_leaks(self.log, threshold_rule(people, self.log.values))

    def release(self) -> str:
        """Publish a month, or publish it again."""
        month = self.random.choice(MONTHS)
        asked = ReleaseRequest.model_validate(
            {"scheme": self.scheme.id, "energy": "electricity", "period": period_of(month)}
        )
        try:
            made = Aggregates(self.store, TEN).release(
                self.bodies["publisher"].caller, asked, now=self.now
            )
        except SynergieError as error:
            return f"release {month} refused: {error}"
        self._write(month, made.cells, "release", "")
        return f"release {month}: {[(one.cell, one.n_points) for one in made.cells]}"

    def look(self) -> str:
        """What the publisher is shown before it signs: whatever sums stand there."""
        month = self.random.choice(MONTHS)
        book = Publications(self.store, TEN)
        caller = self.bodies["publisher"].caller
        try:
            told = book.preview_release(caller, self._terms(), period_of(month), now=self.now)
        except SynergieError as error:
            return f"look at {month} refused: {error}"
        cells = _cells_of(told)
        self._write(month, cells, "look", "publisher")
        return f"look at {month}: {[(one.cell, one.n_points) for one in cells]}"

    def redraw(self) -> str:
        """Save the scheme in another shape."""
        communes = self.random.choice([COMMUNES, COMMUNES[:1], COMMUNES[1:], COMMUNES[::-1]])
        try:
            self.scheme = saved(self.store, self.bodies["publisher"], scheme(*communes))
        except SynergieError as error:
            return f"redraw refused: {error}"
        return f"scheme over {communes}"

    def open(self) -> str:
        """An agreement by the month over some homes of the publisher, or of the declarer."""
        owner = self.random.choice(["publisher", "publisher", "declarer"])
        reader = self.random.choice(["reader-a", "reader-b"])
        mine = sorted(self.territories[owner].points)
        if not mine:
            return "nothing to open"
        many = self.random.choice([1, len(mine) - 1, len(mine) - 1, len(mine)])
        some = self.random.sample(mine, max(1, many))
        ids = [self.territories[owner].points[code] for code in some]
        grants: dict[str, Any] = {"granularity": self.random.choice(["month", "day", "raw"])}
        made = self._agree(owner, reader, {"supply_points": ids}, **grants)
        if made is not None:
            return f"{owner} opens {len(some)} to {reader} refused: {made}"
        self._know(reader, some)
        return f"{owner} opens {len(some)} of {len(mine)} to {reader}"

    def declare(self) -> str:
        """The other body declares homes of the publisher as its own, too: before any sum is out.

        Who declares a home that is in a sum already knows it from elsewhere: no promise is made.
        """
        if self.log.answers:
            return "nothing is declared after a release"
        mine = sorted(self.territories["publisher"].points)
        theirs = self.territories["declarer"].points
        free = [code for code in mine if code not in theirs]
        if not free:
            return "nothing to declare"
        some = self.random.sample(free, self.random.choice([1, max(1, len(free) - 1)]))
        for commune in COMMUNES:
            inside = [code for code in some if self.communes[code] == commune]
            if inside:
                self.territories["declarer"].add(inside, [None] * 12, insee=commune)
        self._know("declarer", some)
        return f"the declarer declares {len(some)} homes of the publisher"

    def join(self) -> str:
        """One home more."""
        commune, owner = self.random.choice(COMMUNES), self.random.choice(OWNERS)
        self._add(owner, 1, commune)
        return f"a home of {owner} joins in {commune}"

    def correct(self) -> str:
        """Other readings of some homes."""
        owner = self.random.choice(OWNERS)
        mine = [code for code in self.territories[owner].points if (owner, code) in self._metered]
        many = min(len(mine), self.random.choice([1, 2, 11]))
        if self.bits + many > MOST_BITS:
            return "no bits left"
        for code in self.random.sample(mine, many):
            self._measure(owner, code)
        return f"correct {many} of {owner}"

    def _add(self, owner: str, many: int, commune: str) -> None:
        many = min(many, MOST_BITS - self.bits)
        codes = [f"99{len(self.communes) + n + 1:012d}" for n in range(many)]
        if not codes:
            return
        self.territories[owner].add(codes, [None] * 12, insee=commune)
        for code in codes:
            self.communes[code] = commune
            self._metered.add((owner, code))
            self._measure(owner, code)
        self._know(owner, codes)

    def _measure(self, owner: str, code: str) -> None:
        version = len(self.values.get((code, 1), ()))
        value = LARGE * (1 + version) + 2**self.bits
        self.bits += 1
        self.territories[owner].measure([code], [value] * 12, at=self.now)
        for month in MONTHS:
            one = Wh(code, month, version)
            self.log.values[one] = value
            self.values.setdefault((code, month), []).append(one)
        for name, known in self.log.known.items():
            if Wh(code, 1, 0) in known:
                self._know(name, [code])

    def _know(self, name: str, codes: Sequence[str]) -> None:
        """What *name* knows by right: every reading of these, those that come later, too."""
        for code in codes:
            for month in MONTHS:
                self.log.known[name] |= {Wh(code, month, version) for version in range(41)}

    def _count_others(self) -> None:
        """The declarer lets the publisher count its homes."""
        caller = self.bodies["declarer"].caller
        for commune in COMMUNES:
            Sites(self.store).publish(caller, [site(f"S-{commune}", insee_code=commune)], now=NOW)
        ids = [one.id for one in Sites(self.store).page(caller, now=NOW).items]
        refused = self._agree(
            "declarer",
            "publisher",
            {"sites": ids},
            granularity="aggregate",
            cell_scheme=self.scheme.id,
            onward="open_data",
        )
        assert refused is None, refused

    def _agree(
        self, owner: str, reader: str, selector: dict[str, list[str]], **more: Any
    ) -> str | None:
        """Sign an agreement on both sides; why it is refused, or None."""
        one, other, book = self.bodies[owner], self.bodies[reader], Agreements(self.store)
        made = terms(one, other, selector, datasets=["consumption"], **more)
        try:
            draft = book.draft(one.caller, made, now=self.now)
            signed = one.sign(draft)
            book.act(one.caller, draft.id, "propose", signature=signed, now=self.now)
            signed = other.sign(draft)
            book.act(other.caller, draft.id, "accept", signature=signed, now=self.now)
        except SynergieError as error:
            return str(error)
        return None

    def _terms(self) -> OpenTerms:
        caller = self.bodies["publisher"].caller
        book = Publications(self.store, TEN)
        return book.usual(caller, self.scheme.id, "electricity", now=self.now)

    def _write(self, month: int, cells: Sequence[ReleaseCell], source: str, reader: str) -> None:
        for cell in cells:
            told = self.take_apart(month, cell.n_points, cell.energy_wh)
            self.log.write(told, cell.energy_wh, source=f"{source} {cell.cell}", readers=[reader])

    def take_apart(self, month: int, many: int, value: int) -> dict[Wh, int]:
        """The readings of *month* of which *value* is the sum: their bits are in it."""
        bits = value % LARGE
        found = {
            one: 1
            for (_, at), some in self.values.items()
            if at == month
            for one in some
            if self.log.values[one] % LARGE & bits
        }
        assert len(found) == many, f"{many} homes, and the sum is of {len(found)}"
        return found


def period_of(month: int) -> str:
    return f"{YEAR}-{month:02}"


def _cells_of(told: Any) -> Sequence[ReleaseCell]:
    """The sums in what a signer is shown, whatever it is called there."""
    recorded = getattr(told, "recorded", None)
    some = recorded.cells if recorded is not None else getattr(told, "cells", ())
    return [one for one in some if isinstance(one, ReleaseCell)]
