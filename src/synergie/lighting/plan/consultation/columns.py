"""Columns of answers: what the form writes and what is read back, by letters of the questions."""

from collections.abc import Mapping, Sequence

from synergie.formats.values import normalize_column_name
from synergie.lighting.plan.consultation.labels import LETTERS
from synergie.lighting.records.consultation import Consultation
from synergie.lighting.records.effects import LightingCriterion

WHO = ("consultation", "numero", "groupe", "commune")
REMARK = "remarque"

type Meaning = tuple[str, LightingCriterion | None]
"""What a column holds: `rang` or `points` of a criterion, or one of `WHO` or `REMARK`."""


def list_answer_columns(consultation: Consultation) -> tuple[str, ...]:
    """The head of the file of answers: `rang_A`, `points_A`, … by letters of the questions."""
    letters = LETTERS[: len(consultation.questions)]
    asked = (name for letter in letters for name in (f"rang_{letter}", f"points_{letter}"))
    return (*WHO, *asked, REMARK)


def map_head_meanings(consultation: Consultation) -> Mapping[str, Meaning]:
    """Each head that is understood, plain: by letter, by criterion, or by label."""
    found: dict[str, Meaning] = {
        normalize_column_name(name): (name, None) for name in (*WHO, REMARK)
    }
    for letter, question in zip(LETTERS, consultation.questions, strict=False):
        for name in (question.label, question.criterion, letter):
            for kind in ("rang", "points"):
                found[normalize_column_name(f"{kind}_{name}")] = (kind, question.criterion)
    return found


def is_head(cells: Sequence[str]) -> bool:
    """Whether a row is a head: files of several forms put together repeat it."""
    names = {normalize_column_name(cell) for cell in cells}
    return {"consultation", "numero"} <= names
