"""The server's settings: read once at start, frozen, passed down."""

import ipaddress
import re
import ssl
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import ClassVar, override
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from pydantic import Field, TypeAdapter, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from synergie.calendar.quiet import QuietHours
from synergie.client.outbound import Allow
from synergie.errors import Misconfigured
from synergie.reports.palette import PAPER, SHADE, compute_contrast
from synergie.schemas.faults import faults
from synergie.schemas.trust.account import MailAddress
from synergie.server.settings_file import (
    VARIABLE,
    Origin,
    SettingsFile,
    SettingSource,
    hide_password,
    read_settings_file,
    refuse_unknown_setting,
)

PREFIX = "SYNERGIE_"

_HOST = re.compile(r"[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\]", re.ASCII)
_LAST_PORT = 65535
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_CONTRAST = 4.5
_LOGO_BYTES = 64 << 10
_ACTIVE = re.compile(
    r"<!|<\?xml-|<[\w:]*(script|foreignobject|style|image|use|animate|set|a)\b|\son\w+\s*=|href"
    r"|url\(|javascript:|@import",
    re.IGNORECASE,
)
"""What a logo may not hold: it runs, or it asks for something else."""

_OTHERS = (
    "SYNERGIE_TEST_", "SYNERGIE_CLIENT_", "SYNERGIE_LOCALE", "SYNERGIE_BACKUP_PASSPHRASE_FILE",
    VARIABLE,
)  # fmt: skip
"""Variables of our other programs, and the one that names the file: not ours to refuse."""


class Settings(BaseSettings):
    """What an operator may choose.

    Each is read from `SYNERGIE_` and its name in capitals, or by its name from `synergie.toml`.
    """

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix=PREFIX,
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        validate_default=True,
        allow_inf_nan=False,
    )

    public_url: str = "http://127.0.0.1:8000"
    """Address by which clients reach the server: scheme, host and port, no path. It is the OAuth
    issuer, and every proof names it; `Host` and `X-Forwarded-*` are never believed. https unless
    the host is this machine."""
    data_dir: Path = Path("synergie-data")
    """Folder of the store and of the keys; made at the first start."""
    database_url: str | None = None
    """`sqlite:///file.db` or `postgresql://user@host/name`. Null: SQLite, in the data folder."""
    dev: bool = False
    """For a machine of one's own: `/docs` and `/openapi.json` answer, and the choices that are too
    weak for others' data are taken."""
    host: str = "127.0.0.1"
    """Address to listen on. Beyond this machine the public address is https."""
    port: int = Field(default=8000, ge=0, le=65535)
    """Port to listen on; 0 takes a free one."""
    token_s: int = Field(default=300, ge=10, le=300)
    """Life of an access token, seconds."""
    demand_nonce: bool = False
    """Whether each DPoP proof must bear a nonce of ours (RFC 9449 §8), against clients whose clock
    is wrong or whose proofs were made in advance."""
    accept_clock: bool = False
    """The clock of this machine is right, though the store was used at a later time: after a clock
    that was ahead. What an agreement opened until that later time may open again."""
    hard: bool = False
    """For those who try a client: nonces are demanded and good ones refused now and then, requests
    are refused (429, 503), answers come slowly or are cut off, and bear what is not in the contract
    yet. Never for people who work."""
    docs: bool = False
    """Whether `/docs` and `/openapi.json` answer."""
    problem_base: str = "https://synergie.example/errors"
    """Where the kinds of error are named; the code of an error follows it."""
    max_body_bytes: int = Field(default=64 << 20, ge=1024)
    """Most bytes of one request as they travel; more is refused while reading."""
    max_decoded_bytes: int = Field(default=512 << 20, ge=1024)
    """Most bytes of one request once decoded (zstd, gzip)."""
    max_wait_s: float = Field(default=30.0, ge=0)
    """Longest that `/changes` waits for news, seconds."""
    max_lines: int = Field(default=50_000, ge=1)
    """Most lines of one stream of curves that comes in."""
    max_export_bytes: int = Field(default=512 << 20, ge=1024)
    """Most bytes of the files of one export."""
    max_exports: int = Field(default=4, ge=1)
    """Most exports that are made at once; one more is told to come back (503)."""
    export_days: float = Field(default=7.0, gt=0, le=366)
    """Days that the files of an export are kept; its manifest and its receipt stay."""
    max_requests: int = Field(default=256, ge=1)
    """Most requests at work at once, and never more than `threads`; how many below are best, the
    server learns. One more waits, or is told to come back (503)."""
    max_streams: int = Field(default=16, ge=1)
    """Most exports and readings of curves at work at once, of those."""
    max_connections: int = Field(default=2_048, ge=1)
    """Most open connections; for one more the one that has rested longest is closed, of the address
    with most. When none rests strangers are refused (503) but for health and revocations, and who
    was let in lately takes the connection of one."""
    max_connections_each: int = Field(default=512, ge=1)
    """Most open connections of one address that is no trusted proxy; for one more it is the same
    among those of that address."""
    threads: int = Field(default=32, ge=1)
    """Threads that work on the store; requests beyond wait for one."""
    limits: bool = True
    """Whether the callers below are limited; false with `dev` only."""
    proxied: bool | None = None
    """Whether a proxy stands before this server. True: the address of a caller is the one that the
    proxy names in `X-Forwarded-For`. False: callers reach the server themselves. To be said where
    the public address is https and the server has no certificate of its own."""
    trusted_proxies: str = "127.0.0.0/8,::1/128"
    """Networks of the proxies that are believed, when `proxied`; parted by commas. What others say
    in `X-Forwarded-For` is not read."""
    requests_per_s: float = Field(default=10.0, gt=0)
    """Requests a second of one client in the long run; more is told to come back (429). Each of
    `workers` counts for itself, this and all that follows."""
    burst: float = Field(default=600.0, ge=1)
    """Requests of one client at once, before the rate counts."""
    organisation_requests_per_s: float = Field(default=30.0, gt=0)
    """Requests a second of all clients of one organisation, in the long run."""
    organisation_burst: float = Field(default=1_800.0, ge=1)
    """Requests of all clients of one organisation at once."""
    tokens_per_min: float = Field(default=30.0, ge=1)
    """Tokens a minute of one client."""
    organisation_tokens_per_min: float = Field(default=120.0, ge=1)
    """Tokens a minute of all clients of one organisation."""
    address_tokens_per_min: float = Field(default=300.0, ge=1)
    """Requests a minute of one address for tokens, revocations and introspections."""
    open_reads_per_min: float = Field(default=240.0, ge=1)
    """Reads a minute of one address, of open data."""
    failures: float = Field(default=120.0, ge=1)
    """Refused authentications a minute of one address; all are refused beyond (429)."""
    communes: Path | None = None
    """Outlines of the communes, for maps of sums: GeoJSON, or a GeoPackage of one layer, with a
    property `code` or `insee_code`, and a name. Null: those of `synergie map import`; without, sums
    are read without a place, and maps have no communes in their background."""
    communes_source: str = Field(default="", max_length=200)
    """Whose outlines those are, and of when: written under each map that shows them, as most
    licences demand."""
    logo: Path | None = None
    """An SVG of 64 kB at most, shown beside the menu of each page. One that holds a script, or asks
    for anything else, is refused. Null: none."""
    accent: str = ""
    """Colour of links and buttons on light pages, `#rrggbb`. One whose contrast with the page is
    under 4.5 to 1 is refused with its ratio. Empty: the blue of the house."""
    aggregate_min_points: int = Field(default=11, ge=10)
    """Fewest delivery points of a sum that is published. The law's number is 10 (decree 2020-196);
    11 is safe under the rule before it, too. Less than 10 is refused."""
    aggregate_min_enterprises: int = Field(default=3, ge=3)
    """Fewest enterprises of a sum of professional points. Less than 3 is refused."""
    aggregate_max_share: float = Field(default=0.85, gt=0, le=0.85)
    """Largest share of one contributor in a sum that is published. More than 0.85 is refused."""
    header_s: float = Field(default=5.0, gt=0)
    """Seconds that the head of a request may take, and before it a handshake of TLS; a slower
    connection is closed."""
    body_s: float = Field(default=10.0, gt=0)
    """Seconds that a body may take, and one more for each kilobyte that has come."""
    ready_s: float = Field(default=1.0, gt=0, le=60)
    """Seconds in which a read of the store must end for `/health/ready` to answer 200."""
    drain_s: float = Field(default=2.0, ge=0)
    """Seconds between "not ready" and the refusal of new connections, when told to stop."""
    grace_s: int = Field(default=25, ge=1)
    """Seconds that requests in hand have to end in, when told to stop."""
    metrics_port: int | None = Field(default=None, ge=1, le=65535)
    """Port of `/metrics` for Prometheus, on this machine alone (127.0.0.1). Null: none."""
    workers: int = Field(default=1, ge=1, le=64)
    """Processes that serve; more than one wants a store in a file or PostgreSQL."""
    tls_cert: Path | None = None
    """Certificate chain, PEM. Null: no TLS here, a proxy before this server does it."""
    tls_key: Path | None = None
    """Private key of the certificate, PEM, mode 0600."""
    demand_signatures: str = ""
    """Programs and organisations whose writes must be signed (RFC 9421), parted by commas; `*`:
    everybody's. A write that is signed is verified in any case."""
    outbound_ports: str = "443"
    """Ports of public addresses that this server may call, for webhooks and partners' key sets;
    parted by commas."""
    outbound_hosts: str = ""
    """Names of the only hosts that this server may call, parted by commas. Empty: any that has
    public addresses alone."""
    outbound_trusted: str = ""
    """Partners that may be called wherever they are, private addresses included: `host:port`,
    parted by commas. On this machine (`localhost:8443`) http is taken, too."""
    outbound_nat64: bool = False
    """Whether this machine reaches IPv4 through 64:ff9b::/96 (NAT64)."""
    outbound_ca: Path | None = None
    """Certificates of authorities, PEM, that partners' servers may be known by beside those that
    this machine knows."""
    fold_after_h: float = Field(default=48.0, ge=0)
    """Hours after which readings that came one by one are merged, month by month, by the server
    itself. 0: it merges none, `synergie db compact` does."""
    receipts_days: float = Field(default=14.0, ge=1)
    """Days after which receipts of readings that came one by one, and that are merged, and records
    of deposits in the journal are kept by the hundred in one row; they are told as before, and
    take a tenth of the room."""
    webhooks_every_s: float = Field(default=2.0, ge=0)
    """How often a process looks for webhooks to send, seconds. 0: it sends none, another does
    (`synergie webhooks deliver --once`)."""
    quiet_hours: str = ""
    """Hours of each day in which no webhook and no morning (`synergie digest`, `/matin`) tells of
    new alerts, French time, as `20:00-07:00`: they are told at the end. Empty: none."""

    link_min: float = Field(default=30.0, ge=1, le=1_440)
    """Minutes that a one-time link for people may be used."""
    idle_min: float = Field(default=30.0, ge=1, le=240)
    """Minutes without a request after which a person must log in again."""
    sitting_h: float = Field(default=10.0, gt=0, le=24)
    """Hours after which a person must log in again in any case."""
    trusted_days: float = Field(default=30.0, ge=0, le=90)
    """Days that a person may read on a device that they said they trust; to act asks for a new
    log-in. 0: no such devices."""

    smtp_server: str = ""
    """Server that takes our mail, `host:port`: port 465 with TLS from the start, any other with
    STARTTLS; without TLS on this machine only. Empty: no mail, links are given by hand."""
    smtp_user: str = ""
    """Name to log in to it by. Empty: without."""
    smtp_password_file: Path | None = None
    """File with the password of that name, of the operator alone."""
    mail_from: str = ""
    """Address that mail comes from; needed with `smtp_server`."""

    sandbox: bool = False
    """A public sandbox: anybody gets a throw-away organisation with keys, identifiers that could be
    real are refused, limits are low, and all is removed at each start and every `sandbox_h` hours.
    For a data folder of its own: one that holds anything else is refused."""
    sandbox_h: float = Field(default=24.0, gt=0, le=168)
    """Hours after which a sandbox removes everything and begins anew."""
    sandbox_most: int = Field(default=200, ge=1, le=10_000)
    """Most throw-away organisations of a sandbox at once; unused ones give their place back."""
    sandbox_each: int = Field(default=5, ge=1, le=10_000)
    """Most throw-away organisations of one source address at once."""

    @classmethod
    def read(
        cls, environ: Mapping[str, str], file: SettingsFile | None = None, /, **chosen: object
    ) -> "Settings":
        """The settings of *file*, over them those of *environ*, over all what is *chosen*.

        Misconfigured names the variable or the file: unknown, of the wrong type, or too weak.
        """
        said = cls._read_variables(environ)
        written = dict(file.values) if file is not None else {}
        try:
            return cls.model_validate(written | said | chosen)
        except ValidationError as error:
            first = faults(error)[0]
            name = first.where.removeprefix("/")
            shown: object = f"{PREFIX}{name.upper()}"
            if file is not None and name in written.keys() - said.keys() - chosen.keys():
                shown = f"{file.path}: {name}"
            text = "{}: found {!r}, expected {}"
            raise Misconfigured(text, shown, str(first.found), first.expected) from error

    @classmethod
    def read_file(cls, path: Path) -> SettingsFile:
        """What the file at *path* says. Misconfigured: no TOML, or no such setting."""
        kinds = {name: one.annotation for name, one in cls.model_fields.items()}
        return read_settings_file(path, kinds)

    @classmethod
    def _read_variables(cls, environ: Mapping[str, str]) -> dict[str, str]:
        known = {f"{PREFIX}{name.upper()}": name for name in cls.model_fields}
        ours = {name: text for name, text in environ.items() if _is_own_setting(name)}
        for name in sorted(ours.keys() - known.keys()):
            raise refuse_unknown_setting(name, name, known)
        return {known[name]: text for name, text in ours.items()}

    def list_sources(
        self, environ: Mapping[str, str], file: SettingsFile | None, chosen: Collection[str] = ()
    ) -> Iterator[SettingSource]:
        """Each setting as it holds and who says it, in the order of the reference."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            text = None if value is None else hide_password(str(value))
            yield SettingSource(name, text, *_find_origin(name, environ, file, chosen))

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is given: the environment comes through `read`, checked, and never unseen."""
        return (init_settings,)

    @field_validator("outbound_ports")
    @classmethod
    def _ports(cls, value: str) -> str:
        if not all(_is_port(one) for one in _parse_list(value)):
            raise ValueError("ports from 1 to 65535, parted by commas")
        return value

    @field_validator("outbound_hosts")
    @classmethod
    def _hosts(cls, value: str) -> str:
        if not all(_HOST.fullmatch(one) for one in _parse_list(value)):
            raise ValueError("names of hosts in lower case, parted by commas")
        return value

    @field_validator("outbound_trusted")
    @classmethod
    def _places(cls, value: str) -> str:
        for one in _parse_list(value):
            host, _, port = one.rpartition(":")
            if not _HOST.fullmatch(host) or not _is_port(port):
                raise ValueError("host:port in lower case, parted by commas")
        return value

    @field_validator("logo")
    @classmethod
    def _logo(cls, value: Path | None) -> Path | None:
        if value is not None:
            _check_logo(value)
        return value

    @field_validator("accent")
    @classmethod
    def _accent(cls, value: str) -> str:
        if value and not _COLOUR.fullmatch(value):
            raise ValueError("a colour, #rrggbb")
        found = min(compute_contrast(value or "#000000", one.light) for one in (PAPER, SHADE))
        if found < _CONTRAST:
            raise ValueError("a colour with a contrast of 4.5 to 1 at least with the page")
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _quiet(cls, value: str) -> str:
        QuietHours.parse(value)
        return value

    @field_validator("smtp_server")
    @classmethod
    def _mail_server(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if value and not (_HOST.fullmatch(host) and _is_port(port)):
            raise ValueError("host:port in lower case")
        return value

    @field_validator("mail_from")
    @classmethod
    def _mail_sender(cls, value: str, info: ValidationInfo) -> str:
        if value or info.data.get("smtp_server"):
            try:
                return TypeAdapter[str](MailAddress).validate_python(value)
            except ValidationError:
                raise ValueError("an address of mail: synergie@commune.example") from None
        return value

    @field_validator("public_url")
    @classmethod
    def _reachable(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise ValueError("an address with a port of at most 65535") from None
        if parts.scheme not in ("http", "https") or not host or port == 0:
            raise ValueError("an address https://host or https://host:port")
        if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError("an address without path, query or user")
        if parts.scheme == "http" and not is_this_machine(host):
            raise ValueError("https, since the host is not this machine")
        return f"{parts.scheme}://{parts.netloc.lower()}"

    @field_validator("host")
    @classmethod
    def _not_in_clear(cls, value: str, info: ValidationInfo) -> str:
        """Http to this machine only: with a public address in http nobody else can be meant."""
        url = str(info.data.get("public_url", ""))
        weak = url.startswith("http:") and not is_this_machine(value)
        if weak and not info.data.get("dev"):
            raise ValueError("an address of this machine, or an https public address")
        return value

    @field_validator("limits")
    @classmethod
    def _limited(cls, value: bool, info: ValidationInfo) -> bool:  # noqa: FBT001 (pydantic's form)
        if not value and not info.data.get("dev"):
            raise ValueError("true, unless SYNERGIE_DEV says that this machine is one's own")
        return value

    @field_validator("sandbox")
    @classmethod
    def _alone(cls, value: bool, info: ValidationInfo) -> bool:  # noqa: FBT001 (pydantic's form)
        """What is removed on schedule is a folder of this process alone, never a database."""
        if value and (info.data.get("database_url") or info.data.get("workers") != 1):
            raise ValueError("false, or one process and a store in its data folder")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        try:
            _read_networks(value)
        except ValueError:
            raise ValueError("networks such as 10.1.0.0/16, parted by commas") from None
        return value

    @cached_property
    def proxies(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """The networks of `trusted_proxies`."""
        return _read_networks(self.trusted_proxies)

    @property
    def shows_docs(self) -> bool:
        """Whether `/docs` and `/openapi.json` answer."""
        return self.docs or self.dev

    @cached_property
    def origin(self) -> str:
        """The public address as browsers say it: without the port that is its scheme's own."""
        usual = {"http": ":80", "https": ":443"}[self.public_url.partition(":")[0]]
        return self.public_url.removesuffix(usual)

    @cached_property
    def issuer(self) -> str:
        """The authorization server's name: the public address (RFC 8414 §2)."""
        return self.public_url

    @cached_property
    def resource(self) -> str:
        """The protected resource's name, the audience of tokens (RFC 8707, RFC 9728)."""
        return f"{self.public_url}/v1"

    @cached_property
    def resource_metadata(self) -> str:
        """Address of the resource's metadata (RFC 9728 §3: before the path)."""
        return f"{self.public_url}/.well-known/oauth-protected-resource/v1"

    @cached_property
    def store_url(self) -> str:
        """The store's address: the one chosen, or a SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'synergie.db'}"

    @property
    def store_address(self) -> str:
        """The address of the store as people may see it."""
        return hide_password(self.store_url)

    @property
    def quiet(self) -> QuietHours | None:
        """The hours in which alerts are not told."""
        return QuietHours.parse(self.quiet_hours)

    @cached_property
    def outbound(self) -> Allow:
        """What may be called. Misconfigured when the file of authorities cannot be read."""
        context = None
        if self.outbound_ca is not None:
            context = ssl.create_default_context()
            try:
                context.load_verify_locations(self.outbound_ca)
            except OSError as error:  # SSLError is one
                text = "{}: expected certificates of authorities, PEM"
                raise Misconfigured(text, self.outbound_ca) from error
        return Allow(
            ports=frozenset(map(int, _parse_list(self.outbound_ports))),
            hosts=frozenset(_parse_list(self.outbound_hosts)) or None,
            trusted=frozenset(map(_parse_host_and_port, _parse_list(self.outbound_trusted))),
            nat64=self.outbound_nat64,
            verify=context,
        )

    @cached_property
    def keys_dir(self) -> Path:
        """Folder of the authorization server's private keys."""
        return self.data_dir / "keys"


def _read_networks(text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(one) for one in _parse_list(text))


def _parse_list(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _parse_host_and_port(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < int(text[:6]) <= _LAST_PORT


def _is_own_setting(name: str) -> bool:
    return name.startswith(PREFIX) and not name.startswith(_OTHERS)


def _find_origin(
    name: str, environ: Mapping[str, str], file: SettingsFile | None, chosen: Collection[str]
) -> tuple[Origin, str]:
    variable = f"{PREFIX}{name.upper()}"
    if name in chosen:
        return "option", ""
    if variable in environ:
        return "environment", variable
    if file is not None and name in file.values:
        return "file", str(file.path)
    return "default", ""


def is_this_machine(host: str) -> bool:
    """Whether *host*, a name or an address, is the loopback."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_logo(path: Path) -> None:
    """ValueError: no SVG that only draws."""
    try:
        content = path.read_bytes()
        text = content.decode()
    except (OSError, UnicodeDecodeError):
        raise ValueError("a file of text that can be read") from None
    if len(content) > _LOGO_BYTES:
        raise ValueError("64 kB at most")
    if _ACTIVE.search(text):
        raise ValueError("a drawing alone, without script, style or address")
    try:
        root = ET.fromstring(text)  # noqa: S314 (no declaration, so no entities)
    except ET.ParseError:
        raise ValueError("an SVG, well formed") from None
    if root.tag != "{http://www.w3.org/2000/svg}svg":
        raise ValueError("an SVG, well formed")
