"""What criteria are called before people, in French and in English: the shipped table."""

import csv
from functools import lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple, cast

from synergie.schemas.lighting_effects import LightingCriterion

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
def labels(language: Language) -> dict[LightingCriterion, Label]:
    """Labels of all criteria that can be asked, in *language*."""
    text = files("synergie.scenarios.consultation").joinpath("labels.csv").read_text("utf-8")
    return {
        cast("LightingCriterion", row["criterion"]): Label(
            row[f"label_{language}"], row[f"unit_{language}"], row[f"explained_{language}"],
            int(row["decimals"]),
        )
        for row in csv.DictReader(text.splitlines(), delimiter=";")
    }  # fmt: skip
