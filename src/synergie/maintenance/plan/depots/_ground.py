"""A depots problem in arrays, checked: whole amounts, costs with infinity where none is told."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from synergie.errors import BadInput, Infeasible, Reason
from synergie.maintenance.plan.depots import _text
from synergie.maintenance.records.depots import DepotsProblem
from synergie.plan.money import find_finest_unit

type Floats = np.ndarray[Any, np.dtype[np.float64]]
type Flags = np.ndarray[Any, np.dtype[np.bool_]]

_DIGITS = 10**15


@dataclass(frozen=True, slots=True, eq=False)
class DepotsModelInputs:
    """Sites by rows, customers by columns. Amounts count in `unit`, so that they are whole."""

    problem: DepotsProblem
    unit: Decimal
    fixed: Floats
    capacity: Floats
    demand: Floats
    cost: Floats
    """EUR for all of the demand; infinite: not served from there."""
    kept: Flags

    @classmethod
    def of(cls, problem: DepotsProblem) -> "DepotsModelInputs":
        """Raises BadInput (an identifier twice, costs missing), Infeasible (too little of all)."""
        _check_unique_ids("sites", [site.id for site in problem.sites])
        _check_unique_ids("customers", [customer.id for customer in problem.customers])
        for number, customer in enumerate(problem.customers):
            if len(customer.costs_eur) != len(problem.sites):
                where = f"/customers/{number}/costs_eur"
                raise BadInput(where, len(customer.costs_eur), "one amount a site")
        amounts = [s.capacity for s in problem.sites] + [c.demand for c in problem.customers]
        unit = min(find_finest_unit(amounts), Decimal(1))
        ground = cls(
            problem,
            unit,
            np.array([float(s.fixed_eur) for s in problem.sites]),
            np.array([float(s.capacity / unit) for s in problem.sites]),
            np.array([float(c.demand / unit) for c in problem.customers]),
            _build_cost_matrix(problem),
            np.array([s.kept for s in problem.sites], dtype=bool),
        )
        ground.refuse_impossible()
        return ground

    def refuse_impossible(self) -> None:
        """Zones that no site serves, and too little capacity in all."""
        named = [
            Reason(_text.NO_SITE, c.id)
            for c, column in zip(self.problem.customers, self.cost.T, strict=True)
            if not np.isfinite(column).any()
        ]
        have = sum((s.capacity for s in self.problem.sites), Decimal(0))
        need = sum((c.demand for c in self.problem.customers), Decimal(0))
        if need > have:
            named.append(Reason(_text.TOO_LITTLE, need - have, self.problem.unit))
        if named:
            raise Infeasible(tuple(named))

    def part(self, organisation: str) -> DepotsProblem:
        """What *organisation* has alone: its sites and its zones."""
        mine = [i for i, s in enumerate(self.problem.sites) if s.organisation == organisation]
        customers = tuple(
            c.model_copy(update={"costs_eur": tuple(c.costs_eur[i] for i in mine)})
            for c in self.problem.customers
            if c.organisation == organisation
        )
        sites = tuple(self.problem.sites[i] for i in mine)
        return self.problem.model_copy(update={"sites": sites, "customers": customers})


def _build_cost_matrix(problem: DepotsProblem) -> Floats:
    rows = [[np.inf if c is None else float(c) for c in z.costs_eur] for z in problem.customers]
    return np.array(rows).reshape(len(problem.customers), len(problem.sites)).T.copy()


def _check_unique_ids(field: str, names: list[str]) -> None:
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name in seen:
            raise BadInput(f"/{field}/{number}/id", name, "an identifier that comes once")
        seen.add(name)
