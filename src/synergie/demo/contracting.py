"""A performance contract of three cabinets: baseline, a year, its statement, a bonus."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from synergie.client import Client
from synergie.client.keys import jose_key, load_key
from synergie.contract.client.contracts import Contracts
from synergie.contract.plan.digest import sign_document
from synergie.contract.records.contract import (
    ContractPoint,
    ContractSpan,
    GuaranteeTerms,
    LampTerms,
    LightingTerms,
    PerformanceContract,
    PriceClause,
)
from synergie.contract.records.document import ContractDocument, ContractRequest, StatementRequest
from synergie.contract.records.statement import SavingsReport
from synergie.demo.partners import Partner
from synergie.demo.watching import choose_faulty_points
from synergie.samples import ENERGY, EPCI, LIGHTING, YEAR, Territory
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.trust.agreement import Agreement

_POINTS: Mapping[str, int] = {LIGHTING: 2, EPCI: 1}
"""Cabinets of each member."""
_BEFORE = Decimal("1.4")
"""Power of the lamps before the works, of what it is in the year reported."""
_NIGHT_DEG = -3.0


@dataclass(frozen=True, slots=True)
class Contracted:
    """The plan of measurement and the statement of a year, both signed by both parties."""

    plan: ContractDocument
    statement: ContractDocument

    @property
    def report(self) -> SavingsReport:
        """The figures. TypeError: it is a member's part."""
        if self.statement.statement is None:
            raise TypeError("the whole statement is a party's")
        return self.statement.statement

    def as_json(self) -> dict[str, object]:
        """The same for programs."""
        told = self.report
        return {
            "plan": self.plan.id,
            "statement": self.statement.id,
            "state": told.state,
            "saved_kwh": str(told.saved_kwh),
            "guaranteed_kwh": str(told.guaranteed_kwh),
            "shortfall_eur": str(told.shortfall_eur),
            "bonus_eur": str(told.bonus_eur),
        }


def play_contract(
    clients: Mapping[str, Client],
    partners: Mapping[str, Partner],
    whole: Territory,
    signed: Mapping[str, Agreement],
    *,
    now: datetime,
) -> Contracted:
    """The lighting syndicate is its client, the energy syndicate plays the operator.

    The community's cabinet is read under its agreement by day, *signed* `monitoring`.
    """
    book = _get_contracts(clients[LIGHTING])
    opened = (signed["monitoring"].id,)
    made = book.create(ContractRequest(contract=build_demo_contract(whole), agreements=opened))
    plan = _sign_both(made, clients, partners, now=now)
    year = ContractSpan(from_date=date(YEAR, 1, 1), to_date=date(YEAR + 1, 1, 1))
    told = book.create_statement(plan.id, StatementRequest(year=year, agreements=opened))
    return Contracted(plan, _sign_both(told, clients, partners, now=now))


def leave_contract_to_sign(client: Client, whole: Territory) -> str:
    """Two other cabinets, the plan of measurement a draft that its client has not signed."""
    many = _POINTS[LIGHTING]
    contract = build_demo_contract(whole).model_copy(
        update={
            "id": f"CPE-{YEAR}-02",
            "title": "Contrat de performance, deuxième tranche",
            "points": tuple(
                _build_point(whole, LIGHTING, one)
                for one in _choose_cabinets(whole, LIGHTING)[many : many + 2]
            ),
        }
    )
    return _get_contracts(client).create(ContractRequest(contract=contract)).id


def build_demo_contract(whole: Territory) -> PerformanceContract:
    """Three cabinets of two members; the year of the demonstration is the first one guaranteed."""
    return PerformanceContract(
        id=f"CPE-{YEAR}-01",
        title="Contrat de performance de l'éclairage",
        operator=ENERGY,
        client=LIGHTING,
        points=tuple(
            _build_point(whole, member, one)
            for member, many in _POINTS.items()
            for one in _choose_cabinets(whole, member)[:many]
        ),
        baseline=ContractSpan(from_date=date(YEAR - 1, 1, 1), to_date=date(YEAR, 1, 1)),
        runs=ContractSpan(from_date=date(YEAR, 1, 1), to_date=date(YEAR + 8, 1, 1)),
        prices=(
            PriceClause(
                energy="electricity",
                basis="reference",
                eur_per_mwh=Decimal(180),
                carbon_kg_per_kwh=Decimal("0.05"),
                carbon_source="facteur inventé pour l'exemple",
                carbon_dated=date(2025, 1, 1),
            ),
        ),
        guarantee=GuaranteeTerms(
            share=Decimal("0.2"), dead_band=Decimal("0.02"), bonus_share=Decimal("0.5")
        ),
    )


def _choose_cabinets(whole: Territory, member: str) -> list[CabinetRecord]:
    holding = whole.holding(member)
    faulty = choose_faulty_points(whole, holding)
    own = {one.external_id for one in holding.supply_points}
    return [
        one
        for one in holding.cabinets
        if one.supply_point in own and one.supply_point not in faulty and one.location is not None
    ]


def _build_point(whole: Territory, member: str, cabinet: CabinetRecord) -> ContractPoint:
    """A cabinet measured whole (option B), against its lamps as they were before the works."""
    lights = Counter(one.cabinet for one in whole.light_points)[cabinet.external_id]
    watts = whole.cabinet_power_w()[cabinet.external_id] * _BEFORE / lights
    if cabinet.supply_point is None or cabinet.location is None:
        raise TypeError("a cabinet without its point or its place")
    terms = LightingTerms(
        longitude=cabinet.location.longitude,
        latitude=cabinet.location.latitude,
        lit_below_deg=_NIGHT_DEG,
        lamps=(LampTerms(id="avant", count=lights, watts=watts.quantize(Decimal("0.1"))),),
    )
    return ContractPoint(
        id=cabinet.supply_point,
        member=member,
        name=cabinet.name or cabinet.external_id,
        energy="electricity",
        option="B",
        lighting=terms,
    )


def _sign_both(
    document: ContractDocument,
    clients: Mapping[str, Client],
    partners: Mapping[str, Partner],
    *,
    now: datetime,
) -> ContractDocument:
    """The client first, which proposes it, then the operator."""
    for party in (LIGHTING, ENERGY):
        book = _get_contracts(clients[party])
        whole = document.plan or document.statement
        if whole is None:
            raise TypeError("a party reads the whole")
        key, *_others = jose_key(load_key(partners[party].signing_key))
        signed = sign_document(whole, party, key, now)
        (jws,) = (one.jws for one in signed.signatures if one.party == party)
        document = book.sign(document.id, jws)
    return document


def write_statement(contracted: Contracted, path: Path) -> Path:
    """The file of the statement: what `synergie contract verify` takes."""
    path.write_text(contracted.report.model_dump_json(indent=1), "utf-8")
    return path


def _get_contracts(client: Client) -> Contracts:
    calls: Contracts = client.contracts  # type: ignore[attr-defined]  # an application gives it
    return calls
