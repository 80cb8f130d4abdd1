"""Votes added up by category, and what was set aside on the way."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from synergie.lighting.plan.evidence import _text as text
from synergie.lighting.records.weighing import CategoryVotes
from synergie.schemas.plan import Phrase

NONE = "sans catégorie"
"""Where projects without a category count: French, as what is published."""
_LONGEST = 200


@dataclass(slots=True)
class Tally:
    """Projects and the ballots on them."""

    categories: Mapping[str, Sequence[str]]
    """Project → the categories it is in, as the platform names them."""
    lost: frozenset[str] = frozenset()
    """Projects that the file has in a row that could not be read."""
    votes: Counter[str] = field(default_factory=Counter)
    """Votes or points of each project."""
    voters: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    """How often each remark was made."""
    _seen: dict[str, Sequence[tuple[str, int]]] = field(default_factory=dict)

    def ballot(self, voter: str, given: Sequence[tuple[str, int]]) -> None:
        """Count one ballot of (project, points).

        Set aside and counted apart: a voter who has voted, no project, a project nobody knows.
        """
        here = [one for one in given if one[0] not in self.lost]
        self.notes[text.LOST] += len(given) - len(here)
        if not given:
            self.notes[text.EMPTY] += 1
        elif not here or any(project not in self.categories for project, _ in here):
            self.notes[text.UNKNOWN_PROJECT] += 1
        elif voter in self._seen:
            self.notes[text.TWICE] += 1
            self.notes[text.TWICE_OTHERWISE] += sorted(self._seen[voter]) != sorted(given)
        else:
            self._seen[voter] = given
            self.voters += 1
            for project, points in here:
                self.votes[project] += points

    def rows(self) -> tuple[CategoryVotes, ...]:
        """Votes by category, the most first; those of projects without one at the end."""
        votes: Counter[str] = Counter()
        projects: Counter[str] = Counter()
        for project, names in self.categories.items():
            for name in dict.fromkeys(names) or [NONE]:
                votes[_format_display_name(name)] += self.votes[project]
                projects[_format_display_name(name)] += 1
        order = sorted(projects, key=lambda name: (name == NONE, -votes[name], name))
        return tuple(
            CategoryVotes(category=name, votes=votes[name], projects=projects[name])
            for name in order
        )

    def list_caveats(self) -> tuple[Phrase, ...]:
        """What must be known of these figures."""
        several = sum(len(set(names)) > 1 for names in self.categories.values())
        without = sum(not names for names in self.categories.values())
        counts = {**self.notes, text.SEVERAL: several, text.NO_CATEGORY: without}
        return tuple(Phrase(text=told, values=(str(n),)) for told, n in counts.items() if n)


def _format_display_name(name: str) -> str:
    """A name that any page can hold: one line, at most 200 characters."""
    line = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(line.split())[:_LONGEST].strip() or NONE
