"""Moments and days that a person types, by the clocks of Paris."""

from datetime import UTC, date, datetime

from synergie.cli.misuse import Misuse
from synergie.cli.texts import _

_FORMS = ("%d/%m/%Y %H:%M", "%d/%m/%Y %Hh%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M")


def parse_option_instant(option: str, text: str) -> datetime:
    """The moment of an option; without an offset it is the time of Paris.

    Misuse for an hour that the clocks skip, and for one they repeat without an offset.
    """
    from synergie.calendar import load_time_zone

    try:
        aware = datetime.fromisoformat(text)
    except ValueError:
        aware = None
    if aware is not None and aware.tzinfo is not None:
        return aware.astimezone(UTC)
    naive = _parse_naive_time(text)
    if naive is None:
        expected = "2026-11-24T14:30+01:00, 24/11/2026 14:30"
        raise Misuse(_("{}: found {!r}, expected {}").format(option, text, expected))
    paris = load_time_zone("Europe/Paris")
    first, second = (naive.replace(tzinfo=paris, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first != second:
        raise Misuse(
            _(
                "{}: {} is skipped or repeated by the clocks; add the offset, +01:00 or +02:00"
            ).format(option, text)
        )
    return first


def _parse_naive_time(text: str) -> datetime | None:
    for form in _FORMS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 (its zone is the caller's to say)
        except ValueError:
            continue
    return None


def parse_option_date(option: str, text: str | None) -> date | None:
    """The civil date of an option, as 2026-01-31 or 31/01/2026."""
    if text is None:
        return None
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 (a civil date)
        except ValueError:
            continue
    raise Misuse(_("{}: found {!r}, expected {}").format(option, text, "2026-01-31, 31/01/2026"))
