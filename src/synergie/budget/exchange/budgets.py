"""What organisations do with budgets: store their lines, and set them against what is stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib.util import find_spec

from synergie.budget.exchange.history import PointHistory, read_histories
from synergie.budget.plan.actual import MONTHS, MonthFigure, compare_budget
from synergie.budget.records.budget import BudgetForecast
from synergie.budget.records.line import (
    BudgetActual,
    BudgetDeposit,
    StoredBudgetLine,
    UnknownCost,
    check_lines,
)
from synergie.budget.storage.lines import list_lines, list_votes, replace_lines
from synergie.errors import BadInput, MissingExtra, NotFound
from synergie.exchange import cursor as _cursor
from synergie.formats.checks import N_
from synergie.policy import Principal, permit_own_data
from synergie.schemas.page import Page
from synergie.storage.store import Store, run_again
from synergie.storage.trust.journal.journal import Entry, append
from synergie.storage.trust.organisations import alone

COUNTED = N_("curves that the server has counted by month: it counts them soon, ask again")


@dataclass(frozen=True, slots=True)
class Budgets:
    """Budgets of the caller's own; no agreement opens them."""

    store: Store

    @run_again
    def deposit(self, caller: Principal, sent: BudgetDeposit, *, now: datetime) -> BudgetDeposit:
        """Store *sent* in the place of all lines of the same members and years.

        BadInput: a point stands for another member in the same year already.
        """
        with self.store.write() as session:
            permit = permit_own_data(caller, action="write", now=now)
            alone(permit, session)
            stored = replace_lines(permit, session, sent.lines, now=now)
            years = tuple(sorted({one.year for one in stored}))
            _check_members(list_lines(permit, session, years=years))
            entry = Entry(
                "budget.saved",
                by=permit.bearer,
                client=caller.client_id,
                owner=permit.owner,
                subjects=tuple(one.id for one in stored[:1]),
                rows=len(stored),
            )
            append(permit, session, entry, now=now)
        return sent

    def page(
        self,
        caller: Principal,
        *,
        year: int | None = None,
        member: str | None = None,
        after: str | None = None,
        limit: int = 200,
        now: datetime,
    ) -> Page[StoredBudgetLine]:
        """A page of lines by id, of *year* and *member* alone when they are named."""
        with self.store.read() as session:
            permit = permit_own_data(caller, action="read", now=now)
            bound = f"budget\x1f{permit.fingerprint}\x1f{year}\x1f{member}"
            place = _cursor.opened(session, bound, after)
            years = () if year is None else (year,)
            found = list_lines(
                permit, session, years=years, member=member, after=place, limit=limit + 1
            )
            some, following = _cursor.split_cursor_page(session, bound, found, limit)
        return Page(items=tuple(some), next=following)

    def list_votes(
        self, caller: Principal, *, now: datetime
    ) -> tuple[tuple[int, ...], tuple[str, ...]]:
        """The years, and the members, that lines are stored of."""
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            found = list_votes(permit, session)
        years, members = {year for year, _ in found}, {member for _, member in found}
        return tuple(sorted(years)), tuple(sorted(members))

    def compare(
        self, caller: Principal, year: int, *, member: str | None = None, now: datetime
    ) -> BudgetActual:
        """The budget of *year* against energy and bills. NotFound: no line of it is stored."""
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            lines = list_lines(permit, session, years=(year,), member=member)
            if not lines:
                raise NotFound
            keys = {one.point for one in lines if one.point is not None}
            histories, waiting = read_histories(
                permit, session, keys, range(year, year + 1), now=now
            )
        vats = {one.point: one.vat_included for one in lines if one.point is not None}
        figures = {
            key: {n: _build_figure(one, date(year, n, 1), vat=vats[key]) for n in MONTHS}
            for key, one in histories.items()
        }
        unknown = _list_unknown(year, vats, histories)
        found = compare_budget(lines, figures, unknown)
        return found.model_copy(update={"waiting": waiting})

    def forecast(
        self,
        caller: Principal,
        year: int,
        *,
        member: str | None = None,
        price: Decimal | None = None,
        price_change: Decimal = Decimal(0),
        now: datetime,
    ) -> BudgetForecast:
        """The civil *year* by the stored months of the points of the newest lines up to it.

        *price*: euros a kWh in place of what bills cost; *price_change*: 0.1 for 10 % more.
        NotFound: no line is stored; BadInput: nothing can be foreseen; MissingExtra("plan").
        """
        if find_spec("numpy") is None:
            raise MissingExtra("plan")
        from synergie.budget.exchange.outlook import (  # noqa: PLC0415 (numpy)
            YEARS,
            forecast_stored_budget,
        )

        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            lines = [one for one in list_lines(permit, session, member=member) if one.year <= year]
            if not lines:
                raise NotFound
            keys = {one.point for one in lines if one.point is not None}
            years = range(year - YEARS, year + 1)
            histories, waiting = read_histories(permit, session, keys, years, now=now)
        try:
            found = forecast_stored_budget(
                lines, histories, year, price=price, price_change=price_change, now=now
            )
        except BadInput as fault:
            if not waiting:
                raise
            raise BadInput("/energies", waiting, COUNTED) from fault
        return found.model_copy(update={"waiting": waiting})


def _check_members(lines: Sequence[StoredBudgetLine]) -> None:
    try:
        check_lines(tuple(lines))
    except ValueError as fault:
        raise BadInput("/lines", len(lines), str(fault)) from fault


def _build_figure(history: PointHistory, month: date, *, vat: bool) -> MonthFigure:
    kwh, spread = history.find_energy(month)
    cost = history.find_cost(month)
    if cost is None or cost.vat_included != vat:
        return MonthFigure(kwh, None, spread)
    return MonthFigure(kwh, cost.eur, spread or cost.spread)


def _list_unknown(
    year: int, vats: dict[str, bool], histories: dict[str, PointHistory]
) -> Iterator[UnknownCost]:
    """Points without figures, and those whose bills tell VAT otherwise than the budget."""
    for key, vat in sorted(vats.items()):
        if key not in histories:
            yield UnknownCost(point=key, reason="not_stored")
            continue
        costs = (histories[key].find_cost(date(year, n, 1)) for n in MONTHS)
        if any(one is not None and one.vat_included != vat for one in costs):
            yield UnknownCost(point=key, reason="vat")
