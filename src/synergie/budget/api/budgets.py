"""Budgets: lines that were voted, actual figures beside them, next year, the sheet of the vote."""

from decimal import Decimal
from typing import Annotated, Literal

from fastapi import Query, Request
from pydantic import BeforeValidator, Field
from starlette.responses import Response

from synergie.budget.exchange.budgets import Budgets
from synergie.budget.records.budget import BudgetForecast
from synergie.budget.records.line import BudgetActual, BudgetDeposit, StoredBudgetLine
from synergie.budget.reports import SHEET_TYPES, write_budget_sheets
from synergie.budget.services import BudgetServices
from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.server.api.answers import json_response
from synergie.server.api.bodies import build_replacement_body
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import After, Limit, check_digits, router_of
from synergie.server.api.words import READING, SENDING, describe_request_body, gives_file
from synergie.server.guard import Now
from synergie.server.house import InHouse

router = router_of("budget")

Reader = Annotated[Principal, authorize_scope("budget:read")]
Writer = Annotated[Principal, authorize_scope("budget:write")]
OneYear = Annotated[
    int,
    Field(ge=2000, le=2100),
    BeforeValidator(check_digits),
    Query(description="The budget year, a civil year."),
]
MaybeYear = Annotated[
    Annotated[int, Field(ge=2000, le=2100)] | None,
    BeforeValidator(check_digits),
    Query(description="Of this year alone. Left out: of all years."),
]
Member = Annotated[
    str | None,
    Query(max_length=120, description="Of this member alone. Left out: of all of them."),
]
Price = Annotated[
    str | None,
    Query(
        pattern=r"^[0-9]{1,2}(\.[0-9]{1,6})?$",
        description="What if a kWh cost so many EUR? Left out: what stored bills cost.",
    ),
]
PriceChange = Annotated[
    str,
    Query(
        pattern=r"^(-(100|[0-9]{1,2}(\.[0-9]{1,2})?)|[0-9]{1,3}(\.[0-9]{1,2})?)$",
        description="What if energy cost so many per cent more (or, below 0, less)?",
    ),
]


def _get_budgets(house: InHouse) -> Budgets:
    return house.of(BudgetServices).budgets


@router.get(
    "/lines",
    operation_id="list_budget_lines",
    response_model=Page[StoredBudgetLine],
    responses=READING,
)
def list_budget_lines(
    *,
    request: Request,
    caller: Reader,
    house: InHouse,
    now: Now,
    year: MaybeYear = None,
    member: Member = None,
    after: After = None,
    limit: Limit = 200,
) -> Response:
    """A page of the lines of your budgets, by id. No agreement opens them to anybody else."""
    page = _get_budgets(house).page(
        caller, year=year, member=member, after=after, limit=limit, now=now
    )
    return json_response(request, page)


@router.put(
    "/lines",
    operation_id="replace_budget_lines",
    response_model=BudgetDeposit,
    responses=SENDING,
    openapi_extra=describe_request_body(BudgetDeposit, keyed=False),
)
def replace_budget_lines(
    *,
    request: Request,
    caller: Writer,
    sent: Annotated[BudgetDeposit, build_replacement_body(BudgetDeposit)],
    house: InHouse,
    now: Now,
) -> Response:
    """Store lines in the place of all of yours of the same members and years; others stay."""
    return json_response(request, _get_budgets(house).deposit(caller, sent, now=now))


@router.get(
    "/actual", operation_id="read_budget_actual", response_model=BudgetActual, responses=READING
)
def read_budget_actual(
    *, request: Request, caller: Reader, house: InHouse, now: Now, year: OneYear,
    member: Member = None,
) -> Response:  # fmt: skip
    """What was voted for a year against stored energies and bills; 404 without a line of it.

    A month that is not known whole has no figure; a part of a bill of several months counts by its
    days, and `spread` tells how many months do.
    """
    return json_response(request, _get_budgets(house).compare(caller, year, member=member, now=now))


@router.get(
    "/forecast",
    operation_id="forecast_budget",
    response_model=BudgetForecast,
    responses=READING,
)
def forecast_budget(
    *,
    request: Request,
    caller: Reader,
    house: InHouse,
    now: Now,
    year: OneYear,
    member: Member = None,
    price: Price = None,
    price_change: PriceChange = "0",
) -> Response:
    """A year foreseen, of the points of your newest lines up to it, with its interval.

    By stored months of the three years before it, and what bills of the last 24 months cost.
    """
    found = _forecast(_get_budgets(house), caller, (year, member, price, price_change), now)
    return json_response(request, found)


def _forecast(
    budgets: Budgets,
    caller: Principal,
    asked: tuple[int, str | None, str | None, str],
    now: Now,
) -> BudgetForecast:
    year, member, price, price_change = asked
    return budgets.forecast(
        caller,
        year,
        member=member,
        price=None if price is None else Decimal(price),
        price_change=Decimal(price_change) / 100,
        now=now,
    )


@router.get(
    "/sheet",
    operation_id="read_budget_sheet",
    response_class=Response,
    responses={**READING, **gives_file("The sheet of the vote.", *SHEET_TYPES.values())},
)
def read_budget_sheet(
    *,
    caller: Reader,
    house: InHouse,
    now: Now,
    year: OneYear,
    member: Member = None,
    price: Price = None,
    price_change: PriceChange = "0",
    form: Annotated[
        Literal["xlsx", "ods", "csv"], Query(description="Which file; CSV has no second sheet.")
    ] = "xlsx",
) -> Response:
    """The sheet of the budget vote: the same year foreseen as a workbook, in French."""
    found = _forecast(_get_budgets(house), caller, (year, member, price, price_change), now)
    return Response(write_budget_sheets(found, form), media_type=SHEET_TYPES[form])
