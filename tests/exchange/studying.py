"""A joint lighting study of communes by a syndicate: agreements, comparisons, voices, answers."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from synergie.exchange.assets.cabinets import Cabinets
from synergie.exchange.assets.light_points import LightPoints
from synergie.exchange.trust.agreements import Agreements
from synergie.lighting.exchange.comparisons import Comparisons
from synergie.lighting.exchange.options import OptionsBook
from synergie.lighting.exchange.parts import StudyParts
from synergie.lighting.exchange.studies import JointStudies
from synergie.lighting.exchange.voices import Voices
from synergie.lighting.exchange.weighings import Weighings
from synergie.lighting.records.exchange import (
    JointStudy,
    JointStudyActRequest,
    JointStudyInputs,
    JointStudyRecord,
)
from synergie.lighting.records.kept import ComparisonRequest
from synergie.lighting.records.options import OptionsRecord
from synergie.lighting.records.part import StudyAnswerRequest, StudyPart
from synergie.lighting.records.study import LightingStudy
from synergie.lighting.records.voice import CollectedVoices, StudyVoice, VoiceRequest
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, body, terms
from tests.server import lighting
from tests.server.lighting import Owned

BODIES = ("aulnes", "bouleaux", "chenes")
COMMUNES = {
    "aulnes": "54115", "bouleaux": "54150", "chenes": "54430", "douglas": "54357",
    "erables": "54339", "frenes": "54318",
}  # fmt: skip


def owned(owner: str, n: int = 1, **more: str) -> Owned:
    """A cabinet of *owner* with a light point of its commune."""
    named = {"cabinet": f"A-{owner}-{n}", "commune": COMMUNES[owner], "light": f"L-{owner}-{n}"}
    told = named | more
    return owner, told["cabinet"], told["commune"], told["light"]


def study(owners: tuple[str, ...] = BODIES, **more: Any) -> LightingStudy:
    """One luminaire of each of *owners*."""
    return lighting.study(*(owned(one) for one in owners), **more)


def request(problem: LightingStudy, **more: Any) -> ComparisonRequest:
    """*problem* compared, to be kept."""
    values = {"problem": problem, "comparison": lighting.compared(problem)}
    bounds = {"bounds": tuple(lighting.BOUNDS)}
    return ComparisonRequest.model_validate(bounds | values | more)


def council(**more: Any) -> dict[str, Any]:
    return lighting.council(**more)


@dataclass
class Studying:
    """Everybody at one store, at a time that the test sets."""

    store: Store
    coordinator: Body
    bodies: dict[str, Body]
    study: JointStudy
    now: datetime = NOW
    agreements: dict[str, Agreement] = field(default_factory=dict)
    cabinets: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, store: Store, names: tuple[str, ...] = BODIES) -> "Studying":
        """A joint study to which *names* were invited, each with two cabinets and their lights."""
        coordinator, bodies = body(store, "syndicat"), {one: body(store, one) for one in names}
        book, who = JointStudies(store), coordinator.caller
        made = book.create(who, JointStudyRecord.model_validate(lighting.record()), now=NOW)
        made = book.invite(who, made.id, names, now=NOW)
        done = cls(store, coordinator, bodies, made)
        for one in names:
            done.cabinets[one] = done.declare(one, bodies[one])
        done.publish()
        return done

    @property
    def id(self) -> str:
        return self.study.id

    def declare(self, name: str, who: Body) -> list[str]:
        """Two cabinets of *name* with a light point each; their identifiers."""
        rows = [owned(name, n) for n in (1, 2)]
        some = [
            CabinetRecord(external_id=cabinet, insee_code=commune, provenance="synthetic")
            for _, cabinet, commune, _ in rows
        ]
        lights = [
            LightPointRecord(external_id=light, cabinet=cabinet, provenance="synthetic")
            for _, cabinet, _, light in rows
        ]
        receipt = Cabinets(self.store).publish(who.caller, some, now=NOW)
        LightPoints(self.store).publish(who.caller, lights, now=NOW)
        return [known.id for known in receipt.items]

    def publish(self, **more: Any) -> str:
        """Options of the coordinator."""
        options = OptionsRecord.model_validate_json(json.dumps(lighting.options(**more)))
        return (
            OptionsBook(self.store)
            .publish(self.coordinator.caller, self.id, options, now=self.now)
            .id
        )

    def agree(self, owner: str, **more: Any) -> Agreement:
        """An agreement that opens the cabinets of *owner* to the coordinator."""
        book, who = Agreements(self.store), self.bodies[owner]
        opened: dict[str, Any] = {
            "title": "Éclairer mieux",
            "datasets": ["assets"],
            "purpose": "lighting_planning",
        }
        selector = {"cabinets": more.pop("cabinets", self.cabinets[owner])}
        drafted = terms(who, self.coordinator, selector, **(opened | more))
        made = book.draft(who.caller, drafted, now=self.now)
        book.act(who.caller, made.id, "propose", signature=who.sign(made), now=self.now)
        signed = self.coordinator.sign(made)
        self.agreements[owner] = book.act(
            self.coordinator.caller, made.id, "accept", signature=signed, now=self.now
        )
        return made

    def revoke(self, owner: str) -> str:
        """End the agreement of *owner*; which one it was."""
        one = self.agreements[owner].id
        Agreements(self.store).act(self.bodies[owner].caller, one, "revoke", now=self.now)
        return one

    def ready(self) -> "Studying":
        """All joined."""
        for one in self.bodies:
            self.agree(one)
        return self

    def inputs(self) -> JointStudyInputs:
        return Comparisons(self.store).inputs(self.coordinator.caller, self.id, now=self.now)

    def keep(self, problem: LightingStudy, **more: Any) -> str:
        """A comparison of *problem*, kept."""
        who = self.coordinator.caller
        book = Comparisons(self.store)
        return book.keep(who, self.id, request(problem, **more), now=self.now).id

    def act(
        self, act: Any, comparison: str | None = None, scenario: str | None = None
    ) -> JointStudy:
        body = JointStudyActRequest(comparison=comparison, scenario=scenario)
        who = self.coordinator.caller
        return JointStudies(self.store).act(who, self.id, act, body, now=self.now)

    def proposed(self, problem: LightingStudy | None = None) -> str:
        """A comparison that all bodies may read."""
        kept = self.keep(problem or study(tuple(self.bodies)))
        self.act("propose", kept)
        return kept

    def part(self, owner: str, comparison: str) -> StudyPart:
        who = self.bodies[owner].caller
        return StudyParts(self.store).read(who, self.id, comparison, now=self.now)

    def speak(
        self, owner: str, comparison: str, *groups: dict[str, Any], **more: Any
    ) -> StudyVoice:
        """What the council of *owner* says, or *groups*."""
        sha = self.part(owner, comparison).sha256
        said = {"part_sha256": sha, "groups": groups or (council(),)} | more
        body = VoiceRequest.model_validate_json(json.dumps(said))
        who = self.bodies[owner].caller
        return Voices(self.store).give(who, self.id, comparison, body, now=self.now)

    def voices(self, comparison: str) -> CollectedVoices:
        who = self.coordinator.caller
        return Weighings(self.store).voices(who, self.id, comparison, now=self.now)

    def answer(
        self, owner: str, comparison: str, answer: Any = "accept", scenario: str = "s2", **more: Any
    ) -> StudyPart:
        sha = self.part(owner, comparison).sha256
        said = {"answer": answer, "scenario": scenario, "part_sha256": sha} | more
        request_ = StudyAnswerRequest.model_validate(said)
        who = self.bodies[owner].caller
        return StudyParts(self.store).answer(who, self.id, comparison, request_, now=self.now)

    def collected(self, problem: LightingStudy | None = None) -> str:
        """A comparison on which all have spoken."""
        kept = self.proposed(problem)
        for one in self.bodies:
            self.speak(one, kept)
        self.act("collect")
        return kept

    def adopted(self) -> str:
        """A comparison of which LED is retained."""
        kept = self.collected()
        for one in self.bodies:
            self.answer(one, kept)
        self.act("adopt", kept, "s2")
        return kept
