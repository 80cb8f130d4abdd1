"""What the corpus shows of our door: figures by class, and what must not get worse."""

import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tests.tables_corpus.judge import Judged, Verdict, judged
from tests.tables_corpus.made import corpus
from tests.tables_corpus.truth import Case

CEILING = Path(__file__).with_name("ceiling.json")
FAULTS: tuple[Verdict, ...] = ("silent", "crash", "lost", "untold", "weak", "asks", "refused")
"""Worst first."""

type Faults = dict[str, dict[str, int]]
"""Class → fault → files."""


def judge_all(cases: Iterable[Case] | None = None) -> list[Judged]:
    """Every file of the corpus, judged."""
    with tempfile.TemporaryDirectory() as folder:
        return [judged(case, Path(folder)) for case in (corpus() if cases is None else cases)]


def faults(found: Sequence[Judged]) -> Faults:
    """What is not right, by class; a class without a fault is not in it."""
    made: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in found:
        if not one.good:
            made[f"{one.case.group}: {one.case.kind}"][one.verdict] += 1
    return {kind: dict(sorted(told.items())) for kind, told in sorted(made.items())}


def worse(now: Faults, before: Mapping[str, Mapping[str, int]]) -> list[str]:
    """The classes where a fault, or a graver one, is more frequent than before."""
    told = []
    for kind, found in now.items():
        known = before.get(kind, {})
        for rank, fault in enumerate(FAULTS):
            graver = FAULTS[: rank + 1]
            n, most = (sum(of.get(one, 0) for one in graver) for of in (found, known))
            if n > most:
                told.append(f"{kind}: {n} {fault} or worse, {most} before")
                break
    return told


def recorded() -> Faults:
    """The faults of the last recorded run."""
    told: Faults = json.loads(CEILING.read_text())
    return told


def record(now: Faults) -> None:
    """Keeps *now* as what must not get worse."""
    CEILING.write_text(json.dumps(now, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def share(some: Sequence[Judged], most: int) -> str:
    """How many of *some* are right with at most *most* questions, in percent."""
    right = sum(one.good and len(one.asked) <= most for one in some)
    return f"{100 * right / max(1, len(some)):.1f} %"


def measures(found: Sequence[Judged]) -> list[tuple[str, str, str]]:
    """What is measured, the goal, what was found."""
    of = {
        group: [one for one in found if one.case.group == group]
        for group in ("ordinary", "trap", "foreign")
    }
    asking = [len(one.asked) for one in found if one.asked]
    count = Counter(one.verdict for one in found)
    books = [one for one in found if one.case.workbook]
    twins = [one for one in found if one.case.rule is not None]
    right = sum(one.good for one in twins)
    return [
        ("a wrong figure that nobody was told of", "0", str(count["silent"])),
        ("crash", "0", str(count["crash"])),
        ("a figure neither kept nor asked about", "0", str(count["lost"])),
        ("said where it had to stop, or not said", "0", str(count["weak"] + count["untold"])),
        ("ordinary, right without a question", "≥ 95 %", share(of["ordinary"], 0)),
        ("ordinary, right with at most one", "≥ 98 %", share(of["ordinary"], 1)),
        ("traps, right with at most one", "≥ 75 %", share(of["trap"], 1)),
        ("other countries, right with at most two", "", share(of["foreign"], 2)),
        ("workbooks, right with at most one", "", share(books, 1)),
        ("rules and their twins, as they should be", "all", f"{right} of {len(twins)}"),
        ("questions of a file that asks", "≤ 1.3", f"{sum(asking) / max(1, len(asking)):.2f}"),
    ]  # fmt: skip
