"""What the gain of buying together is worth to each of 16 members, and who would rather leave.

Needs `pip install synergie[plan]`. Figures are those of the synthetic demonstration territory.
"""

from synergie.purchase.plan.sharing import share_purchase
from synergie.purchase.samples.needs import needs
from synergie.purchase.samples.purchase import purchase_problem
from synergie.samples import territory

METHODS = ("proportional_mwh", "shapley", "nucleolus")


def main() -> None:
    """Share by three methods; every one of the 65,535 coalitions is priced."""
    study = share_purchase(purchase_problem(needs(territory())), methods=METHODS)
    print(f"alone {study.alone_eur} EUR, together {study.total_eur} EUR")
    for sharing in study.sharings:
        print(f"\n{'member':28}{'alone':>12}{'together':>12}{'difference':>12}")
        for one in sharing.shares:
            print(f"{one.member:28}{one.alone_eur:>12}{one.share_eur:>12}{-one.gain_eur:>12}")
        print(f"method: {sharing.method}; nobody pays more: {sharing.nobody_pays_more}")
        for group in sharing.departures[:1]:
            print(f"would rather leave: {', '.join(group.members)}, to save {group.saves_eur} EUR")
    print(f"\nthe core is {'empty' if study.core_empty else 'not empty'}: some sharing keeps all")


if __name__ == "__main__":
    main()
