"""Sentences of a depots plan, for the catalogue."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from synergie.maintenance.records.depots import DepotsProblem, OpenSite
from synergie.schemas.plan import Phrase, PlanLine

NO_SITE = "no site may serve {}"
TOO_LITTLE = "the sites hold {} {} less than is asked for"
HOLDS = "{} holds {} {}"
MORE = "{} {} more at {}"

OPEN = "open: it gives {} of its {} {}"
FULL = "open and full: it gives all of its {} {}"
KEPT = "open whatever the plan: it gives {} of its {} {}"
CLOSED = "closed: the others hold what is asked for at less cost"

ALONE_MODEL = "alone, each organisation has its own sites and its own zones, same costs"
ALONE_PROVED = "depots of each organisation alone reach the bound of the solver, too"
ALONE_FOUND = "depots alone are the best found in the time given, their bound is not reached"
ALONE_LATE = "time ran out before depots alone were found for: {}"

PARTS = "a zone may be served from several depots, each part at its share of the cost"
SINGLE = "each zone is served from one depot"
USE = "each pays its zones and its part of the depots they use; nobody pays more than alone"
STOCK = "safety stock is told beside the cost, by the square-root law, demands being independent"


def describe_depots_baseline(late: list[str], *, proved: bool) -> tuple[Phrase, ...]:
    """What "each alone" assumes; *late*: whose depots alone were not found in time."""
    said = [Phrase(text=ALONE_MODEL), Phrase(text=ALONE_PROVED if proved else ALONE_FOUND)]
    if late:
        said.append(Phrase(text=ALONE_LATE, values=(", ".join(late)[:200],)))
    return tuple(said)


def list_depots_assumptions(problem: DepotsProblem) -> tuple[Phrase, ...]:
    """What was taken for granted."""
    texts = [SINGLE if problem.single else PARTS, USE]
    if any(customer.deviation is not None for customer in problem.customers):
        texts.append(STOCK)
    return tuple(Phrase(text=text) for text in texts)


def build_depots_lines(problem: DepotsProblem, sites: tuple[OpenSite, ...]) -> tuple[PlanLine, ...]:
    """Every site, in the order of the problem."""
    return tuple(_iterate_site_lines(problem, {site.site: site for site in sites}))


def _iterate_site_lines(problem: DepotsProblem, opened: dict[str, OpenSite]) -> Iterator[PlanLine]:
    for site in problem.sites:
        here = opened.get(site.id)
        if here is None:
            yield PlanLine(subject=site.id, chosen="closed", reason=Phrase(text=CLOSED))
            continue
        full = here.used == here.capacity
        text = KEPT if site.kept else FULL if full else OPEN
        amounts = (
            [format_shown_amount(here.capacity)]
            if text == FULL
            else [format_shown_amount(here.used), format_shown_amount(here.capacity)]
        )
        reason = Phrase(text=text, values=(*amounts, problem.unit))
        yield PlanLine(
            subject=site.id,
            chosen="open",
            binding=f"capacity of {site.id}" if full else None,
            reason=reason,
        )


def format_shown_amount(amount: Decimal) -> str:
    """An amount for people: two decimals at most."""
    rounded = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{rounded.normalize():f}"
