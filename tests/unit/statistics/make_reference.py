"""Makes reference.csv: one-sided Clopper-Pearson bounds, the oracle of tests/unit/test_statistics.c.

    python3 tests/unit/statistics/make_reference.py > tests/unit/statistics/reference.csv

Made with python3-mpmath 1.3.0 of Debian 12 at 60 digits. Nothing here is shared with the code that is
tested: the binomial tail is a plain sum, and its root, found by Newton steps on its logarithm, is accepted
only when the tail there is 1 - confidence within 1e-30, relative. The confidence is the double of its decimal form, as a C program reads it.
"""
import mpmath as mp

mp.mp.dps = 60


def tail(n, k, p, is_upper):
    """P(X <= k) for the upper bound, P(X >= k) for the lower one: summed away from k, until what is left
    is far below the last digit."""
    term = mp.exp(mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1)
                  + k * mp.log(p) + (n - k) * mp.log1p(-p))
    odds, total, i = p / (1 - p), mp.mpf(0), k
    while 0 <= i <= n:
        total += term
        factor = i / ((n - i + 1) * odds) if is_upper else (n - i) * odds / (i + 1)
        if factor < 1 and term * factor < total * (1 - factor) * mp.mpf(10)**-50:
            break
        term *= factor
        i += -1 if is_upper else 1
    return total


def bound(n, k, confidence, is_upper):
    if is_upper and k == n:
        return mp.mpf(1)
    if not is_upper and k == 0:
        return mp.mpf(0)
    rest = 1 - mp.mpf(confidence)
    lo, hi = mp.mpf(0), mp.mpf(1)
    for _ in range(90):  # close enough for Newton
        mid = (lo + hi) / 2 if lo > 0 else hi / 8
        above = tail(n, k, mid, is_upper) > rest
        if above == is_upper:
            lo = mid
        else:
            hi = mid
        if lo > 0 and hi / lo < 1.02:
            break
    p = (lo + hi) / 2
    for _ in range(60):
        value = tail(n, k, p, is_upper)
        a, b = (k + 1, n - k) if is_upper else (k, n - k + 1)
        density = mp.exp((a - 1) * mp.log(p) + (b - 1) * mp.log1p(-p)
                         + mp.loggamma(a + b) - mp.loggamma(a) - mp.loggamma(b))
        slope = -density if is_upper else density
        step = mp.log(value / rest) * value / slope  # the logarithm is concave: no overshoot
        p = min(max(p - step, p / 2), (1 + p) / 2)
        if abs(step) < p * mp.mpf(10)**-40:
            break
    assert abs(tail(n, k, p, is_upper) / rest - 1) < mp.mpf(10)**-30, (n, k, confidence)
    return p


def failures(n):
    shares = [0, 1, 2, 3, 7, n // 100, n // 10, n // 3, n // 2, 9 * n // 10, n - 3, n - 1, n]
    return sorted({k for k in shares if 0 <= k <= n})


print("n,k,confidence,lower,upper")
for n in (1, 2, 3, 5, 10, 29, 59, 100, 299, 459, 1000, 2995, 4603, 29956, 46050, 100000, 1000000):
    for k in failures(n):
        for confidence in (0.9, 0.95, 0.99, 0.999, 0.99999):
            row = [mp.nstr(bound(n, k, confidence, side), 20) for side in (False, True)]
            print("%d,%d,%s,%s,%s" % (n, k, confidence, *row), flush=True)
