"""A study and ways of sharing in the report: their figures, and what is said when none is."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from synergie.purchase.plan.sharing import share_game
from synergie.purchase.records.study import (
    CaseAnswer,
    Flip,
    LotChange,
    MemberLeaving,
    PurchaseCase,
    PurchaseStudy,
    Stability,
)
from synergie.purchase.reports.answers import answers
from synergie.purchase.reports.brief import purchase_document
from synergie.purchase.reports.sharing import sharing_section
from synergie.purchase.reports.study import study_section
from synergie.purchase.reports.words import Brief
from synergie.purchase.reports.workbook import write_purchase
from synergie.reports.document import Block, Figure, Items, Note, Paragraph, Section, Table
from synergie.reports.page import html
from synergie.reports.plans import describe_sharing_method
from synergie.schemas.plan import Phrase
from synergie.schemas.sharing import CoalitionCost, CostGame, SharingStudy
from tests.reports.purchases import amounts, bought


def _study(brief: Brief) -> PurchaseStudy:
    plan, problem = brief.plan, brief.problem
    award = plan.awards[0]
    other = next(o.id for o in problem.offers if o.lot == award.lot and o.id != award.offer)
    change = LotChange(
        lot=award.lot, planned_offer=award.offer, planned_tier=award.tier, offer=other, tier=2
    )
    fewer = Phrase(text="all volumes {} %", values=("-10",))
    case = CaseAnswer(
        case=PurchaseCase(kind="volumes", percent=Decimal(-10)), said=fewer,
        kept_eur=Decimal("240123.45"), best_eur=Decimal("240100.00"), regret_eur=Decimal("23.45"),
        proved=True, lots=(change,),
    )  # fmt: skip
    broken = CaseAnswer(
        case=PurchaseCase(kind="supplier_out", supplier=award.supplier),
        said=Phrase(text="{} withdraws", values=(award.offer,)), kept_eur=None, best_eur=None,
        regret_eur=None, proved=True, lots=(), conflicts=(Phrase(text="nobody left"),),
    )  # fmt: skip
    out = MemberLeaving(
        member=plan.members[0].member, cliffs=(), others_planned_eur=Decimal(1000),
        others_then_eur=Decimal("1432.10"), difference_eur=Decimal("432.10"), proved=True,
        lots=(change.model_copy(update={"offer": award.offer, "tier": 1}),), others=(), pay_more=3,
        paid_more_eur=Decimal("500.50"),
    )  # fmt: skip
    alone = out.model_copy(
        update={"member": plan.members[1].member, "difference_eur": Decimal("-3.20"), "pay_more": 0}
    )
    flip = Flip(
        lot=award.lot, offer=award.offer, rival=other, rival_costs_more_eur=Decimal("77.70"),
        may_rise_eur_per_mwh=Decimal("0.31"), rival_must_fall_eur_per_mwh=None,
        fewer_mwh=Decimal("512.5"), more_mwh=None,
    )  # fmt: skip
    stability = Stability(
        cases=2, worst_regret_eur=Decimal("23.45"), worst=fewer, changes=1, cannot_keep=1,
        said=(Phrase(text="worst regret {} EUR", values=("23.45",)),),
    )  # fmt: skip
    return PurchaseStudy(
        inputs_digest=plan.inputs_digest, objective_eur=plan.objective_eur, cases=(case, broken),
        departures=(alone, out), flips=(flip,), stability=stability,
    )  # fmt: skip


def _sharing(brief: Brief) -> SharingStudy:
    """Three members that save 100 EUR; the first two would save nearly as much alone together."""
    names = [one.member for one in brief.plan.members[:3]]
    costs = {(0,): 100, (1,): 200, (2,): 300, (0, 1): 210, (0, 2): 400, (1, 2): 420, (0, 1, 2): 500}
    return share_game(
        CostGame(
            members=tuple(names),
            costs=tuple(
                CoalitionCost(members=tuple(names[i] for i in some), eur=Decimal(eur))
                for some, eur in costs.items()
            ),
        )
    )


@pytest.fixture(scope="module")
def brief() -> Brief:
    made = bought()
    return replace(made, study=_study(made), sharing=_sharing(made))


def _found[T: Block](section: Section, kind: type[T]) -> list[T]:
    return [block for block in section.blocks if isinstance(block, kind)]


def _table(section: Section, caption: str) -> Table:
    blocks = [b.table if isinstance(b, Figure) else b for b in section.blocks]
    return next(b for b in blocks if isinstance(b, Table) and b.caption == caption)


def test_cases_show_the_plan_kept_the_best_one_the_regret_and_what_changes(brief: Brief) -> None:
    study, award = brief.study, brief.plan.awards[0]
    assert study is not None
    kept, broken = _table(study_section(brief), "Ce que devient le plan dans chaque cas").rows
    case = study.cases[0]
    assert [amounts(cell)[0] for cell in kept[1:4]] == [
        case.kept_eur,
        case.best_eur,
        case.regret_eur,
    ]
    rival = brief.suppliers[case.lots[0].offer or ""]
    assert kept[4] == f"{brief.lots[award.lot]} : {rival} au lieu de {award.supplier}"
    assert broken[1:] == ("ne tient pas", "aucun plan", "sans comparaison", "nobody left")
    assert broken[0] == f"{brief.offers[award.offer]} withdraws"


def test_departures_begin_with_the_one_that_costs_the_others_most(brief: Brief) -> None:
    section = study_section(brief)
    rows = _table(section, "Si un membre part").rows
    assert rows[0][0] == brief.member(brief.plan.members[0].member)
    assert rows[0][1:4] == ("432,10\u00a0€ de plus", "3 membres", "500,50\u00a0€")
    assert rows[0][4].endswith(f" : tranche 1 au lieu de {brief.plan.awards[0].tier}")
    assert rows[1][1] == "3,20\u00a0€ de moins"
    figure = _found(section, Figure)[1]
    assert amounts(figure.summary) == [Decimal("432.10")]


def test_flips_tell_the_price_and_the_volume_at_which_a_lot_turns(brief: Brief) -> None:
    (row,) = _table(study_section(brief), "À quel prix, à quel volume chaque lot basculerait").rows
    assert amounts(row[3]) == [Decimal("77.70")]
    assert row[4:] == ("0,31\u00a0€/MWh", "aucune", "sous 512,5\u00a0MWh")


def test_the_first_page_tells_the_worst_regret_of_a_study(brief: Brief) -> None:
    sure = next(one for one in answers(brief).answers if one.question == "Quelle certitude ?")
    assert (
        "Sur 2 cas étudiés, regret d'au plus 23,45\u00a0€ (all volumes -10 %)."
        in sure.more.replace("\u2212", "-")
    )
    without = answers(replace(brief, study=None)).answers[3].more
    assert "regret" not in without


def test_without_a_study_it_says_how_to_ask_for_one(brief: Brief) -> None:
    (block,) = study_section(replace(brief, study=None)).blocks
    assert isinstance(block, Paragraph) and "--study" in block.text


def test_methods_stand_side_by_side_and_each_column_adds_up(brief: Brief) -> None:
    study = brief.sharing
    assert study is not None and len(study.sharings) >= 4
    table = _table(sharing_section(brief), "Ce que chacun paierait selon la façon de partager")
    assert table.heads[2:] == tuple(describe_sharing_method(one.method) for one in study.sharings)
    assert table.total is not None
    for column in range(2, len(table.heads)):
        cells = [amounts(row[column])[0] for row in table.rows]
        assert sum(cells) == amounts(table.total[column])[0] == study.total_eur


def test_alone_together_difference_add_up_for_each_member(brief: Brief) -> None:
    caption = "Seul, ensemble, différence, en euros hors taxes par an"
    for row in _table(sharing_section(brief), caption).rows:
        alone, together, difference = (amounts(cell)[0] for cell in row[1:])
        assert together - alone == difference


def test_who_would_rather_leave_is_named_with_whom(brief: Brief) -> None:
    study = brief.sharing
    assert study is not None
    (title,) = [b for b in _found(sharing_section(brief), Items) if b.title.startswith("Qui préf")]
    leaving = [one for one in study.sharings if one.departures]
    assert leaving, "a rule of thumb that some would leave"
    for one in study.sharings:
        told = next(
            item for item in title.items if item.startswith(describe_sharing_method(one.method))
        )
        if one.departures:
            assert all(brief.member(name) in told for name in one.departures[0].members)
            assert amounts(told) == [one.departures[0].saves_eur]
        else:
            assert "personne" in told
    assert _found(sharing_section(brief), Note)[0].tone == "ok"


def test_an_empty_core_is_said_to_be_empty(brief: Brief) -> None:
    names = [one.member for one in brief.plan.members[:3]]
    sizes = {1: 100, 2: 100, 3: 190}
    some = [(i,) for i in range(3)] + [(0, 1), (0, 2), (1, 2), (0, 1, 2)]
    game = CostGame(
        members=tuple(names),
        costs=tuple(
            CoalitionCost(members=tuple(names[i] for i in one), eur=Decimal(sizes[len(one)]))
            for one in some
        ),
    )
    empty = replace(brief, sharing=share_game(game))
    note = _found(sharing_section(empty), Note)[0]
    assert note.word == "Aucun partage ne retient tout le monde."
    assert amounts(note.text) == [empty.sharing.epsilon_eur if empty.sharing else None]


def test_without_other_ways_only_the_plan_is_shown(brief: Brief) -> None:
    blocks = sharing_section(replace(brief, sharing=None)).blocks
    assert [type(block) for block in blocks] == [Paragraph, Table]


def test_the_whole_page_holds_study_and_sharing_in_order(brief: Brief) -> None:
    anchors = [section.anchor for section in purchase_document(brief).sections]
    assert anchors == [
        "essentiel", "membres", "lots", "offres", "sensibilite", "partage", "exigences", "refus",
        "donnees", "hypotheses", "refaire",
    ]  # fmt: skip
    assert "Nucléole" in html(purchase_document(brief))


def test_the_workbook_holds_the_study_and_the_shares_as_numbers(brief: Brief) -> None:
    sink = BytesIO()
    write_purchase(brief, sink)
    book = CalamineWorkbook.from_filelike(BytesIO(sink.getvalue()))
    rows: list[list[Any]] = book.get_sheet_by_name("Sensibilité").to_python()
    assert [row[0] for row in rows[1:]] == ["cas", "cas", "départ", "départ", "bascule"]
    assert rows[1][2:5] == [240123.45, 240100.0, 23.45]
    study = brief.sharing
    assert study is not None
    shares: list[list[Any]] = book.get_sheet_by_name("Partage").to_python()
    for column, sharing in enumerate(study.sharings, start=7):
        found = [Decimal(str(row[column])) for row in shares[1:4]]
        assert found == [one.share_eur for one in sharing.shares]


def test_a_sentence_that_ends_with_a_colon_goes_on_with_the_next(brief: Brief) -> None:
    said = ("it costs more, when:", "prices rise", "that is all")
    phrases = [Phrase(text=text) for text in said]
    plain = replace(brief, tell=str)
    assert plain.sentences(phrases) == ("It costs more, when: prices rise.", "That is all.")
