"""What the time of a refusal tells: a thing of another organisation, against one that is absent.

The bytes are the same (tests/access); here both are asked for in turn, and the two distributions
are compared. A guess by one answer's time is right in half of the cases when nothing leaks.
"""

import tempfile
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from pathlib import Path
from statistics import median

from synergie.storage.store import Store
from tests.access.asgi import Line
from tests.access.routes import ABSENT
from tests.bench.harness import Bench, Goal, Measured, seconds
from tests.server.place import Place, furnish

ROUNDS = 600
PATHS = {
    "site": "/v1/sites/{}",
    "series": "/v1/series/{}",
    "agreement": "/v1/agreements/{}",
    "batch": "/v1/batches/{}",
}


def absent_or_not_yours() -> Measured:
    """How often a guess by the time of one answer is right, of the worst noun, %."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/store.db")
        try:
            unlimited = {"burst": 1e12, "requests_per_s": 1e12}
            place = Place.of(store, Path(folder) / "data", **unlimited)
            return _compared(place)
        finally:
            store.close()


def _compared(place: Place) -> Measured:
    here, line, found = furnish(place), Line(place.app), {}
    for noun, path in PATHS.items():
        foreign: list[float] = []
        absent: list[float] = []
        for turn in range(ROUNDS + 20):
            asked = [(foreign, here.ids[noun]), (absent, ABSENT[noun])]
            for times, one in asked if turn % 2 else reversed(asked):
                target = path.format(one)
                headers = here.stranger.headers("GET", target).items()
                times.append(seconds(_asking(line, target, tuple(headers))))
        found[noun] = (foreign[20:], absent[20:])
    line.close()
    worst = max(_guessed(*both) for both in found.values())
    told = (
        f"{noun}: {median(a) * 1e3:.2f} against {median(b) * 1e3:.2f} ms, "
        f"a guess is right in {_guessed(a, b):.1%}"
        for noun, (a, b) in found.items()
    )
    return Measured(100 * worst, "; ".join(told))


def _asking(line: Line, target: str, headers: tuple[tuple[str, str], ...]) -> Callable[[], None]:
    def ask() -> None:
        assert line.ask("GET", target, headers).status == 404

    return ask


def _guessed(one: list[float], other: list[float]) -> float:
    """How often the slower of two answers is the same one (Mann-Whitney), at best a half."""
    ranked = sorted(other)
    below = sum(bisect_left(ranked, x) + bisect_right(ranked, x) for x in one) / 2
    share = below / (len(one) * len(other))
    return max(share, 1 - share)


BENCHES = [
    Bench(
        name="absent-or-not-yours",
        title="Guessing by the time of a 404 whether a thing of another organisation is there",
        goal=Goal("<=", 58),
        unit="%",
        peer="an identifier that names nothing, in the same run: 50 % tells nothing",
        run=absent_or_not_yours,
    ),
]
