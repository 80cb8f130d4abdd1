"""What parties and members do with contracts: make, read, sign; a statement of stored readings.

The client of a contract keeps it, and signs first: that proposes it. The operator then reads the
whole and signs; a member reads its own points. Nothing of it changes once it is proposed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from synergie.calendar import day_of
from synergie.contract.exchange.stored_energies import (
    ASK,
    StoredEnergies,
    authorize_readings,
    is_point_open,
    list_party_permits,
    read_daily_energies,
)
from synergie.contract.exchange.years import build_contract_year
from synergie.contract.plan.digest import SIGNATURE_TYPE, build_claims
from synergie.contract.records.contract import ContractSpan, PerformanceContract
from synergie.contract.records.document import (
    ContractDocument,
    ContractHead,
    ContractRequest,
    ContractYear,
    DocumentKind,
    MemberContract,
    StatementRequest,
    name_plan,
    name_statement,
)
from synergie.contract.records.mv_plan import MvPlan, PartySignature
from synergie.contract.records.statement import MemberStatement, SavingsReport, StatementInputs
from synergie.contract.storage.documents import (
    StoredDocument,
    list_document_heads,
    load_document,
    save_document,
    save_signed_document,
)
from synergie.errors import BadInput, Conflict, NotAllowed, NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange.readings.once import Once, claim_or_replay, store_answer
from synergie.exchange.shared_plan import authorize_side
from synergie.exchange.trust import seen as _seen
from synergie.exchange.trust.signature import verify
from synergie.formats.checks import N_
from synergie.policy import Permit, Principal, permit_own_data
from synergie.schemas.page import Page
from synergie.schemas.trust.journal import JournalEvent
from synergie.storage import head
from synergie.storage.store import Session, Store
from synergie.storage.trust.journal.journal import Entry, append
from synergie.storage.trust.organisations import not_in_directory, signing_keys

_PARIS = ZoneInfo("Europe/Paris")
OWN_CONTRACT = N_("your own organisation: the client keeps the contract")
OPERATOR_HERE = N_("another organisation of this server's directory")
SECOND_BASELINE = N_("a point that no other contract guarantees in these days: it has one baseline")
OTHER_YEAR = N_("days that no other statement of the contract reports")
OPEN_TO_OPERATOR = N_("a point whose owner opens its readings to the operator by day")
OPEN_TO_MEMBER = N_("the owner of its readings as member, or one to whom they are open by day")


type Signer = Callable[[Session, Mapping[str, Any]], str]
"""Signs what a party signs of a document, but the time: a compact JWS."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """A document that is to be kept."""

    event: JournalEvent
    head: ContractHead
    whole: MvPlan | SavingsReport
    bodies: dict[str, str]
    """As each reader reads it."""
    sources: Mapping[str, str]
    """Whose readings it tells, by point."""


@dataclass(frozen=True, slots=True)
class Contracts:
    """Contracts that the caller is the client or the operator of, or a member in."""

    store: Store

    def create(
        self, caller: Principal, sent: ContractRequest, *, once: Once | None = None, now: datetime
    ) -> ContractDocument:
        """The plan of measurement of a contract of the caller's, from stored readings: a draft.

        A draft of the same number is replaced; Conflict once it is proposed. BadInput: another
        client, an operator that is not here, a point that another contract guarantees in these
        days, and what `build_plan` refuses. NotFound, NotAllowed: an agreement.
        """
        from synergie.contract.plan.baseline import build_plan  # noqa: PLC0415 (numpy)

        contract = sent.contract
        self._check_parties(caller, contract, now=now)
        keys = [one.id for one in contract.points]
        told = self._read_energies(caller, sent.agreements, keys, contract.baseline, now=now)
        plan = build_plan(
            contract,
            told.energies,
            sent.weather,
            made_on=day_of(now, _PARIS),
            static_factors=sent.static_factors,
        )
        head_ = build_plan_head(plan, now)
        made = _Draft("contract.saved", head_, plan, build_plan_bodies(plan), told.sources)
        return self._save(caller, made, once, now=now)

    def create_statement(
        self,
        caller: Principal,
        document: str,
        sent: StatementRequest,
        *,
        once: Once | None = None,
        now: datetime,
    ) -> ContractDocument:
        """The statement of a year of a signed contract of the caller's, from stored readings.

        A draft of the same days is replaced. Conflict: the plan is not signed by both, or the
        statement is proposed. BadInput: days of another statement, and what `build_statement`
        refuses; NotAllowed for the operator; NotFound as for reading.
        """
        from synergie.contract.plan.statement import build_statement  # noqa: PLC0415 (numpy)

        found, plan = self._load_signed_plan(caller, document, now=now)
        keys = [one.id for one in plan.contract.points]
        keys += [one.meter for one in sent.adjustments if one.meter is not None]
        told = self._read_energies(caller, sent.agreements, keys, sent.year, now=now)
        inputs = StatementInputs(
            plan=plan,
            year=sent.year,
            energies=told.energies,
            weather=sent.weather,
            adjustments=sent.adjustments,
            prices=sent.prices,
        )
        report = build_statement(inputs)
        head_ = _build_statement_head(found.head, report, now)
        made = _Draft(
            "statement.saved", head_, report, _build_statement_bodies(report), told.sources
        )
        return self._save(caller, made, once, now=now)

    def page(
        self,
        caller: Principal,
        *,
        kind: DocumentKind | None = None,
        after: str | None = None,
        limit: int = 200,
        now: datetime,
    ) -> Page[ContractHead]:
        """A page of documents that the caller reads, by id; of *kind* alone when it is told."""
        permit = authorize_side(caller, action="read", now=now)
        bound = f"contracts\x1f{permit.fingerprint}\x1f{kind}"
        with self.store.read() as session:
            place = _cursor.opened(session, bound, after)
            found = list_document_heads(permit, session, kind=kind, after=place, limit=limit + 1)
            some, following = _cursor.split_cursor_page(session, bound, found, limit)
        return Page(items=tuple(some), next=following)

    def read(self, caller: Principal, document: str, *, now: datetime) -> ContractDocument:
        """One document: whole to a party, to a member its part. NotFound: a draft, or of others.

        That another than the client has read it is recorded before it is told.
        """
        with self.store.write(essential=True) as session:
            found = _require_document(caller, session, document, now=now)
            if found.owner != caller.organisation:
                permit = authorize_side(caller, action="read", now=now)
                append(
                    permit,
                    session,
                    build_contract_entry(
                        "contract.read", found.head, caller.organisation, caller.client_id
                    ),
                    now=now,
                )
        return _build_document(found, caller.organisation)

    def read_years(
        self, caller: Principal, document: str, *, now: datetime
    ) -> tuple[ContractDocument, tuple[ContractYear, ...]]:
        """A plan with the figures of its statements, oldest first, as `read` would tell them.

        NotFound: as for `read`, and for a statement.
        """
        permit = authorize_side(caller, action="read", now=now)
        who = caller.organisation
        with self.store.write(essential=True) as session:
            found = _require_document(caller, session, document, now=now)
            if found.head.kind != "plan":
                raise NotFound
            heads = list_document_heads(
                permit, session, kind="statement", contract=found.head.contract
            )
            told = [
                load_document(permit, session, one.id) for one in heads if one.owner == found.owner
            ]
            some = [one for one in told if one is not None]
            for one in (found, *some) if found.owner != who else ():
                entry = build_contract_entry("contract.read", one.head, who, caller.client_id)
                append(permit, session, entry, now=now)
        years = sorted(
            (build_contract_year(one, who) for one in some), key=lambda one: one.head.from_date
        )
        return _build_document(found, who), tuple(years)

    def sign(
        self,
        caller: Principal,
        document: str,
        signature: str | Signer,
        *,
        seen: str | None = None,
        now: datetime,
    ) -> ContractDocument:
        """The document with the signature of the caller, a party; once more changes nothing.

        A `Signer` makes it in the transaction that keeps it; *seen*: the digest that was shown.

        The client signs first: this proposes it, and wants agreements that open every point to the
        operator by day. BadInput: another signature; NotAllowed: a member; Conflict: a draft that
        was made anew meanwhile has another digest, which BadInput says.
        """
        with self.store.write() as session:
            found = _require_document(caller, session, document, now=now, writing=True)
            head_, who = found.head, caller.organisation
            if who not in {head_.owner, head_.operator}:
                raise NotAllowed("other_party")
            whole = _load_whole(found)
            if any(one.party == who for one in whole.signatures):
                return _build_document(found, who)
            if seen is not None and seen != whole.digest:
                raise Conflict("changed", "a document whose digest is the one that was shown")
            if who == head_.owner:
                _check_readers(session, whole, found.sources, now=now)
            claims = build_claims(whole, who)
            jws = signature if isinstance(signature, str) else signature(session, claims)
            verify(jws, signing_keys(session, who), claims, typ=SIGNATURE_TYPE)
            signed = [*whole.signatures, PartySignature(party=who, jws=jws)]
            whole = whole.model_copy(
                update={"signatures": tuple(sorted(signed, key=lambda one: one.party))}
            )
            state = "signed" if len(signed) > 1 else "proposed"
            moved = head_.model_copy(update={"state": state, "changed_at": now})
            permit = authorize_side(caller, action="write", now=now)
            save_signed_document(permit, session, moved, whole.model_dump_json())
            event: JournalEvent = "contract.signed" if moved.kind == "plan" else "statement.signed"
            _tell(
                permit,
                session,
                event,
                moved,
                client=caller.client_id,
                members=_list_members(whole),
            )
            return _build_document(
                StoredDocument(moved, whole.model_dump_json(), found.sources), who
            )

    def _check_parties(
        self, caller: Principal, contract: PerformanceContract, *, now: datetime
    ) -> None:
        if contract.client != caller.organisation:
            raise BadInput("/contract/client", contract.client, OWN_CONTRACT)
        permit = permit_own_data(caller, action="write", now=now)
        with self.store.read() as session:
            strange = not_in_directory(permit, session, [contract.operator])
        if strange is not None or contract.operator == contract.client:
            raise BadInput("/contract/operator", contract.operator, OPERATOR_HERE)

    def _load_signed_plan(
        self, caller: Principal, document: str, *, now: datetime
    ) -> tuple[StoredDocument, MvPlan]:
        with self.store.read() as session:
            found = _require_document(caller, session, document, now=now)
        if found.owner != caller.organisation:
            raise NotAllowed("other_party")
        if found.head.kind != "plan":
            raise NotFound
        if found.head.state != "signed":
            raise Conflict(found.head.state, "a plan that both parties signed")
        return found, MvPlan.model_validate_json(found.body)

    def _save(
        self, caller: Principal, made: "_Draft", once: Once | None, *, now: datetime
    ) -> ContractDocument:
        """Keep a draft, in the place of the one before it."""
        with self.store.write() as session:
            known = claim_or_replay(session, once, ContractDocument, now=now)
            if known is not None:
                return known
            permit = permit_own_data(caller, action="write", now=now)
            _check_draft(permit, session, made.head)
            if isinstance(made.whole, MvPlan):
                _check_points(permit, session, made.whole.contract, made.head)
            else:
                _check_year(permit, session, made.head)
            save_document(permit, session, made.head, made.bodies, sources=made.sources)
            _tell(permit, session, made.event, made.head, client=caller.client_id)
            told = StoredDocument(made.head, made.whole.model_dump_json(), made.sources)
            answer = _build_document(told, caller.organisation)
            store_answer(session, once, answer)
            return answer

    def _read_energies(
        self,
        caller: Principal,
        agreements: Sequence[str],
        keys: Iterable[str],
        span: ContractSpan,
        *,
        now: datetime,
    ) -> StoredEnergies:
        """Read, and record what was read under agreements before anything is made of it."""
        with _seen.open_recorded_session(self.store, caller, ASK, now=now) as session:
            permits = authorize_readings(session, caller, agreements, now=now)
            told = read_daily_energies(permits, session, keys, span, now=now)
        rows = (span.to_date - span.from_date).days
        for permit, names in told.reads:
            seen = _seen.AccessRecord("consumption", names, granularity="day", rows=rows)
            _seen.record(self.store, caller, permit, seen, now=now)
        return told


def _require_document(
    caller: Principal, session: Session, document: str, *, now: datetime, writing: bool = False
) -> StoredDocument:
    permit = authorize_side(caller, action="write" if writing else "read", now=now)
    found = load_document(permit, session, document, for_update=writing)
    if found is None:
        raise NotFound
    return found


def build_plan_head(plan: MvPlan, now: datetime) -> ContractHead:
    """The head of a draft of *plan*."""
    contract = plan.contract
    return ContractHead(
        id=name_plan(contract.client, contract.id),
        kind="plan",
        state="draft",
        owner=contract.client,
        operator=contract.operator,
        contract=contract.id,
        title=contract.title,
        from_date=contract.runs.from_date,
        to_date=contract.runs.to_date,
        digest=plan.digest,
        changed_at=now,
    )


def _build_statement_head(of: ContractHead, report: SavingsReport, now: datetime) -> ContractHead:
    year = report.inputs.year
    changes = {
        "id": name_statement(of.owner, of.contract, year),
        "kind": "statement",
        "state": "draft",
        "from_date": year.from_date,
        "to_date": year.to_date,
        "digest": report.digest,
        "changed_at": now,
    }
    return of.model_copy(update=changes)


def _list_members(whole: MvPlan | SavingsReport) -> list[str]:
    contract = whole.contract if isinstance(whole, MvPlan) else whole.inputs.plan.contract
    return list(dict.fromkeys(one.member for one in contract.points))


def build_plan_bodies(plan: MvPlan) -> dict[str, str]:
    """The whole to both parties, to each member its own points."""
    contract = plan.contract
    parts: dict[str, BaseModel] = {}
    for member in _list_members(plan):
        own = [one.member == member for one in contract.points]
        parts[member] = MemberContract(
            contract=contract.id,
            title=contract.title,
            operator=contract.operator,
            client=contract.client,
            runs=contract.runs,
            points=tuple(one for one, mine in zip(contract.points, own, strict=True) if mine),
            baselines=tuple(one for one, mine in zip(plan.baselines, own, strict=True) if mine),
            plan=plan.digest,
        )
    return _build_bodies(contract, plan, parts)


def _build_statement_bodies(report: SavingsReport) -> dict[str, str]:
    from synergie.contract.plan.statement import select_member  # noqa: PLC0415 (numpy)

    contract = report.inputs.plan.contract
    parts: dict[str, BaseModel] = {one: select_member(report, one) for one in _list_members(report)}
    return _build_bodies(contract, report, parts)


def _build_bodies(
    contract: PerformanceContract, whole: BaseModel, parts: dict[str, BaseModel]
) -> dict[str, str]:
    bodies = {member: one.model_dump_json() for member, one in parts.items()}
    return bodies | dict.fromkeys((contract.client, contract.operator), whole.model_dump_json())


def _check_draft(permit: Permit, session: Session, made: ContractHead) -> None:
    """Conflict when the same is proposed or signed: it is not written over."""
    known = load_document(permit, session, made.id, for_update=True)
    if known is not None and known.head.state != "draft":
        raise Conflict(known.head.state, "a draft: what is proposed stands")


def _check_points(
    permit: Permit, session: Session, contract: PerformanceContract, made: ContractHead
) -> None:
    """BadInput for a point with two baselines: another contract guarantees it in these days."""
    keys = {one.id: n for n, one in enumerate(contract.points)}
    for one in list_document_heads(permit, session, kind="plan"):
        if one.id == made.id or one.state == "draft" or not _overlap(one, made):
            continue
        other = load_document(permit, session, one.id)
        if other is None:
            continue
        for point in MvPlan.model_validate_json(other.body).contract.points:
            if point.id in keys:
                where = f"/contract/points/{keys[point.id]}/id"
                raise BadInput(where, f"{point.id}: {one.contract}", SECOND_BASELINE)


def _check_year(permit: Permit, session: Session, made: ContractHead) -> None:
    known = list_document_heads(permit, session, kind="statement", contract=made.contract)
    for one in known:
        if one.id != made.id and one.state != "draft" and _overlap(one, made):
            raise BadInput("/year", f"{one.from_date} – {one.to_date}", OTHER_YEAR)


def _overlap(one: ContractHead, other: ContractHead) -> bool:
    return one.from_date < other.to_date and other.from_date < one.to_date


def _check_readers(
    session: Session, whole: MvPlan | SavingsReport, sources: Mapping[str, str], *, now: datetime
) -> None:
    """BadInput for a point that its owner opens by day to no operator, or not to its member.

    Signed papers go to both, with readings of *sources*: each is to open its own.
    """
    contract = whole.contract if isinstance(whole, MvPlan) else whole.inputs.plan.contract
    permits = list_party_permits(session, contract.operator, now=now)
    places = {one.id: f"/contract/points/{n}/id" for n, one in enumerate(contract.points)}
    for key in dict.fromkeys((*places, *sources)):
        if not is_point_open(permits, session, key, sources.get(key)):
            raise BadInput(places.get(key, "/adjustments"), key, OPEN_TO_OPERATOR)
    for one in contract.points:
        owner = sources.get(one.id, contract.client)
        if contract.client == owner or one.member in {owner, contract.client, contract.operator}:
            continue
        theirs = list_party_permits(session, one.member, now=now)
        if not is_point_open(theirs, session, one.id, owner):
            raise BadInput(places[one.id], f"{one.id}: {one.member}", OPEN_TO_MEMBER)


def _load_whole(found: StoredDocument) -> MvPlan | SavingsReport:
    kind = MvPlan if found.head.kind == "plan" else SavingsReport
    return kind.model_validate_json(found.body)


def _build_document(found: StoredDocument, reader: str) -> ContractDocument:
    fields = dict(found.head)
    if reader in {found.head.owner, found.head.operator}:
        whole = _load_whole(found)
        if isinstance(whole, MvPlan):
            return ContractDocument(**fields, plan=whole)
        return ContractDocument(**fields, statement=whole)
    if found.head.kind == "plan":
        part = MemberContract.model_validate_json(found.body)
        return ContractDocument(**fields, member_plan=part)
    mine = MemberStatement.model_validate_json(found.body)
    return ContractDocument(**fields, member_statement=mine)


def build_contract_entry(event: JournalEvent, found: ContractHead, by: str, client: str) -> Entry:
    """What the journal is told of *event* on the document *found*."""
    return Entry(
        event,
        by=by,
        client=client,
        owner=found.owner,
        subjects=(found.id, found.operator),
        dataset="consumption",
    )


def _tell(
    permit: Permit,
    session: Session,
    event: JournalEvent,
    found: ContractHead,
    *,
    client: str,
    members: Sequence[str] = (),
) -> None:
    """Record what was done in the journal; a proposal and a signature also as changes."""
    append(
        permit,
        session,
        build_contract_entry(event, found, permit.bearer, client),
        now=permit.decided_at,
    )
    act = {"draft": "saved", "proposed": "proposed", "signed": "signed"}[found.state]
    others: list[str | None] = [None]
    if found.state != "draft":
        others = [one for one in dict.fromkeys((found.operator, *members)) if one != found.owner]
    first = head.take_sequence_numbers(session, len(others))
    for n, other in enumerate(others):
        news = head.News(owner=found.owner, other=other, kind="contract", subject=found.id, act=act)
        head.tell(session, first + n, news, now=permit.decided_at)
