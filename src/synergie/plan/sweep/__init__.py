"""Many cases by one function: on this machine's processes, or on a Dask cluster given by address.

The answers are those of a plain loop, in the order of the cases, wherever they are computed. A
case that fails says so in its own place and takes no other along.
"""

from synergie.plan.sweep._sweep import Answer, sweep

__all__ = ["Answer", "sweep"]
