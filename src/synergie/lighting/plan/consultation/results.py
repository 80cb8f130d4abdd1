"""What may be told of a consultation: groups large enough, and how far it stands for people."""

from collections.abc import Iterator, Sequence

from synergie.lighting.plan.consultation import _text as text
from synergie.lighting.plan.consultation._shown import (
    VisibleAnswers,
    select_counted_answers,
    select_visible_answers,
)
from synergie.lighting.plan.consultation.answers import AnswersRead
from synergie.lighting.records.consultation import (
    LEAST_GROUP,
    ConsultAnswer,
    Consultation,
    ConsultationResult,
    GroupAnswers,
)
from synergie.lighting.records.effects import LightingCriterion
from synergie.schemas.plan import Phrase

_DIGITS = 3


def result(consultation: Consultation, read: AnswersRead) -> ConsultationResult:
    """The answers by group and commune, as far as they may be shown.

    Each shown group has at least ten answers, and so has what is left when shown ones are taken
    from the total or from one another; all that is not shown apart is told together. A question
    that a form leaves unranked has the mean of the ranks that are left.
    """
    told = select_counted_answers(read.answers)
    found = select_visible_answers(told, [one.group for one in consultation.groups])
    return ConsultationResult(
        consultation=consultation.id, answers=len(told), blank=len(read.answers) - len(told),
        doubles=read.doubles, refused=len(read.refused),
        groups=tuple(_iterate_group_answers(consultation, found)),
        notes=(*_iterate_result_notes(consultation, found, len(told)), *read.notes),
    )  # fmt: skip


def _iterate_group_answers(
    consultation: Consultation, found: VisibleAnswers
) -> Iterator[GroupAnswers]:
    asked = [question.criterion for question in consultation.questions]
    for one in consultation.groups:
        rows = found.groups.get(one.group)
        if rows is not None:
            yield _build_group_answers(asked, rows, (one.group, None), one.population)
        for commune in consultation.communes:
            part = found.communes.get((one.group, commune))
            if part is not None:
                yield _build_group_answers(asked, part, (one.group, commune))
    if found.together:
        yield _build_group_answers(asked, found.together, (None, None))


def _build_group_answers(
    asked: Sequence[LightingCriterion],
    rows: Sequence[ConsultAnswer],
    who: tuple[str | None, str | None],
    people: int | None = None,
) -> GroupAnswers:
    n = len(rows)
    ranks = [_compute_answer_ranks(asked, one.order) for one in rows]
    return GroupAnswers(
        group=who[0], insee_code=who[1], answers=n,
        rate=round(n / people, _DIGITS) if people and n <= people else None,
        first=tuple(
            round(sum(one.order[0] == name for one in rows) / n, _DIGITS) for name in asked
        ),
        mean_rank=tuple(
            round(sum(one[place] for one in ranks) / n, _DIGITS) for place in range(len(asked))
        ),
    )  # fmt: skip


def _compute_answer_ranks(
    asked: Sequence[LightingCriterion], order: Sequence[LightingCriterion]
) -> list[float]:
    """The rank of each question; those left blank share what is left."""
    rest = (len(order) + 1 + len(asked)) / 2
    places = {name: float(rank) for rank, name in enumerate(order, start=1)}
    return [places.get(name, rest) for name in asked]


def _iterate_result_notes(
    consultation: Consultation, found: VisibleAnswers, n: int
) -> Iterator[Phrase]:
    yield Phrase(text=text.CHOSEN, values=(str(n),))
    if 0 < n < LEAST_GROUP:
        yield Phrase(text=text.TOO_FEW, values=(str(LEAST_GROUP),))
        return
    if found.hidden_groups:
        values = (str(found.hidden_groups), str(LEAST_GROUP))
        yield Phrase(text=text.HIDDEN, values=values)
    if found.hidden_communes:
        yield Phrase(text=text.HIDDEN_COMMUNES, values=(str(found.hidden_communes),))
    if found.together:
        yield Phrase(text=text.ALL_TOGETHER)
    yield from _iterate_representation_notes(consultation, found)


def _iterate_representation_notes(
    consultation: Consultation, found: VisibleAnswers
) -> Iterator[Phrase]:
    """The part of each shown group in answers and in people: who is heard more than others."""
    groups = [one for one in consultation.groups if one.group in found.groups]
    counted = [one for one in groups if one.population]
    answers = sum(len(found.groups[one.group]) for one in counted)
    people = sum(one.population or 0 for one in counted)
    for one in groups:
        mine = len(found.groups[one.group])
        if not one.population:
            yield Phrase(text=text.UNKNOWN_PEOPLE, values=(one.name,))
        elif mine > one.population:
            yield Phrase(text=text.MORE_THAN_PEOPLE, values=(one.name,))
        elif len(counted) > 1:
            parts = (f"{100 * mine / answers:.1f}", f"{100 * one.population / people:.1f}")
            yield Phrase(text=text.SHARE_OF, values=(one.name, *parts))
    missing = len(consultation.groups) - len(groups)
    if missing:
        yield Phrase(text=text.MISSING, values=(str(missing),))
