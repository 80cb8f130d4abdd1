"""Deep draws over the policy alone: `python -m tests.adversary 10000 [first seed]`."""

import sys
from time import process_time

from tests.adversary.histories import find_leaks


def main(many: int, first: int = 0) -> int:
    """Play *many* histories; 1 when one of them leaks."""
    begin = process_time()
    leaks = find_leaks(range(first, first + many))
    seconds = process_time() - begin
    lines = [f"{many} histories, {len(leaks)} with a leak, {seconds:.0f} s of processor"]
    sys.stdout.write("\n".join((*lines, *map(str, leaks[:10]))) + "\n")
    return 1 if leaks else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
