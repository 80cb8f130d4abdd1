"""The first page of a purchase answers what is asked first, with figures that add up again."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any, override

import pytest

from synergie.purchase.records.plan import NotPriced, RefusedOffer
from synergie.purchase.records.purchase import AloneCost, DeliveryPeriod, PurchaseMember
from synergie.purchase.reports.answers import answers
from synergie.purchase.reports.brief import purchase_document
from synergie.purchase.reports.words import Brief
from synergie.reports.document import Answer, Answers, Document, Figure, Items, Section, Table
from synergie.reports.page import html
from synergie.reports.pdf import render_pdf
from synergie.schemas.plan import Phrase
from tests.reports.purchases import NOW, alone, amounts, bought, fees, of, sum_of, together

QUESTIONS = [
    "Combien ?", "Pour qui ?", "Contre quoi ?", "Quelle certitude ?", "Que décider ?",
    "Avant quand ?", "Qui gagne le moins ?", "Qui reste dehors ?", "Que ne savait-on pas ?",
]  # fmt: skip


@pytest.fixture(scope="module")
def brief() -> Brief:
    return bought()


def told(brief: Brief) -> dict[str, Answer]:
    return {one.question: one for one in answers(brief).answers}


def with_plan(brief: Brief, **fields: Any) -> Brief:
    return replace(brief, plan=brief.plan.model_copy(update=fields))


def with_problem(brief: Brief, **fields: Any) -> Brief:
    return replace(brief, problem=brief.problem.model_copy(update=fields))


def _section(document: Document, anchor: str) -> Section:
    return next(one for one in document.sections if one.anchor == anchor)


def _tables(section: Section) -> dict[str, Table]:
    blocks = [block.table if isinstance(block, Figure) else block for block in section.blocks]
    return {block.caption: block for block in blocks if isinstance(block, Table)}


def test_the_first_section_holds_every_answer_and_stands_on_its_own_page(brief: Brief) -> None:
    first = purchase_document(brief).sections[0]
    (block,) = first.blocks
    assert isinstance(block, Answers) and first.sheet
    assert [one.question for one in block.answers] == QUESTIONS
    assert all(len(one.answer) > 5 for one in block.answers)


def test_what_it_costs_and_against_what_are_the_sums_of_the_prices(brief: Brief) -> None:
    found = told(brief)
    cost = together(brief.problem, brief.plan)
    members = sorted({point.member for point in brief.problem.points})
    whole = sum((alone(brief.problem, member) for member in members), Decimal(0))
    assert amounts(found["Combien ?"].answer) == [cost]
    taken = {award.offer for award in brief.plan.awards}
    fixed = sum((o.fixed_eur for o in brief.problem.offers if o.id in taken), Decimal(0))
    asked = sum(fees(brief.problem, brief.plan).values(), Decimal(0))
    assert asked > 0
    assert amounts(found["Combien ?"].more) == [fixed, asked]
    assert amounts(found["Contre quoi ?"].answer) == [whole, whole - cost]
    assert f"{100 * (whole - cost) / whole:.1f}".replace(".", ",") in found["Contre quoi ?"].answer
    assert found["Pour qui ?"].answer.startswith(f"{len(members)} membres, ")
    mwh = sum((one.mwh for point in brief.problem.points for one in point.energy), Decimal(0))
    assert f"{round(mwh):,} MWh".replace(",", "\u202f").replace(" ", "\u00a0") in (
        found["Pour qui ?"].answer
    )


def test_every_award_is_to_be_decided_and_lots_without_one_are_named(brief: Brief) -> None:
    decide = told(brief)["Que décider ?"]
    lots = {lot.id: lot.name for lot in brief.problem.lots}
    for award in brief.plan.awards:
        assert f"{lots.pop(award.lot)} à {award.supplier}" in decide.answer
    assert lots and all(name in decide.more for name in lots.values())
    many = told(with_plan(brief, awards=brief.plan.awards * 5))["Que décider ?"]
    assert many.answer.endswith("; et 9 autres, dans le tableau des lots.")
    nothing = told(with_plan(brief, awards=()))["Que décider ?"]
    assert nothing.answer == "N'attribuer aucun lot."


def test_until_when_it_holds_is_told_to_the_minute_in_local_time(brief: Brief) -> None:
    quiet = tuple(a.model_copy(update={"expires_at": None}) for a in brief.plan.awards)
    silent = told(with_plan(brief, awards=quiet, decide_before=None))["Avant quand ?"]
    assert "Aucune offre retenue ne dit" in silent.answer
    until = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
    first, *rest = quiet
    awards = (first.model_copy(update={"expires_at": until}), *rest)
    spoken = told(with_plan(brief, awards=awards, decide_before=until))["Avant quand ?"]
    assert "mardi 24 novembre 2026 à 14\u00a0h\u00a030" in spoken.answer
    assert first.supplier in spoken.more and f"{len(rest)} offres retenues" in spoken.more


def test_who_gains_least_and_who_stays_out_are_those_of_the_plan(brief: Brief) -> None:
    found = told(brief)
    gains = {one.member: one.gain_eur for one in brief.plan.members if one.gain_eur is not None}
    least = min(gains, key=lambda member: (gains[member], member))
    assert found["Qui gagne le moins ?"].answer.startswith(f"{brief.names[least]} : ")
    assert amounts(found["Qui gagne le moins ?"].answer) == [gains[least]]
    assert found["Qui gagne le moins ?"].more == "Personne ne paie plus que seul."
    out = [place for place in brief.plan.places if place.offer is None]
    assert out, "the sample has a lot that nobody takes together"
    for place in out:
        assert brief.names[place.member] in found["Qui reste dehors ?"].answer
    assert amounts(found["Qui reste dehors ?"].more) == [place.supply_eur for place in out]
    inside = tuple(place for place in brief.plan.places if place.offer is not None)
    assert told(with_plan(brief, places=inside))["Qui reste dehors ?"].answer == "Personne."


def test_who_pays_more_than_alone_is_named(brief: Brief) -> None:
    first, *rest = brief.plan.members
    loser = first.model_copy(update={"gain_eur": Decimal(-5)})
    found = told(with_plan(brief, members=(loser, *rest), least_gain=loser.member))
    assert found["Qui gagne le moins ?"].more.startswith("Paient plus que seuls : ")
    assert brief.names[loser.member] in found["Qui gagne le moins ?"].more


def test_how_sure_it_is_follows_the_proof(brief: Brief) -> None:
    assert (
        told(brief)["Quelle certitude ?"].answer
        == "Borne du solveur atteinte : aucun autre plan ne coûte moins."
    )
    near = told(with_plan(brief, gap=0.0005))["Quelle certitude ?"].answer
    assert near == "Borne du solveur atteinte à 0,05\u00a0% près."
    stopped = told(with_plan(brief, status="feasible", gap=0.012))["Quelle certitude ?"]
    assert stopped.answer == "Pas prouvé : au plus 1,20\u00a0% au-dessus du meilleur."
    assert told(with_plan(brief, bound_eur=None, gap=None))["Quelle certitude ?"].answer == (
        "Sans preuve."
    )
    award = brief.plan.awards[0].model_copy(update={"flips_at_percent": 0.25})
    tight = told(with_plan(brief, awards=(award,)))["Quelle certitude ?"].more
    assert "0,25\u00a0%" in tight and brief.lots[award.lot] in tight


def test_the_sheet_says_that_the_nucleolus_has_its_certificate(brief: Brief) -> None:
    proved = with_plan(brief, status="proved")
    assert "nucléole" not in told(proved)["Quelle certitude ?"].more
    certified = told(replace(proved, nucleolus_certified=True))["Quelle certitude ?"]
    assert "Le nucléole, parmi les partages, a son certificat aussi." in certified.more


def test_what_was_not_known_is_said(brief: Brief) -> None:
    found = told(brief)["Que ne savait-on pas ?"].more
    declared = sum(row.reference is not None and row.reference.method == "declared"
                   for row in brief.perimeter)  # fmt: skip
    assert f"Énergie déclarée et non mesurée pour {declared} points de livraison." in found
    cells = {(one.offer, one.tariff_code, one.time_class) for one in brief.plan.not_priced}
    assert f"{len(cells)} prix absent" in found
    nobody = told(with_problem(brief, members=()))["Que ne savait-on pas ?"].more
    assert "Les mandats des membres ne sont pas dans le dossier." in nobody
    assert "mandat" not in found
    one = PurchaseMember(id=brief.plan.members[0].member)
    without = told(with_problem(brief, members=(one,)))["Que ne savait-on pas ?"].more
    assert f"Sans mandat connu : {brief.names[one.id]}." in without
    taken = {award.offer for award in brief.plan.awards}
    moving = tuple(
        offer.model_copy(update={"pricing": "indexed", "index": "Cal-27"})
        if offer.id in taken
        else offer
        for offer in brief.problem.offers
    )
    indexed = told(with_problem(brief, offers=moving))["Que ne savait-on pas ?"].more
    assert "Prix non fermes, le coût bougera : " in indexed


def test_amounts_of_a_delivery_say_of_which_days(brief: Brief) -> None:
    delivery = DeliveryPeriod.model_validate_json('{"starts":"2027-01-01","ends":"2029-01-01"}')
    longer = replace(with_problem(brief, delivery=delivery), assumptions=())
    days = "pour la livraison du 1er janvier 2027 au 31 décembre 2028"
    assert told(longer)["Combien ?"].answer.endswith(f"{days}.")
    page = purchase_document(longer)
    assert f"Ce que chacun gagne, en euros {days} hors taxes" in _tables(_section(page, "membres"))
    euros_a_year = "€ par an"
    assert euros_a_year not in html(page).replace("\u00a0", " ")


def test_known_costs_alone_are_counted(brief: Brief) -> None:
    known = AloneCost(
        member=brief.plan.members[0].member, lot="lot-1", eur=Decimal(1), source="contrat"
    )
    assert (
        "1 montant connu par ailleurs"
        in told(with_problem(brief, alone=(known,)))["Contre quoi ?"].more
    )


def test_without_a_comparison_nothing_is_compared(brief: Brief) -> None:
    first, *rest = brief.plan.members
    blind = first.model_copy(update={"alone_eur": None, "gain_eur": None})
    found = told(with_plan(brief, baseline_eur=None, least_gain=None, members=(blind, *rest)))
    assert found["Contre quoi ?"].answer == "Sans comparaison."
    assert brief.names[blind.member] in found["Contre quoi ?"].more
    assert found["Qui gagne le moins ?"].answer == "Sans comparaison."


def test_awards_tiers_and_refusals_are_tables_that_add_up(brief: Brief) -> None:
    refused = RefusedOffer(
        offer=brief.problem.offers[0].id, where="/offers/0/valid_until", kind="expired",
        reason=Phrase(text="ended at {}", values=("2026-11-24T13:30:00+00:00",)),
        who="the supplier",
    )  # fmt: skip
    told_all = purchase_document(with_plan(brief, refused=(refused,)))
    lots = _tables(_section(told_all, "lots"))
    table = lots["Attributions, un marché par lot"]
    assert len(table.rows) == len(brief.plan.awards)
    assert sum(amounts(row[3])[0] for row in table.rows) == sum(
        award.cost_eur for award in brief.plan.awards
    )
    tiers = lots["Tranches de prix des lots attribués"]
    for row, award in zip(tiers.rows, brief.plan.awards, strict=True):
        assert row[0] == brief.lots[award.lot] and row[1] == str(award.tier)
    (row,) = _tables(_section(told_all, "refus"))["Offres refusées avant le calcul"].rows
    assert row[0] == brief.offers[refused.offer]
    ended = "ended at mardi 24 novembre 2026 à 14\u00a0h\u00a030"
    assert row[1:] == ("expirée", ended, "the supplier")


def test_offers_are_compared_on_the_volumes_of_their_lots(brief: Brief) -> None:
    tables = _tables(_section(purchase_document(brief), "offres"))
    offers = {offer.id: offer for offer in brief.problem.offers}
    for lot in brief.problem.lots:
        rows = tables[f"Offres comparées, {lot.name}"].rows
        mine = {offer.supplier: offer for offer in offers.values() if offer.lot == lot.id}
        assert {row[0] for row in rows} == set(mine)
        points = [
            point
            for member in brief.plan.members
            for point in of(brief.problem, lot, member.member)
        ]
        mwh = sum((one.mwh for point in points for one in point.energy), Decimal(0))
        for row in rows:
            told = amounts(row[3])
            costs = [
                cost + mine[row[0]].fixed_eur
                for tier in mine[row[0]].tiers
                if tier.from_mwh <= mwh <= (tier.to_mwh or mwh)
                if (cost := sum_of(tier, brief.problem, lot)) is not None
            ]
            assert told == costs[:1], row
        states = {row[0]: row[8] for row in rows}
        for award in brief.plan.awards:
            if award.lot == lot.id:
                assert states[award.supplier] == "retenue"
    assert any(row[8] == "expirée" for table in tables.values() for row in table.rows)
    bare = _section(purchase_document(replace(brief, comparison=None)), "offres").blocks
    assert [type(block).__name__ for block in bare] == ["Paragraph"]


def test_inputs_tell_their_year_method_age_and_digest(brief: Brief) -> None:
    tables = _tables(_section(purchase_document(brief), "donnees"))
    years = {row[0]: row for row in tables["Énergies du périmètre"].rows}
    assert set(years) == {"calculée sur 12 mois", "déclarée"}
    assert sum(int(row[1]) for row in years.values()) == len(brief.problem.points)
    assert years["déclarée"][3] == "du 1er janvier au 31 décembre 2025, il y a 10 mois"
    assert tables["Fichiers lus"].rows[0][3] == "ab" * 32


def test_requirements_that_bind_and_what_it_takes_to_run_it_again_are_told(brief: Brief) -> None:
    costs = (Phrase(text="{} lots more for {} would save {} EUR", values=("1", "lot-1", "12.50")),)
    document = purchase_document(with_plan(brief, binding=costs))
    items = [b for b in _section(document, "exigences").blocks if isinstance(b, Items)]
    assert items[1].items == (f"1 lots more for {brief.lots['lot-1']} would save 12,50 EUR.",)
    again = _section(document, "refaire").blocks[0]
    assert isinstance(again, Items)
    assert brief.plan.inputs_digest in again.items[0]
    assert brief.plan.run.solver in again.items[1]


class _Text(HTMLParser):
    """The headings in order, and the text of the first section."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.levels: list[str] = []
        self.first, self.depth = "", 0
        self.feed(page)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(tag)
        if tag == "section":
            self.depth += 1

    @override
    def handle_data(self, data: str) -> None:
        if self.depth == 1:
            self.first += data


def test_the_page_answers_without_scripts_and_its_headings_are_in_order(brief: Brief) -> None:
    page = html(purchase_document(brief))
    read = _Text(page)
    for one in answers(brief).answers:
        assert one.question.removesuffix(" ?") in read.first
    assert [together(brief.problem, brief.plan)] == amounts(read.first)[:1]
    assert "<script" not in page and "http://" not in page and "https://" not in page
    assert read.levels[0] == "h1" and "h1" not in read.levels[1:]
    pairs = zip(read.levels, read.levels[1:], strict=False)
    assert all(int(after[1]) - int(before[1]) <= 1 for before, after in pairs)
    assert "EUR" not in read.first and "lot-1" not in read.first


def test_figures_of_many_members_stay_readable(brief: Brief) -> None:
    one = brief.plan.members[0]
    many = tuple(
        one.model_copy(update={"member": f"m{i:04d}", "gain_eur": Decimal(i)}) for i in range(1500)
    )
    figure = next(
        block
        for block in _section(purchase_document(with_plan(brief, members=many)), "membres").blocks
        if isinstance(block, Figure)
    )
    assert figure.image.count("data-k=") == 2 * 40, "alone and together"
    assert len(figure.table.rows) == 1500


def test_the_document_prints_as_a_tagged_pdf(brief: Brief) -> None:
    paper = render_pdf(purchase_document(brief), day=NOW.date())
    assert paper.startswith(b"%PDF-") and b"pdfuaid:part" in paper


def test_a_first_tier_that_loses_nothing_is_not_told_as_a_margin(brief: Brief) -> None:
    award = brief.plan.awards[0].model_copy(update={"tier": 1})
    table = _tables(_section(purchase_document(with_plan(brief, awards=(award,))), "lots"))[
        "Tranches de prix des lots attribués"
    ]
    assert table.rows[0][3] == "première tranche"


def test_a_missing_price_is_told_once_a_cell(brief: Brief) -> None:
    cells = tuple(
        NotPriced(offer=brief.problem.offers[0].id, tariff_code="BTINFCU4", time_class=name, tier=k)
        for name in ("HPH", "HCH")
        for k in (1, 2, 3)
    )
    found = told(with_plan(brief, not_priced=cells))["Que ne savait-on pas ?"].more
    assert "2 prix absents" in found


def test_what_is_asked_of_a_lot_is_told_with_its_law(brief: Brief) -> None:
    first, second, *rest = brief.problem.lots
    asked = (
        first.model_copy(update={"green_share": 0.5, "reserved": "L2113-12"}),
        second.model_copy(update={"min_awards": 2, "max_awards": None}),
        *rest,
    )
    section = _section(purchase_document(with_problem(brief, lots=asked)), "exigences")
    told_all = section.blocks[0]
    assert isinstance(told_all, Items)
    assert f"{first.name} : 50\u00a0% d'énergie verte au moins." in told_all.items
    assert f"{first.name} : réservé, travailleurs handicapés (CCP L2113-12)." in told_all.items
    assert f"{second.name} : 2 attributaires au moins." in told_all.items
    assert any("se répartissent" in item for item in told_all.items)
