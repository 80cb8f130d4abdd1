"""A Permit: what its bearer may do now. Nothing reads a table without one."""

from dataclasses import KW_ONLY, InitVar, dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Literal

from synergie.policy._seal import SEAL
from synergie.schemas.agreement import Dataset, Granularity, Purpose

type Scope = Literal["own", "agreement", "party", "operator"]
"""`own`: rows the bearer's organisation owns, and the public directory. `agreement`: rows of the
owner that the agreement's selector covers. `party`: agreements the bearer is a side of.
`operator`: the command line of the server's operator, on organisations, keys and clients only."""


@dataclass(frozen=True, slots=True)
class Permit:
    """What one live agreement, or ownership, lets its bearer do now. Only `policy` makes one.

    `owner`: whose rows. `agreement`, `version`: None for one's own data. `period`: which readings,
    half-open, an end of None is open. `obligations` travel with what is given out.
    """

    _: KW_ONLY
    scope: Scope
    bearer: str
    owner: str
    action: Literal["read", "write"]
    datasets: frozenset[Dataset]
    granularity: Granularity
    decided_at: datetime
    start: datetime | None = None
    end: datetime | None = None
    agreement: str | None = None
    version: int | None = None
    purpose: Purpose | None = None
    retention_days: int | None = None
    onward: Literal["none", "open_data"] = "none"
    seal: InitVar[object] = None
    fingerprint: str = field(init=False)
    """Digest of what is granted, without the time of decision: cursors are bound to it."""

    def __post_init__(self, seal: object) -> None:
        if seal is not SEAL:
            raise TypeError("a Permit is made by synergie.policy only")
        parts = (
            self.scope, self.bearer, self.owner, self.action, *sorted(self.datasets),
            self.granularity, self.agreement, self.version, self.start, self.end,
        )  # fmt: skip
        digest = sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
        object.__setattr__(self, "fingerprint", digest[:32])
