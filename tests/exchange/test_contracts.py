"""Contracts on a store: made of stored readings, signed by both, each member its own points."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from synergie import formats
from synergie.calendar import day_bounds
from synergie.contract.exchange.contracts import Contracts
from synergie.contract.plan.baseline import build_plan, check_fitted_plan
from synergie.contract.plan.digest import check_signatures, sign_document
from synergie.contract.plan.statement import check_statement
from synergie.contract.records.contract import ContractSpan, PerformanceContract
from synergie.contract.records.document import ContractDocument, ContractRequest, StatementRequest
from synergie.contract.records.mv_plan import PointEnergies
from synergie.errors import BadInput, Conflict, NotAllowed, NotFound
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.publication.publication import Filed
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.facts import Facts
from synergie.exchange.trust.agreements import Agreements
from synergie.exchange.trust.journal import Readings
from synergie.proof import jose
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.trust.journal import JournalRecord
from synergie.storage.store import Store
from tests.contract.made import (
    BASELINE,
    HALL,
    SCHOOL,
    YEAR,
    adjustment,
    building,
    contract,
    point,
    statement,
    weather,
)
from tests.exchange.people import NOW, Body, body, terms
from tests.exchange.people import point as supply_point

SPANS = (BASELINE, YEAR)
FACTORS = {BASELINE: 1.0, YEAR: 0.7}


def send_days(store: Store, who: Body, *energies: PointEnergies) -> None:
    """The known days of *energies* as energies of one day each."""
    records = [
        PeriodEnergy(
            name="École",
            supply_point=one.point,
            from_date=one.first_day + timedelta(days=n),
            to_date=one.first_day + timedelta(days=n + 1),
            energy_kwh=kwh,
            provenance="synthetic",
        )
        for one in energies
        for n, kwh in enumerate(one.values)
        if kwh is not None
    ]
    for n in range(0, len(records), 300):
        filed = Filed("dep_0123456789abcdefabcd", "bills")
        Facts(store).publish(who.caller, "period_energy", records[n : n + 300], filed, now=NOW)


def send_curve(store: Store, who: Body, *energies: PointEnergies) -> None:
    """The same as a curve of days, in Wh; what is unknown is blank."""
    for one in energies:
        curve = MeterCurve(
            supply_point=one.point,
            quantity="active_energy",
            form="interval_energy",
            direction="import",
            unit="Wh",
            start=day_bounds(one.first_day, ZoneInfo("Europe/Paris"))[0],
            step="P1D",
            values=[None if kwh is None else int(kwh * 1000) for kwh in one.values],
            provenance="synthetic",
        )
        file = BytesIO()
        formats.write([curve], file, format="curves-csv")
        file.seek(0)
        Deposits(store).deposit(who.caller, file, name="c.csv", format="curves-csv", now=NOW)


def stored(key: str, span: ContractSpan) -> PointEnergies:
    """Days as a reader of files and the store give them: to the milliwatt-hour."""
    one = building(key, span, factor=FACTORS[span])
    known = [None if kwh is None else kwh.quantize(Decimal("0.000001")) for kwh in one.values]
    return one.model_copy(update={"values": known})


def agree(store: Store, owner: Body, partner: Body, key: str, **more: Any) -> str:
    """An agreement in force over one delivery point."""
    book = Agreements(store)
    (made,) = SupplyPoints(store).publish(owner.caller, [supply_point(key[4:])], now=NOW).items
    draft = book.draft(
        owner.caller,
        terms(
            owner, partner, {"supply_points": [made.id]}, **({"datasets": ["consumption"]} | more)
        ),
        now=NOW,
    )
    for who, act in ((owner, "propose"), (partner, "accept")):
        book.act(who.caller, draft.id, act, signature=who.sign(draft), now=NOW)  # type: ignore[arg-type]
    return draft.id


@dataclass
class Desk:
    """A syndicate that is the client, a commune with a point of its own, and an operator."""

    store: Store
    syndicate: Body
    commune: Body
    operator: Body
    agreements: tuple[str, ...]

    @property
    def book(self) -> Contracts:
        return Contracts(self.store)

    def contract(self, **more: Any) -> PerformanceContract:
        of = {"client": "syndicat", "operator": "constructeur"}
        points = point(SCHOOL, "syndicat"), point(HALL, "commune")
        return contract(*points, **(of | more))

    def create(self, **more: Any) -> ContractDocument:
        fields: dict[str, Any] = {
            "contract": self.contract(), "weather": weather(BASELINE),
            "agreements": self.agreements,
        }  # fmt: skip
        sent = ContractRequest(**(fields | more))
        return self.book.create(self.syndicate.caller, sent, now=NOW)

    def report(self, document: str, **more: Any) -> ContractDocument:
        fields: dict[str, Any] = {
            "year": YEAR, "weather": weather(YEAR), "agreements": self.agreements,
        }  # fmt: skip
        sent = StatementRequest(**(fields | more))
        return self.book.create_statement(self.syndicate.caller, document, sent, now=NOW)

    def sign(
        self, who: Body, document: ContractDocument, key: Body | None = None
    ) -> ContractDocument:
        whole = document.plan or document.statement
        assert whole is not None
        name, signer = who.caller.organisation, (key or who).key
        signed = sign_document(whole, name, signer, NOW)
        (jws,) = (one.jws for one in signed.signatures if one.party == name)
        return self.book.sign(who.caller, document.id, jws, now=NOW)

    def sign_both(self, document: ContractDocument) -> ContractDocument:
        return self.sign(self.operator, self.sign(self.syndicate, document))


@pytest.fixture
def desk(store: Store) -> Desk:
    made = {name: body(store, name) for name in ("syndicat", "commune", "constructeur")}
    syndicate, commune, operator = made.values()
    for owner, key in ((syndicate, SCHOOL), (commune, HALL)):
        SupplyPoints(store).publish(owner.caller, [supply_point(key[4:])], now=NOW)
        days = [building(key, span, factor=FACTORS[span]) for span in SPANS]
        (send_days if owner is syndicate else send_curve)(store, owner, *days)
    agreements = (agree(store, commune, syndicate, HALL),)
    agree(store, syndicate, operator, SCHOOL, datasets=["consumption", "assets"])
    agree(store, commune, operator, HALL)
    return Desk(store, syndicate, commune, operator, agreements)


def test_a_plan_of_stored_readings_is_that_of_files(desk: Desk) -> None:
    made = desk.create()
    assert made.plan is not None and made.state == "draft"
    known = [stored(key, BASELINE) for key in (SCHOOL, HALL)]
    of_files = build_plan(desk.contract(), known, weather(BASELINE), made_on=date(2026, 11, 25))
    assert made.plan == of_files
    check_fitted_plan(made.plan)


def test_both_sign_plan_and_statement_and_each_reads_its_own(desk: Desk) -> None:
    draft = desk.create()
    for who in (desk.operator, desk.commune):
        with pytest.raises(NotFound):
            desk.book.read(who.caller, draft.id, now=NOW)
    with pytest.raises(Conflict, match="both parties signed"):
        desk.report(draft.id)
    signed = desk.sign_both(draft)
    assert signed.state == "signed" and signed.plan is not None
    assert desk.sign(desk.operator, signed).changed_at == signed.changed_at, "once"
    with pytest.raises(Conflict, match="what is proposed stands"):
        desk.create()

    made = desk.report(draft.id)
    assert made.statement is not None
    files = statement(signed.plan, *(stored(key, YEAR) for key in (SCHOOL, HALL)))
    assert made.statement == files, "the same figures as from files, to the last digit"
    done = desk.sign_both(made)
    assert done.statement is not None and done.state == "signed"
    check_statement(done.statement)
    keys = {
        one.caller.organisation: jose.public_keys({"keys": [one.key.as_dict(private=False)]})
        for one in (desk.syndicate, desk.operator)
    }
    assert check_signatures(done.statement, keys) == keys.keys()


def test_a_member_reads_its_own_points_and_the_operator_the_whole(desk: Desk) -> None:
    draft = desk.create()
    done = desk.sign_both(desk.report(desk.sign_both(draft).id))
    mine = desk.book.read(desk.commune.caller, done.id, now=NOW)
    assert mine.statement is None and mine.member_statement is not None
    assert [one.point for one in mine.member_statement.points] == [HALL]
    plan = desk.book.read(desk.commune.caller, draft.id, now=NOW)
    assert SCHOOL not in plan.model_dump_json() and HALL in plan.model_dump_json()
    assert desk.book.read(desk.operator.caller, done.id, now=NOW).statement == done.statement
    for who in (desk.syndicate, desk.operator, desk.commune):
        page = desk.book.page(who.caller, now=NOW)
        assert {one.id for one in page.items} == {draft.id, done.id}


def test_a_stranger_sees_nothing_and_a_member_signs_nothing(desk: Desk, stranger: Body) -> None:
    signed = desk.sign_both(desk.create())
    assert desk.book.page(stranger.caller, now=NOW).items == ()
    with pytest.raises(NotFound):
        desk.book.read(stranger.caller, signed.id, now=NOW)
    with pytest.raises(NotFound):
        desk.book.sign(stranger.caller, signed.id, "x" * 20, now=NOW)
    with pytest.raises(NotAllowed, match="other_party"):
        desk.book.sign(desk.commune.caller, signed.id, "x" * 20, now=NOW)
    sent = StatementRequest(year=YEAR, weather=weather(YEAR))
    for who in (desk.operator, desk.commune):
        with pytest.raises(NotAllowed, match="other_party"):
            desk.book.create_statement(who.caller, signed.id, sent, now=NOW)


def test_a_signature_of_another_key_or_of_another_draft_is_refused(desk: Desk) -> None:
    draft = desk.create()
    with pytest.raises(BadInput, match="registered key"):
        desk.sign(desk.syndicate, draft, key=desk.operator)
    again = desk.create(contract=desk.contract(title="Autre"))
    assert again.id == draft.id, "a draft is replaced"
    with pytest.raises(BadInput, match="digest"):
        desk.sign(desk.syndicate, draft)
    assert desk.book.read(desk.syndicate.caller, draft.id, now=NOW).state == "draft"


def test_points_of_others_are_read_under_an_agreement_alone(desk: Desk) -> None:
    with pytest.raises(BadInput, match=HALL):
        desk.create(agreements=())
    with pytest.raises(NotFound):
        desk.create(agreements=("agr_2222222222222222",))
    monthly = agree(desk.store, desk.commune, desk.syndicate, HALL, granularity="month")
    with pytest.raises(NotAllowed, match="granularity_too_fine"):
        desk.create(agreements=(monthly,))
    assert desk.book.page(desk.syndicate.caller, now=NOW).items == (), "nothing half stored"


def test_the_operator_needs_an_agreement_over_every_point(desk: Desk) -> None:
    draft = desk.create()
    operator = desk.operator.caller
    for one in Agreements(desk.store).page(operator, now=NOW).items:
        if one.terms.owner == "commune":
            Agreements(desk.store).act(desk.commune.caller, one.id, "revoke", now=NOW)
    with pytest.raises(BadInput, match="opens its readings to the operator") as fault:
        desk.sign(desk.syndicate, draft)
    assert (fault.value.where, fault.value.found) == ("/contract/points/1/id", HALL)


def test_readings_go_to_nobody_to_whom_their_owner_opens_them_not(desk: Desk) -> None:
    """The client has a point of the same number, and opens that one to the operator."""
    agree(desk.store, desk.syndicate, desk.operator, HALL)
    draft = desk.create()
    for one in Agreements(desk.store).page(desk.operator.caller, now=NOW).items:
        if one.terms.owner == "commune":
            Agreements(desk.store).act(desk.commune.caller, one.id, "revoke", now=NOW)
    with pytest.raises(BadInput, match="opens its readings to the operator") as fault:
        desk.sign(desk.syndicate, draft)
    assert (fault.value.where, fault.value.found) == ("/contract/points/1/id", HALL)


def test_a_member_to_whom_a_point_is_not_open_reads_no_part_of_it(
    desk: Desk, stranger: Body
) -> None:
    name = stranger.caller.organisation
    other = desk.contract().points[1].model_copy(update={"member": name})
    both = (desk.contract().points[0], other)
    draft = desk.create(contract=desk.contract().model_copy(update={"points": both}))
    with pytest.raises(BadInput, match="to whom they are open") as fault:
        desk.sign(desk.syndicate, draft)
    assert (fault.value.where, fault.value.found) == ("/contract/points/1/id", f"{HALL}: {name}")
    agree(desk.store, desk.commune, stranger, HALL)
    assert desk.sign(desk.syndicate, draft).state == "proposed"


def half(span: ContractSpan) -> ContractSpan:
    return ContractSpan(from_date=span.from_date, to_date=span.from_date + timedelta(days=180))


def test_what_is_wrong_is_said_with_its_place_and_nothing_is_stored(desk: Desk) -> None:
    for other, where in (
        ({"client": "commune"}, "/contract/client"),
        ({"operator": "personne"}, "/contract/operator"),
        ({"operator": "syndicat"}, "/contract/operator"),
    ):
        with pytest.raises(BadInput) as fault:
            desk.create(contract=desk.contract(**other))
        assert fault.value.where == where
    with pytest.raises(BadInput, match="station"):
        desk.create(weather=None)
    with pytest.raises(BadInput, match=SCHOOL):
        desk.create(weather=weather(BASELINE, gap=60))
    assert desk.book.page(desk.syndicate.caller, now=NOW).items == ()

    signed = desk.sign_both(desk.create())
    with pytest.raises(BadInput, match="no other contract guarantees") as fault:
        desk.create(contract=desk.contract(id="CPE-2"))
    assert fault.value.where == "/contract/points/0/id", "two baselines of one point"
    days = date(2024, 8, 1), date(2024, 9, 1)
    twice = [adjustment(SCHOOL, "energy", *days, id=f"A-{n}", kwh_day=Decimal(1)) for n in range(2)]
    bad: Sequence[dict[str, Any]] = (
        {"weather": None},
        {"adjustments": twice},
        {"year": BASELINE},
    )
    for more in bad:
        with pytest.raises(BadInput):
            desk.report(signed.id, **more)
    heads = desk.book.page(desk.syndicate.caller, kind="statement", now=NOW)
    assert heads.items == ()
    desk.sign_both(desk.report(signed.id))
    with pytest.raises(BadInput, match="no other statement") as fault:
        desk.report(signed.id, year=half(YEAR))
    assert fault.value.where == "/year"


def test_gaps_are_told_and_a_new_meter_is_read_under_its_own_key(desk: Desk) -> None:
    signed = desk.sign_both(desk.create())
    new = "prm:99000000000031"
    SupplyPoints(desk.store).publish(desk.syndicate.caller, [supply_point(new[4:])], now=NOW)
    send_days(desk.store, desk.syndicate, building(new, YEAR, factor=0.7))
    days = date(2025, 1, 6), date(2025, 1, 8)
    made = desk.report(signed.id, adjustments=[adjustment(SCHOOL, "meter", *days, meter=new)])
    assert made.statement is not None
    school, _ = made.statement.points
    assert school.known_days == 363, "the days of the change are left out"
    assert any(new in map(str, one.values) for one in school.remarks)
    gappy = desk.report(signed.id, weather=weather(YEAR, gap=60)).statement
    assert gappy is not None and gappy.state == "unproved"


def test_each_act_is_in_the_journal_of_its_owner(desk: Desk) -> None:
    done = desk.sign_both(desk.report(desk.sign_both(desk.create()).id))
    desk.book.read(desk.commune.caller, done.id, now=NOW)
    with desk.store.read() as session:
        rows = session.connection().execute(text("SELECT record FROM journal ORDER BY seq"))
        events = [str(JournalRecord.model_validate_json(bytes(row[0])).event) for row in rows]
    for event, times in (
        ("contract.saved", 1), ("contract.signed", 2), ("statement.saved", 1),
        ("statement.signed", 2), ("contract.read", 1),
    ):  # fmt: skip
        assert events.count(event) == times, event
    reads = Readings(desk.store).accesses(desk.commune.caller, now=NOW).items
    assert any(one.record.event == "data.read" and one.record.by == "syndicat" for one in reads)
