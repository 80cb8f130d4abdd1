"""Two processes append to one journal at once: no hole, one tree."""

import subprocess
import sys
from datetime import UTC, datetime

from synergie.policy import permit_operator
from synergie.storage.store import Store
from synergie.storage.trust.journal.journal_audit import audit_journal

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
EACH = 60
SCRIPT = """
import sys
from datetime import UTC, datetime
from synergie.policy import permit_operator
from synergie.storage.trust.journal.journal import Entry, append
from synergie.storage.store import Store

now = datetime(2026, 11, 25, 10, tzinfo=UTC)
store = Store.open(sys.argv[1], migrate=False)
print("ready", flush=True)
sys.stdin.readline()
for n in range(int(sys.argv[2])):
    with store.write() as session:
        for part in range(2):
            entry = Entry("data.read", by=sys.argv[3], subjects=(f"ser_{n:019}{part}",))
            append(permit_operator(now=now), session, entry, now=now)
store.close()
"""


def test_two_processes_leave_no_hole(store: Store) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT, store.url, str(EACH), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    for one in processes:  # both are at the line before either goes
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in processes:
        one.communicate("go\n", timeout=60)
    assert [one.returncode for one in processes] == [0, 0]
    with store.read() as session:
        found = audit_journal(permit_operator(now=NOW), session)
    assert (found.fault, found.size) == (None, 2 * 2 * EACH)
