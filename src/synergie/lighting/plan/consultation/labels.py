"""What criteria are called before people, in French and in English: the shipped table."""

from functools import lru_cache
from typing import Literal, NamedTuple, cast

from synergie.formats.csv_text import shipped_rows
from synergie.lighting.records.effects import LightingCriterion

type Language = Literal["fr", "en"]

LETTERS = "ABCDEFGHIJKLM"
"""What questions are called on the form and in the columns of answers, in their order."""


class Label(NamedTuple):
    """A criterion in the words of daily life."""

    name: str
    unit: str
    explained: str
    decimals: int
    """How many its figures are shown with."""


@lru_cache(maxsize=2)
def read_criterion_labels(language: Language) -> dict[LightingCriterion, Label]:
    """Labels of all criteria that can be asked, in *language*."""
    return {
        cast("LightingCriterion", row["criterion"]): Label(
            row[f"label_{language}"], row[f"unit_{language}"], row[f"explained_{language}"],
            int(row["decimals"]),
        )
        for row in shipped_rows("synergie.lighting.plan.consultation", "labels.csv")
    }  # fmt: skip
