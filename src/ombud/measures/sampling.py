"""What a sample says of a whole: Wilson's interval of a share, and Clopper and Pearson's bound of errors."""

from __future__ import annotations

import math

CONFIDENCE = 0.95

Z95 = 1.959963984540054
"""The standard normal's 97.5 % point, for an interval of 95 %."""

STEPS = 60
"""Halvings of the interval; the bound is then exact to the last digits of a double."""


def wilson(successes: int, trials: int, z: float = Z95) -> tuple[float, float]:
    """Return the score interval of a share; (0, 1) without trials.

    E. B. Wilson, Journal of the American Statistical Association 22, 1927, 209-212.

    Raises:
        ValueError: more successes than trials, or a negative number.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} is no share")
    if trials == 0:
        return 0.0, 1.0
    share, square = successes / trials, z * z
    middle = share + square / (2 * trials)
    half = z * math.sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    scale = 1 + square / trials
    low = 0.0 if successes == 0 else (middle - half) / scale
    high = 1.0 if successes == trials else (middle + half) / scale
    return max(0.0, low), min(1.0, high)


def error_bound(errors: int, sample: int, confidence: float = CONFIDENCE) -> float:
    """Return the share of errors that a whole has at most, as far as a random sample tells.

    It is the greatest share under which so few errors still turn up with the probability
    1 - ``confidence`` (C. J. Clopper and E. S. Pearson, Biometrika 26, 1934, 404-413, one-sided).
    The sample is drawn without putting back, so the true bound is a little smaller.

    Raises:
        ValueError: more errors than were looked at, or a confidence that is no probability.
    """
    if not 0 <= errors <= sample or not 0 < confidence < 1:
        raise ValueError(f"{errors} errors of {sample} at {confidence} is no sample")
    if errors == sample:
        return 1.0
    low, high = errors / sample, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        if at_most(errors, sample, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def at_most(errors: int, sample: int, share: float) -> float:
    """Return the probability of at most so many errors in a sample, if the whole has this share of them."""
    if share <= 0:
        return 1.0
    if share >= 1:
        return float(errors >= sample)
    yes, no = math.log(share), math.log1p(-share)
    whole = math.lgamma(sample + 1)
    return math.fsum(
        math.exp(whole - math.lgamma(k + 1) - math.lgamma(sample - k + 1) + k * yes + (sample - k) * no)
        for k in range(errors + 1)
    )
