"""What a crew must know at a stop beside what the stop itself tells: fault, parts, network."""

from collections.abc import Callable, Sequence

from synergie.maintenance.plan.upkeep import _text
from synergie.maintenance.plan.upkeep.assumed import rules_of as rules
from synergie.maintenance.plan.upkeep.works import Work

__all__ = ["of_visit", "rules", "with_failure"]

type Tell = Callable[[str], str]

_MOST = 2000


def of_visit(works: Sequence[Work], *, part: tuple[int, int], tell: Tell) -> str | None:
    """What a planned stop is for when it is for several works; *part*: which of how many.

    None: its task says all.
    """
    names = dict.fromkeys(tell(_text.TASKS[work.task]) for work in works)
    told = [tell(_text.TO_DO).format(", ".join(names))] if len(names) > 1 else []
    if part[1] > 1:
        told.append(tell(_text.PART_OF).format(*part))
    return _join_sentences(told)


def with_failure(before: str | None, reason: str, tell: Tell) -> str:
    """The same instructions after a visit that failed."""
    told = tell(_text.FAILED_BEFORE).format(reason)
    return _join_sentences([told, *([before.removesuffix(".")] if before else [])]) or told


def _join_sentences(sentences: Sequence[str]) -> str | None:
    return ". ".join(sentences)[: _MOST - 1] + "." if sentences else None
