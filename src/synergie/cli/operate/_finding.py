"""What `synergie doctor` finds: one line a check, and the command that mends."""

from dataclasses import dataclass
from typing import Literal

type State = Literal["ok", "warning", "fault"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was found, what was expected, what to type."""

    check: str
    """Its stable name, for scripts."""
    state: State
    found: str
    expected: str = ""
    mend: str = ""


def judge(check: str, found: str, expected: str, *, holds: bool, mend: str = "") -> Finding:
    """A fault, with what was expected and what mends it, unless it *holds*."""
    return Finding(check, "ok", found) if holds else Finding(check, "fault", found, expected, mend)


def advise(check: str, found: str, expected: str, *, holds: bool, mend: str = "") -> Finding:
    """A warning, with what was expected and what mends it, unless it *holds*."""
    return (
        Finding(check, "ok", found) if holds else Finding(check, "warning", found, expected, mend)
    )
