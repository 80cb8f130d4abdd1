"""The part of one side in a shared plan: what it answers, and when everyone has accepted."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from synergie.errors import Conflict
from synergie.policy import Principal
from synergie.purchase.records.run import PartAnswer, PartRequest


class Part(Protocol):
    """A part as it is stored, as far as every kind is alike."""

    @property
    def sha256(self) -> str:
        """Digest of what is told, which an answer names."""

    @property
    def answer(self) -> PartAnswer | None:
        """What was answered. None: nothing yet, or withdrawn."""


def is_same_answer(part: Part, body: PartRequest) -> bool:
    """Whether *body* says again what was answered; Conflict after the other answer."""
    if part.answer is not None and part.answer.answer != body.answer:
        raise Conflict(part.answer.answer, "no answer: withdraw the one you gave, first")
    return part.answer is not None


def build_part_answer(
    part: Part, body: PartRequest, caller: Principal, *, now: datetime
) -> PartAnswer:
    """The caller's answer to *part*; Conflict when *body* names another than it is told now."""
    if body.part_sha256 != part.sha256:
        raise Conflict("another part", "the digest of the part as it is told now")
    return PartAnswer(answer=body.answer, at=now, client=caller.client_id, reason=body.reason)


def all_accepted(parts: Iterable[Part], *, expected: str) -> None:
    """Conflict when one of *parts*, each asked for an answer, is declined or not answered."""
    waiting = [one for one in parts if not _is_part_accepted(one)]
    if waiting:
        declined = any(one.answer is not None for one in waiting)
        raise Conflict("declined" if declined else "not answered", expected)


def _is_part_accepted(part: Part) -> bool:
    return part.answer is not None and part.answer.answer == "accept"
