"""Column types that are the same in meaning on SQLite (STRICT) and on PostgreSQL."""

from datetime import UTC, datetime
from typing import Any, override

from sqlalchemy import REAL, BigInteger, Boolean, Dialect, Integer, LargeBinary, Text
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, TIMESTAMP
from sqlalchemy.types import TypeDecorator, TypeEngine

TEXT = Text()
BLOB = LargeBinary()
INTEGER = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits on both."""
NUMBER: TypeEngine[float] = REAL().with_variant(DOUBLE_PRECISION(), "postgresql")
"""A double on both."""


def instant_text(at: datetime) -> str:
    """The aware time *at* as SQLite keeps it: ISO text in UTC, which sorts."""
    utc = at.astimezone(UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='microseconds')}Z"


class Instant(TypeDecorator[datetime]):
    """An aware time: `timestamptz` on PostgreSQL, ISO text in UTC (which sorts) on SQLite."""

    impl = Text
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(Text())

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a stored time needs its zone")
        return value.astimezone(UTC) if dialect.name == "postgresql" else instant_text(value)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return datetime.fromisoformat(value).astimezone(UTC)


class Flag(TypeDecorator[bool]):
    """A boolean: `boolean` on PostgreSQL, 0 or 1 on SQLite."""

    impl = Integer
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind: TypeEngine[Any] = Boolean() if dialect.name == "postgresql" else Integer()
        return dialect.type_descriptor(kind)

    @override
    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return int(value)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)
