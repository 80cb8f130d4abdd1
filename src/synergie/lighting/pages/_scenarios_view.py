"""What the pages about joint lighting studies show: every text ready to print."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from synergie.lighting.exchange.plan_pages_lighting import SharedStudy, StudyPageData
from synergie.lighting.policy.lighting import ACTS as STUDY_ACTS
from synergie.lighting.records.part import StudyPart
from synergie.lighting.reports.words import (
    describe_criterion,
    format_bare_value,
    format_indicator_unit,
)
from synergie.server.pages import words as _words
from synergie.server.pages.plans_view import SideRow, StepRow
from synergie.server.pages.plans_words import (
    ACTS,
    STANDINGS,
    Pair,
    describe_answer,
    describe_closed_reason,
    format_count,
    format_table_day,
    format_word_list,
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


def describe_study_count(found: Sequence[SharedStudy], visit: Visit) -> str:
    """How many studies there are, and where they stand."""
    total = format_count(visit, len(found), ("étude", "study"), ("études", "studies"))
    states = Counter[str](one.item.state for one in found)
    told = [
        f"{_words.format_page_number(visit.lang, states[key])} {visit.say(*_COUNTED[key])}"
        for key in STATES
        if states[key]
    ]
    return f"{total}{visit.say(' : ', ': ')}{' ; '.join(told)}."


def build_study_row(one: SharedStudy, visit: Visit) -> StudyRow:
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
        bodies=_words.format_page_number(visit.lang, item.n_bodies),
        retained=visit.say("aucun", "none") if item.scenario is None else item.scenario.upper(),
        proposed=format_table_day(visit, told[-1]) if told else visit.say("pas encore", "not yet"),
    )


def iterate_study_sides(one: StudyPageData, visit: Visit) -> Iterator[SideRow]:
    """Those that take part, as far as the reader may see."""
    for each in one.sides:
        standing = visit.say(*STANDINGS[each.body.standing])
        why = describe_closed_reason(visit, each.body.reason)
        yield SideRow(
            name=each.name,
            standing=f"{standing}{visit.say(' : ', ': ')}{why}" if why else standing,
            answer=_describe_side_statement(one, each.spoke, each.answer, visit),
        )


def _describe_side_statement(
    one: StudyPageData,
    spoke: bool | None,  # noqa: FBT001
    answer: object,
    visit: Visit,
) -> str:
    if one.shared.current is None or spoke is None:
        return ""
    voice = (
        visit.say("voix donnée", "voice given")
        if spoke
        else visit.say("pas encore de voix", "no voice")
    )
    return f"{voice} ; {describe_answer(visit, answer)}"


def iterate_comparison_rows(one: StudyPageData, visit: Visit) -> Iterator[ComparisonRow]:
    """The comparisons, newest first, each with the one to hold it against."""
    for n, each in enumerate(one.comparisons):
        earlier = one.comparisons[n + 1].id if n + 1 < len(one.comparisons) else None
        gone = format_word_list(
            visit, (f"{key} ({describe_closed_reason(visit, why)})" for key, why in each.missing)
        )
        yield ComparisonRow(
            id=each.id,
            made=format_table_day(visit, each.kept_at),
            proposed=format_table_day(visit, each.proposed_at)
            if each.proposed_at
            else visit.say("non", "no"),
            missing=gone or visit.say("personne", "nobody"),
            word=_describe_comparison_state(one.shared, each.id, visit),
            other=earlier,
            acts=tuple(iterate_comparison_acts(one.shared, each.id, visit)),
        )


def _describe_comparison_state(one: SharedStudy, comparison: str, visit: Visit) -> str:
    if comparison == one.item.proposed:
        return visit.say("proposée", "proposed")
    retained = comparison == one.item.comparison
    return (
        visit.say("un scénario en est retenu", "a scenario of it is retained") if retained else ""
    )


def iterate_comparison_acts(
    one: SharedStudy, comparison: str, visit: Visit
) -> Iterator[tuple[str, str]]:
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


def iterate_step_rows(one: StudyPageData, visit: Visit) -> Iterator[StepRow]:
    """Its past, newest first."""
    for each in reversed(one.shared.item.history):
        told = visit.say(*ACTS[each.act])
        what = f"{told} ({each.scenario.upper()})" if each.scenario else told
        yield StepRow(at=_words.format_page_moment(visit.lang, each.at), act=what)


def list_voice_swings(part: StudyPart, visit: Visit) -> list[Swing]:
    """The criteria that a voice puts in order, each with its fixed scale."""
    told = {one.criterion: one for one in part.view.criteria}
    return [
        Swing(
            criterion=one.criterion,
            name=describe_criterion(one.criterion),
            swing=visit.say(
                "de {} à {} {}",
                "from {} to {} {}",
                format_bare_value(one.criterion, one.worst),
                format_bare_value(one.criterion, one.best),
                format_indicator_unit(told[one.criterion]) if one.criterion in told else "",
            ),
        )
        for one in part.view.bounds
    ]
