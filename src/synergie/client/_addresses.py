"""Which addresses of the Internet a server may be sent to: a closed rule of our own.

`ipaddress.is_global` is not the rule: it takes multicast, NAT64 and old site-local addresses, and
its tables change with the version of Python. The blocks are those of the IANA special-purpose
registries (RFC 6890) that are not reachable by everybody, plus the ways to hide an IPv4 address
in an IPv6 one.
"""

import ipaddress

_IPV4_REFUSED = tuple(
    ipaddress.IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network (RFC 791)
        "10.0.0.0/8",  # private (RFC 1918)
        "100.64.0.0/10",  # shared by carriers (RFC 6598)
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, and the metadata of clouds (RFC 3927)
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments (RFC 6890)
        "192.0.2.0/24",  # documentation (RFC 5737)
        "192.88.99.0/24",  # old relays of 6to4 (RFC 7526)
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks (RFC 2544)
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast (RFC 5771)
        "240.0.0.0/4",  # reserved, and broadcast (RFC 1112)
    )
)
_IPV6_GIVEN = ipaddress.IPv6Network("2000::/3")
"""All that was ever given out to be reached by everybody (RFC 4291 §2.4)."""
_IPV6_REFUSED = tuple(
    ipaddress.IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments, Teredo among them (RFC 2928)
        "2001:db8::/32",  # documentation (RFC 3849)
        "2002::/16",  # 6to4: an IPv4 address inside (RFC 3056)
        "3fff::/20",  # documentation (RFC 9637)
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_IPV4_PART = 0xFFFFFFFF


def is_public(address: str, *, nat64: bool = False) -> bool:
    """Whether *address*, as a resolver gives it, may be connected to.

    *nat64*: this machine reaches IPv4 through 64:ff9b::/96 (RFC 6052); the IPv4 address inside is
    then checked instead. What is no address is not public.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return not any(found in block for block in _IPV4_REFUSED)
    if found.scope_id is not None:
        return False
    if nat64 and found in _NAT64:
        return is_public(str(ipaddress.IPv4Address(int(found) & _IPV4_PART)))
    return found in _IPV6_GIVEN and not any(found in block for block in _IPV6_REFUSED)
