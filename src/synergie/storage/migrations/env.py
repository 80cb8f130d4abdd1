"""Alembic's entry: runs on the connection it is given, in its transaction."""

from alembic import context

from synergie.applications import load_declared
from synergie.storage.publication.publication_tables import PublicationRow
from synergie.storage.readings.morning_tables import NewestFactRow
from synergie.storage.readings.published.published_tables import ClosureRow
from synergie.storage.tables import SiteRow
from synergie.storage.trust.access_tables import OAuthClientRow
from synergie.storage.trust.account_tables import AccountRow
from synergie.storage.trust.agreements.agreement_tables import ConsentRow
from synergie.storage.trust.trust_tables import KeyCustodyRow
from synergie.storage.trust.webhook_tables import WebhookRow

connection = context.config.attributes["connection"]
# One of each module, so that both are read; the metadata is one.
assert OAuthClientRow.metadata is ConsentRow.metadata is WebhookRow.metadata is SiteRow.metadata  # noqa: S101 (how SQLModel works)
assert KeyCustodyRow.metadata is SiteRow.metadata  # noqa: S101 (how SQLModel works)
assert NewestFactRow.metadata is SiteRow.metadata  # noqa: S101 (how SQLModel works)
assert AccountRow.metadata is SiteRow.metadata  # noqa: S101 (how SQLModel works)
assert PublicationRow.metadata is SiteRow.metadata  # noqa: S101 (how SQLModel works)
assert ClosureRow.metadata is SiteRow.metadata  # noqa: S101 (how SQLModel works)
for rules in load_declared("rules"):
    assert all(table.metadata is SiteRow.metadata for table in rules)  # noqa: S101 (how SQLModel works)
context.configure(connection=connection, target_metadata=SiteRow.metadata)
context.run_migrations()
