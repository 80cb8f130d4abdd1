"""Budgets from a program: `client.budgets`."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Literal

from synergie.budget.records.budget import BudgetForecast
from synergie.budget.records.line import BudgetActual, BudgetDeposit, BudgetLine, StoredBudgetLine
from synergie.client.calls import AsyncCall, Call, Listed, Noun, SyncCall
from synergie.client.pages import AsyncPages, Pages
from synergie.client.plan_calls import build_get_call, build_put_call
from synergie.schemas.page import Page

_LINES = Noun("budget/lines", StoredBudgetLine, Page[StoredBudgetLine])

type SheetForm = Literal["xlsx", "ods", "csv"]


def replace(lines: Sequence[BudgetLine]) -> Call[BudgetDeposit]:
    """Store *lines* in the place of those of the same members and years."""
    return build_put_call("/v1/budget/lines", BudgetDeposit(lines=tuple(lines)), BudgetDeposit)


def read_actual(year: int, member: str | None) -> Call[BudgetActual]:
    """The budget of *year* against what is stored."""
    return build_get_call("/v1/budget/actual", BudgetActual, _list_params(year, member))


def forecast(
    year: int, member: str | None, price: Decimal | None, price_change: Decimal
) -> Call[BudgetForecast]:
    """The *year* foreseen."""
    params = _list_params(year, member, price, price_change)
    return build_get_call("/v1/budget/forecast", BudgetForecast, params)


def read_sheet(
    year: int,
    form: SheetForm,
    member: str | None,
    *,
    price: Decimal | None,
    price_change: Decimal,
) -> Call[bytes]:
    """The sheet of the vote as a file."""
    params = (*_list_params(year, member, price, price_change), ("form", form))
    return Call(method="GET", path="/v1/budget/sheet", params=params, parse=bytes, accept="*/*")


def _list_params(
    year: int,
    member: str | None,
    price: Decimal | None = None,
    price_change: Decimal = Decimal(0),
) -> tuple[tuple[str, str], ...]:
    told = {
        "year": str(year),
        "member": member,
        "price": None if price is None else f"{price:f}",
        "price_change": f"{price_change:f}" if price_change else None,
    }
    return tuple((name, value) for name, value in told.items() if value is not None)


class Budgets:
    """Budgets of your own; iterate it for their lines.

    print(client.budgets.forecast(2027).total)
    """

    def __init__(self, call: SyncCall, pages: Callable[[Listed], Pages[Any]]) -> None:
        self._call, self._pages = call, pages

    def __iter__(self) -> Iterator[StoredBudgetLine]:
        yield from self._pages(_LINES.listed(None))

    def replace(self, lines: Sequence[BudgetLine]) -> BudgetDeposit:
        """Store *lines* in the place of all of yours of the same members and years."""
        return self._call(replace(lines))

    def read_actual(self, year: int, member: str | None = None) -> BudgetActual:
        """The budget of *year* against stored energies and bills."""
        return self._call(read_actual(year, member))

    def forecast(
        self,
        year: int,
        member: str | None = None,
        *,
        price: Decimal | None = None,
        price_change: Decimal = Decimal(0),
    ) -> BudgetForecast:
        """The *year* foreseen; *price* EUR/kWh, or *price_change* in %, to ask what if."""
        return self._call(forecast(year, member, price, price_change))

    def read_sheet(
        self,
        year: int,
        form: SheetForm = "xlsx",
        member: str | None = None,
        *,
        price: Decimal | None = None,
        price_change: Decimal = Decimal(0),
    ) -> bytes:
        """The sheet of the vote as a file."""
        return self._call(read_sheet(year, form, member, price=price, price_change=price_change))


class AsyncBudgets:
    """The same for asyncio."""

    def __init__(self, call: AsyncCall, pages: Callable[[Listed], AsyncPages[Any]]) -> None:
        self._call, self._pages = call, pages

    async def __aiter__(self) -> AsyncIterator[StoredBudgetLine]:
        async for one in self._pages(_LINES.listed(None)):
            yield one

    async def replace(self, lines: Sequence[BudgetLine]) -> BudgetDeposit:
        """Store *lines* in the place of all of yours of the same members and years."""
        return await self._call(replace(lines))

    async def read_actual(self, year: int, member: str | None = None) -> BudgetActual:
        """The budget of *year* against stored energies and bills."""
        return await self._call(read_actual(year, member))

    async def forecast(
        self,
        year: int,
        member: str | None = None,
        *,
        price: Decimal | None = None,
        price_change: Decimal = Decimal(0),
    ) -> BudgetForecast:
        """The *year* foreseen; *price* EUR/kWh, or *price_change* in %, to ask what if."""
        return await self._call(forecast(year, member, price, price_change))

    async def read_sheet(
        self,
        year: int,
        form: SheetForm = "xlsx",
        member: str | None = None,
        *,
        price: Decimal | None = None,
        price_change: Decimal = Decimal(0),
    ) -> bytes:
        """The sheet of the vote as a file."""
        return await self._call(
            read_sheet(year, form, member, price=price, price_change=price_change)
        )
