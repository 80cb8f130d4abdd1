"""What the game of a purchase assumes, in words: constant English texts, for the catalogue."""

SAME_MODEL = (
    "a coalition that leaves buys by itself with the same needs, offers, tiers, fees and rules"
)
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
