"""Every table, as the first thirty-four revisions made them, and the first head and epoch."""

import re
from collections.abc import Iterator
from pathlib import Path
from secrets import token_bytes, token_hex

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = None

_PARTITIONS = 16
_WORDS = {
    "sqlite": {"FLAG": "INTEGER", "INSTANT": "TEXT", "PARTITIONED": "", "SERIAL": "INTEGER"},
    "postgresql": {
        "BLOB": "BYTEA",
        "FLAG": "BOOLEAN",
        "INSTANT": "TIMESTAMP WITH TIME ZONE",
        "INTEGER": "BIGINT",
        "PARTITIONED": "PARTITION BY HASH (series)",
        "REAL": "DOUBLE PRECISION",
        "SERIAL": "BIGSERIAL",
        "STRICT": "",
        "WITHOUT ROWID, STRICT": "",
    },
}
"""Of each engine: what a word of the tables, which are written once for both, is there."""

_FIRST_EPOCH = """
INSERT INTO epoch (number, id, since_seq, at, why)
SELECT 1, epoch, 0, {now}, 'created' FROM head
"""
_NOW = {"sqlite": "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')", "postgresql": "now()"}


def upgrade() -> None:
    """The tables with their indices, and the rows that every store begins with."""
    connection = op.get_bind()
    for statement in _statements(connection.dialect.name):
        connection.exec_driver_sql(statement)
    _start_counting(connection)


def _statements(engine: str) -> Iterator[str]:
    words = _WORDS[engine]
    known = re.compile(rf"\b(?:{'|'.join(words)})\b")
    for statement in Path(__file__).with_suffix(".sql").read_text("utf-8").split(";\n")[:-1]:
        yield known.sub(lambda word: words[word[0]], statement)
    if engine == "postgresql":
        for part in range(_PARTITIONS):
            yield (
                f"CREATE TABLE segment_{part} PARTITION OF segment "
                f"FOR VALUES WITH (MODULUS {_PARTITIONS}, REMAINDER {part})"
            )


def _start_counting(connection: sa.Connection) -> None:
    head = sa.table("head", *map(sa.column, ("id", "n", "epoch", "secret")))
    first = {"id": 1, "n": 0, "epoch": token_hex(8), "secret": token_bytes(32)}
    connection.execute(head.insert().values(**first))
    connection.exec_driver_sql(_FIRST_EPOCH.format(now=_NOW[connection.dialect.name]))
