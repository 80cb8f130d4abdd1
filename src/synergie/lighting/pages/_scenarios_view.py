"""What the pages about joint lighting studies show: every text ready to print."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from synergie.lighting.exchange.plan_pages_lighting import OneStudy, SharedStudy
from synergie.lighting.policy.lighting import ACTS as STUDY_ACTS
from synergie.lighting.records.part import StudyPart
from synergie.lighting.reports.words import bare, named, unit
from synergie.server.pages import words as _words
from synergie.server.pages.plans_view import SideRow, StepRow
from synergie.server.pages.plans_words import (
    ACTS,
    STANDINGS,
    Pair,
    answered,
    counted,
    day,
    listed,
    reason,
)
from synergie.server.pages.visit import Shape, Visit

_COUNTED: dict[str, Pair] = {
    "open": ("en préparation", "in preparation"),
    "proposed": ("dont les voix sont attendues", "whose voices are awaited"),
    "collected": ("où chacun répond", "where each one answers"),
    "adopted": ("dont un scénario est retenu", "of which a scenario is retained"),
    "closed": ("close", "closed"),
}
STATES: dict[str, tuple[Pair, Shape]] = {
    "open": (("en préparation", "in preparation"), "plain"),
    "proposed": (("voix attendues", "voices awaited"), "late"),
    "collected": (
        ("recueil des voix clos, chacun répond", "voices collected, each answers"),
        "late",
    ),
    "adopted": (("un scénario est retenu", "a scenario is retained"), "fresh"),
    "closed": (("close", "closed"), "plain"),
}
"""Where a study stands: a word and its shape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyRow:
    """One study in the list."""

    id: str
    name: str
    state: str
    shape: Shape
    leader: str
    bodies: str
    retained: str
    proposed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRow:
    """One comparison that was made."""

    id: str
    made: str
    proposed: str
    missing: str
    word: str
    other: str | None
    acts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """One criterion of the form of a voice: from its worst to its best."""

    criterion: str
    name: str
    swing: str


def sentence(found: Sequence[SharedStudy], visit: Visit) -> str:
    """How many studies there are, and where they stand."""
    total = counted(visit, len(found), ("étude", "study"), ("études", "studies"))
    states = Counter[str](one.item.state for one in found)
    told = [
        f"{_words.number(visit.lang, states[key])} {visit.say(*_COUNTED[key])}"
        for key in STATES
        if states[key]
    ]
    return f"{total}{visit.say(' : ', ': ')}{' ; '.join(told)}."


def row(one: SharedStudy, visit: Visit) -> StudyRow:
    """One study as the list tells it."""
    item = one.item
    told = [step.at for step in item.history if step.act == "propose"]
    words, shape = STATES[item.state]
    return StudyRow(
        id=item.id,
        name=item.record.name,
        state=visit.say(*words),
        shape=shape,
        leader=visit.say("vous", "you") if one.leads else one.leader,
        bodies=_words.number(visit.lang, item.n_bodies),
        retained=visit.say("aucun", "none") if item.scenario is None else item.scenario.upper(),
        proposed=day(visit, told[-1]) if told else visit.say("pas encore", "not yet"),
    )


def sides(one: OneStudy, visit: Visit) -> Iterator[SideRow]:
    """Those that take part, as far as the reader may see."""
    for each in one.sides:
        standing = visit.say(*STANDINGS[each.body.standing])
        why = reason(visit, each.body.reason)
        yield SideRow(
            name=each.name,
            standing=f"{standing}{visit.say(' : ', ': ')}{why}" if why else standing,
            answer=_said(one, each.spoke, each.answer, visit),
        )


def _said(one: OneStudy, spoke: bool | None, answer: object, visit: Visit) -> str:  # noqa: FBT001
    if one.shared.current is None or spoke is None:
        return ""
    voice = (
        visit.say("voix donnée", "voice given")
        if spoke
        else visit.say("pas encore de voix", "no voice")
    )
    return f"{voice} ; {answered(visit, answer)}"


def comparisons(one: OneStudy, visit: Visit) -> Iterator[ComparisonRow]:
    """The comparisons, newest first, each with the one to hold it against."""
    for n, each in enumerate(one.comparisons):
        earlier = one.comparisons[n + 1].id if n + 1 < len(one.comparisons) else None
        gone = listed(visit, (f"{key} ({reason(visit, why)})" for key, why in each.missing))
        yield ComparisonRow(
            id=each.id,
            made=day(visit, each.kept_at),
            proposed=day(visit, each.proposed_at) if each.proposed_at else visit.say("non", "no"),
            missing=gone or visit.say("personne", "nobody"),
            word=_now(one.shared, each.id, visit),
            other=earlier,
            acts=tuple(acts(one.shared, each.id, visit)),
        )


def _now(one: SharedStudy, comparison: str, visit: Visit) -> str:
    if comparison == one.item.proposed:
        return visit.say("proposée", "proposed")
    retained = comparison == one.item.comparison
    return (
        visit.say("un scénario en est retenu", "a scenario of it is retained") if retained else ""
    )


def acts(one: SharedStudy, comparison: str, visit: Visit) -> Iterator[tuple[str, str]]:
    """What the coordinator may do with a comparison now, for who may write."""
    if not one.leads or not visit.may("lighting-studies:write"):
        return
    state, is_proposed = one.item.state, one.item.proposed == comparison
    if not is_proposed and (state, "propose") in STUDY_ACTS:
        yield "propose", visit.say("Proposer…", "Propose…")
    if is_proposed and (state, "collect") in STUDY_ACTS:
        yield "collect", visit.say("Clore le recueil des voix…", "Take no more voices…")
    if is_proposed and (state, "adopt") in STUDY_ACTS:
        yield "adopt", visit.say("Retenir un scénario…", "Retain a scenario…")


def steps(one: OneStudy, visit: Visit) -> Iterator[StepRow]:
    """Its past, newest first."""
    for each in reversed(one.shared.item.history):
        told = visit.say(*ACTS[each.act])
        what = f"{told} ({each.scenario.upper()})" if each.scenario else told
        yield StepRow(at=_words.moment(visit.lang, each.at), act=what, plan=each.comparison)


def swings(part: StudyPart, visit: Visit) -> list[Swing]:
    """The criteria that a voice puts in order, each with its fixed scale."""
    told = {one.criterion: one for one in part.view.criteria}
    return [
        Swing(
            criterion=one.criterion,
            name=named(one.criterion),
            swing=visit.say(
                "de {} à {} {}",
                "from {} to {} {}",
                bare(one.criterion, one.worst),
                bare(one.criterion, one.best),
                unit(told[one.criterion]) if one.criterion in told else "",
            ),
        )
        for one in part.view.bounds
    ]
