"""The plain calls that shared plans are made of: read, replace, act; see `calls`."""

from pydantic import BaseModel

from synergie.client._bodies import BytesBody
from synergie.client.calls import Call, idempotency_key, model_of

_JSON = "application/json"


def build_get_call[M: BaseModel](
    path: str, kind: type[M], params: tuple[tuple[str, str], ...] = ()
) -> Call[M]:
    """Read *kind*."""
    return Call(method="GET", path=path, params=params, parse=model_of(kind))


def build_put_call[M: BaseModel](path: str, body: BaseModel, kind: type[M]) -> Call[M]:
    """Put *body* in the place of what is there."""
    return Call(method="PUT", path=path, body=body_of(body), parse=model_of(kind))


def post[M: BaseModel](path: str, body: BaseModel | None, kind: type[M]) -> Call[M]:
    """Act once more or for the first time: the same."""
    return Call(
        method="POST",
        path=path,
        body=None if body is None else body_of(body),
        key=idempotency_key(None),
        parse=model_of(kind),
    )


def build_create_call[M: BaseModel](
    path: str, body: BaseModel, key: str | None, kind: type[M]
) -> Call[M]:
    """Make one of them from *body*; *key* tells a second try from a second one."""
    return Call(
        method="POST", path=path, body=body_of(body), key=idempotency_key(key), parse=model_of(kind)
    )


def body_of(record: BaseModel) -> BytesBody:
    """*record* as JSON."""
    return BytesBody(record.model_dump_json().encode(), _JSON)


def after_of(after: str | None) -> tuple[tuple[str, str], ...]:
    """The parameter of a page."""
    return () if after is None else (("after", after),)
