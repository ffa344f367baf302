"""The circuit breaker, on a clock of its own."""

import pytest

from retrieval.circuit import FAILURES, LONGEST_REST, Circuit


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def open_breaker(clock):
    breaker = Circuit(rest=10, clock=clock)
    for _ in range(FAILURES):
        assert breaker.admits()
        breaker.failed()
    return breaker


def test_failures_in_a_row_open_it_and_one_success_between_does_not(clock, open_breaker):
    assert open_breaker.state == "open"
    assert not open_breaker.admits()
    breaker = Circuit(clock=clock)
    for _ in range(3 * FAILURES):
        breaker.failed()
        breaker.failed()
        breaker.succeeded()
    assert breaker.state == "closed"


def test_after_its_rest_one_call_is_a_trial_and_the_others_wait(clock, open_breaker):
    clock.now += 10
    assert open_breaker.state == "half-open"
    assert open_breaker.admits()
    assert not open_breaker.admits()
    open_breaker.succeeded()
    assert open_breaker.state == "closed"


def test_a_failed_trial_doubles_the_rest_up_to_a_limit(clock, open_breaker):
    rests = []
    for _ in range(8):
        began = clock.now
        while not open_breaker.admits():
            clock.now += 5
        rests.append(clock.now - began)
        open_breaker.failed()
    assert rests[:4] == [10, 20, 40, 80]
    assert max(rests) == LONGEST_REST


def test_a_retry_after_opens_it_at_once_for_so_long(clock):
    breaker = Circuit(rest=10, clock=clock)
    breaker.failed(retry_after=60)
    clock.now += 59
    assert not breaker.admits()
    clock.now += 1
    assert breaker.admits()


def test_a_trial_that_was_given_up_lets_the_next_one_try(clock, open_breaker):
    clock.now += 10
    assert open_breaker.admits()
    open_breaker.left()
    assert open_breaker.admits()
