"""The two clients are one text: what one awaits, the other waits for.

Each class for asyncio is turned into one that waits and compared with that one, method by method,
docstrings apart: a change of one alone is red. What does differ is named with its reason.
"""

import ast
import inspect
from importlib import import_module
from typing import override

import pytest

PAIRS = (
    ("client.aggregates", "Aggregates", "client.aggregates"),
    ("client._sync", "Changes", "client._async"),
    ("client._sync", "Client", "client._async"),
    ("client.pages", "Pages", "client.pages"),
    ("client.perimeters", "Perimeters", "client.perimeters"),
    ("client.trust.audit", "Audit", "client.trust.audit"),
    ("client.trust.consents", "Consents", "client.trust.consents"),
    ("client.trust.exports", "Exports", "client.trust.exports"),
    ("client.trust.papers", "Papers", "client.trust.papers"),
    ("client.trust.webhook_book", "Webhooks", "client.trust.webhook_book"),
    ("lighting.client.studies", "LightingStudies", "lighting.client.lighting_async"),
    ("maintenance.client.campaigns", "Campaigns", "maintenance.client.campaigns"),
    ("purchase.client.purchases", "Purchases", "purchase.client.purchases"),
)
"""Module below `synergie` and class of one that waits, module of the one for asyncio."""

APART = {
    "Audit.__init__": "the journal is verified without a key, too, and then tells no accesses",
    "Audit.accesses": "the same",
    "Client._ask": "a body is sent in pieces that are awaited",
    "Client._call": "what is awaited cannot be a lambda",
    "Client._send_parts": "curves may be awaited, too",
    "Client.send_curves": "the same",
    "Client.unknown_batches": "a generator that is awaited has no `yield from`",
}
"""Method that is another text in each, and why."""

WORDS = {
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "aclose": "close",
    "aclosing": "closing",
    "aiter_bytes": "iter_bytes",
    "aread": "read",
    "async_part": "part",
    "AsyncCall": "SyncCall",
    "_AsyncCall": "_Call",
}

MODULES = {"asyncio.Lock": "threading", "asyncio.sleep": "time"}
"""What another module has for one that waits."""


def word(name: str) -> str:
    """The word of the client that waits for one of the other."""
    return WORDS.get(name, name.removeprefix("Async"))


class Waiting(ast.NodeTransformer):
    """Awaits that wait, and loops that only yield as `yield from`."""

    @override
    def visit(self, node: ast.AST) -> ast.AST:
        node = self.generic_visit(node)
        turn = getattr(self, f"turn_{type(node).__name__.lower()}", None)
        turned: ast.AST = turn(node) if turn else node
        return turned

    def turn_await(self, node: ast.Await) -> ast.expr:
        """What runs in a thread of its own there is called here."""
        call = node.value
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "asyncio.to_thread":
            return ast.Call(call.args[0], call.args[1:], call.keywords)
        return call

    def turn_asyncfunctiondef(self, node: ast.AsyncFunctionDef) -> ast.FunctionDef:
        fields = {name: getattr(node, name) for name in node._fields}
        return ast.FunctionDef(**fields | {"name": word(node.name)})

    def turn_asyncwith(self, node: ast.AsyncWith) -> ast.With:
        match node.body:
            case [ast.With(items, body)]:
                return ast.With([*node.items, *items], body)
            case body:
                return ast.With(node.items, body)

    def turn_asyncfor(self, node: ast.AsyncFor) -> ast.stmt:
        return self.turn_for(ast.For(node.target, node.iter, node.body, node.orelse))

    def turn_for(self, node: ast.For) -> ast.stmt:
        match node.body:
            case [ast.Expr(ast.Yield(ast.Name(name)))] if name == ast.unparse(node.target):
                return ast.Expr(ast.YieldFrom(node.iter))
            case _:
                return node

    def turn_name(self, node: ast.Name) -> ast.Name:
        return ast.Name(word(node.id))

    def turn_attribute(self, node: ast.Attribute) -> ast.Attribute:
        if module := MODULES.get(ast.unparse(node)):
            return ast.Attribute(ast.Name(module), node.attr)
        return ast.Attribute(node.value, word(node.attr))

    def turn_subscript(self, node: ast.Subscript) -> ast.expr:
        return node.slice if ast.unparse(node.value) == "Awaitable" else node


def methods(module: str, name: str) -> dict[str, str]:
    """Method of a class → its text as one that waits, without docstring."""
    kind = getattr(import_module(f"synergie.{module}"), name)
    (node,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(node, ast.ClassDef)
    found = {}
    for one in node.body:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
            if ast.get_docstring(one):
                del one.body[0]
            found[word(one.name)] = ast.unparse(ast.fix_missing_locations(Waiting().visit(one)))
    return found


@pytest.mark.parametrize(("module", "name", "beside"), PAIRS, ids=[name for _, name, _ in PAIRS])
def test_what_one_awaits_the_other_waits_for(module: str, name: str, beside: str) -> None:
    waits, awaits = methods(module, name), methods(beside, f"Async{name}")
    assert list(waits) == list(awaits)
    for method, text in waits.items():
        if f"{name}.{method}" in APART:
            assert awaits[method] != text, f"{name}.{method} is the same: strike it from APART"
        else:
            assert awaits[method] == text, f"{name}.{method}"
