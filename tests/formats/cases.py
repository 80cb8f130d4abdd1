"""What each format shows of itself to the conformance suite: small files that we made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from synergie.schemas.readings.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One format. Every registered format has one in a module `cases.py` of its family.

    The suite sniffs, reads, refuses, writes and reads back, sends twice, spoils, and asks for the
    days of the clock change; `skips` says why a part has no meaning for this format.
    """

    format: str
    """Name of the format."""
    name: str
    """Name of the file. Example: `ENEDIS_R50.xml`."""
    data: bytes
    """A right file, made here, never a copy of a real one."""
    records: int
    """Records that reading it gives."""
    profile: Profile = field(default_factory=Profile)
    """What the sender declares."""
    bad: bytes | None = None
    """The same with exactly one wrong row or item."""
    bad_code: str = "bad-cell"
    """Code of the check that the wrong row fails."""
    day: Callable[[date], bytes] | None = None
    """A file that covers exactly one civil day of Europe/Paris with all its steps."""
    day_steps: int = 0
    """Steps of an ordinary day in such a file: 48, 144, 24. A clock change has fewer or more."""
    skips: Mapping[str, str] = field(default_factory=dict)
    """Part → reason, for `sniff`, `refuse`, `write`, `clock`, `idempotent` or `fuzz`."""
