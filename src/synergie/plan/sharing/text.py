"""What a sharing says in words: constant English texts, for the catalogue."""

ROUNDED = "shares are rounded to the cent, largest remainders first, then by name"
TOTAL_ROUNDED = "the total is rounded to the cent, from {} EUR"
NEGATIVE = "{} receives money in this sharing: its share is negative, and shown as it is"
SAMPLED = (
    "sampled: {} random orders of the members, each read from every member on and both ways; with "
    "{} % confidence no share is more than {} EUR away from the exact one"
)
WITHIN_CORE = "relative gains differ by at most {} points, the least that keeps every coalition"
WITHIN_EPSILON = (
    "the core is empty: relative gains differ by at most {} points if leaving costs {} EUR"
)

NO_ENERGY = "the energy of {} is not known"
NO_POINTS = "the delivery points of {} are not known"
NOT_ALONE = "{} cannot do it alone"
NOTHING_ALONE = "{} pays nothing alone: it has no relative gain"
NOT_WITHOUT = "the others cannot do it without {}"
NOT_EVERY = "{} cannot do it by themselves, so what each adds is not known"
NO_POINT = "too many coalitions cannot do it by themselves: many sharings are equally good"
NOT_CERTIFIED = (
    "with so many members, or several lots of them, no one can certify which coalitions would leave"
)
TOO_MANY = "more than {} members: the coalitions cannot all be looked at"

SAME_MODEL = (
    "a coalition that leaves buys by itself with the same needs, offers, tiers, fees and rules"
)
OF_ONE = (
    "alone is here a coalition of one member, which may buy as the group does; a purchase plan "
    "takes the cost of running a market of one's own, so its cost alone may be higher"
)
ON_DEMAND = "the cost of a coalition is exact; its tiers follow from its volume, lot by lot"
AT_ONCE = "the cost of every one of the {} coalitions is exact, computed in one pass"
BY_SOLVES = "the cost of every one of the {} coalitions is the optimum of its own purchase"
WHOLE_FEES = (
    "the requirement that nobody pays more holds lot by lot, before the fees that a coalition's "
    "members are asked as a whole"
)
SETTLED = (
    "each lot has one price schedule for all its members: what a share differs from it is settled "
    "with the coordinator, and a member can be paid only if all agree"
)
CAP_BORNE = "what the cap cuts off the coordinator's fees, {} EUR, is borne by the coordinator"
CAP_SHARED = "the cap on the coordinator's fees is lifted: the method shares what it would cut off"
