"""What if prices and volumes turn out otherwise: 80 cases on two processes, the same on a cluster.

Needs `pip install synergie[plan]`. Figures are those of the synthetic demonstration territory.
To use a Dask cluster, give its address: `sweep(answer, cases, cluster="tcp://host:8786")`.
"""

from decimal import Decimal
from functools import partial

from synergie.plan.sweep import sweep
from synergie.purchase.plan import award as purchase
from synergie.purchase.plan import what_if
from synergie.purchase.records.study import PurchaseCase
from synergie.purchase.samples.needs import needs
from synergie.purchase.samples.purchase import purchase_problem
from synergie.samples import territory


def main() -> None:
    """Keep the plan decided now in every case, and compare it with the best plan of the case."""
    problem = purchase_problem(needs(territory()))
    plan = purchase.solve(problem)
    suppliers = sorted({offer.supplier for offer in problem.offers})
    steps = [Decimal(n) / 2 for n in range(-8, 9) if n]
    cases = [
        PurchaseCase(kind="prices", percent=percent, supplier=supplier)
        for supplier in suppliers
        for percent in steps
    ]
    # the problem travels once to each process, the cases in portions
    answer = partial(what_if.answer, problem, plan)
    answers = sweep(answer, cases, processes=2)
    failed = [one for one in answers if one.error is not None]
    print(f"{len(answers)} cases, {len(failed)} failed")

    found = [one.expect() for one in answers]
    for supplier in suppliers:
        mine = [one for one in found if one.case.supplier == supplier]
        worst = max(mine, key=lambda one: one.regret_eur or Decimal(0))
        print(
            f"{supplier}: at {worst.case.percent:+} % the regret is {worst.regret_eur} EUR", end=""
        )
        print(f", {sum(bool(one.lots) for one in mine)} of {len(mine)} cases change an award")
    for phrase in what_if.stability(found).said:
        print(phrase.tell(str))


if __name__ == "__main__":
    main()
