"""One plan that was made, as its report: whole for the coordinator, its own part for another.

The documents are those of the command line; what stands in them comes from the use cases of the
API, which ask each agreement again and record what is read.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from synergie.errors import NotFound
from synergie.exchange.plan_pages import PlanPages
from synergie.exchange.plan_pages_names import MOST, Names, list_page_items
from synergie.exchange.plan_pages_seen import Item, Kind, Part, Run, kind_of, list_proposal_times
from synergie.maintenance.exchange.parts import CampaignParts
from synergie.maintenance.exchange.rounds import CampaignRoundsBook
from synergie.maintenance.exchange.runs import CampaignRuns
from synergie.maintenance.records.campaign_rounds import CampaignRounds, CampaignRoundsPart
from synergie.maintenance.records.run import CampaignPart, CampaignRun
from synergie.maintenance.reports.brief import MaintenanceBrief, Week
from synergie.maintenance.reports.ics import build_crew_calendars
from synergie.maintenance.reports.note import Own, member_note
from synergie.maintenance.reports.report import build_rounds_blocks, maintenance_document
from synergie.maintenance.reports.words import describe_task
from synergie.policy import Principal
from synergie.purchase.exchange.parts import PurchaseParts
from synergie.purchase.exchange.runs import PurchaseRuns
from synergie.purchase.plan.offers.compare import compare
from synergie.purchase.records.group import Purchase
from synergie.purchase.records.run import NeedsUsed, PurchasePart, PurchaseRun
from synergie.purchase.reports.brief import purchase_document
from synergie.purchase.reports.note import NoteFrame, note_document
from synergie.purchase.reports.words import Brief
from synergie.reports.compare_runs import (
    campaign_parts,
    campaign_runs,
    purchase_parts,
    purchase_runs,
)
from synergie.reports.document import Block, Document, Paragraph, Section, Table
from synergie.reports.language import Pair, choose_text, choose_texts, get_language
from synergie.reports.plans import describe_phrases
from synergie.reports.teller import build_translator
from synergie.reports.written import PARIS, format_hour, long_date, short_date
from synergie.storage.store import Store

_WEEKS = 2
"""Most weeks with rounds that a report of a campaign tells: the last ones."""
_MOST_KEPT = 8
"""Reports and sheets that are kept: one of a département is some megabytes."""

_STOP_HEADS: tuple[Pair, ...] = (
    ("Jour", "Day"),
    ("Heure", "Time"),
    ("Ouvrage", "Asset"),
    ("Tâche", "Task"),
    ("Qui vient", "Who comes"),
)

type _Key = tuple[Callable[[CoordinatorPlan], Any], _Named]
type _Named = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinatorPlan:
    """One plan as its coordinator reads it."""

    kind: Kind
    item: Item
    run: Run
    brief: Brief | MaintenanceBrief
    document: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPart:
    """One plan as a body reads it: its own part."""

    kind: Kind
    item: Item
    part: Part
    document: Document
    proposed_at: datetime | None


@dataclass(frozen=True, slots=True)
class PlanReports:
    """Reports on plans that the caller's organisation shares."""

    store: Store
    remembered: dict[_Key, tuple[Sequence[NeedsUsed], Any]] = field(
        default_factory=dict, repr=False, compare=False
    )
    """What was made of the last few reports of purchases; told to nobody before it may be read."""

    def report[T](
        self,
        caller: Principal,
        item_id: str,
        plan: str,
        made: Callable[[CoordinatorPlan], T],
        *,
        now: datetime,
    ) -> T:
        """What *made* makes of a whole plan, which alone decides it: of a purchase it is kept.

        As `whole`: each agreement is asked at each reading, and recorded, whatever is kept. One
        that closed takes the report away. A plan never changes; a name may, and then it is made
        anew.
        """
        if kind_of(item_id) != "purchase":
            return made(self.read_full_plan(caller, item_id, plan, now=now))
        item = PlanPages(self.store).item(caller, item_id, now=now)
        names = Names(self.store, caller, now)
        names.read_all()
        key: _Key = made, _build_report_key(item, plan, names.names_by_id())
        known = self.remembered.get(key)
        if known is not None:
            used, kept = known
            again: T = kept
            PurchaseRuns(self.store).record_access_again(caller, item_id, plan, used, now=now)
            return again
        whole = self._purchase(caller, item_id, plan, now=now)
        if not isinstance(whole.run, PurchaseRun):
            raise TypeError("a plan of a purchase")
        told = made(whole)
        while len(self.remembered) >= _MOST_KEPT:
            self.remembered.pop(next(iter([*self.remembered])), None)
        self.remembered[key] = whole.run.needs, told
        return told

    def read_full_plan(
        self, caller: Principal, item_id: str, plan: str, *, now: datetime
    ) -> CoordinatorPlan:
        """A whole plan. NotAllowed for who does not coordinate it, or once an agreement closed."""
        if kind_of(item_id) == "purchase":
            return self._purchase(caller, item_id, plan, now=now)
        return self._campaign(caller, item_id, plan, now=now)

    def own(self, caller: Principal, item_id: str, plan: str, *, now: datetime) -> OwnPart:
        """The caller's own part, recorded as read. NotFound before it was proposed."""
        item = PlanPages(self.store).item(caller, item_id, now=now)
        name = Names(self.store, caller, now).name
        mine, part = name(caller.organisation), self._part(caller, item_id, plan, now=now)
        at = list_proposal_times(item).get(plan)
        if isinstance(part, PurchasePart):
            frame = NoteFrame(name=mine, group=item.record.name, tell=build_translator())
            note = note_document(part.view, frame)
        else:
            bodies = {one.organisation: name(one.organisation) for one in part.view.crews}
            note = member_note(
                part.view, _build_own_report(part, item, mine, bodies, now=at or now)
            )
            note = self._coming(caller, note, part, now=now)
        note = replace(note, dated=_describe_proposal_date(part, at))
        return OwnPart(kind=kind_of(item_id), item=item, part=part, document=note, proposed_at=at)

    def changed(
        self, caller: Principal, item_id: str, plan: str, other: str, *, now: datetime
    ) -> tuple[Section, ...]:
        """What *plan* changes against *other*: of all for the coordinator, else of the caller's."""
        item = PlanPages(self.store).item(caller, item_id, now=now)
        names = Names(self.store, caller, now)
        if item.owner != caller.organisation:
            one = self._part(caller, item_id, plan, now=now)
            before = self._part(caller, item_id, other, now=now)
            if isinstance(one, PurchasePart) and isinstance(before, PurchasePart):
                return purchase_parts(before, one, tell=build_translator())
            if isinstance(one, CampaignPart) and isinstance(before, CampaignPart):
                return campaign_parts(before, one, tell=build_translator())
            raise TypeError("parts of one kind of plan")
        names.read_all()
        if kind_of(item_id) == "purchase":
            bought = PurchaseRuns(self.store)
            return purchase_runs(
                bought.read(caller, item_id, other, now=now),
                bought.read(caller, item_id, plan, now=now),
                names=names.names_by_id(),
                lots=_get_lot_names(item),
                tell=build_translator(),
            )
        kept = CampaignRuns(self.store)
        return campaign_runs(
            kept.read(caller, item_id, other, now=now),
            kept.read(caller, item_id, plan, now=now),
            names=names.names_by_id(),
            tell=build_translator(),
        )

    def calendars(
        self, caller: Principal, campaign: str, rounds: str, *, now: datetime
    ) -> dict[str, bytes]:
        """Crew → its calendar of some rounds, for the coordinator. MissingExtra("report")."""
        return build_crew_calendars(self._week_brief(caller, campaign, rounds, now=now))

    def rounds_blocks(
        self, caller: Principal, campaign: str, rounds: str, *, leads: bool, now: datetime
    ) -> tuple[Block, ...]:
        """Some rounds as a report tells them to their coordinator; to others, their own stops."""
        if not leads:
            return (_build_stops_table(*self.rounds_part(caller, campaign, rounds, now=now)),)
        return build_rounds_blocks(self._week_brief(caller, campaign, rounds, now=now))

    def list_coming_rounds(
        self, caller: Principal, *, now: datetime
    ) -> list[tuple[CampaignRoundsPart, dict[str, str]]]:
        """The caller's parts of rounds that are not over, under plans in force; recorded as read.

        With what bodies are called.
        """
        today = now.astimezone(PARIS).date()
        found = []
        for one in PlanPages(self.store).list_campaigns(caller, now=now):
            kept = self._last_rounds(caller, one.id, one.plan, now=now) if one.plan else []
            for rounds in kept:
                if rounds.last_day >= today:
                    with suppress(NotFound):
                        found.append(self.rounds_part(caller, one.id, rounds.id, now=now))
        return found

    def _week_brief(
        self, caller: Principal, campaign: str, rounds: str, *, now: datetime
    ) -> MaintenanceBrief:
        made = CampaignRoundsBook(self.store).read(caller, campaign, rounds, now=now)
        if made.problem is None or made.rounds is None:
            raise TypeError("rounds are kept with what they say")
        names = Names(self.store, caller, now)
        names.read_all()
        week = Week(problem=made.problem, plan=made.rounds)
        return MaintenanceBrief(
            made_at=made.kept_at, tell=build_translator(), names=names.names_by_id(), weeks=(week,)
        )

    def rounds_part(
        self, caller: Principal, campaign: str, rounds: str, *, now: datetime
    ) -> tuple[CampaignRoundsPart, dict[str, str]]:
        """The caller's own part of some rounds, recorded as read, and what bodies are called."""
        part = CampaignRoundsBook(self.store).part(caller, campaign, rounds, now=now)
        name = Names(self.store, caller, now).name
        bodies = {one.organisation for one in part.stops if one.organisation is not None}
        return part, {one: name(one) for one in sorted(bodies)}

    def _coming(
        self, caller: Principal, note: Document, part: CampaignPart, *, now: datetime
    ) -> Document:
        """*note* with the stops that the last rounds make at the caller's own places.

        Open faults are told by no part: nothing is said of them.
        """
        blocks: list[Block] = []
        for one in self._last_rounds(caller, part.campaign, part.plan, now=now):
            told, bodies = self.rounds_part(caller, part.campaign, one.id, now=now)
            blocks.append(_build_stops_table(told, bodies))
        if not blocks:
            none = choose_text(
                "Aucune tournée n'est encore fixée sous ce plan.",
                "No round is set under this plan yet.",
            )
            blocks.append(Paragraph(none))
        coming = Section("semaine", choose_text("Ce qui vient", "What is coming"), tuple(blocks))
        sections = (coming if one.anchor == "semaine" else one for one in note.sections)
        return replace(note, sections=tuple(sections))

    def _last_rounds(
        self, caller: Principal, campaign: str, plan: str, *, now: datetime
    ) -> list[CampaignRounds]:
        """Those that were kept last under *plan*, by day; of two for a day the later holds."""
        read = CampaignRoundsBook(self.store).page
        found = list_page_items(lambda at: read(caller, campaign, after=at, limit=MOST, now=now))
        found.sort(key=lambda one: one.kept_at)
        last = {one.first_day: one for one in found if one.plan == plan}
        return [last[day] for day in sorted(last)[-_WEEKS:]]

    def _part(self, caller: Principal, item_id: str, plan: str, *, now: datetime) -> Part:
        if kind_of(item_id) == "purchase":
            return PurchaseParts(self.store).read(caller, item_id, plan, now=now)
        return CampaignParts(self.store).read(caller, item_id, plan, now=now)

    def _purchase(
        self, caller: Principal, item_id: str, plan: str, *, now: datetime
    ) -> CoordinatorPlan:
        item = PlanPages(self.store).item(caller, item_id, now=now)
        book = PurchaseRuns(self.store)
        run = book.read(caller, item_id, plan, now=now)
        inputs = book.inputs_of(caller, item_id, plan, now=now)
        if run.plan is None:
            raise TypeError("a plan is kept with what it says")
        names = Names(self.store, caller, now)
        names.read_all()
        brief = Brief(
            problem=inputs.problem,
            plan=run.plan,
            comparison=compare(inputs.problem),
            names=names.names_by_id(),
            tell=build_translator(),
            made_at=run.kept_at,
            group=item.record.name,
        )
        document = purchase_document(brief)
        return CoordinatorPlan(kind="purchase", item=item, run=run, brief=brief, document=document)

    def _campaign(
        self, caller: Principal, item_id: str, plan: str, *, now: datetime
    ) -> CoordinatorPlan:
        item = PlanPages(self.store).item(caller, item_id, now=now)
        book = CampaignRuns(self.store)
        run = book.read(caller, item_id, plan, now=now)
        problem = book.problem_of(caller, item_id, plan, now=now).problem
        names = Names(self.store, caller, now)
        names.read_all()
        brief = MaintenanceBrief(
            made_at=run.kept_at,
            tell=build_translator(),
            names=names.names_by_id(),
            title=item.record.name,
            problem=problem,
            plan=run.plan,
            weeks=self._weeks(caller, run, now=now),
        )
        document = maintenance_document(brief)
        return CoordinatorPlan(kind="campaign", item=item, run=run, brief=brief, document=document)

    def _weeks(self, caller: Principal, run: CampaignRun, *, now: datetime) -> Sequence[Week]:
        """The rounds that were kept last under *run*, by day."""
        book, weeks = CampaignRoundsBook(self.store), []
        for one in self._last_rounds(caller, run.campaign, run.id, now=now):
            made = book.read(caller, run.campaign, one.id, now=now)
            if made.problem is not None and made.rounds is not None:
                weeks.append(Week(problem=made.problem, plan=made.rounds))
        return weeks


def _build_report_key(item: Item, plan: str, names: Mapping[str, str]) -> _Named:
    """What decides the report of a purchase: its plan, which never changes, names, the language."""
    told = "\x1f".join(f"{one}\x1e{name}" for one, name in sorted(names.items()))
    return item.id, plan, item.record.name, sha256(told.encode()).hexdigest(), get_language()


def _build_stops_table(part: CampaignRoundsPart, bodies: dict[str, str]) -> Table:
    later, unset = choose_text("plus tard", "later"), choose_text("pas fixée", "not set")
    nobody = choose_text("pas fixé", "not set")
    rows = tuple(
        (
            later if one.day is None else short_date(one.day),
            unset if one.starts_at is None else format_hour(one.starts_at, PARIS),
            one.asset,
            describe_task(one.task),
            bodies.get(one.organisation or "", nobody),
        )
        for one in part.stops
    )
    first, last = short_date(part.first_day), short_date(part.last_day)
    title = choose_text(f"Nos arrêts, du {first} au {last}", f"Our stops, from {first} to {last}")
    return Table(title, choose_texts(*_STOP_HEADS), rows)


def _get_lot_names(item: Item) -> dict[str, str]:
    return {one.id: one.name for one in item.record.lots} if isinstance(item, Purchase) else {}


def _build_own_report(
    part: CampaignPart, item: Item, name: str, bodies: dict[str, str], *, now: datetime
) -> Own:
    return Own(
        name=name,
        title=item.record.name,
        made_on=now.astimezone(PARIS).date(),
        banner=None,
        assumptions=describe_phrases(part.view.assumptions, build_translator()),
        bodies=bodies,
    )


def _describe_proposal_date(part: Part, at: datetime | None) -> str:
    """When it was proposed: when it was computed is told to the coordinator alone."""
    if isinstance(part, PurchasePart):
        digest = f"{choose_text('problème', 'problem')} {part.view.inputs_digest[:12]}"
    else:
        digest = f"plan {part.view.seal[:12]}"
    if at is None:
        return f"{digest[:1].upper()}{digest[1:]}."
    day = long_date(at.astimezone(PARIS).date())
    return choose_text(f"Proposé le {day}, {digest}.", f"Proposed on {day}, {digest}.")
