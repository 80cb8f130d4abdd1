"""The first tables."""

from secrets import token_bytes, token_hex

import sqlalchemy as sa
from alembic import op

from synergie.storage import _columns

revision = "0001"
down_revision = None

_PARTITIONS = 16


def upgrade() -> None:
    """The first tables, the partitions of segments on PostgreSQL, and the head."""
    for create in _TABLES:
        create()
    if op.get_bind().dialect.name == "postgresql":
        _partition_segments()
    _start_counting()


def _access_token() -> None:
    op.create_table(
        "access_token",
        sa.Column("jti", _columns.TEXT, nullable=False),
        sa.Column("client", _columns.TEXT, nullable=False),
        sa.Column("jkt", _columns.TEXT, nullable=False),
        sa.Column("expires_at", _columns.Instant(), nullable=False),
        sa.Column("revoked_at", _columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("jti"),
        sqlite_strict=True,
    )
    op.create_index("ix_access_token_client", "access_token", ["client"], unique=False)
    op.create_index("ix_access_token_expires_at", "access_token", ["expires_at"], unique=False)


def _agreement() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("version", _columns.INTEGER, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("recipient", _columns.TEXT, nullable=False),
        sa.Column("author", _columns.TEXT, nullable=False),
        sa.Column("state", _columns.TEXT, nullable=False),
        sa.Column("valid_from", _columns.Instant(), nullable=False),
        sa.Column("valid_until", _columns.Instant(), nullable=False),
        sa.Column("terms", _columns.TEXT, nullable=False),
        sa.Column("terms_sha256", _columns.TEXT, nullable=False),
        sa.Column("signatures", _columns.TEXT, nullable=False),
        sa.Column("history", _columns.TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", "version"),
        sqlite_strict=True,
    )
    op.create_index("agreement_by_recipient", "agreement", ["recipient", "state"], unique=False)
    op.create_index("ix_agreement_owner", "agreement", ["owner"], unique=False)


def _agreement_item() -> None:
    op.create_table(
        "agreement_item",
        sa.Column("agreement", _columns.TEXT, nullable=False),
        sa.Column("version", _columns.INTEGER, nullable=False),
        sa.Column("subject", _columns.TEXT, nullable=False),
        sa.PrimaryKeyConstraint("agreement", "version", "subject"),
        sqlite_strict=True,
    )
    op.create_index("ix_agreement_item_subject", "agreement_item", ["subject"], unique=False)


def _assertion_replay() -> None:
    op.create_table(
        "assertion_replay",
        sa.Column("client", _columns.TEXT, nullable=False),
        sa.Column("jti", _columns.TEXT, nullable=False),
        sa.Column("expires_at", _columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("client", "jti"),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_assertion_replay_expires_at", "assertion_replay", ["expires_at"], unique=False
    )


def _batch() -> None:
    op.create_table(
        "batch",
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("kind", _columns.TEXT, nullable=False),
        sa.Column("digest", _columns.TEXT, nullable=False),
        sa.Column("subject", _columns.TEXT, nullable=True),
        sa.Column("seq", _columns.INTEGER, nullable=False),
        sa.Column("received_at", _columns.Instant(), nullable=False),
        sa.Column("client", _columns.TEXT, nullable=False),
        sa.Column("receipt", _columns.TEXT, nullable=False),
        sa.Column("superseded_by", _columns.TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("owner", "digest"),
        sqlite_strict=True,
    )
    op.create_index("ix_batch_subject", "batch", ["subject"], unique=False)


def _cabinet() -> None:
    op.create_table(
        "cabinet",
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("external_id", _columns.TEXT, nullable=False),
        sa.Column("body", _columns.TEXT, nullable=False),
        sa.Column("digest", _columns.TEXT, nullable=False),
        sa.Column("updated_at", _columns.Instant(), nullable=False),
        sa.Column("batch", _columns.TEXT, nullable=False),
        sa.Column("supply_point", _columns.TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("owner", "external_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_cabinet_owner", "cabinet", ["owner"], unique=False)
    op.create_index("ix_cabinet_supply_point", "cabinet", ["supply_point"], unique=False)


def _change() -> None:
    op.create_table(
        "change",
        sa.Column("seq", _columns.INTEGER, nullable=False),
        sa.Column("at", _columns.Instant(), nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("other", _columns.TEXT, nullable=True),
        sa.Column("kind", _columns.TEXT, nullable=False),
        sa.Column("subject", _columns.TEXT, nullable=False),
        sa.Column("covers", _columns.TEXT, nullable=True),
        sa.Column("act", _columns.TEXT, nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_strict=True,
    )
    op.create_index("ix_change_owner", "change", ["owner"], unique=False)


def _dpop_replay() -> None:
    op.create_table(
        "dpop_replay",
        sa.Column("jkt", _columns.TEXT, nullable=False),
        sa.Column("jti", _columns.TEXT, nullable=False),
        sa.Column("expires_at", _columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("jkt", "jti"),
        sqlite_strict=True,
    )
    op.create_index("ix_dpop_replay_expires_at", "dpop_replay", ["expires_at"], unique=False)


def _head() -> None:
    op.create_table(
        "head",
        sa.Column("id", _columns.INTEGER, nullable=False),
        sa.Column("n", _columns.INTEGER, nullable=False),
        sa.Column("epoch", _columns.TEXT, nullable=False),
        sa.Column("secret", _columns.BLOB, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )


def _idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("client", _columns.TEXT, nullable=False),
        sa.Column("key", _columns.TEXT, nullable=False),
        sa.Column("request", _columns.TEXT, nullable=False),
        sa.Column("body_sha256", _columns.TEXT, nullable=False),
        sa.Column("status", _columns.INTEGER, nullable=False),
        sa.Column("answer", _columns.TEXT, nullable=False),
        sa.Column("created_at", _columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("client", "key"),
        sqlite_strict=True,
    )
    op.create_index("ix_idempotency_created_at", "idempotency", ["created_at"], unique=False)


def _light_point() -> None:
    op.create_table(
        "light_point",
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("external_id", _columns.TEXT, nullable=False),
        sa.Column("body", _columns.TEXT, nullable=False),
        sa.Column("digest", _columns.TEXT, nullable=False),
        sa.Column("updated_at", _columns.Instant(), nullable=False),
        sa.Column("batch", _columns.TEXT, nullable=False),
        sa.Column("cabinet", _columns.TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("owner", "external_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_light_point_cabinet", "light_point", ["cabinet"], unique=False)
    op.create_index("ix_light_point_owner", "light_point", ["owner"], unique=False)


def _oauth_client() -> None:
    op.create_table(
        "oauth_client",
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("organisation", _columns.TEXT, nullable=False),
        sa.Column("name", _columns.TEXT, nullable=False),
        sa.Column("jwks", _columns.TEXT, nullable=False),
        sa.Column("scopes", _columns.TEXT, nullable=False),
        sa.Column("enabled", _columns.Flag(), nullable=False),
        sa.Column("created_at", _columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_index("ix_oauth_client_organisation", "oauth_client", ["organisation"], unique=False)


def _organisation() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("body", _columns.TEXT, nullable=False),
        sa.Column("updated_at", _columns.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )


def _organisation_key() -> None:
    op.create_table(
        "organisation_key",
        sa.Column("organisation", _columns.TEXT, nullable=False),
        sa.Column("kid", _columns.TEXT, nullable=False),
        sa.Column("jwk", _columns.TEXT, nullable=False),
        sa.Column("valid_from", _columns.Instant(), nullable=False),
        sa.Column("valid_until", _columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("organisation", "kid"),
        sqlite_strict=True,
    )


def _segment() -> None:
    op.create_table(
        "segment",
        sa.Column("series", _columns.TEXT, nullable=False),
        sa.Column("seq", _columns.INTEGER, nullable=False),
        sa.Column("start_s", _columns.INTEGER, nullable=False),
        sa.Column("end_s", _columns.INTEGER, nullable=False),
        sa.Column("step", _columns.TEXT, nullable=False),
        sa.Column("n", _columns.INTEGER, nullable=False),
        sa.Column("revision", _columns.INTEGER, nullable=False),
        sa.Column("received_at", _columns.Instant(), nullable=False),
        sa.Column("batch", _columns.TEXT, nullable=False),
        sa.Column("codec", _columns.INTEGER, nullable=False),
        sa.Column("total", _columns.INTEGER, nullable=False),
        sa.Column("least", _columns.INTEGER, nullable=True),
        sa.Column("most", _columns.INTEGER, nullable=True),
        sa.Column("n_missing", _columns.INTEGER, nullable=False),
        sa.Column("quality", _columns.BLOB, nullable=True),
        sa.Column("data", _columns.BLOB, nullable=False),
        sa.Column("compacted", _columns.Flag(), nullable=False),
        sa.Column("superseded_at", _columns.INTEGER, nullable=True),
        sa.PrimaryKeyConstraint("series", "seq", "start_s", "compacted"),
        postgresql_partition_by="HASH (series)",
        sqlite_strict=True,
    )
    op.create_index("segment_by_time", "segment", ["series", "start_s", "end_s"], unique=False)


def _series() -> None:
    op.create_table(
        "series",
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("external_id", _columns.TEXT, nullable=False),
        sa.Column("body", _columns.TEXT, nullable=False),
        sa.Column("digest", _columns.TEXT, nullable=False),
        sa.Column("updated_at", _columns.Instant(), nullable=False),
        sa.Column("batch", _columns.TEXT, nullable=False),
        sa.Column("supply_point", _columns.TEXT, nullable=False),
        sa.Column("unit", _columns.TEXT, nullable=False),
        sa.Column("decimals", _columns.INTEGER, nullable=False),
        sa.Column("time_zone", _columns.TEXT, nullable=False),
        sa.Column("last_end", _columns.Instant(), nullable=True),
        sa.Column("last_received", _columns.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("owner", "external_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_series_owner", "series", ["owner"], unique=False)
    op.create_index("ix_series_supply_point", "series", ["supply_point"], unique=False)


def _site() -> None:
    op.create_table(
        "site",
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("external_id", _columns.TEXT, nullable=False),
        sa.Column("body", _columns.TEXT, nullable=False),
        sa.Column("digest", _columns.TEXT, nullable=False),
        sa.Column("updated_at", _columns.Instant(), nullable=False),
        sa.Column("batch", _columns.TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("owner", "external_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_site_owner", "site", ["owner"], unique=False)


def _supply_point() -> None:
    op.create_table(
        "supply_point",
        sa.Column("id", _columns.TEXT, nullable=False),
        sa.Column("owner", _columns.TEXT, nullable=False),
        sa.Column("external_id", _columns.TEXT, nullable=False),
        sa.Column("body", _columns.TEXT, nullable=False),
        sa.Column("digest", _columns.TEXT, nullable=False),
        sa.Column("updated_at", _columns.Instant(), nullable=False),
        sa.Column("batch", _columns.TEXT, nullable=False),
        sa.Column("site", _columns.TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("owner", "external_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_supply_point_owner", "supply_point", ["owner"], unique=False)
    op.create_index("ix_supply_point_site", "supply_point", ["site"], unique=False)
    # ### end Alembic commands ###


def _partition_segments() -> None:
    for part in range(_PARTITIONS):
        op.execute(
            f"CREATE TABLE segment_{part} PARTITION OF segment "
            f"FOR VALUES WITH (MODULUS {_PARTITIONS}, REMAINDER {part})"
        )


def _start_counting() -> None:
    head = sa.table(
        "head", sa.column("id"), sa.column("n"), sa.column("epoch"), sa.column("secret")
    )
    first = {"id": 1, "n": 0, "epoch": token_hex(8), "secret": token_bytes(32)}
    op.get_bind().execute(head.insert().values(**first))


_TABLES = (
    _access_token,
    _agreement,
    _agreement_item,
    _assertion_replay,
    _batch,
    _cabinet,
    _change,
    _dpop_replay,
    _head,
    _idempotency,
    _light_point,
    _oauth_client,
    _organisation,
    _organisation_key,
    _segment,
    _series,
    _site,
    _supply_point,
)
