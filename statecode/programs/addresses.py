"""The addresses that a download may connect to: those of public hosts, unless the user allows private ones."""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, ip_address, ip_network


class PrivateAddressError(Exception):
    """A host has no public address; the message names the host and an address."""


def is_public(address: str) -> bool:
    """Return True if an IP address belongs to the public internet.

    The networks are listed here because the properties of `ipaddress` differ between versions of Python.

    Source: the IANA registries of special-purpose addresses for IPv4 and IPv6.
    """
    ip = ip_address(address.partition("%")[0])
    if ip.version == 4:
        return not any(ip in network for network in _SPECIAL_IPV4)
    if ip.ipv4_mapped or ip in _NAT64:
        return is_public(str(IPv4Address(int(ip) & 0xFFFF_FFFF)))
    return ip in _GLOBAL_UNICAST and not any(ip in network for network in _SPECIAL_IPV6)


def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host.

    Raises:
        OSError: the name cannot be resolved.
        UnicodeError: the name is not valid.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def resolve_public(host: str, port: int) -> list[str]:
    """Return the public IP addresses of a host; see `resolve`.

    Raises:
        PrivateAddressError: the host has no public address.
    """
    addresses = resolve(host, port)
    public = [address for address in addresses if is_public(address)]
    if not public:
        raise PrivateAddressError(f"{host} has the address {addresses[0]}, which is not public")
    return public


def check_unresolved(host: str) -> None:
    """Check the name of a host that a proxy will resolve: an IP address must be public.

    Other names are not looked up, because the proxy may resolve them in another way.

    Raises:
        PrivateAddressError: the name is a private address in any notation, such as 127.1, or it is localhost.
    """
    name = host.strip("[]").partition("%")[0] if ":" in host else host.rstrip(".").lower()
    if not re.fullmatch(r"[a-z0-9._-]+|[A-Fa-f0-9.:]+", name):
        raise PrivateAddressError(f"{host} is not the name of a public host")
    if name == "localhost" or name.endswith(".localhost"):
        raise PrivateAddressError(f"{host} is this machine")
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except OSError:
        return  # not an address
    if not is_public(str(found[0][4][0])):
        raise PrivateAddressError(f"{host} is not a public address")


_SPECIAL_IPV4 = tuple(map(ip_network, (
    "0.0.0.0/8",           # this network
    "10.0.0.0/8",          # private
    "100.64.0.0/10",       # shared by the customers of a provider
    "127.0.0.0/8",         # loopback
    "168.63.129.16/32",    # the host of a virtual machine in Azure
    "169.254.0.0/16",      # link-local
    "172.16.0.0/12",       # private
    "192.0.0.0/24",        # protocol assignments
    "192.0.2.0/24",        # documentation
    "192.88.99.0/24",      # relays to IPv6
    "192.168.0.0/16",      # private
    "198.18.0.0/15",       # benchmarks
    "198.51.100.0/24",     # documentation
    "203.0.113.0/24",      # documentation
    "224.0.0.0/4",         # multicast
    "240.0.0.0/4",         # reserved, and broadcast
)))
_GLOBAL_UNICAST = ip_network("2000::/3")  # without ::, loopback, unique-local, link-local, site-local and multicast
_SPECIAL_IPV6 = tuple(map(ip_network, (
    "2001::/23",           # protocol assignments, and Teredo
    "2001:db8::/32",       # documentation
    "2002::/16",           # 6to4, which contains an IPv4 address
    "3fff::/20",           # documentation
)))
_NAT64 = ip_network("64:ff9b::/96")       # the last 32 bits are an IPv4 address
