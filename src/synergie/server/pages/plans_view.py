"""What the pages about shared plans show: every text ready to print."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from synergie.exchange.plan_pages_seen import (
    PlanDetails,
    PlanSummary,
    SharedPlan,
    Worth,
    get_invited_body,
)
from synergie.maintenance.policy import campaign as campaign_rules
from synergie.maintenance.records.campaign import Campaign, CampaignStep
from synergie.purchase.policy import purchase as purchase_rules
from synergie.purchase.records.group import PurchaseStep
from synergie.reports.explore import Field
from synergie.server.pages import words as _words
from synergie.server.pages.plans_words import (
    ACTS,
    STANDINGS,
    Pair,
    certainty,
    describe_answer,
    describe_closed_reason,
    format_count,
    format_days_ago,
    format_gain,
    format_known_amount,
    format_table_day,
    format_word_list,
)
from synergie.server.pages.visit import MARK, Shape, Visit

type Where = Literal["decided", "proposed", "impossible", "preparing", "closed"]

WHERE: dict[Where, tuple[Pair, Pair, Shape]] = {
    "decided": (("décidé", "decided"), ("décidés", "decided"), "fresh"),
    "proposed": (("proposé", "proposed"), ("proposés", "proposed"), "late"),
    "impossible": (
        ("impossible en l'état", "impossible as it stands"),
        ("impossibles en l'état", "impossible as they stand"),
        "refused",
    ),
    "preparing": (
        ("en préparation", "in preparation"),
        ("en préparation", "in preparation"),
        "plain",
    ),
    "closed": (("clos", "closed"), ("clos", "closed"), "plain"),
}
"""Where a shared plan stands: a word for one, for several, and its shape."""
KINDS: dict[str, Pair] = {
    "purchase": ("Achat groupé", "Pooled purchase"),
    "campaign": ("Entretien mutualisé", "Joint maintenance"),
}
_STATES: dict[str, Pair] = {
    "survey_open": ("les besoins se recensent", "needs are surveyed"),
    "survey_closed": ("besoins arrêtés, offres et plans en cours", "needs stand, plans are made"),
    "proposed": ("un plan est proposé, chacun répond", "a plan is proposed, each one answers"),
    "awarded": ("attribué", "awarded"),
    "open": ("des plans se préparent", "plans are made"),
    "adopted": ("un plan est en vigueur", "a plan is in force"),
    "revision": (
        "un plan est en vigueur, un autre est proposé à sa place",
        "a plan is in force, another is proposed in its place",
    ),
    "closed": ("clos", "closed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """One shared plan in the list."""

    id: str
    name: str
    kind: str
    state: str
    shape: Shape
    stops: tuple[str, ...]
    """Why it cannot be decided as it stands. Empty: nothing is known to stop it."""
    leader: str
    whose: str
    """Whose figures they are; "" when none is told."""
    cost: str
    gain: str
    certainty: str
    data: tuple[str, ...]
    """When it was made, of what, and what is missing."""
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SideRow:
    """One that takes part."""

    name: str
    standing: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One plan that was made."""

    id: str
    made: str
    proposed: str
    solver: str
    word: str
    """What it is now: the current one, or nothing."""
    acts: tuple[tuple[str, str], ...] = ()
    """What its coordinator may do with it: the act and its words."""
    other: str | None = None
    """The plan to hold it against. None: there is no other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step of the past."""

    at: str
    act: str


def describe_plan_stage(one: SharedPlan, visit: Visit) -> Where:
    """Where a plan stands; one that waits is impossible when something known stops it."""
    state = one.item.state
    if state == "closed":
        return "closed"
    if state in {"proposed", "revision"}:
        return "impossible" if list(describe_obstacles(one, visit)) else "proposed"
    return "decided" if state in {"awarded", "adopted"} else "preparing"


def describe_obstacles(one: SharedPlan, visit: Visit) -> Iterator[str]:
    """The least that is known to keep a proposed plan from being decided."""
    if one.item.state not in {"proposed", "revision"}:
        return
    if one.voices is not None and one.voices.declined:
        many = format_count(
            visit, one.voices.declined, ("membre refuse", "body declines"),
            ("membres refusent", "bodies decline"),
        )  # fmt: skip
        yield visit.say(
            "{} sa part, et il faut l'accord de chacun.",
            "{} its part, and each one has to accept.",
            many,
        )
    if one.worth is not None and one.worth.until is not None and one.worth.until <= visit.now:
        yield visit.say(
            "Une offre retenue a expiré le {}.",
            "An offer that it takes expired on {}.",
            _words.long_date(visit.lang, one.worth.until),
        )


def describe_plans(found: Sequence[SharedPlan], visit: Visit) -> str:
    """How many plans there are, and where they stand."""
    total = format_count(visit, len(found), ("plan", "plan"), ("plans", "plans"))
    places = Counter(describe_plan_stage(one, visit) for one in found)
    told = [format_count(visit, places[key], *WHERE[key][:2]) for key in WHERE if places[key]]
    return f"{total}{visit.say(' : ', ': ')}{', '.join(told)}."


def sort_plans(found: Sequence[SharedPlan], visit: Visit) -> list[SharedPlan]:
    """The plans of a list: what waits goes before what is decided, that before the others."""
    order = ("impossible", "proposed", "decided", "preparing", "closed")
    return sorted(found, key=lambda one: order.index(describe_plan_stage(one, visit)))


def list_plan_fields(visit: Visit) -> list[Field[SharedPlan]]:
    """What the table of plans can show, sort and filter by."""
    say = visit.say
    stages: dict[str, str] = {name: say(*words) for name, (words, _, _) in WHERE.items()}

    def see(one: SharedPlan) -> PlanRow:
        return build_plan_row(one, visit)

    def state(one: SharedPlan) -> str:
        return " ".join((see(one).state, *see(one).stops))

    def worth(one: SharedPlan) -> str:
        row = see(one)
        return f"{row.cost} {row.whose}" if row.cost else say("pas encore de plan", "no plan yet")

    def saved(one: SharedPlan) -> Decimal | None:
        if one.worth is None or one.worth.alone_eur is None:
            return None
        return one.worth.alone_eur - one.worth.cost_eur

    return [
        Field(name="plan", head=say("Plan", "Plan"), value=lambda one: see(one).name,
              text=lambda one: f"{see(one).name} ({see(one).kind})",
              href=lambda one: f"/plans/{one.item.id}"),
        Field(name="nature", head=say("Nature", "Kind"), value=lambda one: see(one).kind,
              key=lambda one: one.kind, facet=True, hidden=True),
        Field(name="etat", head=say("État", "State"), value=state,
              text=lambda one: f"{MARK[see(one).shape]} {state(one)}",
              key=lambda one: describe_plan_stage(one, visit), words=stages, facet=True),
        Field(name="conduit", head=say("Qui conduit", "Who leads"), facet=True,
              value=lambda one: see(one).leader),
        Field(name="cout", head=say("Coût hors taxes", "Cost excl. VAT"), kind="euros", unit="€",
              value=lambda one: None if one.worth is None else one.worth.cost_eur, text=worth,
              beside=("pour",)),
        Field(name="pour", head=say("Pour qui", "For whom"), hidden=True,
              value=lambda one: see(one).whose or None),
        Field(name="gain", head=say("Gain contre chacun seul", "Gain against each alone"),
              kind="euros", unit="€", value=saved, text=lambda one: see(one).gain),
        Field(name="certitude", head=say("Certitude", "Certainty"),
              value=lambda one: see(one).certainty),
        Field(name="donnees", head=say("Données", "Data"), kind="long",
              value=lambda one: " ".join(see(one).data)),
        Field(name="reponses", head=say("Réponses", "Answers"),
              value=lambda one: see(one).answer),
    ]  # fmt: skip


def build_plan_row(one: SharedPlan, visit: Visit) -> PlanRow:
    """One plan as the list tells it."""
    place = describe_plan_stage(one, visit)
    worth = one.worth
    return PlanRow(
        id=one.item.id,
        name=one.item.record.name,
        kind=visit.say(*KINDS[one.kind]),
        state=visit.say(*WHERE[place][0]),
        shape=WHERE[place][2],
        stops=tuple(describe_obstacles(one, visit)),
        leader=visit.say("vous", "you") if one.leads else one.leader,
        whose="" if worth is None else _describe_worth_scope(visit, worth),
        cost="" if worth is None else format_known_amount(visit, worth.cost_eur),
        gain="" if worth is None else format_gain(visit, worth.cost_eur, worth.alone_eur),
        certainty="" if worth is None else certainty(visit, worth.status, worth.gap),
        data=tuple(describe_plan_data(one, visit)),
        answer=_describe_plan_answers(one, visit),
    )


def _describe_worth_scope(visit: Visit, worth: Worth) -> str:
    if worth.whole:
        return visit.say("pour tous", "for all")
    if worth.at_most:
        return visit.say("pour vous, au plus", "for you, at most")
    return visit.say("pour vous", "for you")


def _describe_plan_answers(one: SharedPlan, visit: Visit) -> str:
    if one.voices is not None:
        return visit.say(
            "Acceptations : {} ; refus : {} ; en attente : {}",
            "Accepted: {}; declined: {}; waiting: {}",
            one.voices.accepted, one.voices.declined, one.voices.waiting,
        )  # fmt: skip
    return "" if one.worth is None else describe_answer(visit, one.answer)


def describe_plan_data(one: SharedPlan, visit: Visit) -> Iterator[str]:
    """How fresh what the plan stands on is, and why."""
    basis = one.basis
    if basis is None:
        return
    if basis.kept_at is not None:
        used = format_count(visit, basis.used or 0, ("organisme", "body"), ("organismes", "bodies"))
        yield visit.say(
            "Calculé le {} ({}), sur les données de {}.",
            "Computed on {} ({}), from the data of {}.",
            format_table_day(visit, basis.kept_at), format_days_ago(visit, basis.kept_at), used,
        )  # fmt: skip
    elif basis.proposed_at is not None:
        yield visit.say(
            "Proposé le {} ({}).", "Proposed on {} ({}).",
            format_table_day(visit, basis.proposed_at), format_days_ago(visit, basis.proposed_at),
        )  # fmt: skip
    if basis.current is False:
        yield visit.say(
            "Vos besoins ont changé depuis : le plan ne les compte pas.",
            "Your needs have changed since: the plan does not count them.",
        )
    if basis.missing:
        who_and_why = format_word_list(
            visit, (f"{key} ({describe_closed_reason(visit, why)})" for key, why in basis.missing)
        )
        yield visit.say("Sans : {}.", "Without: {}.", who_and_why)


def state(one: PlanDetails, visit: Visit) -> str:
    """Where the plan stands, in the words of its kind."""
    return visit.say(*_STATES[one.shared.item.state])


def build_side_rows(one: PlanDetails, visit: Visit) -> Iterator[SideRow]:
    """Those that take part, as far as the reader may see."""
    for each in one.sides:
        standing = visit.say(*STANDINGS[each.membership.standing])
        why = describe_closed_reason(visit, each.membership.reason)
        has_part = one.shared.current is not None
        yield SideRow(
            name=each.name or get_invited_body(each.membership),
            standing=f"{standing}{visit.say(' : ', ': ')}{why}" if why else standing,
            answer=describe_answer(visit, each.answer) if has_part else "",
        )


def build_run_rows(one: PlanDetails, visit: Visit) -> Iterator[RunRow]:
    """The plans that were made, newest first, each with the one to hold it against."""
    for n, each in enumerate(one.runs):
        earlier = one.runs[n + 1].id if n + 1 < len(one.runs) else None
        yield RunRow(
            id=each.id,
            made=format_table_day(visit, each.kept_at),
            proposed=format_table_day(visit, each.proposed_at)
            if each.proposed_at
            else visit.say("non", "no"),
            solver=visit.tell(each.solver) if each.solver else visit.say("pas dit", "not told"),
            word=_describe_run_state(one, each, visit),
            acts=tuple(iterate_plan_acts(one.shared, each.id, visit)),
            other=earlier,
        )


def _describe_run_state(one: PlanDetails, each: PlanSummary, visit: Visit) -> str:
    item = one.shared.item
    if isinstance(item, Campaign):
        if each.id == item.plan:
            return visit.say("en vigueur", "in force")
        return visit.say("proposé", "proposed") if each.id == item.proposed else ""
    if each.id != item.plan:
        return ""
    decided = item.state in {"awarded", "closed"}
    return visit.say("attribué", "awarded") if decided else visit.say("proposé", "proposed")


def iterate_plan_acts(one: SharedPlan, plan: str, visit: Visit) -> Iterator[tuple[str, str]]:
    """What the coordinator may do with a plan now, for who may write."""
    if not one.leads or not visit.may("purchases:write", "campaigns:write"):
        return
    item = one.item
    if isinstance(item, Campaign):
        if item.proposed == plan and (item.state, "adopt") in campaign_rules.ACTS:
            yield "adopt", visit.say("Adopter…", "Adopt…")
        elif item.plan != plan and (item.state, "propose") in campaign_rules.ACTS:
            yield "propose", visit.say("Proposer…", "Propose…")
        return
    if item.plan == plan and (item.state, "award") in purchase_rules.ACTS:
        yield "award", visit.say("Attribuer…", "Award…")
    elif item.plan != plan and (item.state, "propose") in purchase_rules.ACTS:
        yield "propose", visit.say("Proposer…", "Propose…")


def build_step_rows(one: PlanDetails, visit: Visit) -> Iterator[StepRow]:
    """Its past, newest first."""
    done: Sequence[PurchaseStep | CampaignStep] = one.shared.item.history
    for each in reversed(done):
        yield StepRow(
            at=_words.format_page_moment(visit.lang, each.at),
            act=visit.say(*ACTS[each.act]),
        )
