"""The groups of a consultation as voices of a weighing: orders of single people, never a mean."""

from collections.abc import Sequence

from synergie.lighting.plan.consultation._shown import (
    select_counted_answers,
    select_visible_answers,
)
from synergie.lighting.records.consultation import ConsultAnswer, Consultation
from synergie.lighting.records.weighing import GroupKind, GroupVoice, ValueBounds

TOGETHER = "reponses-ensemble"
"""Key of those that are not shown apart, together."""
_TOGETHER_NAME = "Autres réponses, ensemble"
_SHOWN = "étendue montrée à toutes et tous sur le formulaire de la consultation"


def voices(
    consultation: Consultation, answers: Sequence[ConsultAnswer], *, by_commune: bool = True
) -> tuple[GroupVoice, ...]:
    """A voice for each group, and each group in one commune, that may be shown apart.

    All others have one together.
    Ballots are sorted: their order tells nothing of who came when. Blank forms are left out.
    Empty when fewer than ten people answered.
    """
    found = select_visible_answers(
        select_counted_answers(answers), [one.group for one in consultation.groups]
    )
    made = []
    for one in consultation.groups:
        if one.group in found.groups:
            rows = found.groups[one.group]
            made.append(_build_group_voice(consultation, (one.group, one.kind, one.name), rows))
        for commune in consultation.communes if by_commune else ():
            rows = found.communes.get((one.group, commune), ())
            if rows:
                name = f"{one.name} ({commune})"[:200]
                key = f"{one.group[:58]}.{commune}"
                voice = _build_group_voice(consultation, (key, one.kind, name), rows)
                made.append(voice.model_copy(update={"insee_code": commune}))
    if found.together:
        made.append(
            _build_group_voice(consultation, (TOGETHER, "other", _TOGETHER_NAME), found.together)
        )
    return tuple(made)


def scales(consultation: Consultation) -> tuple[ValueBounds, ...]:
    """The ranges that people saw, as the fixed scales of a weighing.

    Weights that were said over a range hold for that range: on other scales the same weights would
    mean something else. The form fixed them, so that a further scenario changes none.
    """
    return tuple(
        ValueBounds(
            criterion=one.criterion, worst=one.worst, best=one.best,
            source=f"{_SHOWN} {consultation.id}, {consultation.title}",
        )
        for one in consultation.questions
    )  # fmt: skip


def _build_group_voice(
    consultation: Consultation, who: tuple[str, GroupKind, str], rows: Sequence[ConsultAnswer]
) -> GroupVoice:
    key, kind, name = who
    days = f"{consultation.opens.isoformat()}/{consultation.closes.isoformat()}"
    return GroupVoice(
        group=key, kind=kind, name=name, ballots=tuple(sorted(one.order for one in rows)),
        respondents=len(rows), source=f"{consultation.id}, {days}, {consultation.title}",
    )  # fmt: skip
