"""How old what you see is, and why."""

from typing import Literal

from synergie.schemas._wire import Wire
from synergie.units import Instant, Text

type FreshnessState = Literal["up_to_date", "late", "never_received"]


class Freshness(Wire):
    """Age of data with its reason and who can act; counted when the answer was made."""

    state: FreshnessState
    """`up_to_date`, `late` (beyond what the flow promises), or `never_received`."""
    last_reading: Instant | None
    """End of the newest reading, at the granularity you are granted. Null: never received."""
    received_at: Instant | None
    """When that reading arrived here. Null: never received, or not yours to know."""
    expected_by: Instant | None
    """When newer data should have come or should come. Null: the flow promises nothing."""
    reason: Text
    """Why it is so, a sentence to show as it is. Example: "Dernier dépôt il y a 9 jours"."""
    who_can_act: Text | None
    """The body that sends this flow. Null: nobody needs to act."""
