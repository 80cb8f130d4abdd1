"""Certificates of purchases: what brute force finds, and nothing that is changed holds."""

import random
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from synergie.errors import Infeasible
from synergie.plan.certificate import certify_plan, verify_plan, write_certificate
from synergie.plan.certificate.checker import check_file
from synergie.purchase.plan import award as purchase
from synergie.purchase.plan.award.certificate import KIND
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from tests.depth import times
from tests.plan import test_purchase, test_purchase_features
from tests.plan.instances import tqd
from tests.plan.test_purchase_rules import KINDS, drawn_rule, read_rules

DRAWS = settings(max_examples=times(40, deep=2000))


def certify(problem: PurchaseProblem, path: Path) -> PurchasePlan:
    plan = purchase.solve(problem, explain=False)
    write_certificate(certify_plan(KIND, problem, plan), path)
    return plan


@pytest.fixture(scope="session")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates") / "preuve.vipr"


@DRAWS
@given(problem=st.one_of(test_purchase.problems(), test_purchase_features.problems()))
def test_the_certificate_proves_what_the_plan_costs(problem: PurchaseProblem, file: Path) -> None:
    try:
        plan = certify(problem, file)
    except Infeasible:
        assume(False)
    verdict = verify_plan(KIND, problem, plan, file)
    assert verdict.holds
    assert verdict.bound_eur == plan.objective_eur, verdict.proof


@DRAWS
@given(data=st.data())
def test_under_rules_too_and_what_is_proved_leaves_the_penalty_out(data: Any, file: Path) -> None:
    problem = data.draw(test_purchase_features.problems())
    rules = read_rules(
        [data.draw(drawn_rule(problem, data.draw(st.sampled_from(KINDS)), hard=None))]
    )
    ruled = problem.model_copy(update={"rules": rules})
    assume(not any(one.severity == "blocking" for one in purchase.check.faults(ruled)))
    try:
        plan = certify(ruled, file)
    except Infeasible:
        assume(False)
    status, said = check_file(str(file))
    assert status == 0, said
    verdict = verify_plan(KIND, ruled, plan, file)
    assert verdict.holds
    assert verdict.bound_eur == plan.objective_eur


@pytest.mark.parametrize("name", ["tqd_n13_s0", "tqd_n13_s1"])
def test_published_instances_are_proved_by_branching(
    shared: Path, name: str, tmp_path: Path
) -> None:
    problem = tqd(shared, name)
    plan = certify(problem, tmp_path / "preuve.vipr")
    text = (tmp_path / "preuve.vipr").read_text("ascii")
    assert " uns " in text and " rnd " in text
    verdict = verify_plan(KIND, problem, plan, tmp_path / "preuve.vipr")
    assert (verdict.faults, verdict.bound_eur) == ((), plan.objective_eur)


def test_a_plan_that_is_not_the_best_is_not_proved(tmp_path: Path) -> None:
    problem = test_purchase.small()
    best = purchase.solve(problem, explain=False)
    dear = problem.model_copy(update={"offers": problem.offers[:1]})
    plan = purchase.solve(dear, explain=False)
    assert plan.objective_eur > best.objective_eur
    found = certify_plan(KIND, problem, plan)
    assert found.bound_eur <= best.objective_eur < plan.objective_eur
    assert not found.proves(plan)


def test_without_time_the_bound_of_the_relaxation_is_proved(shared: Path, tmp_path: Path) -> None:
    problem = tqd(shared, "tqd_n40_s0")
    plan = purchase.solve(problem, explain=False)
    found = certify_plan(KIND, problem, plan, limit_s=0.3)
    write_certificate(found, tmp_path / "preuve.vipr")
    assert found.bound_eur < plan.objective_eur
    verdict = verify_plan(KIND, problem, plan, tmp_path / "preuve.vipr")
    assert (verdict.faults, verdict.bound_eur) == ((), found.bound_eur)


def test_one_changed_word_of_the_proof_is_found(tmp_path: Path) -> None:
    """A number changed anywhere: refused, or what it claims is no more than was proved before."""
    problem = test_purchase.small()
    path = tmp_path / "preuve.vipr"
    plan = certify(problem, path)
    text = path.read_text("ascii")
    numbers = list(re.finditer(r"(?<=[ \n])\d+", text[text.index("RTP") :]))
    chance = random.Random(8)  # noqa: S311 (a draw that must repeat)
    for place in chance.sample(numbers, min(60, len(numbers))):
        begin, end = (text.index("RTP") + one for one in place.span())
        path.write_text(f"{text[:begin]}{int(place[0]) + 1}{text[end:]}", "ascii")
        verdict = verify_plan(KIND, problem, plan, path)
        assert verdict.reason or (verdict.bound_eur or 0) <= plan.objective_eur, place


def test_a_claim_above_what_is_derived_is_refused(tmp_path: Path) -> None:
    problem = test_purchase.small()
    path = tmp_path / "preuve.vipr"
    certify(problem, path)
    line = next(line for line in path.read_text("ascii").split("\n") if line.startswith("RTP"))
    path.write_text(path.read_text("ascii").replace(line, "RTP range 999999 inf"), "ascii")
    assert check_file(str(path)) == (
        1,
        "not proved: the last step does not say what was to be proved",
    )


def test_the_certificate_of_another_problem_or_plan_is_refused(tmp_path: Path) -> None:
    problem = test_purchase.small()
    path = tmp_path / "preuve.vipr"
    plan = certify(problem, path)
    other = problem.model_copy(update={"nobody_pays_more": not problem.nobody_pays_more})
    theirs = purchase.solve(other, explain=False)
    assert verify_plan(KIND, other, theirs, path).reason == "other"
    assert verify_plan(KIND, other, plan, path).reason == "problem"
    cheaper = plan.model_copy(update={"objective_eur": plan.objective_eur - Decimal("0.01")})
    assert verify_plan(KIND, problem, cheaper, path).faults
