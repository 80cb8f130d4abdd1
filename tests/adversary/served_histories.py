"""Random histories through the whole server: two publishers, a declarer, two readers, the public.

Acts go over HTTP, and so does all that is heard: releases, open data, features for maps, curves,
exports, changes, messages to webhooks, what a signer is shown. Each reading is a random number, so
that whatever stands in an answer is known for the sum that it is.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import text

from synergie.exchange.webhook_courier import Courier
from tests.adversary.coalitions import PUBLIC, Leak, Log, list_leaks
from tests.adversary.hearing import Hearing
from tests.adversary.rules import Person, Wh, threshold_rule
from tests.adversary.served_purchase import Purchase, with_needs
from tests.adversary.served_territory import DECLARER, MONTHS, Opened, ServedTerritory
from tests.conftest import emptied
from tests.exchange.sums import YEAR
from tests.pages.opening import Opening
from tests.server.partner import NOW
from tests.server.place import Member, Place, consent, site, webhook

PUBLISHERS, READERS = ("cc-une", "syndicat"), ("reader-a", "reader-b")
COMMUNES = ("54430", "54318")
GROUPS = ((*PUBLISHERS, DECLARER, *READERS), (PUBLISHERS[0], *READERS), (*PUBLISHERS, *READERS))
"""Who buys together."""
ACTS: tuple[str, ...] = (
    *(("release",) * 4), "look", "record", "redraw", "open", "open", "open", "consent", "withdraw",
    "share", "join", "correct", "correct", "revoke", "wait", "buy",
)  # fmt: skip


@dataclass
class ServedHistory(ServedTerritory):
    """What happened, who knows what by right, and what was heard."""

    acts: list[str] = field(default_factory=list)
    acts_drawn: Sequence[str] = ACTS
    purchase: Purchase | None = None

    @classmethod
    def draw(cls, random: Random, place: Place) -> "ServedHistory":
        """Homes of both publishers and of a declarer, who lets both count its own; all is new."""
        emptied(place.store)
        place.clock.now = NOW
        names = (*PUBLISHERS, DECLARER, *READERS)
        members = {name: place.member(name) for name in names}
        history = cls(random, place, members, Hearing(Log[Wh]()))
        history.points = {name: {} for name in names}
        for name in READERS:
            webhook(members[name])
        for name in PUBLISHERS:
            history._save(name, COMMUNES)
        for name in (*PUBLISHERS, DECLARER):
            for commune in COMMUNES:
                members[name].made("/v1/sites", site(f"S-{commune}", insee_code=commune))
                history._add(name, random.choice([0, 1, 9, 10, 12]), commune)
        for name in random.choice([PUBLISHERS[:1], PUBLISHERS[:1], PUBLISHERS[1:], PUBLISHERS]):
            history._count_for(name)
        history.listen(PUBLISHERS + READERS)
        return history

    def play(self, acts: int) -> None:
        """So many random acts; after each one reader listens, and after the last all do."""
        for _ in range(acts):
            act = self.random.choice(self.acts_drawn)
            self.acts.append(getattr(self, act)())
            self._know_sums()
            self.listen([self.random.choice([PUBLIC, *READERS])])
            self.place.clock.forward(60)
        self.listen([PUBLIC, *PUBLISHERS, *READERS])

    def leaks(self) -> Sequence[Leak[Wh]]:
        """Sums of too few homes that any two compute, and what was told when it may not be."""
        people = {code: Person(code) for code, _ in self.values}
        rule = with_needs(threshold_rule(people, self.hearing.log.values))
        return [*self.hearing.leaks, *list_leaks(self.hearing.log, rule)]

    # What is done

    def release(self) -> str:
        """One of the publishers releases a month, for partners or for everybody."""
        name, month = self.random.choice(PUBLISHERS), self.random.choice(MONTHS)
        body = {"scheme": self.schemes[name].id, "energy": "electricity", "period": _period(month)}
        told = self.members[name].post(
            "/v1/releases", body | {"open_data": self.random.random() < 0.7}
        )
        self._know_sums()
        for cell in told.json().get("cells", ()):
            self.hearing.waiting.pop(cell["energy_wh"], None)
        self.hearing.hear(name, "release", told.text)
        return f"{name} releases {month}: {told.status_code}"

    def look(self) -> str:
        """What a signer is shown of a month."""
        month = self.random.choice(MONTHS)
        told = self._pages().preview(_period(month))
        found = self.hearing.hear(PUBLISHERS[0], "look", told.text)
        return f"a signer looks at {month}: {told.status_code}, {found} sums"

    def record(self) -> str:
        """Sums are recorded for a signer, who reads them."""
        month = self.random.choice(MONTHS)
        name = PUBLISHERS[0]
        before = {one["id"] for one in self.members[name].every("/v1/releases")}
        told = self._pages().record(_period(month))
        self._know_sums()
        for one in self.members[name].every("/v1/releases"):
            if one["id"] not in before:
                news = [cell["energy_wh"] for cell in one["cells"]]
                heard = {value for _, value in self.hearing.heard}
                self.hearing.waiting |= dict.fromkeys([v for v in news if v not in heard], name)
        return f"a signer records {month}: {told.status_code}"

    def redraw(self) -> str:
        """A scheme in another shape."""
        name = self.random.choice(PUBLISHERS)
        some = self.random.choice([COMMUNES, COMMUNES[:1], COMMUNES[1:], COMMUNES[::-1]])
        return f"{name} draws {some}: {self._save(name, some)}"

    def open(self) -> str:
        """An agreement by the month over some homes."""
        owner = self.random.choice([*PUBLISHERS, DECLARER])
        mine = sorted(self.points[owner])
        if not mine:
            return "nothing to open"
        many = self.random.choice([1, 2, len(mine) - 1, len(mine)])
        some = self.random.sample(mine, min(len(mine), max(1, many)))
        return self._open(owner, self.random.choice(READERS), some, granularity="month")

    def consent(self) -> str:
        """A home in its own steps, by consent."""
        owner, reader = self.random.choice(PUBLISHERS), self.random.choice(READERS)
        if not self.points[owner]:
            return "nobody to consent"
        code = self.random.choice(sorted(self.points[owner]))
        given = consent(self.points[owner][code], granularity="raw")
        told = self.members[owner].post("/v1/consents", given)
        assert told.status_code == 201, told.text
        name = str(told.json()["id"])
        more = {"granularity": "raw", "consent_refs": [name], "legal_basis": "consent"}
        return self._open(owner, reader, [code], consents=[name], **more)

    def withdraw(self) -> str:
        """A consent ends."""
        some = [one for one in self.opened if one.consents and not one.closed]
        if not some:
            return "no consent to withdraw"
        one = self.random.choice(some)
        path = f"/v1/consents/{one.consents[0]}/withdraw"
        told = self.members[one.owner].post(path, {})
        one.closed = told.status_code == 200
        return f"a consent for {one.reader} is withdrawn: {told.status_code}"

    def share(self) -> str:
        """A publisher lets a reader have its sums."""
        owner, reader = self.random.choice(PUBLISHERS), self.random.choice(READERS)
        told = self._agree(
            owner, reader, {"sites": self._sites(owner)}, granularity="aggregate",
            cell_scheme=self.schemes[owner].id,
        )  # fmt: skip
        if told.startswith("agr_"):
            self.shared.append((told, reader))
        return f"{owner} shares its sums with {reader}: {told}"

    def join(self) -> str:
        """One home more."""
        owner, commune = self.random.choice([*PUBLISHERS, DECLARER]), self.random.choice(COMMUNES)
        self._add(owner, 1, commune)
        return f"a home of {owner} joins in {commune}"

    def correct(self) -> str:
        """Other readings of some homes: nobody below raw hears that they changed at once."""
        owner = self.random.choice([*PUBLISHERS, DECLARER, *(one.owner for one in self.opened)])
        mine = sorted(self.points[owner])
        if not mine:
            return "nothing to correct"
        some = self.random.sample(mine, min(len(mine), self.random.choice([1, 2, 10, 11])))
        seen = sorted({code for one in self.opened if one.owner == owner for code in one.codes})
        if seen and self.random.random() < 0.5:
            some = sorted({*some, self.random.choice(seen)})
        coarse = [one for one in self.opened if not one.consents]
        before = [self._count_news(one) for one in coarse]
        self._measure(owner, some)
        for one, then in zip(coarse, before, strict=True):
            if self._count_news(one) != then:
                reason = f"{one.id}: told at once that a month was corrected"
                self.hearing.leaks.append(Leak((one.reader,), {}, reason))
        return f"{owner} corrects {len(some)}"

    def revoke(self) -> str:
        """An agreement ends."""
        some = [one for one in self.opened if not one.closed]
        if not some:
            return "nothing to revoke"
        one = self.random.choice(some)
        one.closed = True
        told = self.members[one.owner].act(one.id, "revoke")
        return f"{one.owner} revokes {one.id}: {told.status_code}"

    def wait(self) -> str:
        """A month goes by: what was corrected is published, and announced."""
        self.place.clock.forward(timedelta(days=32).total_seconds())
        self.place.app.state.house.changes.announce_restatements(now=self.place.clock.now)
        return "a month goes by"

    def buy(self) -> str:
        """A purchase in common; once it is there, a reader says that it needs something else."""
        if self.purchase is None:
            members = [self.members[name] for name in self.random.choice(GROUPS)]
            self.purchase = Purchase(self.random, self.hearing, members[0], members)
            self.purchase.begin()
            return f"a purchase of {len(members)} is proposed"
        if self.random.random() < 0.5:
            return self.purchase.award()
        return self.purchase.vary(self.members[self.random.choice(READERS)])

    # What is heard

    def listen(self, readers: Sequence[str]) -> None:
        """Everything that each of *readers* may ask for."""
        for reader in readers:
            for source, told in self._asked(reader):
                self.hearing.hear(reader, source, told)

    def _asked(self, reader: str) -> Iterator[tuple[str, str]]:
        """Address and answer."""
        if reader == PUBLIC:
            yield from self._open_data()
            return
        me = self.members[reader]
        yield from self._of_purchase(me)
        yield from self._got(me, "/v1/releases?limit=1000")
        yield from self._got(me, "/v1/changes?limit=1000")
        for agreement, whose in self.shared:
            if whose == reader:
                yield from self._got(me, f"/v1/releases?agreement={agreement}")
                yield from self._got(me, f"/v1/changes?agreement={agreement}")
        for one in self.opened:
            if one.reader == reader:
                yield from self._of_agreement(me, one)
        if reader in READERS:
            yield "webhook", "\n".join(self._messages(reader))

    def _of_purchase(self, me: Member) -> Iterator[tuple[str, str]]:
        for path in () if self.purchase is None else self.purchase.asked(me):
            yield from self._got(me, path)

    def _of_agreement(self, me: Member, one: Opened) -> Iterator[tuple[str, str]]:
        asked = f"agreement={one.id}"
        window = f"start={YEAR - 1}-12-31T23:00:00Z&end={YEAR}-12-31T23:00:00Z"
        for code in self.random.sample(sorted(one.codes), min(2, len(one.codes))):
            path = f"/v1/series/{self.series[one.owner + code]}/curve?{asked}&{window}"
            yield from self._got(me, path)
        yield from self._got(me, f"/v1/curves?{asked}&{window}")
        yield from self._got(me, f"/v1/freshness?{asked}")
        yield from self._got(me, f"/v1/supply-points?{asked}")
        yield from self._got(me, f"/ogc/agreements/{one.id}/collections")

    def _open_data(self) -> Iterator[tuple[str, str]]:
        http = self.place.http
        page = http.get("/open/releases").json()
        for one in page["items"]:
            yield "/open/releases", http.get(f"/open/releases/{one['id']}").text
        for name in {f"{one.id}-electricity" for one in self.schemes.values()}:
            yield "/ogc", http.get(f"/ogc/collections/{name}/items?limit=1000&f=json").text
            yield "/public", http.get(f"/public/donnees/{name}").text

    @staticmethod
    def _got(me: Member, path: str) -> Iterator[tuple[str, str]]:
        answer = me.get(path)
        if answer.status_code == 200:
            yield path.partition("?")[0], answer.text

    def _messages(self, reader: str) -> list[str]:
        """The bodies of what is written for the webhook of *reader*."""
        house = self.place.app.state.house.webhooks
        Courier(
            self.place.store, keys=house.keys, allow=house.allow, clock=lambda: self.place.clock.now
        ).follow()
        with self.place.store.read() as session:
            query = text("SELECT body FROM webhook_delivery WHERE owner = :owner ORDER BY id")
            return [str(body) for (body,) in session.connection().execute(query, {"owner": reader})]

    def _count_news(self, one: Opened) -> int:
        """How many times curves of *one* were told to be new, by changes and by messages."""
        told = self.members[one.reader].get(f"/v1/changes?agreement={one.id}&limit=1000")
        items = told.json().get("items", ()) if told.status_code == 200 else ()
        series = {self.series[one.owner + code] for code in one.codes}
        messages = map(json.loads, self._messages(one.reader))
        seen = {one_["data"]["seq"] for one_ in messages if one_["data"]["id"] in series}
        fine = {s.reader for s in self.opened if s.consents}
        return len(items) + (0 if one.reader in fine else len(seen))

    def _pages(self) -> Opening:
        """The browser of a person who signs for the first publisher."""
        nobody: Any = None
        scheme = self.schemes[PUBLISHERS[0]]
        return Opening(self.place, nobody, nobody, nobody, scheme)


def _period(month: int) -> str:
    return f"{YEAR}-{month:02}"
