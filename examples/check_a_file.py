"""What a file is, what it holds, and what would be refused of it: `check_a_file.py FILE`.

Needs `pip install synergie` only. Without a file, a small one with a wrong row is made.
"""

import sys
from pathlib import Path

from synergie.formats.check import check

INVENTORY = b"id;commune;armoire;puissance\r\nPL-1;54430;A-7;70\r\nPL-2;54430;A-7;beaucoup\r\n"


def main(path: str | None = None) -> None:
    """Read it whole; store nothing."""
    report = check(Path(path)) if path else check(INVENTORY, name="inventaire.csv")
    print(f"{report.format}: {report.records} kept, {len(report.refused)} refused")
    for row in report.refused:
        print(f"line {row.line}, {row.column}: {row.value!r} found, {row.reason}")
    for series in report.series:
        print(f"{series.id}: {series.energy_kwh} kWh, {series.missing} missing")
    for warning in report.warnings:
        print("note:", warning)


if __name__ == "__main__":
    main(*sys.argv[1:2])
