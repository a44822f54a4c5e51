"""The bound of a sample's errors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombud.measures.sampling import at_most, error_bound

# scipy.stats.beta.ppf(0.95, errors + 1, sample - errors), scipy 1.17.1
KNOWN = {
    (0, 30): 0.09503385285530411,
    (1, 30): 0.14859606865911312,
    (2, 30): 0.19532604365492595,
    (5, 100): 0.1022533776432745,
    (0, 300): 0.009936081944457708,
    (17, 1000): 0.025390748776180874,
    (29, 30): 0.9982916843555343,
}


@pytest.mark.parametrize(("errors", "sample"), KNOWN)
def test_known_values(errors: int, sample: int) -> None:
    """The bound is the quantile of the beta distribution that Clopper and Pearson's is."""
    assert error_bound(errors, sample) == pytest.approx(KNOWN[errors, sample], abs=1e-12)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))))
def test_it_is_the_bound(pair: tuple[int, int]) -> None:
    """At the bound so few errors have a chance of 5 %; more errors or fewer cases move it up."""
    errors, sample = pair
    bound = error_bound(errors, sample)
    assert at_most(errors, sample, bound) == pytest.approx(0.05, abs=1e-9)
    assert errors / sample < bound < error_bound(errors + 1, sample)
    assert error_bound(errors, sample + 1) < bound


def test_edges() -> None:
    """All wrong means that all may be wrong; what is no sample is refused."""
    assert error_bound(3, 3) == 1.0
    assert error_bound(0, 0) == 1.0
    assert at_most(1, 2, 1.0) == 0.0
    assert at_most(2, 2, 1.0) == 1.0
    assert at_most(0, 2, 0.0) == 1.0
    for errors, sample, confidence in ((-1, 3, 0.95), (4, 3, 0.95), (0, 3, 1.0)):
        with pytest.raises(ValueError, match="no sample"):
            error_bound(errors, sample, confidence)
