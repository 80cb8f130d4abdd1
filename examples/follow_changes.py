"""A partner follows what changes, keeps its cursor, and misses nothing after a stop.

Needs `pip install synergie[server]`. The server is a real one, in this process.
"""

import synergie.testing
from synergie.samples import ENERGY, territory


def main() -> None:
    """Read all changes so far, remember the cursor, then only what is new."""
    sites = territory(fast=True).holding(ENERGY).sites
    with synergie.testing.server() as running:
        client = running.client(ENERGY)
        client.publish_sites(sites[:3])
        first = client.changes()
        print([change.kind for change in first])
        client.publish_sites(sites[3:5])
        later = client.changes(after=first.cursor)
        print([(change.kind, change.act) for change in later])
        batch = client.batch(next(iter(client.changes(after=first.cursor))).id)
        print(batch.kept, "sites in the batch", batch.digest[:8])


if __name__ == "__main__":
    main()
