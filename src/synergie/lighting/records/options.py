"""Options that a coordinator publishes to the bodies of a joint study: a catalogue in versions."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from synergie.lighting.records.retrofit import Retrofit
from synergie.lighting.records.schedule import LightingSchedule
from synergie.schemas.wire import Wire
from synergie.units import Id, Instant, LongText, Many, Sha256


class OptionsRecord(Wire):
    """What may be put in place and how it may shine: a syndicate's catalogue for its members."""

    retrofits: Annotated[Many[Retrofit], Field(max_length=1_000)]
    """Entries of the catalogue."""
    schedules: Annotated[Many[LightingSchedule], Field(max_length=1_000)]
    """Schedules that scenarios may take."""
    source: LongText
    """Where the prices come from: the contract (marché, accord-cadre), a price list, or
    `assumed`."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for rows in (self.retrofits, self.schedules):
            names = [one.id for one in rows]
            if len(names) != len(set(names)):
                raise ValueError("each name once")
        return self


class StudyOptions(Wire):
    """Options as they are published; a version never changes. Every invited body reads them."""

    id: Id
    """Identifier given by the server."""
    study: Id
    """The joint study."""
    version: Annotated[int, Field(ge=1, le=10**9)]
    """1 for the first ones published, then counted on."""
    published_at: Instant
    """When."""
    sha256: Sha256
    """SHA-256 of the record (RFC 8785)."""
    record: OptionsRecord | None = None
    """The options. Null in lists."""
