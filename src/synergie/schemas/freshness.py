"""How old what you see is, and why."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.wire import Wire
from synergie.units import Instant, LongText, Text

type FreshnessState = Literal["up_to_date", "late", "never_received"]


class Freshness(Wire):
    """Age of data with its reason and who can act; counted when the answer was made."""

    state: FreshnessState
    """`up_to_date`, `late` (beyond what the flow promises), or `never_received`: nothing that you
    may read; where you read whole periods, not a whole one."""
    last_reading: Instant | None
    """End of the newest reading; where you read whole periods, of the newest that is told. Null:
    never received."""
    received_at: Instant | None
    """When that reading arrived here. Null: never received, or not yours to know."""
    expected_by: Instant | None
    """When newer data should have come or should come. Null: the flow promises nothing."""
    reason: Text
    """Why it is so, a sentence to show as it is. Example: "Dernier dépôt il y a 9 jours"."""
    who_can_act: Text | None
    """The body that sends this flow. Null: nobody needs to act."""


class FreshnessLine(Wire):
    """How fresh one series is, or one flow that data come by; why, and who can mend it.

    Of one's own data everything is told. Under an agreement: series only, and of each nothing
    finer than the agreement opens.
    """

    subject: Literal["flow", "series"]
    """What the line is about."""
    id: Text
    """The series' identifier here, or the name of the flow's format. Example: `enedis-r50`."""
    external_id: Text | None = None
    """The series by its owner's key. Null: a flow, or not yours to know."""
    flow: Text | None = None
    """What people call the flow. Example: `R50`. Null: not known, or not yours to know."""
    state: FreshnessState
    """`up_to_date`, `late` (beyond what the flow promises), or `never_received`: nothing that you
    may read; where you read whole periods, not a whole one."""
    last_reading: Instant | None
    """End of the newest reading; where you read whole periods, of the newest that is told. Null:
    none; a flow of lists has none."""
    received_at: Instant | None = None
    """When the newest file arrived. Null: never, or not yours to know."""
    last_file: Text | None = None
    """Its name. Null: it came by the API, or is not yours to know."""
    expected_by: Instant | None
    """When newer data should have come or should come. Null: nothing is promised or learned."""
    expected_every: Literal["day", "week", "month", "year"] | None = None
    """How often the flow promises a file. Null: it promises none, or is not yours to know."""
    learned_days: Annotated[float, Field(gt=0)] | None = None
    """Days between its deposits, the median, where that is what is expected. Null: a promise is
    expected, or too few came to learn from."""
    late_days: Annotated[int, Field(ge=1)] | None = None
    """How late, in days begun. Null: it is not late."""
    reason: LongText
    """Why, a sentence to show as it is."""
    who_can_act: LongText | None
    """Who should act, a sentence. Null: nobody needs to."""
