"""A Permit: what its bearer may do now. Nothing reads a table without one."""

from dataclasses import KW_ONLY, InitVar, dataclass, fields
from datetime import datetime
from hashlib import sha256
from typing import Literal

from synergie.policy.trust.seal import SEAL
from synergie.schemas.trust.agreement import Dataset, FieldRight, Grant, Granularity, Purpose

type Scope = Literal["own", "agreement", "party", "operator", "public"]
"""`own`: rows the bearer's organisation owns, and the public directory. `agreement`: rows of the
owner that the agreement's selector covers. `party`: agreements the bearer is a side of.
`operator`: the command line of the server's operator, on organisations, keys and clients only.
`public`: anybody, without name: releases that were published for all
(`policy.publication.public`)."""


@dataclass(frozen=True, slots=True)
class Persons:
    """How far the curves of natural persons are opened (FR-CURVE)."""

    consented: frozenset[str]
    """Delivery points with a live consent for this purpose and step."""
    everyone: bool = False
    """Whether every point counts as a person's, whatever it was declared, lighting excepted."""


@dataclass(frozen=True, slots=True)
class Permit:
    """What one live agreement, or ownership, lets its bearer do now. Only `policy` makes one.

    `owner`: whose rows. `agreement`, `version`: None for one's own data. `start`, `end`: which
    readings, half-open, an end of None is open. `fields`: what of a record is opened beyond its
    base. `persons`: whose points are left out at this step; None: nobody's. `all_persons`: whether
    every point counts as a person's, lighting excepted. `retention_days`, `onward`, `purpose`:
    obligations that travel with what is given out.
    """

    _: KW_ONLY
    scope: Scope
    bearer: str
    owner: str
    action: Literal["read", "write"]
    datasets: frozenset[Dataset]
    granularity: Grant
    decided_at: datetime
    start: datetime | None = None
    end: datetime | None = None
    agreement: str | None = None
    version: int | None = None
    fields: frozenset[FieldRight] = frozenset()
    cell_scheme: str | None = None
    persons: Persons | None = None
    all_persons: bool = False
    purpose: Purpose | None = None
    retention_days: int | None = None
    onward: Literal["none", "open_data"] = "none"
    seal: InitVar[object] = None

    def __post_init__(self, seal: object) -> None:
        if seal is not SEAL:
            raise TypeError("a Permit is made by synergie.policy only")

    @property
    def fingerprint(self) -> str:
        """Digest of all that is granted, without the time of decision: cursors are bound to it."""
        granted = (
            _format_fingerprint_part(getattr(self, one.name))
            for one in fields(self)
            if one.name != "decided_at"
        )
        return sha256("\x1f".join(granted).encode()).hexdigest()[:32]

    @property
    def step(self) -> Granularity:
        """The granularity of the curves that are opened. TypeError under an aggregate: none is."""
        if self.granularity == "aggregate":
            raise TypeError("an aggregate opens no curve")
        return self.granularity

    def opens(self, right: FieldRight) -> bool:
        """Whether a field that is closed by default is open: to its owner it always is."""
        return self.scope == "own" or right in self.fields


def _format_fingerprint_part(value: object) -> str:
    """*value* as the fingerprint takes it: sets have no order."""
    match value:
        case Persons():
            return f"{value.everyone}:{_format_fingerprint_part(value.consented)}"
        case frozenset():
            return "\x1e".join(sorted(map(str, value)))
        case _:
            return str(value)
