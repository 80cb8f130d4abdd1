"""Sharing what a group pays: the game, each method's shares, and who would rather leave."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.plan import MemberId, Phrase
from synergie.schemas.wire import Wire
from synergie.units import Euros, Many, MegawattHours, Sha256

type Method = Literal[
    "proportional_mwh",
    "proportional_points",
    "proportional_alone",
    "scrb",
    "equal_profit",
    "shapley",
    "nucleolus",
]
"""How a cost is shared. `proportional_…`: to energy, to delivery points, to the cost alone. `scrb`:
separable cost, remaining benefit. `equal_profit`: relative gains as close as the core allows.
`shapley`: the mean of what each adds. `nucleolus`: the least satisfied coalition as satisfied as
can be."""

type Ratio = Annotated[float, Field(allow_inf_nan=False, json_schema_extra={"unit": "1"})]


class CoalitionCost(Wire):
    """What some members would pay together without the others."""

    members: Annotated[Many[MemberId], Field(min_length=1)]
    """The members of the coalition, in any order."""
    eur: Euros | None
    """Their least cost by themselves, EUR. Null: they cannot do it by themselves."""


class MemberWeight(Wire):
    """Quantities of a member for the rules that share in proportion."""

    member: MemberId
    """The member."""
    mwh: MegawattHours | None = None
    """Its energy, MWh. Null: not known."""
    points: Annotated[int, Field(ge=0)] | None = None
    """Its delivery points. Null: not known."""


class CostGame(Wire):
    """Who shares, and what each coalition would pay by itself. Whatever the cost is for."""

    members: Annotated[Many[MemberId], Field(min_length=1, max_length=22)]
    """Who shares the cost."""
    costs: Many[CoalitionCost]
    """Every coalition once: 2^n - 1 of them; the largest is all members together."""
    weights: Many[MemberWeight] = ()
    """Energy and points, for the proportional rules. Empty: those rules are left out."""


class Departure(Wire):
    """Members that would rather leave together than pay their shares."""

    members: Many[MemberId]
    """Who would leave."""
    share_eur: Euros
    """What they pay together in the sharing, EUR."""
    alone_eur: Euros
    """What they would pay by themselves, EUR."""
    saves_eur: Euros
    """What leaving would save them, EUR."""


class MemberShare(Wire):
    """What one member pays by a method. `gain = alone - share`."""

    member: MemberId
    """The member."""
    alone_eur: Euros | None
    """What it would pay alone ("seul"), EUR. Null: it cannot do it alone."""
    share_eur: Euros
    """What it pays in the sharing ("ensemble"), EUR. Negative: it receives; never cut to zero."""
    gain_eur: Euros | None
    """What it gains, EUR. Null: no comparison."""
    gain_ratio: Ratio | None
    """Its gain as a share of its cost alone. Null: no comparison, or nothing to pay alone."""
    half_width_eur: Euros | None = None
    """How far the exact share may be from this one, EUR, at the stated confidence, for all
    members at once. Null: the share is exact."""
    paid_elsewhere_eur: Euros | None = None
    """What it pays by itself to suppliers at the price schedule of its lots, EUR. Null: nothing is
    known of it."""
    to_settle_eur: Euros | None = None
    """Its share less what it pays elsewhere, EUR: what the coordinator asks of it. Negative: the
    coordinator would have to pay it, which needs an agreement of all. Null: as above."""
    leaves_with: Many[MemberId] = ()
    """Of the coalitions it is in, the one that would save most by leaving. Empty: none would."""


class Sharing(Wire):
    """The shares of one method, and what they are worth."""

    method: Method
    """The method."""
    exact: bool
    """Whether the shares are exact before rounding; else each has a half-width."""
    shares: Many[MemberShare]
    """Shares by member id, in whole cents; they sum to the total exactly."""
    before_rounding_eur: Annotated[float, Field(allow_inf_nan=False)]
    """Sum of the shares before they were rounded to cents, EUR."""
    nobody_pays_more: bool
    """Whether no member pays more than alone (individual rationality), to the cent."""
    in_core: bool | None
    """Whether no coalition would save a cent by leaving. Null: could not be settled."""
    departures: Many[Departure]
    """Coalitions that would rather leave, those that save most first; at most ten."""
    least_gain: MemberId | None
    """Who gains least, EUR. Null: no comparison."""
    most_gain: MemberId | None
    """Who gains most, EUR. Null: no comparison."""
    remarks: Many[Phrase] = ()
    """How it was computed: the sample and its bound, the rounding, negative shares."""


class NotShared(Wire):
    """A method that could not be used, and why."""

    method: Method
    """The method."""
    reason: Phrase
    """Why."""


class BalancedCoalition(Wire):
    """A coalition with its weight in the proof that the core is empty, or how far from it."""

    members: Many[MemberId]
    """The coalition."""
    cost_eur: Euros
    """What it costs by itself, EUR."""
    weight: Ratio
    """Its weight: the weights of the coalitions that hold a member sum to the same for all."""


class SharingStudy(Wire):
    """One cost shared by several methods, side by side."""

    members: Many[MemberId]
    """Who shares."""
    total_eur: Euros
    """What is shared, EUR: the cost of all together."""
    alone_eur: Euros | None
    """Sum of what each would pay alone, EUR. Null: at least one cannot."""
    core_empty: bool | None
    """Whether every sharing leaves some coalition better off by itself. Null: not settled."""
    epsilon_eur: Euros | None
    """Least charge on leaving, EUR, that would keep every coalition in some sharing; when it is
    negative, every coalition can gain as much by staying. Rounded up to the cent. Null: not
    settled."""
    blocking: Many[BalancedCoalition]
    """The coalitions that together prove `epsilon_eur`."""
    sharings: Many[Sharing]
    """One a method, in the order asked."""
    not_shared: Many[NotShared]
    """Methods that could not be used."""
    assumptions: Many[Phrase]
    """What a coalition alone assumes, how fees are borne, how cents are rounded."""
    inputs_digest: Sha256
    """SHA-256 of what was shared (RFC 8785)."""
