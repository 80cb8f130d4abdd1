"""The public as a recipient: what it may read, by the same decision as anyone else."""

from datetime import datetime

from synergie.policy.trust.decide import Ask, decide_permit
from synergie.policy.trust.permit import Permit
from synergie.policy.trust.principal import Principal
from synergie.policy.trust.seal import SEAL
from synergie.schemas.trust.agreement import Agreement

PUBLIC = Principal(client_id="(public)", organisation="(public)", scopes=frozenset())
"""Anybody. No organisation can bear this name."""

SUMS = Ask(dataset="consumption", granularity="aggregate")
"""What is asked of an agreement whose points are to be counted in sums, or of its sums."""


def open_data(*, now: datetime) -> Permit:
    """What anybody may look for: releases that were published for the public, nothing else.

    Each agreement that such a release stands on is then asked by `for_the_public`.
    """
    return Permit(
        scope="public",
        bearer=PUBLIC.organisation,
        owner=PUBLIC.organisation,
        action="read",
        datasets=frozenset(),
        granularity="aggregate",
        decided_at=now,
        onward="open_data",
        seal=SEAL,
    )


def for_the_public(agreement: Agreement, *, now: datetime) -> Permit:
    """What *agreement* opens to the public at *now*: its sums, when `onward` says `open_data`.

    NotAllowed as for any other recipient: not before it starts, nor once it has ended.
    """
    terms = agreement.terms
    if terms.onward == "open_data":
        changed = {"recipient": PUBLIC.organisation, "recipient_clients": ()}
        agreement = agreement.model_copy(update={"terms": terms.model_copy(update=changed)})
    return decide_permit(agreement, principal=PUBLIC, ask=SUMS, now=now)
