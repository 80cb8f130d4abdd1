"""Random histories through the whole server: two publishers, a declarer, two readers, the public.

Acts go over HTTP, and so does all that is heard: releases, open data, features for maps, curves,
exports, changes, messages to webhooks, parts of plans, what a signer is shown. Each reading is a
random number, so that whatever stands in an answer is known for the sum that it is.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import text

from synergie.exchange.trust.webhooks.webhook_courier import WebhookSender
from tests.adversary.coalitions import PUBLIC, Leak, Log, list_leaks
from tests.adversary.hearing import Hearing
from tests.adversary.rules import Person, Wh, threshold_rule
from tests.adversary.served_campaign import Campaign
from tests.adversary.served_export import DayExport
from tests.adversary.served_joint import Game, Joint, with_joint
from tests.adversary.served_purchase import Purchase
from tests.adversary.served_study import Study
from tests.adversary.served_territory import DECLARER, MONTHS, Opened, ServedTerritory
from tests.conftest import emptied
from tests.exchange.sums import YEAR
from tests.pages.opening import Opening
from tests.server.partner import NOW
from tests.server.place import Place, consent, site, webhook

PUBLISHERS, READERS = ("cc-une", "syndicat"), ("reader-a", "reader-b")
COMMUNES = ("54430", "54318")
GROUPS = ((*PUBLISHERS, DECLARER, *READERS), (PUBLISHERS[0], *READERS), (*PUBLISHERS, *READERS))
"""Who plans together."""
JOINT: Mapping[str, type[Joint]] = {"buy": Purchase, "maintain": Campaign, "light": Study}
GAMES = (*JOINT, "take")
"""What is done beside the sums: one of them in each history."""
ACTS: tuple[str, ...] = (
    *(("release",) * 4), "look", "record", "redraw", "open", "open", "open", "consent", "withdraw",
    "share", "join", "correct", "correct", "revoke", "wait",
)  # fmt: skip


@dataclass
class ServedHistory(ServedTerritory):
    """What happened, who knows what by right, and what was heard."""

    acts: list[str] = field(default_factory=list)
    acts_drawn: tuple[str, ...] = ACTS
    games: dict[str, Game] = field(default_factory=dict)

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
            members[name].made("/v1/sites", *(site(f"S-{c}", insee_code=c) for c in COMMUNES))
            history._add(name, {one: random.choice([0, 1, 9, 10, 12]) for one in COMMUNES})
        for name in random.choice([PUBLISHERS[:1], PUBLISHERS[:1], PUBLISHERS[1:], PUBLISHERS]):
            history._count_for(name)
        history.acts_drawn += (random.choice(GAMES),) * 3
        return history

    def play(self, acts: int) -> None:
        """So many random acts; one reader listens to some after each, all to all after the last."""
        for _ in range(acts):
            act = self.random.choice(self.acts_drawn)
            self.acts.append(self.play_game(act) if act in GAMES else getattr(self, act)())
            self._know_sums()
            self.listen([self.random.choice([PUBLIC, *READERS])], whole=False)
            self.place.clock.forward(20)
        self.listen([PUBLIC, *PUBLISHERS, *READERS])

    def leaks(self) -> Sequence[Leak[Wh]]:
        """Sums of too few homes that any two compute, and what was told when it may not be."""
        people = {code: Person(code) for code, _ in self.values}
        rule = with_joint(threshold_rule(people, self.hearing.log.values))
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
        self._know_looks(PUBLISHERS[0])
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
        self._add(owner, {commune: 1})
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
        coarse = [one for one in self.opened if not one.consents and {*one.codes} & {*some}]
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
        self.place.app.state.house.readings.changes.announce_restatements(now=self.place.clock.now)
        return "a month goes by"

    def play_game(self, name: str) -> str:
        """A joint plan or an export: begun, then gone on with as a reader wants it."""
        if name in self.games:
            return self.games[name].go_on(self.members[self.random.choice(READERS)])
        self.games[name] = self._begin_game(name)
        return self.games[name].begin()

    def _begin_game(self, name: str) -> Game:
        if name in JOINT:
            members = [self.members[one] for one in self.random.choice(GROUPS)]
            game: Game = JOINT[name](self.random, self.hearing, members)  # type: ignore[assignment]
            return game
        owner, reader = self.random.choice(PUBLISHERS), self.random.choice(READERS)
        return DayExport(self.random, self.hearing, self.members[owner], self.members[reader])

    # What is heard

    def listen(self, readers: Sequence[str], *, whole: bool = True) -> None:
        """Everything that each of *readers* may ask for; not *whole*: half of it."""
        for reader in readers:
            read = self._read_public if reader == PUBLIC else self._read
            for source, told in read(reader, whole=whole):
                self.hearing.hear(reader, source, told)

    def _read(self, reader: str, *, whole: bool) -> Iterator[tuple[str, str]]:
        """Address and answer."""
        me, paths = self.members[reader], [*self._paths(reader)]
        for path in paths if whole else self.random.sample(paths, len(paths) // 2):
            answer = me.get(path)
            if answer.status_code == 200:
                yield path.partition("?")[0], answer.text
        if reader in READERS:
            yield "webhook", "\n".join(self._messages(reader))

    def _paths(self, reader: str) -> Iterator[str]:
        for game in self.games.values():
            yield from game.paths(self.members[reader])
        yield from ("/v1/releases?limit=1000", "/v1/changes?limit=1000")
        for agreement, whose in self.shared:
            if whose == reader:
                yield f"/v1/releases?agreement={agreement}"
                yield f"/v1/changes?agreement={agreement}"
        for one in self.opened:
            if one.reader == reader:
                yield from self._paths_of(one)

    def _paths_of(self, one: Opened) -> Iterator[str]:
        asked = f"agreement={one.id}"
        window = f"start={YEAR - 1}-12-31T23:00:00Z&end={YEAR}-12-31T23:00:00Z"
        for code in self.random.sample(sorted(one.codes), min(2, len(one.codes))):
            yield f"/v1/series/{self.series[one.owner + code]}/curve?{asked}&{window}"
        yield f"/v1/curves?{asked}&{window}"
        yield f"/v1/freshness?{asked}"
        yield f"/v1/supply-points?{asked}"
        yield f"/ogc/agreements/{one.id}/collections"

    def _read_public(self, _: str, *, whole: bool) -> Iterator[tuple[str, str]]:
        http = self.place.http
        schemes = {one.id for one in self.schemes.values()} if whole else set()
        for one in http.get("/open/releases").json()["items"]:
            told = http.get(f"/open/releases/{one['id']}")
            schemes |= {told.json().get("scheme")} - {None}
            yield "/open/releases", told.text
        for name in {f"{one}-electricity" for one in sorted(schemes)}:
            yield "/ogc", http.get(f"/ogc/collections/{name}/items?limit=1000&f=json").text
            yield "/public", http.get(f"/public/donnees/{name}").text

    def _messages(self, reader: str) -> list[str]:
        """The bodies of what is written for the webhook of *reader*."""
        house = self.place.app.state.house.trust.webhooks
        WebhookSender(
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
