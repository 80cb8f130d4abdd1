"""The note of a member tells its council what concerns it, and holds nothing of another member."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from synergie.energy.records.offer import Price, Subscription
from synergie.policy.trust.decide import permit_party
from synergie.policy.trust.principal import Principal
from synergie.purchase.plan.award.view import member_view
from synergie.purchase.records.member_view import MemberView
from synergie.purchase.reports.note import NoteFrame, note_document
from synergie.reports.document import Answer, Answers, Document, Table
from synergie.reports.page import html
from synergie.reports.pdf import render_pdf
from tests.plan.test_purchase_view import FEW, MANY, made
from tests.reports.purchases import NOW, amounts, bought

ME = "commune-ici"
FRAME = NoteFrame(name="Commune d'Ici", group="Groupement du Bassin", tell=str, made_at=NOW)


def view_of(volumes: dict[str, str], member: str = ME) -> MemberView:
    problem, plan = made(volumes)
    principal = Principal(client_id="c", organisation=member, scopes=frozenset())
    return member_view(problem, plan, member, permit_party(principal, action="read", now=NOW))


@pytest.fixture(scope="module")
def view() -> MemberView:
    return view_of(MANY)


def told(view: MemberView) -> dict[str, Answer]:
    block = note_document(view, FRAME).sections[0].blocks[0]
    assert isinstance(block, Answers)
    return {one.question: one for one in block.answers}


def but(view: MemberView, **fields: Any) -> MemberView:
    return view.model_copy(update=fields)


def _tables(document: Document) -> dict[str, Table]:
    blocks = (block for section in document.sections for block in section.blocks)
    return {block.caption: block for block in blocks if isinstance(block, Table)}


def _spelled(amount: Decimal) -> set[str]:
    """The forms in which a number can stand in a French page or in a file."""
    whole = (f"{amount:,f}", f"{amount:,.3f}")
    return {
        digits.replace(",", between).replace(".", point)
        for digits in whole
        for between in ("\u202f", "")
        for point in ".,"
    }


@pytest.mark.parametrize("volumes", [FEW, MANY], ids=["few", "many"])
def test_nothing_of_another_member_is_in_a_note(volumes: dict[str, str]) -> None:
    problem, plan = made(volumes)
    for member in volumes:
        note = note_document(view_of(volumes, member), replace(FRAME, name=member))
        page = html(note)
        secrets = {name for name in volumes if name != member}
        for point in problem.points:
            if point.member != member:
                secrets |= {point.id, *_spelled(point.energy[0].mwh)}
        for one in plan.members:
            if one.member != member and one.alone_eur is not None and one.gain_eur is not None:
                for amount in (one.cost_eur, one.alone_eur, one.gain_eur):
                    secrets |= _spelled(amount)
        assert [word for word in sorted(secrets) if word in page] == []
        assert member in page


def test_of_few_members_the_note_holds_no_sum_of_the_group() -> None:
    _problem, plan = made(FEW)
    page = html(note_document(view_of(FEW), FRAME))
    assert plan.baseline_eur is not None
    whole = (plan.objective_eur, plan.baseline_eur, plan.baseline_eur - plan.objective_eur,
             plan.awards[0].volume_mwh, plan.awards[0].cost_eur, Decimal("431.17"))  # fmt: skip
    assert [str(one) for one in whole if any(form in page for form in _spelled(one))] == []
    assert "ils diraient la part d’un autre membre" in unescape(page)


def test_of_many_members_the_sums_are_those_of_the_plan(view: MemberView) -> None:
    _problem, plan = made(MANY)
    assert plan.baseline_eur is not None
    found = told(view)["Et le groupe ?"]
    assert found.answer == "5 membres."
    assert amounts(found.more) == [plan.objective_eur, plan.baseline_eur - plan.objective_eur]


def test_what_it_pays_and_would_pay_alone_add_up(view: MemberView) -> None:
    found = told(view)
    cost = sum(
        (price.eur_per_mwh * view.volume_mwh for price in view.lots[0].prices), Decimal("12.34")
    ).quantize(Decimal("0.01"))
    assert amounts(found["Combien pour nous ?"].answer) == [cost + view.fee_eur]
    assert amounts(found["Combien pour nous ?"].more) == [view.fee_eur]
    assert view.alone_eur is not None
    gain = view.alone_eur - cost - view.fee_eur
    assert amounts(found["Contre quoi ?"].answer) == [view.alone_eur, gain]
    table = _tables(note_document(view, FRAME))["Nos lots, en euros hors taxes par an"]
    assert table.total is not None
    for column in (3, 4, 5):
        assert sum(amounts(row[column])[0] for row in table.rows) == amounts(table.total[column])[0]


def test_it_says_from_whom_at_which_prices_and_until_when(view: MemberView) -> None:
    found = told(view)
    assert "Fournisseur offer-a" in found["Que décider ?"].answer
    assert found["Avant quand ?"].answer == (
        "Offre valable jusqu'au mardi 24 novembre 2026 à 14\u00a0h\u00a030."
    )
    prices = _tables(note_document(view, FRAME))["Les prix que nous paierons, hors taxes"]
    assert [row[4] for row in prices.rows] == [
        "92,25\u00a0€/MWh", "12,34\u00a0€ par point et par an"
    ]  # fmt: skip
    assert {row[5] for row in prices.rows} == {"ferme"}
    silent = told(but(view, decide_before=None))["Avant quand ?"]
    assert silent.answer == "L'offre ne dit pas jusqu'à quand elle tient."


def test_the_mandate_that_is_given_or_missing_is_said(view: MemberView) -> None:
    assert "Mandat donné : Délib. commune-ici ;" in told(view)["Que décider ?"].more
    until = told(but(view, mandate_until=date(2027, 1, 1)))["Que décider ?"].more
    assert "valable jusqu'au 31/12/2026 compris" in until
    without = told(but(view, mandate=None))["Que décider ?"].more
    assert without.startswith("Aucun mandat n'est connu : délibérer")
    assert "L2113-6" in without


def test_who_stays_out_is_not_asked_to_join(view: MemberView) -> None:
    lot = view.lots[0].model_copy(update={
        "supplier": None, "offer": None, "pricing": None, "prices": (), "subscriptions": (),
        "expires_at": None,
    })  # fmt: skip
    found = told(but(view, lots=(lot,), decide_before=None))
    assert found["Que décider ?"].answer.startswith("Ne pas entrer dans cet achat.")
    assert found["Avant quand ?"].answer.startswith("Rien ne presse")
    tables = _tables(note_document(but(view, lots=(lot,)), FRAME))
    assert "Les prix que nous paierons, hors taxes" not in tables


def test_what_has_no_comparison_or_no_proof_says_so(view: MemberView) -> None:
    blind = told(but(view, alone_eur=None, gain_eur=None))["Contre quoi ?"].answer
    assert blind == "Sans comparaison : aucune offre ne nous sert seuls."
    dearer = told(but(view, gain_eur=Decimal(-3)))["Contre quoi ?"].answer
    assert dearer.endswith("de plus.")
    assert told(but(view, status="feasible", gap=0.01))["Quelle certitude ?"].answer == (
        "Pas prouvé : au plus 1,00\u00a0% au-dessus du meilleur plan."
    )
    assert (
        "Sans preuve" in told(but(view, status="feasible", gap=None))["Quelle certitude ?"].answer
    )


def test_many_prices_stand_in_an_annex(view: MemberView) -> None:
    many = tuple(
        Price(tariff_code="BTINFMU4", time_class=name, eur_per_mwh=Decimal("99.125"), year=year)
        for name in ("HPH", "HCH", "HPB", "HCB")
        for year in (2027, 2028, 2029, 2030)
    )
    yearly = (Subscription(tariff_code="BTINFMU4", eur_per_point=Decimal(1)),)
    lot = view.lots[0].model_copy(update={"prices": many, "subscriptions": yearly})
    document = note_document(but(view, lots=(lot,)), FRAME)
    assert [section.anchor for section in document.sections][:2] == ["essentiel", "prix"]
    (table,) = document.sections[1].blocks
    assert isinstance(table, Table) and len(table.rows) == 17
    assert table.rows[0][3:5] == ("2027", "99,125\u00a0€/MWh")


def test_its_points_are_listed_as_they_were_counted(view: MemberView) -> None:
    entering = view.points[0].model_copy(
        update={"entry": date(2027, 3, 1), "exit": date(2028, 1, 1)}
    )
    document = note_document(but(view, points=(entering,)), FRAME)
    table = _tables(document)["Nos points de livraison, comme ils ont été comptés"]
    assert table.rows == ((
        entering.id, entering.market_segment, entering.tariff_code, "111,111 MWh",
        "à partir du 01/03/2027 avant le 01/01/2028",
    ),)  # fmt: skip


def test_it_prints_as_a_tagged_pdf_of_the_same_bytes(view: MemberView) -> None:
    note = note_document(view, FRAME)
    paper = render_pdf(note, day=datetime(2026, 11, 24, tzinfo=UTC).date())
    assert paper.startswith(b"%PDF-") and b"pdfuaid:part" in paper
    assert paper == render_pdf(note, day=NOW.date())


def test_as_a_pdf_the_council_reads_one_page_and_the_annex_follows() -> None:
    brief = bought()
    for one in brief.plan.members:
        principal = Principal(client_id="c", organisation=one.member, scopes=frozenset())
        permit = permit_party(principal, action="read", now=NOW)
        view = member_view(brief.problem, brief.plan, one.member, permit)
        note = note_document(view, replace(FRAME, name=brief.member(one.member)))
        first = replace(note, sections=note.sections[:1])
        assert _pages(render_pdf(first, day=NOW.date())) == 1, one.member
        assert _pages(render_pdf(note, day=NOW.date())) > 1, one.member


def _pages(paper: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", paper))
