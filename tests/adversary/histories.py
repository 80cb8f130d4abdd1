"""Histories by seed: what is played, what leaks, and the shortest beginning that leaks."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol, override

from tests.adversary.coalitions import Leak
from tests.adversary.release_histories import ReleaseHistory
from tests.adversary.shares_histories import SharesHistory
from tests.adversary.totals_histories import TotalsHistory

ACTS = 8
"""Of one history."""


class History(Protocol):
    """One history: drawn, played act by act, then hunted."""

    acts: list[str]
    """What happened, in words."""

    def play(self, acts: int) -> None:
        """So many acts more."""

    def leaks(self) -> Sequence[Leak[Any]]:
        """What any reader or two can compute and may not."""


RELEASES, TOTALS, SHARES = ReleaseHistory.draw, TotalsHistory.draw, SharesHistory.draw
GAMES: tuple[Callable[[Random], History], ...] = (RELEASES, TOTALS, RELEASES, SHARES)
"""A seed takes one of them in turn."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A leak with the seed and the acts that show it."""

    seed: int
    game: str
    leak: Leak[Any]
    acts: tuple[str, ...]

    @override
    def __str__(self) -> str:
        lines = (f"  {n}. {act}" for n, act in enumerate(self.acts, 1))
        return "\n".join((f"seed {self.seed}, {self.game}: {self.leak}", *lines))


def play_history(seed: int, acts: int = ACTS, games: Sequence[Any] = GAMES) -> History:
    """The history of *seed*, of so many acts."""
    history: History = games[seed % len(games)](Random(seed))  # noqa: S311 (drawn again from its seed)
    history.play(acts)
    return history


def find_leak(seed: int, games: Sequence[Any] = GAMES) -> Finding | None:
    """The first leak of the shortest beginning of the history of *seed*; None: it has none."""
    if not play_history(seed, games=games).leaks():
        return None
    for acts in range(ACTS + 1):
        history = play_history(seed, acts, games)
        leaks = history.leaks()
        if leaks:
            return Finding(seed, type(history).__name__, leaks[0], tuple(history.acts))
    raise AssertionError("what leaks at the end leaks at some act")


def find_leaks(seeds: Iterable[int], games: Sequence[Any] = GAMES) -> list[Finding]:
    """Those of *seeds* that leak."""
    return [found for seed in seeds if (found := find_leak(seed, games)) is not None]
