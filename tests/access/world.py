"""Three organisations that share a little with each other, and canaries in all they have.

A canary is a text or a number that stands in the data of one organisation only and that no request
of another ever holds: seen in an answer to who may not see it, it proves a leak.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from synergie.schemas.assets.work_order import WorkOrder
from tests.access.routes import ABSENT
from tests.exchange.lines import file, index, register
from tests.server import buying, contracting, lighting, maintaining
from tests.server.place import (
    HOOK,
    Furnished,
    Member,
    Place,
    active,
    alert,
    budget,
    cabinet,
    cell_scheme,
    consent,
    curve,
    light_point,
    perimeter,
    point,
    profile,
    series,
    site,
    terms,
    webhook,
)

NAMES = ("org-un", "org-deux", "org-trois")
COMMON = "99000000000999"
"""A delivery point that each of the three declares as its own: what requests may name."""
MARKS = (b"kanari-", b"731", b"9900000")
"""One of these is in every canary."""
LINES = {"Content-Type": "application/octet-stream"}


@dataclass(frozen=True, slots=True)
class Canary:
    """A text and who may see it."""

    owner: str
    text: str
    seen_by: frozenset[str]

    @property
    def form(self) -> str:
        """The text alone, as a pattern: no part of a longer one, nor of a digest."""
        return rf"(?<![0-9A-Za-z]){re.escape(self.text)}(?![-0-9A-Za-z])"


@dataclass
class World:
    """The server with its three organisations."""

    place: Place
    members: dict[str, Member]
    ids: dict[str, dict[str, str]] = field(default_factory=dict)
    """Organisation → noun → the identifier of its own one."""
    canaries: list[Canary] = field(default_factory=list)

    @classmethod
    def of(cls, place: Place) -> "World":
        """Three members with the same belongings under other names, in a ring of agreements."""
        world = cls(place, {name: place.member(name) for name in NAMES})
        with pytest.MonkeyPatch.context() as patch:
            register(patch)
            for n, name in enumerate(NAMES):
                world.ids[name] = ABSENT | dict(world._settle(name, n))
        for name, reader in world.ring():
            world._announce(name, reader)
        for name, reader in world.ring():
            world.ids[name]["agreement"] = world._agree(name, reader)
            world.ids[name]["sums"] = world._agree_on_sums(name, reader)
        for name in NAMES:
            plan = buying.proposed(world.members[name], world.ids[name]["tender"])
            world.ids[name] |= plan
        for name, reader in world.ring():
            world._maintain(name, reader)
            world._study(name, reader)
        return world

    def ring(self) -> Iterator[tuple[str, str]]:
        """Each organisation with the one it shares with."""
        yield from zip(NAMES, (*NAMES[1:], NAMES[0]), strict=True)

    def furnished(self, name: str) -> Furnished:
        """The world as *name* sees it, for the bodies of the table of routes."""
        place = NAMES.index(name)
        partner, stranger = (self.members[NAMES[(place + n) % 3]] for n in (1, 2))
        return Furnished(self.place, self.members[name], partner, stranger, self.ids[name])

    def find_leak(self, reader: str, whole: bytes) -> re.Match[bytes] | None:
        """What must not be in *whole*, an answer to *reader*, and is.

        A text is sought before its pattern: one pattern of all takes 300 times as long.
        """
        hidden = (one for one in self.canaries if reader not in one.seen_by)
        there = (
            re.search(one.form.encode(), whole) for one in hidden if one.text.encode() in whole
        )
        return next(filter(None, there), None)

    def plant(self, owner: str, what: str, *readers: str) -> str:
        """A text of *owner*'s that only it and *readers* may see."""
        text = f"kanari-{owner.removeprefix('org-')}-{what}"
        self.canaries.append(Canary(owner, text, frozenset({owner, *readers})))
        return text

    def number(self, owner: str, n: int, *readers: str) -> int:
        """A number of *owner*'s that only it and *readers* may see."""
        value = 7_310_000 + 1_000 * NAMES.index(owner) + n
        self.canaries.append(Canary(owner, str(value), frozenset({owner, *readers})))
        return value

    def _settle(self, name: str, n: int) -> Iterator[tuple[str, str]]:
        """What *name* has: of each noun one that nobody else sees, and one that it will share."""
        member, to = self.members[name], dict(self.ring())[name]
        secret, open_ = f"9900000{n}000011", f"9900000{n}000022"
        self.canaries += [
            Canary(name, secret, frozenset({name})),
            Canary(name, open_, frozenset({name, to})),
        ]
        hidden = site(self.plant(name, "site"), name=self.plant(name, "nom"), insee_code="54430")
        shared = site(
            self.plant(name, "lieu", to),
            name=self.plant(name, "nom-partage", to),
            insee_code="54430",
        )
        member.made("/v1/sites", hidden, site("COMMUN", insee_code="54430"))
        (shared_site,) = member.made("/v1/sites", shared)
        points = [
            point(secret, site=hidden["external_id"], usage="public_lighting"),
            point(COMMON, site="COMMUN", usage="public_lighting"),
        ]
        member.made("/v1/supply-points", *points)
        (supply_point,) = member.made("/v1/supply-points", point(open_, site=shared["external_id"]))
        (own_series, *_) = member.made("/v1/series", series(secret), series(COMMON))
        (shared_series,) = member.made("/v1/series", series(open_))
        yield "site", shared_site
        yield "supply_point", supply_point
        yield "series", shared_series
        yield "hidden_series", own_series
        yield from self._lights(name, to, member)
        yield from self._measured(name, member, own_series, shared_series)
        yield from self._filed(name, member, secret)
        yield from self._trusted(name, member, shared_site, supply_point)

    def _lights(self, name: str, to: str, member: Member) -> Iterator[tuple[str, str]]:
        shared, hidden = self.plant(name, "armoire", to), self.plant(name, "armoire-privee")
        yield "cabinet", member.made("/v1/cabinets", cabinet(shared))[0]
        member.made("/v1/cabinets", cabinet(hidden, name=self.plant(name, "nom-armoire")))
        lamp = light_point(
            self.plant(name, "point", to),
            cabinet=shared,
            luminaire_model=self.plant(name, "modele", to),
            power_w=self.number(name, 1, to),
        )
        dark = light_point(
            self.plant(name, "point-prive"), cabinet=hidden, status=self.plant(name, "etat")
        )
        yield "light_point", member.made("/v1/light-points", lamp)[0]
        yield "hidden_light_point", member.made("/v1/light-points", dark)[0]

    def _measured(
        self, name: str, member: Member, own: str, shared: str
    ) -> Iterator[tuple[str, str]]:
        """Half-hours: of the shared series others see days only."""
        for noun, id_, first in (("hidden_batch", own, 100), ("batch", shared, 200)):
            values = [self.number(name, first + i) for i in range(48)]
            answer = member.post("/v1/curves", curve(id_, values=values))
            assert answer.status_code == 201, answer.text
            yield noun, str(answer.json()["id"])
        sign = str(3 + NAMES.index(name))
        yield "alert", alert(member, own, self.plant(name, "armoire-veillee"), sign)
        title = self.plant(name, "contrat-de-performance")
        yield from contracting.furnished(member, title=title).items()
        budget(member)

    def _filed(self, name: str, member: Member, secret: str) -> Iterator[tuple[str, str]]:
        """Facts, files and profiles: for their owner only."""
        order = WorkOrder(
            external_id=self.plant(name, "ticket"),
            kind="repair",
            fault_type=self.plant(name, "panne"),
            crew=self.plant(name, "equipe"),
            contract=self.plant(name, "marche"),
            raw={"commentaire": self.plant(name, "brut")},
            provenance="synthetic",
        )
        value = self.number(name, 900)
        records = (order, index(value, supply_point=f"prm:{secret}"))
        name_of_file = self.plant(name, "fichier")
        path = f"/v1/deposits?name={name_of_file}&format=test-lines"
        answer = member.post(path, file(*records), headers=LINES)
        assert answer.status_code == 201, answer.text
        yield "deposit", str(answer.json()["id"])
        member.put(f"/v1/profiles/{self.plant(name, 'profil')}", profile())
        yield "profile", str(member.put("/v1/profiles/commun", profile()).json()["name"])

    def _trusted(
        self, name: str, member: Member, shared_site: str, supply_point: str
    ) -> Iterator[tuple[str, str]]:
        """Consents, perimeters, exports: for their owner only."""
        people = consent(supply_point, subject=f"{7_310_000 + NAMES.index(name):08}" * 4)
        self.canaries.append(Canary(name, people["subject"], frozenset({name})))
        yield "consent", member.post("/v1/consents", people).json()["id"]
        named = perimeter(shared_site, name=self.plant(name, "perimetre"))
        yield "perimeter", member.put("/v1/perimeters", named).json()["id"]
        export, receipt = member.exported("sites", "light_points")
        yield "export", export
        yield "receipt", receipt
        yield "record", "0"
        yield "webhook", webhook(member, f"{HOOK}/{self.plant(name, 'adresse')}")
        scheme = member.put(f"/v1/cell-schemes/mailles-{name}", cell_scheme()).json()["id"]
        yield "scheme", scheme

    def _announce(self, name: str, reader: str) -> None:
        """Purchases of *reader*, of which *name* is a member: its needs are for both to see."""
        member, coordinator = self.members[name], self.members[reader]
        lost, won = self.plant(reader, "perdant"), self.plant(reader, "gagnant", name)
        came = buying.offers(
            buying.offer("alize", supplier=won),
            buying.offer("boreal", "99.90", supplier=lost, id=self.plant(reader, "offre")),
        )
        made = buying.announced(coordinator, coordinator, member)
        mine = {"mandate": self.plant(reader, "mandat-propre")}
        buying.published(coordinator, made, buying.needs(coordinator, "99000000000502", **mine))
        said = {"mandate": self.plant(name, "mandat", reader)}
        buying.published(member, made, buying.needs(member, **said))
        buying.brought(coordinator, made, came)
        self.ids[name]["group"] = self.ids[reader]["tender"] = made
        for noun in ("purchase", "stage"):
            # of those to which a generated request may invite anybody, no canary
            name = self.plant(reader, noun) if noun == "stage" else "Achat"
            made = buying.announced(coordinator, coordinator, name=name)
            self.ids[reader][noun] = made
            buying.published(coordinator, made)

    def _maintain(self, name: str, reader: str) -> None:
        """A campaign of *reader*'s with a plan, of which *name* is a body with a cabinet."""
        owner, coordinator = self.members[name], self.members[reader]
        theirs = self.plant(name, "armoire-confiee", reader)
        mine = self.plant(reader, "armoire-propre")
        opened = owner.made("/v1/cabinets", cabinet(theirs))
        coordinator.made("/v1/cabinets", cabinet(mine), cabinet("COMMUNE"))
        self.ids[name]["upkeep"] = active(
            owner,
            coordinator,
            selector={"cabinets": opened},
            title=self.plant(name, "accord-entretien", reader),
            datasets=["assets", "work_orders"],
            purpose="joint_maintenance",
        )
        ending = maintaining.announced(coordinator, coordinator, name=self.plant(reader, "ending"))
        self.ids[reader]["ending"] = ending
        # without a canary: a generated request may invite anybody to it
        self.ids[reader]["campaign"] = maintaining.announced(coordinator, coordinator)
        season = maintaining.announced(coordinator, coordinator, owner)
        self.ids[reader]["season"] = season
        visits = (reader, mine), (name, theirs)
        self.ids[reader] |= maintaining.proposed(coordinator, season, *visits)
        works = self.ids[reader]["works"] = maintaining.announced(coordinator, coordinator, owner)
        year = maintaining.proposed(coordinator, works, *visits)["year"]
        maintaining.adopted(coordinator, works, year, coordinator, owner)
        self.ids[reader] |= maintaining.toured(coordinator, works, year, *visits)
        day = maintaining.rounds_request((reader, "COMMUNE"))
        self.ids[reader]["tour_request"] = json.dumps(day)
        again = maintaining.plan_request((reader, "COMMUNE"))  # others send it, too: no canary
        self.ids[reader]["year_request"] = json.dumps(again)

    def _study(self, name: str, reader: str) -> None:
        """Joint lighting studies of *reader*'s, of which *name* is a body with a luminaire."""
        owner, coordinator = self.members[name], self.members[reader]
        theirs = (self.plant(name, "armoire-nuit", reader), self.plant(name, "lampe", reader))
        mine = (self.plant(reader, "armoire-soir"), self.plant(reader, "lampe-propre"))
        opened = owner.made("/v1/cabinets", cabinet(theirs[0]))
        owner.made("/v1/light-points", light_point(theirs[1], cabinet=theirs[0]))
        coordinator.made("/v1/cabinets", cabinet(mine[0]))
        common = light_point("LAMPE", cabinet="COMMUNE")
        coordinator.made("/v1/light-points", light_point(mine[1], cabinet=mine[0]), common)
        self.ids[name]["lit"] = active(
            owner,
            coordinator,
            selector={"cabinets": opened},
            title=self.plant(name, "accord-eclairage", reader),
            datasets=["assets"],
            purpose="lighting_planning",
        )
        rows = (reader, mine[0], "54430", mine[1]), (name, theirs[0], "54115", theirs[1])
        self._spoken(name, reader, *rows)
        again = lighting.request((reader, "COMMUNE", "54430", "LAMPE"))
        self.ids[reader]["effects_request"] = json.dumps(again)  # others send it, too: no canary

    def _spoken(self, name: str, reader: str, *rows: lighting.Owned) -> None:
        """Studies of *rows*: one that nobody is in, one spoken of, one weighed."""
        owner, coordinator, ids = self.members[name], self.members[reader], self.ids[reader]
        # without a canary: a generated request may invite anybody to it
        ids["lighting"] = lighting.announced(coordinator, coordinator)
        ids["dusk"] = lighting.announced(coordinator, coordinator, name=self.plant(reader, "dusk"))
        ids["glow"], ids["verdict"] = (
            lighting.announced(coordinator, coordinator, owner) for _ in range(2)
        )
        called = self.plant(reader, "etude", name)
        ids["effects"] = lighting.proposed(coordinator, ids["glow"], *rows, name=called)
        own_voice = self.plant(reader, "voix-propre")
        ids["effects_part"] = lighting.spoken(
            coordinator, ids["glow"], ids["effects"], source=own_voice
        )
        ids["weighed"] = lighting.proposed(coordinator, ids["verdict"], *rows)
        ids["weighed_part"] = lighting.spoken(coordinator, ids["verdict"], ids["weighed"])
        said = self.plant(name, "voix", reader)
        lighting.spoken(owner, ids["verdict"], ids["weighed"], source=said)
        ids["weighing_request"] = lighting.collected(coordinator, ids["verdict"], ids["weighed"])
        place = f"/v1/lighting-studies/{ids['glow']}"
        ids["options"] = coordinator.get(f"{place}/options").json()["items"][0]["id"]
        asked = lighting.consulted(self.plant(reader, "sondage", name))
        ids["poll"] = coordinator.post(f"{place}/consultations", asked).json()["id"]

    def _agree(self, name: str, reader: str) -> str:
        """What *name* shares with *reader*: a site and a cabinet, by days."""
        owner, recipient = self.members[name], self.members[reader]
        drafted = terms(owner, recipient, title=self.plant(name, "brouillon"))
        assert owner.post("/v1/agreements", drafted).status_code == 201
        covered: dict[str, Any] = {
            "sites": [self.ids[name]["site"]],
            "cabinets": [self.ids[name]["cabinet"]],
            "purchases": [self.ids[name]["group"]],
        }
        opened = ["consumption", "assets", "needs"]
        title = self.plant(name, "accord", reader)
        return active(owner, recipient, selector=covered, title=title, datasets=opened)

    def _agree_on_sums(self, name: str, reader: str) -> str:
        """Sums on cells of the shared site."""
        ids = self.ids[name]
        return active(
            self.members[name],
            self.members[reader],
            selector={"sites": [ids["site"]]},
            datasets=["consumption"],
            granularity="aggregate",
            cell_scheme=ids["scheme"],
        )
