"""What bodies say on a comparison, and what came of it: voices, their weighing, consultations."""

from typing import Annotated

from pydantic import Field

from synergie.energy.records.offer import Key
from synergie.lighting.records.consultation import Consultation, ConsultationResult
from synergie.lighting.records.weighing import GroupKind, GroupVoice, LightingVoices, Weighing
from synergie.schemas.wire import Wire
from synergie.units import Id, InseeCode, Instant, Many, OrganisationId, Sha256, Text


class VoiceRequest(Wire):
    """What a body says on the part it read: the weights of its council, and of groups it asked."""

    part_sha256: Sha256
    """The digest of the part that was read."""
    groups: Annotated[Many[GroupVoice], Field(min_length=1, max_length=5)]
    """Its groups, each name once. A group of people, all but a council, counts ten answers at
    least, and says so (`respondents`); orders of single people (`ballots`) stay with the body."""


class StudyVoice(Wire):
    """What a body said, as it is kept. For that body alone; weighed with the others' later."""

    study: Id
    """The joint study."""
    comparison: Id
    """The comparison it is of."""
    body: OrganisationId
    """Whose voice it is."""
    given_at: Instant
    """When it was given."""
    client: Text
    """The program that gave it."""
    groups: Many[GroupVoice]
    """What it says."""


class VoiceTold(Wire):
    """A group that was weighed, as every body is told of it."""

    group: Key
    """Its name in the weighing: body, colon, the body's own name for it."""
    body: OrganisationId
    """Who brought it."""
    kind: GroupKind
    """Who they are."""
    name: Text
    """What it is called."""
    insee_code: InseeCode | None
    """Commune, for citizens of one. Null: the whole."""
    respondents: Annotated[int, Field(ge=0, le=10**9)] | None
    """How many people stand behind it. Null: a council."""


class CollectedVoices(Wire):
    """All voices once no more is taken: what the weighing is made from. For the coordinator."""

    study: Id
    """The joint study."""
    comparison: Id
    """The comparison."""
    voices: LightingVoices | None
    """Bounds and groups, each group under its name in the weighing, by body. Null: nobody
    spoke."""
    groups: Many[VoiceTold]
    """Whose they are."""
    silent: Many[OrganisationId]
    """Bodies with a part that said nothing."""


class WeighingRequest(Wire):
    """The weighing that the coordinator computed from the collected voices."""

    weighing: Weighing
    """Groups side by side; the server adds each share again before it keeps it."""


class KeptWeighing(Wire):
    """The weighing as every body reads it, beside whose groups they are."""

    study: Id
    """The joint study."""
    comparison: Id
    """The comparison."""
    kept_at: Instant
    """When it was kept."""
    weighing: Weighing
    """What the weights of each group say, groups apart from one another."""
    weighing_sha256: Sha256
    """SHA-256 of it (RFC 8785) as it is told: to the coordinator, the same voices, samples and seed
    give it again; to a body, of what is rounded."""
    groups: Many[VoiceTold]
    """Whose groups they are."""


class ConsultationRecord(Wire):
    """What people were asked and what came of it, counted; no answer of anybody is in it."""

    consultation: Consultation
    """What was asked."""
    result: ConsultationResult
    """What came of it; no group of one to nine people, nor such a rest between groups."""


class PublishedConsultation(Wire):
    """The result of a consultation, as every body of the joint study reads it."""

    id: Id
    """Identifier given by the server."""
    study: Id
    """The joint study."""
    body: OrganisationId
    """Who asked."""
    published_at: Instant
    """When it was published; it does not change: two results that differ by one answer would tell
    that answer."""
    sha256: Sha256
    """SHA-256 of the record (RFC 8785)."""
    record: ConsultationRecord | None = None
    """What was asked and what came of it. Null in lists."""
