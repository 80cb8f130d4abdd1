"""A campaign of faults: `python -m tests.faults.campaign [--deep] [--engine E] [--out FILE]`.

A server takes readings from three senders while it is killed, while its power is cut (what was
not synced is gone, or torn sector by sector) and while its disk answers EIO. Then what was
acknowledged is read back: nothing lost, nothing doubled, nothing made up.

`--deep`: 20 rounds, each with an empty store and a seed of its own, 1,000 kills and 200 power cuts
and failing disks in all, which takes hours. The file is written after each round (usually
`docs/reference/faults.json`), and the same command goes on with it. `--engine postgresql` kills
the server on databases of the PostgreSQL at `SYNERGIE_TEST_POSTGRES`, 1,000 times; its disk is its
own, so no power is cut there.
"""

import argparse
import json
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from secrets import randbits
from tempfile import TemporaryDirectory
from typing import Any, Literal, Self

from tests.databases import postgres
from tests.faults.strikes import Fault, Round, play_round

type Engine = Literal["sqlite", "postgresql"]

ROOT = Path(__file__).resolve().parents[2]
_FEW: Mapping[Engine, Mapping[Fault, int]] = {
    "sqlite": {"kill": 6, "cut": 4, "torn": 4, "eio": 2},
    "postgresql": {"kill": 6},
}
_DEEP: Mapping[Engine, Mapping[Fault, int]] = {
    "sqlite": {"kill": 50, "cut": 5, "torn": 4, "eio": 1},
    "postgresql": {"kill": 50},
}
_ROUNDS = 20


@dataclass(frozen=True)
class Figures:
    """The sums of the rounds so far. `broken` says of a round that failed its seed and what."""

    rounds: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    starts: int = 0
    seeds: list[int] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def plus(self, one: Round) -> Self:
        """With what *one* round found."""
        return replace(
            self,
            rounds=self.rounds + 1,
            faults=dict(Counter(self.faults) + Counter(one.faults)),
            acknowledged=self.acknowledged + one.acknowledged,
            lost=self.lost + one.lost,
            doubled=self.doubled + one.doubled,
            starts=self.starts + one.starts,
            seeds=[*self.seeds, one.seed],
        )


@dataclass(frozen=True)
class Record:
    """The file of campaigns: for each engine the commit it was played at, the day and the figures.

    What one engine has stays when another is played, at a later commit, too.
    """

    path: Path
    commit: str

    def read(self, engine: Engine) -> Figures:
        """The figures of *engine* so far; SystemExit when they are of another commit."""
        found = self._engines().get(engine)
        if found is None:
            return Figures()
        played = found.pop("commit", None)
        if played != self.commit:
            raise SystemExit(
                f"{self.path}: {engine} is of commit {played}, this is {self.commit}: "
                f"take {engine} out of it to begin anew, or name another --out"
            )
        return Figures(**{name: told for name, told in found.items() if name != "at"})

    def write(self, engine: Engine, figures: Figures) -> None:
        """Put *figures* in the place of what *engine* had."""
        day = datetime.fromtimestamp(time.time(), UTC).date().isoformat()
        told = {"commit": self.commit, "at": day, **asdict(figures)}
        text = json.dumps({"engines": self._engines() | {engine: told}}, indent=2)
        whole = self.path.with_suffix(".part")  # a campaign may be killed, too
        whole.write_text(text + "\n", encoding="utf-8")
        whole.replace(self.path)

    def _engines(self) -> dict[str, dict[str, Any]]:
        if not self.path.exists():
            return {}
        engines: dict[str, dict[str, Any]] = json.loads(self.path.read_text(encoding="utf-8"))[
            "engines"
        ]
        return engines


def continue_campaign(
    record: Record, engine: Engine, rounds: int, play: Callable[[int], Round]
) -> Figures:
    """Play what is missing of *rounds* by *play*, which is given a seed; write after each."""
    figures = record.read(engine)
    while figures.rounds < rounds:
        seed = randbits(32)
        try:
            figures = figures.plus(play(seed))
        except Exception as error:
            said = f"seed {seed}: {type(error).__name__}: {str(error)[:200]}"
            record.write(engine, replace(figures, broken=[*figures.broken, said]))
            raise
        record.write(engine, figures)
    return figures


def main() -> None:
    """Run it, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deep", action="store_true")
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--seed", type=int, help="play one round of this seed, write nothing")
    chosen = parser.parse_args()
    engine: Engine = chosen.engine
    faults = (_DEEP if chosen.deep else _FEW)[engine]

    def play(seed: int) -> Round:
        base = postgres() if engine == "postgresql" else nullcontext()
        with TemporaryDirectory() as folder, base as url:
            return play_round(faults, Path(folder), seed=seed, postgres=url)

    figures: Round | Figures
    if chosen.seed is not None:
        figures = play(chosen.seed)
    elif chosen.deep or chosen.out:
        path = chosen.out or ROOT / "docs" / "reference" / "faults.json"
        figures = continue_campaign(
            Record(path, _commit()), engine, _ROUNDS if chosen.deep else 1, play
        )
    else:
        figures = play(randbits(32))
    print(json.dumps(asdict(figures), indent=2))  # noqa: T201 (a command)


def _commit() -> str:
    """Of this tree; `-modified` when what is run is not what was committed."""
    git = ["git", "-C", str(ROOT)]
    head = subprocess.check_output([*git, "rev-parse", "HEAD"], text=True).strip()
    changed = subprocess.check_output([*git, "status", "--porcelain", "--", "src", "tests"])
    return f"{head}-modified" if changed else head


if __name__ == "__main__":
    main()
