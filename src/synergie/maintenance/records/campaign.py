"""A maintenance campaign as its sides share it: what is maintained together, who takes part.

Bodies that pool crews: entente or convention of the code général des collectivités territoriales,
L5221-1 and L5111-1.
"""

from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.shared_plan import BodyStanding
from synergie.schemas.wire import Wire
from synergie.units import Id, Instant, LongText, Many, OrganisationId, Text

type CampaignState = Literal["open", "proposed", "adopted", "revision", "closed"]
"""`open`: plans are made. `proposed`: bodies read their part of a first plan and answer. `adopted`:
a plan is in force. `revision`: one is in force, and another is proposed in its place. `closed`:
over."""
type CampaignAct = Literal["propose", "withdraw", "adopt", "close"]
"""What its coordinator does with a campaign."""


class CampaignRecord(Wire):
    """What is maintained together, as its coordinator announces it to the bodies."""

    name: Text
    """What people call it. Example: `Éclairage : entretien en commun 2027`."""
    reference: LongText
    """The text it rests on: convention, délibération (CGCT L5221-1). Example:
    `Convention d'entente du 12 mars 2026`."""


class CampaignBody(Wire):
    """One body of a campaign: told to the coordinator, and to that body."""

    body: OrganisationId
    """The body."""
    standing: BodyStanding
    """Whether its assets are open to the coordinator now, for joint maintenance."""
    reason: Text | None = None
    """Why they are not, a code: `no_agreement`, `signature`, `not_started`, `suspended`, `ended`,
    `dataset`. Null: they are."""
    agreements: Many[Id] = ()
    """The agreements that open them, or the last one that did. Empty: there was none, or the body
    is the coordinator itself."""
    invited_at: Instant
    """When it was invited."""


class CampaignStep(Wire):
    """One step of a campaign."""

    act: Literal["create", "propose", "withdraw", "adopt", "close"]
    """What was done."""
    at: Instant
    """When."""
    state: CampaignState
    """The state it led to."""
    plan: Id | None = None
    """The plan that was proposed or adopted. Null: for every other act."""


class Campaign(Wire):
    """A campaign as the server holds it. A body sees its own standing, and no other's."""

    id: Id
    """Identifier given by the server."""
    owner: OrganisationId
    """The coordinator."""
    version: Annotated[int, Field(ge=1)]
    """Counts the changes of the record."""
    record: CampaignRecord
    """What is maintained."""
    state: CampaignState
    """Where it stands."""
    plan: Id | None = None
    """The plan in force. Null: none is."""
    proposed: Id | None = None
    """The plan that waits for answers. Null: none does."""
    n_bodies: Annotated[int, Field(ge=0)]
    """How many organisations were invited."""
    bodies: Many[CampaignBody] = ()
    """Every body, for the coordinator; for a body, itself alone. Empty in lists."""
    history: Many[CampaignStep]
    """Its steps, oldest first."""


class CampaignActRequest(Wire):
    """What goes with an act on a campaign."""

    plan: Id | None = None
    """For `propose` and `adopt`: the plan. Null for every other act."""
