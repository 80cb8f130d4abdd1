"""What the joint study of lighting does, over one store."""

from dataclasses import dataclass
from typing import Self

from synergie.lighting.exchange.comparisons import Comparisons
from synergie.lighting.exchange.consultations import Consultations
from synergie.lighting.exchange.options import OptionsBook
from synergie.lighting.exchange.parts import StudyParts
from synergie.lighting.exchange.plan_pages_lighting import ScenarioPages
from synergie.lighting.exchange.studies import JointStudies
from synergie.lighting.exchange.voices import Voices
from synergie.lighting.exchange.weighings import Weighings
from synergie.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class LightingServices:
    """Its use cases; one transaction each."""

    studies: JointStudies
    options: OptionsBook
    comparisons: Comparisons
    parts: StudyParts
    voices: Voices
    weighings: Weighings
    consultations: Consultations
    pages: ScenarioPages

    @classmethod
    def of(cls, store: Store) -> Self:
        """The use cases over *store*."""
        return cls(
            studies=JointStudies(store),
            options=OptionsBook(store),
            comparisons=Comparisons(store),
            parts=StudyParts(store),
            voices=Voices(store),
            weighings=Weighings(store),
            consultations=Consultations(store),
            pages=ScenarioPages(store),
        )
