"""The constants of watch, each with where it comes from: measured ones in docs/measure/watch.md."""

CORE_DEG = -6.0
"""With the sun below (civil night), lamps are lit whatever switches them: the loosest known
photocell threshold is -4.5°, and a cloudy evening only lights earlier."""
DEEP_DEG = -13.0
"""With the sun below, darkness is a cut and no clock that is an hour late."""
DAY_DEG = 3.0
"""With the sun above, lamps are off, but for a thunderstorm."""
ZONE_DEG = (-15.0, 10.0)
"""Where minutes of dusk and dawn are counted: an hour and a quarter around -3° at 49° N."""
LEARN_NIGHTS = 60
"""Nights that teach what is expected."""
LEARN_STEP, LEARN_MOST = 15, 210
"""Where they do not tell, as short nights of a cabinet that is off at night, so many more are
looked at, up to the second figure."""
MOST_SPREAD, MOST_BASE = 0.15, 0.25
"""Of ln W, and of W by day: above, it is no curve of lamps. Drawn cabinets have 0.01 to 0.03 and
0.02; a real household 0.37, a house on gas 0.83, a public building 2.0, but in two summers of it
0.14 and 0.5."""
LEAST_CORE_MIN = 30.0
"""Surely lit minutes without which a night tells nothing: one half-hour."""
LEAST_EDGE_MIN = 10.0
"""Minutes lit and minutes dark that a dusk must show to be placed."""

DARK_SHARE = 0.10
"""Of W: under it, lamps are off."""
LIT_SHARE = 0.30
"""Of W: above it, lamps are lit where none should be."""
DARK_NIGHTS, DAY_NIGHTS, BASE_NIGHTS, SCHEDULE_NIGHTS, SILENT_NIGHTS = 2, 2, 5, 3, 3
"""Nights in a row before a rule says so."""
DARK_PART = 0.9
"""Part of the surely lit minutes that are dark in a dark night."""
CUT_MIN = 30.0
"""Dark minutes within a lit night that are a cut."""
BASE_SHARE = 0.03
"""Of W: a rise of the base by day that counts."""
NORMAL_NIGHTS = 3
"""Normal nights in a row that close a fault."""

CUSUM_ALLOWANCE = 1.0
"""Long-run standard deviations that a night may lie off without adding: k."""
CUSUM_LIMIT = 9.0
"""Above it a change is said: h, in long-run standard deviations."""
CUSUM_CLIP = 5.0
"""No night adds more: one odd night is no change."""
CUSUM_LEAST = 3
"""Nights that a change has lasted before it is said."""
ESTIMATE_NIGHTS = 5
"""Nights whose median tells how large a change is."""
KEPT_NIGHTS = 10
"""Nights that are kept to date a change."""
LEAST_LOSS, LEAST_RISE = 0.042, 0.06
"""A loss and a rise of W that count: one lamp of twenty-four, one of seventeen. Season and voltage
move W by 2 to 3 %."""
LEAST_EDGE, LEAST_CELL = 9.0, 18.0
"""Minutes of drift that count: of a clock, and of a photocell, which follows the weather."""
CELL_SPREAD_MIN = 4.5
"""Standard deviation of a dusk above which no clock switches."""
AGAIN = 0.5
"""Part of a change still open that a further one must reach to be said, too."""
FULL, HALF, NONE = 0.9, 0.5, 0.05
"""Shares of W that count as full light, as light, and as none."""
FLOOR_LEVEL, FLOOR_EDGE = 0.006, 2.0
"""The least standard deviation of ln W and of minutes: meters count in whole watts, and half-hours
tell a dusk to two minutes."""
MOST_RHO = 0.7
"""A greater autocorrelation of residuals is taken as this."""
MOST_SPREAD_MIN = 25.0
"""Standard deviation of a dusk that no longer follows the sun: times are not tested."""
PHASE = (-0.40, -0.27)
"""One phase of three, of unequal loads."""
INVENTORY = (0.85, 1.15)
"""Measured W of declared W: control gear and dirt stay within."""
