"""Test which addresses count as public, in every notation that a link can use."""

from __future__ import annotations

import pytest

from statecode.programs.addresses import PrivateAddressError, check_unresolved, is_public, resolve, resolve_public

PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "168.63.129.16",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1",
    "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::10.0.0.1",
    "64:ff9b:1::8.8.8.8", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "2002:808:808::1", "3fff::1", "5f00::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%lo", "fec0::1", "ff02::1",
]
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
    "168.63.129.15", "172.15.255.255", "172.32.0.0", "192.0.1.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
    "2001:200::1", "2606:4700:4700::1111", "2a00:1450:4001:80b::200e", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_of_the_public_internet_are_private(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_other_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "0177.0.0.1", "0x7f.1", "2130706433", "0", "10.1", "localhost", "::1", "::ffff:7f00:1"]
)
def test_a_private_host_is_refused_in_every_notation(host: str) -> None:
    assert resolve(host, 80)
    with pytest.raises(PrivateAddressError, match="has the address .*, which is not public"):
        resolve_public(host, 80)
    with pytest.raises(PrivateAddressError):
        check_unresolved(host)


def test_a_public_address_is_resolved_to_itself() -> None:
    assert resolve_public("8.8.8.8", 80) == ["8.8.8.8"]
    assert resolve_public("134744072", 443) == ["8.8.8.8"]


@pytest.mark.parametrize(
    "host", ["127.0.0.1.", "LOCALHOST", "a.localhost.", "[::1]", "[fe80::1%25eth0]", "127.0.0%2e1", "１２７.0.0.1", "a b", ""]
)
def test_names_for_a_proxy_that_may_lead_inside_are_refused(host: str) -> None:
    with pytest.raises(PrivateAddressError):
        check_unresolved(host)


@pytest.mark.parametrize("host", ["example.org", "xn--bcher-kva.example", "a_b.example.", "8.8.8.8", "[2606:4700::1111]"])
def test_other_names_are_left_to_the_proxy(host: str) -> None:
    check_unresolved(host)
