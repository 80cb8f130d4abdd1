"""What came of a contract, year by year, as each of its readers may know; and what is due of it."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from pydantic import BaseModel

from synergie.calendar import day_of
from synergie.contract.records.contract import ContractSpan
from synergie.contract.records.document import ContractHead, ContractYear
from synergie.contract.records.statement import GuaranteeState, MemberStatement
from synergie.contract.storage.documents import StoredDocument, list_document_heads
from synergie.policy import Permit
from synergie.policy.readings.morning import HOME, Due, DueKind
from synergie.storage.store import Session

_NEWS = timedelta(days=30)
"""How long a guarantee that was missed stands among what is to be done."""


class _Totals(BaseModel, extra="ignore"):
    """Of a whole statement, without its inputs and points."""

    saved_kwh: Decimal
    half_width_kwh: Decimal | None
    guaranteed_kwh: Decimal
    state: GuaranteeState
    saved_eur: Decimal
    saved_kgco2: Decimal
    shortfall_eur: Decimal
    bonus_eur: Decimal
    discussed: int


def build_contract_year(found: StoredDocument, reader: str) -> ContractYear:
    """The figures of the statement *found*, as *reader* reads it."""
    if reader in {found.head.owner, found.head.operator}:
        whole = _Totals.model_validate_json(found.body)
        return ContractYear(
            head=found.head,
            saved_kwh=whole.saved_kwh,
            half_width_kwh=whole.half_width_kwh,
            guaranteed_kwh=whole.guaranteed_kwh,
            state=whole.state,
            saved_eur=whole.saved_eur,
            saved_kgco2=whole.saved_kgco2,
            due_eur=whole.shortfall_eur - whole.bonus_eur,
            discussed=whole.discussed,
        )
    mine = MemberStatement.model_validate_json(found.body)
    halves = [one.half_width_kwh for one in mine.points if one.half_width_kwh is not None]
    return ContractYear(
        head=found.head,
        saved_kwh=mine.part.saved_kwh,
        half_width_kwh=sum((one * one for one in halves), Decimal(0)).sqrt() if halves else None,
        guaranteed_kwh=None,
        state=mine.state,
        saved_eur=mine.part.saved_eur,
        saved_kgco2=mine.part.saved_kgco2,
        due_eur=mine.part.due_eur,
        discussed=0,
    )


def list_unreported_years(
    runs: ContractSpan | ContractHead, statements: Iterable[ContractHead], today: date
) -> list[ContractSpan]:
    """Years of the guarantee *runs* that are over by *today* and that no statement reports."""
    told = list(statements)
    return [
        year
        for year in _iterate_years(runs)
        if year.to_date <= today
        and not any(
            one.from_date < year.to_date and year.from_date < one.to_date for one in told
        )
    ]  # fmt: skip


def _iterate_years(runs: ContractSpan | ContractHead) -> Iterator[ContractSpan]:
    """Years from the first day on; the last one may be shorter."""
    n, low = 1, runs.from_date
    while low < runs.to_date:
        high = min(_add_years(runs.from_date, n), runs.to_date)
        yield ContractSpan(from_date=low, to_date=high)
        n, low = n + 1, high


def _add_years(day: date, years: int) -> date:
    """The same day *years* later; 1 March for 29 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def list_contract_dues(permit: Permit, session: Session, now: datetime) -> Iterator[Due]:
    """What the bearer signs, the years it has to report, guarantees that were just missed."""
    heads = list_document_heads(permit, session)
    missed = {one.id for one in list_document_heads(permit, session, missed=True)}
    for one in heads:
        owns = one.owner == permit.bearer
        waits = one.state == "proposed" and one.operator == permit.bearer
        if waits or (one.state == "draft" and one.kind == "statement" and owns):
            yield _build_due("contract_sign", one, permit)
        elif one.id in missed and now - one.changed_at < _NEWS:
            yield _build_due("guarantee_missed", one, permit)
        if owns and one.kind == "plan" and one.state == "signed":
            mine = [
                each for each in heads if each.kind == "statement" and _is_same_contract(each, one)
            ]
            if years := list_unreported_years(one, mine, day_of(now, HOME)):
                yield _build_due("contract_year", one, permit, n=len(years))


def _is_same_contract(one: ContractHead, other: ContractHead) -> bool:
    return (one.owner, one.contract) == (other.owner, other.contract)


def _build_due(kind: DueKind, one: ContractHead, permit: Permit, *, n: int | None = None) -> Due:
    return Due(
        kind=kind,
        who="agreements",
        by=permit.bearer,
        subject=one.id,
        name=one.title,
        day=None,
        last_day=None,
        n=n,
        revision=n or 0,
        revised_at=one.changed_at,
    )
