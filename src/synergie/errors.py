"""Every error synergie raises on purpose, as one tree.

SynergieError
├── BadInput              one place of the input is wrong (where, found, expected)
│   └── BadInputs         several places are wrong, told at once
├── Misconfigured         a setting, key or file of ours stops the start
├── MissingExtra          an optional part is not installed
├── NotAuthenticated      no token, or one that does not hold
├── BadSignature          a signed message that does not hold, or is not signed and must be
├── NotAllowed            known to you, but the agreement or the scope does not open it
│   └── NotUndone         the same, and what was stored before it could not be taken back
├── NotFound              absent, or not yours: the two look the same
├── Conflict              the state of the thing does not admit this act
│   └── InProgress        the same request is still running
├── KeyReused             an Idempotency-Key came back with another body
├── CursorExpired         a cursor beyond what a restored server has in common with its reader
├── TooLarge              a body, a table or a count is over its limit
├── TooSlow               a body that comes slower than we wait for
├── UnsupportedMedia      a content type or coding that is not taken
├── TooManyRequests       your quota is used up
├── Overloaded            our capacity is used up, the database is away, or we are stopping
│   └── StoreDamaged      the disk or the database file fails; the server ends
├── StorageFull           the disk holds no more
├── StreamCut             a stream ended without its closing line
├── Unreachable           no answer from the server
├── ServerFault           the server failed and says so with a reference
├── Infeasible            no plan satisfies the requirements; which ones conflict
├── OutOfTime             the limit came before any plan
├── Cancelled             it was stopped on request before any plan
└── SolverFailed          the solver broke down; this says nothing about the problem
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar, Self, override


class SynergieError(Exception):
    """The root: `except SynergieError` catches all that synergie raises on purpose.

    `code` is stable; it is the last part of the `type` of an RFC 9457 problem document.
    `reference` is the trace id of the request, when the error came from a server.
    `problem` is its problem document (`schemas.problem.Problem`), when it came from a server.
    `tried` is the address of what may pass later, how often it was tried, and seconds in all.
    """

    code: ClassVar[str] = "error"
    reference: str | None = None
    problem: object = None
    tried: tuple[str, int, float] | None = None

    @override
    def __str__(self) -> str:
        return self.tell_whole(str)

    def tell_whole(self, _: Callable[[str], str]) -> str:
        """The sentence of `tell`, and what was `tried`."""
        sentence = self.tell(_)
        if self.tried is None:
            return sentence
        address, times, seconds = self.tried
        tail = _("{}: tries: {}, within {} s").format(address, times, round(seconds, 1))
        return f"{sentence} ({tail})"

    def tell(self, _: Callable[[str], str]) -> str:
        """The sentence in the reader's language; `str` gives English, for logs."""
        return " ".join(_(str(part)) for part in self.args) or self.code


class Words(str):
    """What was found, in words of ours and not the sender's: shown bare, and translated."""

    __slots__ = ()


class Reason(str):
    """A sentence whose text is constant, so that it can be translated; as a `str` it is English.

    `values` fill the `{}` of `text`: names as they are, amounts as Decimal or int,
    a sentence within it as a Reason of its own.
    """

    __slots__ = ("text", "values")

    text: str
    values: tuple[object, ...]

    def __new__(cls, text: str, *values: object) -> Self:  # noqa: D102 (said above)
        made = super().__new__(cls, text.format(*map(_format_error_value, values)))
        made.text, made.values = text, values
        return made

    @override
    def __reduce__(self) -> tuple[type["Reason"], tuple[object, ...]]:
        return Reason, (self.text, *self.values)

    def tell(self, _: Callable[[str], str], show: Callable[[object], str] = str) -> str:
        """The sentence in the reader's language; *show* writes the values that are no text."""
        values = (
            v.tell(_, show) if isinstance(v, Reason) else v if isinstance(v, str) else show(v)
            for v in self.values
        )
        return _(self.text).format(*values)


def _format_error_value(value: object) -> str:
    """A value in an English sentence: no exponent and no idle zero in an amount."""
    if not isinstance(value, Decimal):
        return str(value)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class BadInput(SynergieError):
    """One place of the input is wrong; the rest may be right.

    `where` is a JSON pointer (RFC 6901), `line 12, /value_w`, or `Feuille1!B7`.
    `found` is cut at 80 characters when shown. `expected` is a constant text, so that it
    can be translated. `check` is the stable code of the check that a file fails
    (`synergie.formats.checks`).
    """

    code = "bad-input"

    def __init__(self, where: str, found: object, expected: str, check: str = "bad-cell") -> None:
        super().__init__(where, found, expected, check)  # all four, for pickle
        self.where, self.found, self.expected, self.check = where, found, expected, check

    @override
    def tell(self, _: Callable[[str], str]) -> str:
        where, expected = describe_error_place(self.where, _), _(self.expected)
        if isinstance(self.found, Words):
            return _("{}: {} found, expected {}").format(where, _(self.found), expected)
        return _("{}: found {!r}, expected {}").format(where, str(self.found)[:80], expected)

    def at(self, place: str) -> "BadInput":
        """The same fault, seen from outside: *place* is put before `where`."""
        where = f"{place}{self.where}" if self.where.startswith("/") else f"{place}, {self.where}"
        return BadInput(where, self.found, self.expected, self.check)


class BadInputs(BadInput):
    """Several places of the input are wrong; `faults` are all of them, the first one in front.

    A fault has `where`, two phrases `found` and `expected`, and tells itself
    (`purchase.records.fault.PurchaseFault`). `where`, `found` and `expected` here are those of the
    first, in English.
    """

    most: ClassVar[int] = 20
    """Faults that are told one by one."""

    def __init__(self, faults: tuple[Any, ...]) -> None:
        first: Any = faults[0]
        super().__init__(first.where, Words(first.found.tell(str)), first.expected.tell(str))
        self.args = (faults,)  # for pickle
        self.faults = faults

    @override
    def tell(self, _: Callable[[str], str]) -> str:
        told = [fault.tell(_) for fault in self.faults[: self.most]]
        if len(self.faults) > self.most:
            told.append(_("… and {} more").format(len(self.faults) - self.most))
        return "\n".join(told)


def describe_error_place(where: str, _: Callable[[str], str]) -> str:
    """A line and its column, of a file or not, in the reader's language; else as it is."""
    line = re.fullmatch(r"(.*?(?:,? ))?line (\d+)(?:, /(.+)|, row)?", where)
    if line is None:
        return where
    file = line[1] or ""
    if line[3] is None:
        return file + _("line {}").format(line[2])
    return file + _("line {}, /{}").format(line[2], line[3])


class Misconfigured(SynergieError):
    """A setting, key or file of ours stops the start; the text says which and why.

    `text` is constant, so that it can be translated; `values` fill its `{}`, and those that the
    catalogue knows are translated, too.
    """

    code = "misconfigured"

    def __init__(self, text: str, *values: object) -> None:
        super().__init__(text, *values)
        self.text, self.values = text, values

    @override
    def tell(self, _: Callable[[str], str]) -> str:
        values = (_(value) if isinstance(value, str) else value for value in self.values)
        return _(self.text).format(*values) if self.values else _(self.text)


class MissingExtra(SynergieError):
    """An optional part of synergie is not installed."""

    code = "missing-extra"

    def __init__(self, extra: str) -> None:
        super().__init__(extra)
        self.extra = extra

    @override
    def tell(self, _: Callable[[str], str]) -> str:
        text = _("this needs an optional part: pip install 'synergie[{}]'")
        return text.format(self.extra)


class NotAuthenticated(SynergieError):
    """No token, or one that does not hold. `error` is the code of RFC 6750 or RFC 9449."""

    code = "not-authenticated"

    def __init__(self, error: str = "invalid_token", nonce: str | None = None) -> None:
        super().__init__(error, nonce)
        self.error, self.nonce = error, nonce

    @override
    def tell(self, _: Callable[[str], str]) -> str:
        return _("not authenticated: {}").format(self.error)


class BadSignature(SynergieError):
    """A message (RFC 9421) whose signature or digest does not hold, or that is not signed.

    `why` is a constant text. Nothing was done.
    """

    code = "bad-signature"

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    @override
    def tell(self, _: Callable[[str], str]) -> str:
        return _("not signed as it must be: {}").format(_(self.why))


class NotAllowed(SynergieError):
    """Known to you, but not open to you. `reason` is one of `policy.REASONS` or a scope.

    `agreement` is the id of the agreement that does not open it, when there is one; `rule` that of
    the legal rule (`policy.trust.rules`), when one says so.
    """

    code = "not-allowed"

    def __init__(self, reason: str, agreement: str | None = None, rule: str | None = None) -> None:
        super().__init__(reason, agreement, rule)
        self.reason, self.agreement, self.rule = reason, agreement, rule

    @override
    def tell(self, _: Callable[[str], str]) -> str:
        if self.agreement is None:
            return _("not allowed: {}").format(_(self.reason))
        return _("not allowed by agreement {}: {}").format(self.agreement, _(self.reason))


class NotUndone(NotAllowed):
    """A deposit that its caller may not finish, and of which a part stays: *later* stands on it.

    `deposit` and `later` are identifiers; once `later` is undone, `deposit` can be.
    """

    def __init__(self, reason: str, deposit: str, later: str) -> None:
        super().__init__(reason)
        self.args = (reason, deposit, later)  # for pickle
        self.deposit, self.later = deposit, later

    @override
    def tell(self, _: Callable[[str], str]) -> str:
        stays = _("a part of {} stays, for {} stands on it").format(self.deposit, self.later)
        return f"{super().tell(_)}; {stays}"


class NotFound(SynergieError):
    """Absent, or not yours: the two are the same answer, byte for byte."""

    code = "not-found"

    def __init__(self) -> None:
        super().__init__()

    @override
    def tell(self, _: Callable[[str], str]) -> str:
        return _("not found, or not shared with you")


class Conflict(SynergieError):
    """The state of the thing does not admit this act: `found` is not as `expected`."""

    code = "conflict"

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(found, expected)
        self.found, self.expected = found, expected

    @override
    def tell(self, _: Callable[[str], str]) -> str:
        return _("state is {!r}, expected {}").format(self.found, _(self.expected))


class InProgress(Conflict):
    """The same request is still running; ask again after `retry_after` seconds."""

    code = "in-progress"
    retry_after: float = 1.0

    def __init__(self) -> None:
        SynergieError.__init__(self)
        self.found, self.expected = "running", "a finished request"


class KeyReused(SynergieError):
    """An Idempotency-Key came back with another body (IETF draft Idempotency-Key, 422)."""

    code = "idempotency-key-reused"

    def __init__(self) -> None:
        super().__init__()

    @override
    def tell(self, _: Callable[[str], str]) -> str:
        return _("this Idempotency-Key was used with another body")


class CursorExpired(SynergieError):
    """A cursor beyond what the server, restored from a backup, has in common with its reader.

    `common_seq`: the last change that both have; forget what came with a higher `seq`. `cursor`:
    where to go on from then. Both None: read everything again.
    """

    code = "cursor-expired"

    def __init__(
        self, why: str, *, common_seq: int | None = None, cursor: str | None = None
    ) -> None:
        super().__init__(why)
        self.why, self.common_seq, self.cursor = why, common_seq, cursor


class TooLarge(SynergieError):
    """A body, a table or a count is over its limit. `limit` and `unit` say which.

    `where` and `found` say at which place and how much, when that is known.
    """

    code = "too-large"

    def __init__(self, limit: int, unit: str, where: str = "", found: str = "") -> None:
        super().__init__(limit, unit, *((where, found) if where else ()))
        self.limit, self.unit, self.where, self.found = limit, unit, where, found

    @override
    def tell(self, _: Callable[[str], str]) -> str:
        told = _("over the limit of {} {}").format(self.limit, _(self.unit))
        if not self.where:
            return told
        return _("{}: {} found, {}").format(
            describe_error_place(self.where, _), _(self.found), told
        )


class TooSlow(SynergieError):
    """A body that comes slower than *slowest* bytes a second, once its first seconds are over."""

    code = "too-slow"

    def __init__(self, slowest: int) -> None:
        super().__init__(slowest)
        self.slowest = slowest

    @override
    def tell(self, _: Callable[[str], str]) -> str:
        return _("the body comes slower than {} bytes a second").format(self.slowest)


class UnsupportedMedia(SynergieError):
    """A content type or a content coding that is not taken here."""

    code = "unsupported-media"

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(found, expected)
        self.found, self.expected = found, expected

    @override
    def tell(self, _: Callable[[str], str]) -> str:
        return _("media type {!r}, expected {}").format(self.found[:80], self.expected)


class _Wait(SynergieError):
    """A refusal that passes: `retry_after` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after

    @override
    def tell(self, _: Callable[[str], str]) -> str:
        return _("{}: try again in {} s").format(_(self.code), self.retry_after)


class TooManyRequests(_Wait):
    """Your quota is used up."""

    code = "too-many-requests"


class Overloaded(_Wait):
    """Our capacity is used up, the database does not answer, or we are stopping."""

    code = "overloaded"


class StoreDamaged(Overloaded):
    """The disk or the file of the database fails: nothing was stored, and the server ends."""


class StorageFull(_Wait):
    """The disk holds no more; reads and revocations go on."""

    code = "storage-full"


class StreamCut(SynergieError):
    """A stream ended without its closing line. `lines` whole lines had come."""

    code = "stream-cut"

    def __init__(self, lines: int) -> None:
        super().__init__(lines)
        self.lines = lines

    @override
    def tell(self, _: Callable[[str], str]) -> str:
        return _("the answer was cut after {} lines").format(self.lines)


class Unreachable(SynergieError):
    """No answer from the server."""

    code = "unreachable"


class ServerFault(SynergieError):
    """The server failed; nothing was written. `reference` finds the cause in its log."""

    code = "server-fault"

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference

    @override
    def tell(self, _: Callable[[str], str]) -> str:
        return _("our fault, reference {}; nothing was stored").format(self.reference)


class Infeasible(SynergieError):
    """No plan satisfies the requirements.

    `conflicts` are those that cannot hold together, then by how much they would have to give;
    each is a `Reason`, which reads as its English sentence.
    """

    code = "infeasible"

    def __init__(self, conflicts: tuple[str, ...]) -> None:
        super().__init__(conflicts)
        self.conflicts = conflicts

    @override
    def tell(self, _: Callable[[str], str], show: Callable[[object], str] = str) -> str:
        """The sentence; *show* writes the amounts as the reader does."""
        told = (
            reason.tell(_, show) if isinstance(reason, Reason) else _(reason)
            for reason in self.conflicts
        )
        return _("no plan: these cannot hold together: {}").format("; ".join(told))


class OutOfTime(SynergieError):
    """The limit came before any plan."""

    code = "out-of-time"

    def __init__(self, limit_s: float, least_eur: float | None = None) -> None:
        super().__init__(limit_s)
        self.limit_s = limit_s
        self.least_eur = least_eur
        """What no plan costs less than, EUR. None: not known."""

    @override
    def tell(self, _: Callable[[str], str]) -> str:
        if self.least_eur is None:
            return _("no plan within {} s").format(f"{self.limit_s:g}")
        return _(
            "no plan within {} s; none costs less than {} EUR; more time, more crew-days or wider "
            "windows would help"
        ).format(f"{self.limit_s:g}", f"{self.least_eur:.2f}")


class Cancelled(SynergieError):
    """It was stopped on request before any plan."""

    code = "cancelled"

    def __init__(self) -> None:
        super().__init__()

    @override
    def tell(self, _: Callable[[str], str]) -> str:
        return _("stopped on request, before any plan")


class SolverFailed(SynergieError):
    """The solver broke down. It says nothing about the problem: never read it as infeasible."""

    code = "solver-failed"

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    @override
    def tell(self, _: Callable[[str], str]) -> str:
        return _("the solver failed: {}").format(self.why)
