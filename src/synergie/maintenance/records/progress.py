"""How far a maintenance plan in force is: visits planned, done, late; body by body."""

from typing import Annotated

from pydantic import Field

from synergie.energy.records.offer import Key
from synergie.maintenance.records.maintenance import Week
from synergie.park.records.crew import Task
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, ExternalId, Id, Many, OrganisationId, Text

type Count = Annotated[int, Field(ge=0)]


class VisitDone(Wire):
    """A planned visit, and the work order that answers it."""

    visit: Key
    """The visit (its `id`, or its cabinet)."""
    cabinet: Key
    """The cabinet, as its owner names it."""
    task: Task
    """What is done."""
    week: Week
    """The week it is planned in."""
    done_on: CivilDate | None
    """When it was done. Null: not yet."""
    work_order: ExternalId | None
    """The owner's number of the intervention. Null: not yet."""
    is_late: bool
    """Whether its week is over without it, or it was done after its week."""


class BodyProgress(Wire):
    """How far the visits of one body are."""

    body: OrganisationId
    """The body."""
    reason: Text | None
    """Why nothing is told of it, a code as for assets; then the counts are null. Null: it is."""
    planned: Count
    """Its visits in the plan; to the coordinator, those to cabinets that are open to it now."""
    due: Count
    """Those whose week is over."""
    done: Count | None
    """Those that were done, early ones counted."""
    done_late: Count | None
    """Those that were done after their week."""
    late: Count | None
    """Those whose week is over and that are not done."""
    visits: Many[VisitDone]
    """Each visit, by week. Empty: nothing is told of it."""


class CampaignProgress(Wire):
    """How far the plan in force is, as the caller may see."""

    campaign: Id
    """The campaign."""
    plan: Id | None
    """The plan in force. Null: none is, and nothing is told."""
    as_of: CivilDate
    """The day up to which interventions count, in Europe/Paris."""
    bodies: Many[BodyProgress]
    """Every body, for the coordinator; for a body, itself alone."""
