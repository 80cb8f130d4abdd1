"""Files that a plan was made of, as its report names them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file that a plan was made of, and how old what it tells is."""

    name: str
    what: str
    """What it tells, in the reader's language. Example: "périmètre"."""
    sha256: str
    """Digest of its bytes."""
    modified: datetime | None = None
    """When it was last changed. None: not known."""
    reason: str = ""
    """Why nothing newer is there, and who can mend it. "": not told."""
