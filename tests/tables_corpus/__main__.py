"""Judge the corpus, print what is not right, write the figures into docs/formats/tables.md.

`python -m tests.tables_corpus [--record] [WORD…]` at the root of the project; with words, only the
classes that have one of them are judged, and nothing is written. `--record`: what is worse than
before is recorded, as after new files.
"""

import sys

from tests.tables_corpus import page
from tests.tables_corpus.figures import faults, judge_all, measures, record, recorded, worse
from tests.tables_corpus.made import corpus


def main(words: list[str]) -> int:
    """Exit 1 when a class is worse than recorded; then the record is left as it is."""
    words, anyhow = [word for word in words if word != "--record"], "--record" in words
    cases = corpus()
    some = [case for case in cases if any(word in case.kind for word in words)] if words else cases
    found = judge_all(some)
    say = sys.stdout.write
    for one in found:
        if not one.good:
            case = one.case
            say(f"{one.verdict:8} {case.group}: {case.kind}: {case.file} {one.asked} {one.why}\n")
    if words:
        return 0
    for what, goal, told in measures(found):
        say(f"{what}: {told} (goal: {goal or 'none'})\n")
    now = faults(found)
    lost = worse(now, recorded())
    if lost and not anyhow:
        say("\n".join(["worse than recorded:", *lost, ""]))
        return 1
    record(now)
    page.write(found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
