from decimal import Decimal

import pytest

from synergie.maintenance.plan import year as maintenance
from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.maintenance.reports.maintenance import maintenance_section
from synergie.maintenance.samples.maintenance import maintenance_problem, upkeep
from synergie.purchase.plan import award as purchase
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.purchase.reports.purchase import purchase_section
from synergie.purchase.samples.needs import needs
from synergie.purchase.samples.purchase import purchase_problem
from synergie.reports.document import Figure, Items, Note, Paragraph, Section, Table
from synergie.reports.plans import (
    against_alone,
    build_gains_figure,
    build_proof_note,
    describe_phrase,
    describe_phrases,
)
from synergie.samples import EPCI, territory
from synergie.schemas.plan import Phrase

WHOLE = territory(fast=True)
NAMES = {organisation.id: organisation.name for organisation in WHOLE.organisations}


@pytest.fixture(scope="module")
def buying() -> tuple[PurchaseProblem, PurchasePlan]:
    problem = purchase_problem(needs(WHOLE))
    return problem, purchase.solve(problem)


@pytest.fixture(scope="module")
def keeping() -> tuple[MaintenanceProblem, MaintenancePlan]:
    problem = maintenance_problem(upkeep(WHOLE))
    return problem, maintenance.solve(problem)


def _tables(section: Section) -> dict[str, Table]:
    own = [block for block in section.blocks if isinstance(block, Table)]
    drawn = [block.table for block in section.blocks if isinstance(block, Figure)]
    return {table.caption: table for table in own + drawn}


def test_a_purchase_shows_proof_gains_awards_reasons_and_assumptions(
    buying: tuple[PurchaseProblem, PurchasePlan],
) -> None:
    problem, plan = buying
    section = purchase_section(problem, plan, names=NAMES, assumptions=("Essai.",), tell=str)
    tables = _tables(section)
    assert len(tables["Attributions, un marché par lot"].rows) == len(plan.awards)
    assert len(tables["Pourquoi ces choix"].rows) == len(plan.awards)
    assert len(tables["Ce que chacun gagne, en euros par an hors taxes"].rows) == 6
    notes = [block for block in section.blocks if isinstance(block, Note)]
    assert [note.word for note in notes] == ["Borne atteinte.", "Non chiffré."]
    assert "Fournisseur Érable (fictif)" in notes[1].text
    items = next(block for block in section.blocks if isinstance(block, Items))
    assert items.items[0] == "Essai."
    assert len(items.items) == 1 + len(plan.assumptions) + len(plan.baseline)


def test_a_maintenance_shows_crew_days_by_week_and_visits_by_commune(
    keeping: tuple[MaintenanceProblem, MaintenancePlan],
) -> None:
    problem, plan = keeping
    section = maintenance_section(problem, plan, names=NAMES, assumptions=(), tell=str)
    tables = _tables(section)
    weeks = tables["Jours d'équipe par semaine"]
    assert len(weeks.rows) == problem.weeks
    assert weeks.total is not None
    assert sum(int(cell) for cell in weeks.total[1:]) == plan.crew_days
    communes = {row[0]: row[1] for row in tables["Visites par commune"].rows}
    assert communes == {"Pompey": "25", "Saizerais": "10", "Malleloy": "7"}
    words = " ".join(block.text for block in section.blocks if isinstance(block, Paragraph))
    assert f"{plan.crew_days} jours d'équipe suffisent, au lieu de {plan.crew_days_alone}" in words


def test_the_gains_of_all_add_up_to_that_of_the_plan(
    buying: tuple[PurchaseProblem, PurchasePlan],
) -> None:
    _, plan = buying
    table = build_gains_figure(plan, NAMES).table
    assert plan.baseline_eur is not None and table.total is not None

    def amount(cell: str) -> Decimal:
        digits = cell.replace("\u202f", "").replace("\u00a0€", "").replace(",", ".")
        return Decimal(digits.replace("\u2212", "-"))

    assert sum(amount(row[3]) for row in table.rows) == amount(table.total[3])
    assert amount(table.total[3]) == plan.baseline_eur - plan.objective_eur


def test_who_gains_least_and_who_loses_are_said(
    buying: tuple[PurchaseProblem, PurchasePlan],
) -> None:
    _, plan = buying
    assert build_gains_figure(plan, NAMES).summary.startswith(
        "Personne ne paie plus que seul. Qui gagne le m"
    )
    first = plan.members[0].model_copy(update={"gain_eur": Decimal(-5)})
    worse = plan.model_copy(
        update={"members": (first, *plan.members[1:]), "least_gain": first.member}
    )
    assert build_gains_figure(worse, NAMES).summary.startswith("1 paie plus que seul. ")


def test_a_plan_without_proof_or_comparison_says_so(
    buying: tuple[PurchaseProblem, PurchasePlan],
) -> None:
    _, plan = buying
    unproved = plan.model_copy(update={"status": "feasible", "gap": 0.012})
    assert build_proof_note(unproved).word == "Bon, sans être prouvé optimal."
    assert "1,20\u00a0%" in build_proof_note(unproved).text
    assert build_proof_note(plan.model_copy(update={"bound_eur": None, "gap": None})).tone == "late"
    member = plan.members[0].model_copy(update={"alone_eur": None, "gain_eur": None})
    alone = plan.model_copy(update={"baseline_eur": None, "members": (member,), "least_gain": None})
    assert "pas de comparaison" in against_alone(alone, "Un membre achète")
    assert build_gains_figure(alone, NAMES).table.rows[0][1] == "impossible seul"
    assert member.member == EPCI


def test_sentences_are_translated_and_their_numbers_are_french() -> None:
    phrase = Phrase(text="costs {} EUR more than {}", values=("1619.65", "offer-2"))
    catalogue = {"costs {} EUR more than {}": "coûte {} € de plus que {}"}
    assert (
        describe_phrase(phrase, lambda text: catalogue[text])
        == "coûte 1\u202f619,65 € de plus que offer-2"
    )
    assert describe_phrases([phrase], str) == ("Costs 1\u202f619,65 EUR more than offer-2.",)
