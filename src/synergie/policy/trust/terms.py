"""What new terms must be, beyond their form: held against each draft, never against what is signed.

What both have signed holds as it was signed, even when a later rule would refuse it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from synergie.errors import BadInput, Words
from synergie.policy.readings.steps import is_finer
from synergie.schemas.trust.agreement import Terms
from synergie.schemas.trust.consent import Consent

_LISTS = ("datasets", "fields", "consent_refs", "recipient_clients")
_SELECTED = ("sites", "supply_points", "cabinets", "series", "light_points", "purchases")


def check_terms(terms: Terms) -> None:
    """BadInput at the first place of *terms* that new terms may not say."""
    for name in _LISTS:
        _check_unique_values(f"/{name}", getattr(terms, name))
    for name in _SELECTED:
        _check_unique_values(f"/selector/{name}", getattr(terms.selector, name))
    _check_legal_basis(terms)
    _check_needs(terms)
    if terms.granularity == "aggregate":
        _check_sums(terms)
    elif terms.onward != "none":
        raise BadInput("/onward", terms.onward, "`none`: only aggregates are published")


def needs_consents(terms: Terms) -> bool:
    """Whether persons must have agreed: their data, finer than the day (FR-CURVE)."""
    persons = terms.data_subject != "legal_person"
    fine = terms.granularity != "aggregate" and is_finer(terms.granularity, "day")
    return (persons and fine) or terms.legal_basis == "consent"


def check_consents_named(terms: Terms) -> None:
    """BadInput when *terms* need consents and name none."""
    if needs_consents(terms) and not terms.consent_refs:
        raise BadInput(
            "/consent_refs", Words("no consent"), "the consents relied on: it is about persons"
        )


def check_consents(terms: Terms, consents: Sequence[Consent], *, now: datetime) -> None:
    """BadInput when a consent that *terms* name does not hold at *now* for what they open.

    The same answer whatever it lacks: the recipient learns nothing of any one of them.
    """
    check_consents_named(terms)
    good = {one.id for one in consents if _is_backing_consent(one, terms, now)}
    if not good.issuperset(terms.consent_refs):
        raise BadInput(
            "/consent_refs",
            Words("a consent that does not hold"),
            "consents of the owner's that hold, for this purpose, and for steps as fine",
        )


def is_consent_valid(consent: Consent, now: datetime) -> bool:
    """Whether a consent was given, and neither withdrawn nor past its end at *now*."""
    begun = consent.given_at <= now
    ended = consent.until is not None and consent.until <= now
    withdrawn = consent.withdrawn_at is not None and consent.withdrawn_at <= now
    return begun and not ended and not withdrawn


def _is_backing_consent(consent: Consent, terms: Terms, now: datetime) -> bool:
    fine = terms.granularity == "aggregate" or not is_finer(terms.granularity, consent.granularity)
    return consent.purpose == terms.purpose and fine and is_consent_valid(consent, now)


def _check_legal_basis(terms: Terms) -> None:
    if terms.legal_basis == "public_task" and terms.legal_reference is None:
        raise BadInput(
            "/legal_reference", Words("nothing"), "the text that gives the public task, cited"
        )
    if terms.legal_basis == "consent" and not terms.consent_refs:
        raise BadInput("/consent_refs", Words("no consent"), "the consents relied on")


def _check_needs(terms: Terms) -> None:
    """Needs are opened purchase by purchase, and for buying together only (CNIL: one purpose)."""
    named, opened = bool(terms.selector.purchases), "needs" in terms.datasets
    if opened and not named:
        raise BadInput(
            "/selector/purchases", Words("nothing"), "the purchases whose needs are opened"
        )
    if named and not opened:
        raise BadInput(
            "/datasets", ", ".join(terms.datasets), "`needs` among them: a purchase is named"
        )
    if opened and terms.purpose != "joint_purchase":
        raise BadInput("/purpose", terms.purpose, "`joint_purchase`: needs are for buying together")


def _check_sums(terms: Terms) -> None:
    if terms.datasets != ("consumption",):
        raise BadInput("/datasets", ", ".join(terms.datasets), "`consumption` alone, for sums")
    if terms.direction != "read":
        raise BadInput("/direction", terms.direction, "`read`: sums are not sent")


def _check_unique_values(where: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            raise BadInput(f"{where}/{index}", value, "each one once")
        seen.add(value)
