"""How a command ends: one exit code a kind of end, one sentence a person can act on."""

import errno
from enum import IntEnum

from synergie.cli.misuse import Misuse
from synergie.cli.texts import _, format_sentence_amount
from synergie.errors import (
    Cancelled,
    Infeasible,
    Misconfigured,
    MissingExtra,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    OutOfTime,
    Overloaded,
    ServerFault,
    SolverFailed,
    StorageFull,
    StoreDamaged,
    StreamCut,
    SynergieError,
    TooManyRequests,
    TooSlow,
    Unreachable,
)


class End(IntEnum):
    """Exit codes; scripts rely on them."""

    DONE = 0
    REFUSED = 1
    """A row, an item or a request is refused; the rest may be done."""
    MISUSE = 2
    """The command line, a setting or an installation does not allow it."""
    OUR_FAULT = 3
    NOT_ALLOWED = 4
    NOT_FOUND = 5
    UNREACHABLE = 6
    NO_PLAN = 7
    DISK = 74
    """EX_IOERR of sysexits.h: the disk is full or fails."""
    INTERRUPTED = 130


_BY_ERROR: tuple[tuple[type[BaseException], End], ...] = (
    (Misuse, End.MISUSE),
    (Misconfigured, End.MISUSE),
    (MissingExtra, End.MISUSE),
    (NotAuthenticated, End.NOT_ALLOWED),
    (NotAllowed, End.NOT_ALLOWED),
    (NotFound, End.NOT_FOUND),
    (TooManyRequests, End.UNREACHABLE),
    (StoreDamaged, End.DISK),
    (Overloaded, End.UNREACHABLE),
    (Unreachable, End.UNREACHABLE),
    (StreamCut, End.UNREACHABLE),
    (StorageFull, End.DISK),
    (ServerFault, End.OUR_FAULT),
    (TooSlow, End.UNREACHABLE),
    (SolverFailed, End.OUR_FAULT),
    (Cancelled, End.INTERRUPTED),
    (Infeasible, End.NO_PLAN),
    (OutOfTime, End.NO_PLAN),
    (SynergieError, End.REFUSED),
    (KeyboardInterrupt, End.INTERRUPTED),
)

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EFBIG}


def describe_exit(error: BaseException) -> tuple[End, str]:
    """The exit code of *error* and the sentence to print."""
    if isinstance(error, OSError):
        return _of_the_system(error)
    for kind, code in _BY_ERROR:
        if isinstance(error, kind):
            return code, _describe_error(error)
    return End.OUR_FAULT, _("our fault: {}; --debug shows the cause").format(type(error).__name__)


def _describe_error(error: BaseException) -> str:
    if isinstance(error, Infeasible):
        return error.tell(_, format_sentence_amount)
    if isinstance(error, SynergieError):
        return error.tell_whole(_)
    return _("interrupted") if isinstance(error, KeyboardInterrupt) else str(error)


def _of_the_system(error: OSError) -> tuple[End, str]:
    name = error.filename if isinstance(error.filename, str) else ""
    if error.errno in _FULL:
        return End.DISK, _("{}: the disk is full or does not answer").format(name or _("storage"))
    reasons = {
        errno.ENOENT: _("no such file"),
        errno.EACCES: _("not readable or not writable by you"),
        errno.EISDIR: _("a folder, expected a file"),
        errno.ENOTDIR: _("a file, expected a folder"),
        errno.EEXIST: _("exists already"),
        errno.EADDRINUSE: _("this port is taken"),
    }
    reason = reasons.get(error.errno or 0)
    if reason is None:
        return End.OUR_FAULT, _("our fault: {}; --debug shows the cause").format(error.strerror)
    return End.MISUSE, _("{}: {}").format(name, reason) if name else reason
