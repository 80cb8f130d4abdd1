"""`authorization_details` (RFC 9396): each element narrows the token to part of one agreement.

What is asked must lie within the agreement as it is in force. The token bears it, the answer
echoes it, and every decision holds it against the agreement of that moment: it never widens.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, get_args

from pydantic import ValidationError

from synergie.errors import NotAllowed, NotFound
from synergie.policy import Principal
from synergie.proof import jose
from synergie.proof.jose import Unsigned
from synergie.schemas.trust.agreement import Granularity, Terms
from synergie.schemas.trust.oauth import DETAILS_TYPE, Details
from synergie.server.oauth.refusals import InvalidDetails

__all__ = ["DETAILS_TYPE", "Live", "parse_authorization_details"]

type Live = Callable[[Principal, str, datetime], Terms | None]
"""The terms of the caller's agreement that are in force at a moment; None when none are."""

_MOST = 20
_AGREEMENT = re.compile(r"[a-z0-9][a-z0-9_-]{1,63}", re.ASCII)
_FINEST_FIRST: tuple[Granularity, ...] = get_args(Granularity.__value__)


def parse_authorization_details(
    text: str | None, principal: Principal, live: Live, now: datetime
) -> tuple[dict[str, Any], ...]:
    """The elements of *text*, as the token bears them; none when it was not asked to be narrowed.

    InvalidDetails when one is not of ours, or no agreement in force covers all that it asks.
    """
    if text is None:
        return ()
    try:
        elements = jose.parse_strict_json(text)
    except Unsigned as error:
        raise InvalidDetails from error
    if not isinstance(elements, list) or not 1 <= len(elements) <= _MOST:
        raise InvalidDetails
    read = [_parse_details_element(element) for element in elements]
    for element in read:
        _check_details_covered(element, principal, live, now)
    return tuple(one.model_dump(mode="json", exclude_none=True) for one in read)


def _parse_details_element(element: object) -> Details:
    try:
        details = Details.model_validate(element)
    except (ValidationError, RecursionError) as error:
        raise InvalidDetails from error
    if not _AGREEMENT.fullmatch(details.agreement):  # not looked up: it may hold NUL
        raise InvalidDetails
    return details


def _check_details_covered(
    details: Details, principal: Principal, live: Live, now: datetime
) -> None:
    try:
        terms = live(principal, details.agreement, now)
    except (NotFound, NotAllowed) as error:
        raise InvalidDetails from error
    if terms is None or not _is_within_terms(details, terms, principal.client_id):
        raise InvalidDetails


def _is_within_terms(details: Details, terms: Terms, client: str) -> bool:
    """Whether *details* ask for no more than *terms* open to *client*."""
    named = terms.recipient_clients
    return (
        (not named or client in named)
        and set(details.datasets or ()) <= set(terms.datasets)
        and details.purpose in (None, terms.purpose)
        and _not_finer(details, terms)
        and _is_period_inside(details, terms)
    )


def _not_finer(details: Details, terms: Terms) -> bool:
    if details.granularity is None:
        return True
    if terms.granularity == "aggregate":  # it compares with none of the others
        return False
    order = _FINEST_FIRST.index
    return order(details.granularity) >= order(terms.granularity)


def _is_period_inside(details: Details, terms: Terms) -> bool:
    asked, open_ = details.period, terms.data_period
    if asked is None:
        return True
    ends = open_.end is None or (asked.end is not None and asked.end <= open_.end)
    return asked.start >= open_.start and ends
