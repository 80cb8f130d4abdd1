"""The data policy that an assembly can vote: one French text, as a page and as a file to fill in.

A template: what stands between square brackets is the assembly's to fill in. The software informs;
the organisation decides, and has it read by its counsel (docs/explanation/data-policy.md, which
holds the same text).
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

type Role = Literal["title", "article", "text", "points"]


@dataclass(frozen=True, slots=True)
class Part:
    """One block of the text. `lines`: one, or the items of a list."""

    role: Role
    lines: tuple[str, ...]


def read_policy_markdown() -> str:
    """The whole deliberation as Markdown: to be filled in and put on the agenda."""
    folder = files("synergie.server.pages").joinpath("templates")
    return folder.joinpath("deliberation.md").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def parse_policy_parts() -> tuple[Part, ...]:
    """The same, block by block, to be drawn: it uses headings, paragraphs and lists only."""
    return tuple(
        _parse_policy_part(block) for block in read_policy_markdown().strip().split("\n\n")
    )


def _parse_policy_part(block: str) -> Part:
    if block.startswith("- "):
        return Part("points", tuple(line.removeprefix("- ") for line in block.splitlines()))
    for role, mark in _MARKS:
        if block.startswith(mark):
            return Part(role, (block.removeprefix(mark),))
    return Part("text", (block,))


_MARKS: tuple[tuple[Role, str], ...] = (("article", "## "), ("title", "# "))
