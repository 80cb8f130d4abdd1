"""The part of docs/formats/tables.md that the run writes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.tables_corpus.figures import FAULTS, faults, measures
from tests.tables_corpus.judge import Judged

PAGE = Path(__file__).resolve().parents[2] / "docs" / "formats" / "tables.md"
HEAD = "## Judged by tables of known truth"
_INTRO = (
    "{n} tables are made from grammars of layouts, units, locales and traps, the same at each run,"
    " each with its known figures (`tests/tables_corpus`). Each goes through the door as whoever"
    " has it would: what is asked is answered with the truth where the owner of the file knows it,"
    " then what would be stored is held against the truth. A file that nobody can understand must"
    " stop. `python -m tests.tables_corpus` runs it and writes this part; a test refuses any class"
    " that gets worse."
)
_WORDS = {
    "silent": "wrong, unsaid",
    "crash": "crash",
    "lost": "dropped, unsaid",
    "untold": "not said",
    "weak": "said, not stopped",
    "asks": "asks in vain",
    "refused": "refused",
}


def lines(found: Sequence[Judged]) -> Iterator[str]:
    """The part, line by line."""
    yield from (HEAD, "", _INTRO.format(n=len(found)), "")
    yield from ("| measure | goal | found |", "|---|---|---|")
    yield from (f"| {what} | {goal} | {told} |" for what, goal, told in measures(found))
    yield from ("", "What is not right, by class:", "")
    yield f"| class | files | {' | '.join(_WORDS[one] for one in FAULTS)} |"
    yield "|---|" + "---|" * (len(FAULTS) + 1)
    of = Counter(f"{one.case.group}: {one.case.kind}" for one in found)
    for kind, told in faults(found).items():
        cells = (str(told.get(one, "")) for one in FAULTS)
        yield f"| {kind} | {of[kind]} | {' | '.join(cells)} |"


def write(found: Sequence[Judged]) -> None:
    """Puts the part in place of the one before, at the end of the page."""
    kept, _head, _old = PAGE.read_text().partition(HEAD)
    PAGE.write_text(kept.rstrip() + "\n\n" + "\n".join(lines(found)) + "\n")
