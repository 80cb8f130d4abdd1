"""Two answers that a partner must be able to read: not that fine, and no longer."""

from collections.abc import Callable
from dataclasses import dataclass

from synergie.client import Client
from synergie.errors import NotAllowed
from synergie.samples import YEAR
from synergie.samples.night import year_bounds
from synergie.schemas.trust.agreement import Agreement, Granularity


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One request that was refused, and how."""

    asked: str
    """What was asked, in French."""
    reason: str
    """The stable reason, from `policy.REASONS`."""
    agreement: str
    """The agreement that does not open it."""
    text: str
    """The refusal as a person reads it."""

    def as_json(self) -> dict[str, str]:
        """The same for programs."""
        return {
            "asked": self.asked,
            "reason": self.reason,
            "agreement": self.agreement,
            "text": self.text,
        }


def too_fine(
    reader: Client, agreement: Agreement, translate: Callable[[str], str]
) -> tuple[int, Refusal]:
    """How many days the agreement opens, and the refusal of the original half-hours."""
    series = next(iter(reader.series(agreement=agreement.id))).id
    days = _count_curve_readings(reader, series, agreement, "day")
    asked = "La courbe demi-heure par demi-heure est demandée, l'accord ouvre le jour."
    return days, _catch_refusal(
        asked, agreement, translate, lambda: _count_curve_readings(reader, series, agreement, "raw")
    )


def refuse_after_revocation(
    owner: Client, reader: Client, agreement: Agreement, translate: Callable[[str], str]
) -> Refusal:
    """The refusal that the reader meets at its next request, once the owner has revoked."""
    series = next(iter(reader.series(agreement=agreement.id))).id
    owner.revoke(agreement.id)
    asked = "La même lecture, jour par jour, est demandée juste après la révocation."
    return _catch_refusal(
        asked, agreement, translate, lambda: _count_curve_readings(reader, series, agreement, "day")
    )


def _count_curve_readings(
    reader: Client, series: str, agreement: Agreement, granularity: Granularity
) -> int:
    start, end = year_bounds(YEAR)
    return len(
        reader.curve(series, start=start, end=end, granularity=granularity, agreement=agreement.id)
    )


def _catch_refusal(
    asked: str, agreement: Agreement, translate: Callable[[str], str], read: Callable[[], int]
) -> Refusal:
    """The refusal of *read*. AssertionError when it is served: the promise would be broken."""
    try:
        served = read()
    except NotAllowed as refusal:
        return Refusal(
            asked=asked,
            reason=refusal.reason,
            agreement=refusal.agreement or agreement.id,
            text=refusal.tell(translate),
        )
    raise AssertionError(f"{served} values of {agreement.id} were given")
