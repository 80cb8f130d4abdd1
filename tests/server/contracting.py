"""A performance contract over HTTP: one cabinet of lamps, measured by a sample (option A)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from synergie.contract.exchange.contracts import (
    _build_statement_bodies,
    _build_statement_head,
    build_plan_bodies,
    build_plan_head,
)
from synergie.contract.plan.baseline import build_plan
from synergie.contract.plan.statement import build_statement
from synergie.contract.records.contract import ContractSpan, LampTerms, PerformanceContract
from synergie.contract.records.document import ContractHead
from synergie.contract.records.mv_plan import MvPlan, PartySignature
from synergie.contract.records.statement import SavingsReport, StatementInputs
from synergie.contract.storage.documents import save_document, save_signed_document
from synergie.policy import Principal, permit_own_data, permit_party
from tests.contract.made import contract, lit

if TYPE_CHECKING:
    from tests.server.place import Member

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
LAMPS = LampTerms(
    id="SHP-100", count=34, watts=Decimal(117), measured_watts=(Decimal(60), Decimal(61))
)
LATER = ContractSpan(from_date=date(2030, 1, 1), to_date=date(2031, 1, 1))
YEAR = {"from_date": "2024-07-01", "to_date": "2025-07-01"}
STATEMENT: dict[str, Any] = {"year": YEAR}


def terms(client: str, operator: str, title: str, number: str) -> PerformanceContract:
    """A contract whose member is its client."""
    lamps = lit("prm:99000000000017", client, LAMPS, option="A", name=title)
    return contract(lamps, client=client, operator=operator, title=title, id=number, weather=None)


def request(client: str, operator: str) -> dict[str, Any]:
    """What makes one: a draft of another number than the furnished one."""
    made = terms(client, operator, "CPE", "CPE-2").model_copy(update={"runs": LATER})
    return {"contract": made.model_dump(mode="json")}


def furnished(owner: "Member", operator: str = "personne", title: str = "CPE") -> dict[str, str]:
    """A plan of *owner* that both signed, as it is stored: nobody's signature is looked at."""
    who = owner.organisation
    plan = build_plan(terms(who, operator, title, "CPE-1"), (), None, made_on=date(2024, 3, 1))
    return {"contract": keep(owner, plan, build_plan_head(plan, NOW))}


def keep(
    owner: "Member", whole: MvPlan | SavingsReport, made: ContractHead, state: str = "signed"
) -> str:
    """Store *whole* of *owner* as *state*; its identifier."""
    who = owner.organisation
    parties = {"draft": (), "proposed": (who,), "signed": sorted((who, made.operator))}[state]
    names = tuple(PartySignature(party=one, jws="x" * 20) for one in parties)
    signed = whole.model_copy(update={"signatures": names})
    caller = Principal(client_id="test", organisation=who, scopes=frozenset())
    bodies = (
        build_plan_bodies(whole) if isinstance(whole, MvPlan) else _build_statement_bodies(whole)
    )
    with owner.place.store.write() as session:
        permit = permit_own_data(caller, action="write", now=NOW)
        save_document(permit, session, made, bodies, sources={})
        if parties:
            party = permit_party(caller, action="write", now=NOW)
            done = made.model_copy(update={"state": state})
            save_signed_document(party, session, done, signed.model_dump_json())
    return made.id


def reported(
    owner: "Member",
    operator: str,
    member: str,
    title: str,
    *,
    saved_w: int = 60,
    state: str = "proposed",
    more: int = 0,
) -> dict[str, str]:
    """A contract of two cabinets, the other one of *member*, and the statement of its first year.

    *saved_w*: watts measured on the sample after the works, of 117 before. *state*: of the
    statement. *more*: cabinets of the owner beside, `Rue 0`, `Rue 1`…
    """
    lamps = LAMPS.model_copy(update={"measured_watts": (Decimal(saved_w), Decimal(saved_w + 1))})
    points = [
        lit("prm:99000000000018", owner.organisation, lamps, option="A", name="Rue de la Gare"),
        lit("prm:99000000000019", member, lamps, option="A", name="Rue du Moulin"),
    ]
    points += [
        lit(f"prm:991{n:011}", owner.organisation, lamps, option="A", name=f"Rue {n}")
        for n in range(more)
    ]
    parties = {"client": owner.organisation, "operator": operator}
    made = contract(*points, **parties, title=title, id=title, weather=None)
    plan = build_plan(made, (), None, made_on=date(2024, 3, 1))
    head = build_plan_head(plan, NOW)
    year = ContractSpan.model_validate(YEAR)
    report = build_statement(StatementInputs(plan=plan, year=year, energies=()))
    ids = {"plan": keep(owner, plan, head)}
    ids["statement"] = keep(owner, report, _build_statement_head(head, report, NOW), state=state)
    return ids
