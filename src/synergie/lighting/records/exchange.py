"""A lighting study that bodies make together: what is decided, who takes part, how far it is.

Public lighting is a power of the mayor (CGCT L2212-2) that communes may hand to a syndicate
(L5212-16); what one council decides nobody decides for it.
"""

from typing import Annotated, Literal

from pydantic import Field

from synergie.energy.records.offer import Key
from synergie.schemas.shared_plan import BodyMissing
from synergie.schemas.wire import Wire
from synergie.units import Id, Instant, LongText, Many, OrganisationId, Sha256, Text

type JointStudyState = Literal["open", "proposed", "collected", "adopted", "closed"]
"""`open`: comparisons are made. `proposed`: bodies read their part of one and say their weights.
`collected`: no voice is taken any more; they are weighed, and bodies answer. `adopted`: a scenario
is retained. `closed`: over."""
type JointStudyAct = Literal["propose", "withdraw", "collect", "adopt", "close"]
"""What its coordinator does with a joint study."""
type JointStanding = Literal["invited", "joined", "left"]
"""`invited`: no agreement opens its assets yet. `joined`: one does. `left`: it ended, or is
suspended."""
type _Count = Annotated[int, Field(ge=0, le=10**9)]


class JointStudyRecord(Wire):
    """What is studied together, as its coordinator announces it to the bodies."""

    name: Text
    """What people call it. Example: `Éclairer mieux : schéma directeur 2027`."""
    reference: LongText
    """The text it rests on: délibération, convention, transfer of the power. Example:
    `Délibération du 12 mars 2026, CGCT L5212-16`."""


class JointStudyBody(Wire):
    """One body of a joint study: told to the coordinator, and to that body."""

    body: OrganisationId
    """The body."""
    standing: JointStanding
    """Whether its assets are open to the coordinator now, for lighting planning."""
    reason: Text | None = None
    """Why they are not, a code: `no_agreement`, `signature`, `not_started`, `suspended`, `ended`,
    `dataset`. Null: they are."""
    agreements: Many[Id] = ()
    """The agreements that open them, or the last one that did. Empty: there was none, or the body
    is the coordinator itself."""
    invited_at: Instant
    """When it was invited."""


class JointStudyStep(Wire):
    """One step of a joint study."""

    act: Literal["create", "propose", "withdraw", "collect", "adopt", "close"]
    """What was done."""
    at: Instant
    """When."""
    state: JointStudyState
    """The state it led to."""
    comparison: Id | None = None
    """The comparison that was proposed, or a scenario of which was adopted. Null: for every other
    act."""
    scenario: Key | None = None
    """The scenario that was adopted. Null: for every other act."""

    @property
    def plan(self) -> str | None:
        """What the step was about, under the name that every kind of shared plan has for it."""
        return self.comparison


class JointStudy(Wire):
    """A joint study as the server holds it. A body sees its own standing, and no other's."""

    id: Id
    """Identifier given by the server."""
    owner: OrganisationId
    """The coordinator."""
    version: Annotated[int, Field(ge=1, le=10**9)]
    """Counts the changes of the record."""
    record: JointStudyRecord
    """What is studied."""
    state: JointStudyState
    """Where it stands."""
    comparison: Id | None = None
    """The comparison of which a scenario is retained. Null: none is."""
    scenario: Key | None = None
    """The scenario that is retained. Null: none is."""
    proposed: Id | None = None
    """The comparison that bodies read and speak of now. Null: none."""
    n_bodies: _Count
    """How many organisations were invited."""
    bodies: Many[JointStudyBody] = ()
    """Every body, for the coordinator; for a body, itself alone. Empty in lists."""
    history: Many[JointStudyStep]
    """Its steps, oldest first."""


class JointStudyActRequest(Wire):
    """What goes with an act on a joint study."""

    comparison: Id | None = None
    """For `propose` and `adopt`: the comparison. Null for every other act."""
    scenario: Key | None = None
    """For `adopt`: the scenario. Null for every other act."""


class ParkOpened(Wire):
    """The lighting assets of one body that a study may be made of."""

    body: OrganisationId
    """The body."""
    agreements: Many[Text]
    """The agreements, each with its version, that open them: `agr_x/2`. Empty: the coordinator's
    own."""
    cabinets: _Count
    """How many cabinets."""
    light_points: _Count
    """How many light points."""
    assets_sha256: Sha256
    """Digest of them in their state now, keyed by the server: the same while none of them
    changes."""


class JointStudyInputs(Wire):
    """What a study may be made of now, body by body; the assets are read by their own routes."""

    study: Id
    """The joint study."""
    opened: Many[ParkOpened]
    """Bodies whose assets are open, by body."""
    missing: Many[BodyMissing]
    """Bodies whose assets are not, by body, and why."""
