"""An error as programs read it: RFC 9457 problem details."""

from pydantic import ConfigDict

from synergie.schemas.wire import Wire
from synergie.units import Many


class ProblemFault(Wire):
    """One place that is wrong."""

    where: str
    """JSON pointer (RFC 6901) or place in the file."""
    found: str
    """What was found, cut at 80 characters."""
    expected: str
    """What was expected."""


class Problem(Wire):
    """RFC 9457 problem details; `type` ends with a stable code."""

    model_config = ConfigDict(extra="ignore")

    type: str
    """Address of the kind of error; its last part is a stable code, as `…/not-found`."""
    title: str
    """The kind of error in words."""
    status: int
    """HTTP status."""
    detail: str | None = None
    """This case in words."""
    trace_id: str | None = None
    """Reference to give when asking for help."""
    reason: str | None = None
    """For a refusal: why, from a closed list."""
    agreement: str | None = None
    """For a refusal: the agreement that does not open it."""
    rule: str | None = None
    """For a refusal: the legal rule that says so. Example: `FR-CURVE`. Null: none does."""
    faults: Many[ProblemFault] = ()
    """For bad input: each place that is wrong."""
    retry_after: float | None = None
    """Seconds to wait before trying again. Null: trying again changes nothing."""
    common_seq: int | None = None
    """For a cursor from before a restore: the last change that its reader and the server have in
    common. Forget what came with a higher `seq`. Null: of another kind of error."""
    next: str | None = None
    """For a cursor from before a restore: the cursor to go on from after `common_seq`."""
