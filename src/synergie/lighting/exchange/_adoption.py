"""What a comparison must be when bodies are to speak of it, and when a scenario is retained."""

from synergie.errors import BadInput, Conflict, NotFound
from synergie.lighting.exchange import _inputs as _lighting_inputs
from synergie.lighting.policy.lighting import times_collected
from synergie.lighting.policy.weighing_view import MOST_COLLECTED
from synergie.lighting.records.exchange import JointStudyAct, JointStudyActRequest
from synergie.lighting.records.kept import KeptComparison
from synergie.lighting.storage import comparisons as kept
from synergie.lighting.storage.comparisons import Part
from synergie.lighting.storage.studies import StudySnapshot
from synergie.lighting.storage.voices import forget_weighing
from synergie.policy import Permit, Principal
from synergie.storage.publication.insiders import take_turn
from synergie.storage.store import Session


def perform_study_act(
    permit: Permit,
    session: Session,
    caller: Principal,
    found: StudySnapshot,
    *,
    act: JointStudyAct,
    body: JointStudyActRequest,
) -> None:
    """What *act* asks for and does beside the step itself; Conflict when it is not there."""
    if act == "propose":
        _propose_comparison(permit, session, caller, found, comparison=str(body.comparison))
    elif act == "adopt":
        _adopt_scenario(permit, session, caller, found, body=body)
    elif act == "collect" and found.proposed is not None:
        _check_voice_collection(found, found.proposed)
    elif act == "withdraw" and found.proposed is not None:
        _take_back(permit, session, found.proposed)


def _propose_comparison(
    permit: Permit, session: Session, caller: Principal, found: StudySnapshot, *, comparison: str
) -> None:
    """Let every body read its part and speak; of voices taken before, nothing is weighed yet."""
    _load_current_comparison(session, caller, found, comparison, permit=permit)
    now = permit.decided_at
    take_turn(session)  # another study of the same bodies may be telling its totals
    kept.PARTS.tell(permit, session, comparison, now=now)
    parts = list(kept.PARTS.iterate(permit, session, comparison))
    bodies = [one.body for one in parts]
    if any(one.totals for one in parts) and not kept.has_earlier_totals(
        permit, session, comparison, bodies=bodies
    ):
        kept.tell_totals(permit, session, comparison, now=now)
    for spoken in {comparison, found.proposed} - {None}:
        _take_back(permit, session, str(spoken))


def _check_voice_collection(found: StudySnapshot, comparison: str) -> None:
    """Conflict for a third time: who varies its voice would read each time what follows."""
    if times_collected(found.history, comparison) >= MOST_COLLECTED:
        raise Conflict("collected", "a comparison whose voices were collected once at most before")


def _adopt_scenario(
    permit: Permit,
    session: Session,
    caller: Principal,
    found: StudySnapshot,
    *,
    body: JointStudyActRequest,
) -> None:
    """Retain a scenario that keeps the law and that each body with a part has accepted."""
    if found.proposed != body.comparison:
        raise Conflict("another comparison", "the comparison that is proposed")
    made = _load_current_comparison(session, caller, found, str(body.comparison), permit=permit)
    _may_be_retained(made, str(body.scenario))
    parts = kept.PARTS.iterate(permit, session, made.id)
    waiting = [one for one in parts if not _has_accepted_scenario(one, str(body.scenario))]
    if waiting:
        declined = any(one.answer is not None for one in waiting)
        state = "declined" if declined else "not answered"
        raise Conflict(state, "an acceptance of the scenario by each body that it is for")


def _may_be_retained(made: KeptComparison, scenario: str) -> None:
    if made.comparison is None:
        raise TypeError("a comparison is kept with what it says")
    if scenario not in {one.scenario for one in made.comparison.scenarios}:
        raise BadInput("/scenario", scenario, "a scenario of the comparison")
    if scenario in made.comparison.excluded:
        raise Conflict("excluded", "a scenario that breaks no hard constraint")


def _load_current_comparison(
    session: Session, caller: Principal, found: StudySnapshot, comparison: str, *, permit: Permit
) -> KeptComparison:
    """The comparison; NotFound for another study's, Conflict when its assets are closed."""
    made = kept.COMPARISONS.load(permit, session, found.id, comparison)
    problem = kept.load_comparison_problem(permit, session, found.id, comparison)
    if made is None or problem is None:
        raise NotFound
    stands = _lighting_inputs.standing_now(session, caller, found, now=permit.decided_at)
    _lighting_inputs.still_within(problem, stands)
    return made


def _take_back(permit: Permit, session: Session, comparison: str) -> None:
    """Answers and weighing go: they were of voices that may change now. The voices stay."""
    kept.forget_answers(permit, session, comparison)
    forget_weighing(permit, session, comparison)


def _has_accepted_scenario(part: Part, scenario: str) -> bool:
    answer = part.answer
    return answer is not None and (answer.answer, answer.scenario) == ("accept", scenario)
