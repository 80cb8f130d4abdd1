"""Rules of one's own in the model of a purchase: P12 to P17, one function a kind.

A soft rule has a slack: whole units by which it is not kept, each weighed in the objective. What a
plan misses is counted again in exact numbers.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

from synergie.errors import Reason
from synergie.plan.solver import Need
from synergie.purchase.plan.award import _rules_text as text
from synergie.purchase.plan.award._draft import Draft, Terms
from synergie.purchase.plan.award._prices import green_mwh
from synergie.purchase.plan.award.baskets import Book, Option
from synergie.purchase.plan.award.faults import is_point_in_lot
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.purchase.records.rule import (
    FixedChoice,
    GreenShare,
    PurchaseRule,
    SupplierCount,
    SupplierExclusion,
    SupplierShare,
    SupplyBudget,
)
from synergie.schemas.plan import Phrase
from synergie.schemas.rule import RuleOutcome

_MANY = 10_000.0
"""Weight of a place or a supplier against a euro, when amounts are sought."""

type Options = Mapping[int, Option]
"""The option of each basket that joins."""


@dataclass(frozen=True, slots=True)
class RuleScope:
    """A rule with the baskets that it selects."""

    rule: PurchaseRule
    number: int
    """Its place in the list."""
    baskets: tuple[int, ...]
    lots: frozenset[str]

    def chosen(self, options: Options) -> list[tuple[int, Option]]:
        """Those of its baskets that join, with what they take."""
        return [(u, options[u]) for u in self.baskets if u in options]

    @property
    def sentence(self) -> Reason:
        """What it asks."""
        return text.describe_rule(self.rule, self.number)


def list_rule_scopes(problem: PurchaseProblem, book: Book) -> tuple[RuleScope, ...]:
    """Every rule of *problem* with the baskets of *book* that it selects, perhaps none."""
    scopes = []
    for number, rule in enumerate(problem.rules):
        home = _find_point_place(problem, rule)
        mine = tuple(
            u
            for u, basket in enumerate(book.baskets)
            if rule.of.member in (None, basket.member)
            and rule.of.lot in (None, basket.lot)
            and (rule.of.point is None or home == (basket.member, basket.lot))
        )
        lots = frozenset(book.baskets[u].lot for u in mine)
        scopes.append(RuleScope(rule, number, mine, lots))
    return tuple(scopes)


def _find_point_place(problem: PurchaseProblem, rule: PurchaseRule) -> tuple[str, str] | None:
    """Member and lot of the point that *rule* names."""
    point = next((p for p in problem.points if p.id == rule.of.point), None)
    if point is None:
        return None
    lot = next((lot.id for lot in problem.lots if is_point_in_lot(lot, point)), "")
    return point.member, lot


def add_rules(made: Draft) -> None:
    """The rows of every rule whose baskets are all in these lots."""
    for scope in list_rule_scopes(made.problem, made.book):
        if scope.baskets and scope.lots <= made.lots:
            _Rows(made, scope).add()


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one rule."""

    made: Draft
    scope: RuleScope

    def add(self) -> None:
        """By its kind."""
        match self.scope.rule:
            case SupplierExclusion() as rule:
                self.exclude_supplier(rule)
            case SupplierCount() as rule:
                self.count_suppliers(rule)
            case SupplierShare() as rule:
                self.cap_supplier_share(rule)
            case GreenShare() as rule:
                self.keep_green_share(rule)
            case SupplyBudget() as rule:
                self.cap_supply(rule)
            case FixedChoice() as rule:
                self.fix_choice(rule)

    def exclude_supplier(self, rule: SupplierExclusion) -> None:
        """P12: w = 0."""
        terms = [(c, 1.0) for x, c in self._takes() if self._supplier(x) == rule.supplier]
        self._require(terms, high=0.0, weight=_MANY)

    def count_suppliers(self, rule: SupplierCount) -> None:
        """P13: the Y of the suppliers are k at least, and each Y has somebody."""
        by_supplier: dict[str, Terms] = defaultdict(list)
        for option, column in self._takes():
            by_supplier[self._supplier(option)].append((column, 1.0))
        serves: Terms = []
        for supplier, terms in sorted(by_supplier.items()):
            one = self.made.model.binary(f"serves_{self.scope.number}_{supplier}"[:60])
            self.made.derived[one] = self._count_served(supplier)
            self.made.model.require([*terms, (one, -1.0)], low=0)
            serves.append((one, 1.0))
        self._require(serves, low=float(rule.suppliers), weight=_MANY)

    def _count_served(self, supplier: str) -> Callable[[Options], float]:
        def serves(options: Options) -> float:
            return float(any(self._supplier(x) == supplier for _, x in self.scope.chosen(options)))

        return serves

    def cap_supplier_share(self, rule: SupplierShare) -> None:
        """P14: the volume of the supplier, less its share of all, is nothing at most."""
        share = _exact(rule.share)
        takes = list(self._takes())
        suppliers = {self._supplier(x) for x, _ in takes}
        for supplier in sorted(suppliers if rule.supplier is None else suppliers & {rule.supplier}):
            terms = [
                (c, float(self._mwh(x) * ((self._supplier(x) == supplier) - share)))
                for x, c in takes
            ]
            self._require(terms, high=0.0, weight=100.0, supplier=supplier)

    def keep_green_share(self, rule: GreenShare) -> None:
        """P15: what is missing of green energy is nothing at most."""
        terms = [
            (c, float(_count_grey(self.made.book, x, _exact(rule.share)) / self.made.book.years))
            for x, c in self._takes()
        ]
        self._require(terms, high=0.0, weight=100.0)

    def cap_supply(self, rule: SupplyBudget) -> None:
        """P16: the cost of supply, or alone, is the budget at most."""
        alone, book = self.made.choice.alone, self.made.book
        terms = [(c, float(x.cost)) for x, c in self._takes()]
        terms += [(alone[u], float(book.alone[u] or 0)) for u in self.scope.baskets if u in alone]
        self._require(terms, high=float(rule.max_eur), weight=1.0)

    def fix_choice(self, rule: FixedChoice) -> None:
        """P17: w of that choice, or out, is one for each place."""
        book, alone = self.made.book, self.made.choice.alone
        terms = [(c, 1.0) for x, c in self._takes() if is_chosen(rule, book, x)]
        if rule.offer is None and rule.supplier is None:
            terms = [(alone[u], 1.0) for u in self.scope.baskets if u in alone]
        self._require(terms, low=float(len(self.scope.baskets)), weight=_MANY)

    def _takes(self) -> Iterator[tuple[Option, int]]:
        inside = frozenset(self.scope.baskets)
        return ((x, c) for x, c in self.made.choice.takes.items() if x.basket in inside)

    def _supplier(self, option: Option) -> str:
        return self.made.book.offers[option.offer].supplier

    def _mwh(self, option: Option) -> Fraction:
        """MWh a year."""
        return Fraction(self.made.book.baskets[option.basket].volume) / self.made.book.years

    def _require(
        self,
        terms: Terms,
        *,
        weight: float,
        low: float | None = None,
        high: float | None = None,
        supplier: str | None = None,
    ) -> None:
        """The row, with a slack when the rule is soft."""
        rule, model = self.scope.rule, self.made.model
        if rule.eur is None:
            lacks, sentence = text.LACKS[rule.kind], self.scope.sentence
            need = Need(sentence, lacks, weight, about=(rule.id,), handle=("rule", rule.id))
            model.require(terms, low=low, high=high, need=need)
            return
        reach = sum((abs(f) for _, f in terms), abs(low or 0.0) + abs(high or 0.0))
        slack = model.column(
            f"slack_{self.scope.number}", float(rule.eur), high=ceil(reach) + 1.0, integer=True
        )
        self.made.derived[slack] = lambda options: float(
            count_missed_units(self.scope, self.made.book, options, supplier)
        )
        model.require([*terms, (slack, 1.0 if high is None else -1.0)], low=low, high=high)


def _exact(share: float) -> Fraction:
    return Fraction(str(share))


def _count_grey(book: Book, option: Option, share: Fraction) -> Fraction:
    """MWh of the delivery that *option* lacks of *share* green energy; negative: it has more."""
    basket = book.baskets[option.basket]
    held = green_mwh(basket.green, book.offers[option.offer])
    return share * Fraction(basket.volume) - Fraction(held)


def is_chosen(rule: FixedChoice, book: Book, option: Option) -> bool:
    """Whether *option* is of the offer or the supplier that *rule* names."""
    offer = book.offers[option.offer]
    return offer.id == rule.offer if rule.offer is not None else offer.supplier == rule.supplier


def count_missed_units(
    scope: RuleScope, book: Book, options: Options, supplier: str | None = None
) -> int:
    """By how many units, begun ones counted, *options* do not keep the rule; exact.

    *supplier*: of a share of each supplier, only that of this one.
    """
    if not scope.baskets:
        return 0
    rule, chosen = scope.rule, scope.chosen(options)
    match rule:
        case SupplierShare():
            only = rule.supplier if supplier is None else supplier
            missed = sum(map(ceil, _list_shares_over(rule, book, chosen, only)))
        case GreenShare():
            grey = (_count_grey(book, x, _exact(rule.share)) for _, x in chosen)
            missed = ceil(sum(grey, Fraction(0)) / book.years)
        case SupplyBudget():
            paid = sum((x.cost for _, x in chosen), Decimal(0))
            left = (book.alone[u] or Decimal(0) for u in scope.baskets if u not in options)
            missed = ceil(paid + sum(left, Decimal(0)) - rule.max_eur)
        case _:
            missed = _count_missed_places(rule, book, chosen, len(scope.baskets))
    return max(0, missed)


def _count_missed_places(
    rule: SupplierExclusion | SupplierCount | FixedChoice,
    book: Book,
    chosen: list[tuple[int, Option]],
    count: int,
) -> int:
    """The same of rules that count suppliers or places, of which there are *count*."""
    suppliers = [book.offers[x.offer].supplier for _, x in chosen]
    match rule:
        case SupplierExclusion():
            return suppliers.count(rule.supplier)
        case SupplierCount():
            return rule.suppliers - len(set(suppliers))
        case FixedChoice(offer=None, supplier=None):
            return len(chosen)
        case FixedChoice():
            return count - sum(is_chosen(rule, book, x) for _, x in chosen)


def _list_shares_over(
    rule: SupplierShare, book: Book, chosen: Iterable[tuple[int, Option]], only: str | None
) -> Iterator[Fraction]:
    """MWh a year by which each supplier is above its share."""
    volumes: dict[str, Fraction] = defaultdict(Fraction)
    for u, option in chosen:
        volumes[book.offers[option.offer].supplier] += Fraction(book.baskets[u].volume)
    most = _exact(rule.share) * sum(volumes.values(), Fraction(0))
    for supplier, volume in volumes.items():
        if only in (None, supplier) and volume > most:
            yield (volume - most) / book.years


def build_rule_outcome(scope: RuleScope, book: Book, options: Options) -> RuleOutcome:
    """What became of one rule in the plan of *options*, its price not yet told."""
    missed = count_missed_units(scope, book, options)
    said = scope.sentence
    return RuleOutcome(
        rule=scope.rule.id,
        selects=len(scope.baskets),
        missed=missed,
        penalty_eur=(scope.rule.eur or Decimal(0)) * missed,
        said=Phrase(text=said.text, values=tuple(map(str, said.values))),
    )


def compute_penalty(
    problem: PurchaseProblem, book: Book, options: Options, lots: Iterable[str]
) -> Decimal:
    """What *options* miss of the soft rules of *lots* weighs in all, EUR."""
    here = frozenset(lots)
    return sum(
        (
            scope.rule.eur * count_missed_units(scope, book, options)
            for scope in list_rule_scopes(problem, book)
            if scope.rule.eur is not None and scope.lots <= here
        ),
        Decimal(0),
    )
