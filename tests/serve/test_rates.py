"""How often somebody may do something."""

from __future__ import annotations

import pytest

from core.serve.rates import Rates, client


class Seconds:
    """A clock that goes on only when it is told to."""

    at = 0.0

    def __call__(self) -> float:
        return self.at


def test_a_burst_is_free_then_one_waits_for_as_long_as_the_rate_says() -> None:
    now = Seconds()
    rates = Rates(per_second=0.5, burst=3, now=now)
    assert [rates.take("ann") for _ in range(5)] == [0, 0, 0, 2, 2]
    now.at = 1.0
    assert (rates.wait("ann"), rates.take("ann")) == (1, 1)
    now.at = 2.0
    assert [rates.take("ann") for _ in range(2)] == [0, 2]
    now.at = 1000.0
    assert [rates.take("ann") for _ in range(4)] == [0, 0, 0, 2], "no more than a burst is saved up"


def test_each_waits_for_what_he_did_himself_and_to_ask_takes_nothing() -> None:
    rates = Rates(per_second=1, burst=1, now=Seconds())
    assert rates.take("ann") == 0
    assert [rates.wait("bob") for _ in range(3)] == [0, 0, 0]
    assert (rates.take("ann"), rates.take("bob")) == (1, 0)


def test_so_many_are_remembered_and_no_more_the_longest_unseen_forgotten_first() -> None:
    rates = Rates(per_second=1, burst=1, now=Seconds(), most=3)
    for who in ("ann", "bob", "cas", "dee"):
        rates.take(who)
    assert rates.known == 3
    assert [rates.wait(who) for who in ("ann", "bob", "cas", "dee")] == [0, 1, 1, 1]


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_who_has_a_whole_network_is_one_client(address: str, counted_as: str) -> None:
    assert client({"client": (address, 1)}) == counted_as
    assert client({"client": None}) == client({}) == ""
