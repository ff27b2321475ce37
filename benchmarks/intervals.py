"""How often intervals cover the truth and tests raise false alarms, on generated tables with and without a change.

    python benchmarks/intervals.py

generates what meetings add to a measure, thousands of times, and asks `vitallies.insights` for the estimate. A label's
spans are Poisson around a rate that differs from meeting to meeting (gamma), the words log-normal, and the share a
beta-binomial of what is framed; the spread is that of the corpora (see `Label`). Wanted: 95% intervals cover the truth
in 93 to 97% of the runs, and tests call out in 4 to 6% of those without a change; what is outside is marked with ``!``.
``--table FILE`` also draws meetings with replacement from a ``transcripts.jsonl`` of real ones, each corpus by itself.
"""

from __future__ import annotations

import argparse
import datetime
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from vitallies.insights.comparison import differ
from vitallies.insights.estimates import SIGNIFICANT, Estimate, estimate, ratio
from vitallies.insights.trend import trend
from vitallies.labels import LABELS

Floats: TypeAlias = NDArray[np.float64]
Counts: TypeAlias = tuple[Floats, Floats]

RESAMPLES = 499
WORDS, WORDS_SPREAD = 8461, 0.46
"""Median, and standard deviation of the logarithm, within a corpus (upper quartile of the corpora)."""
FRAMED, FRAMED_DISPERSION, SHARE, SHARE_CORRELATION = 25, 0.35, 0.7, 0.1
"""Framed spans a meeting, the share of them that is centric, and how alike those of a meeting are."""

GROUPS, GROUPS_ALIKE, MENTIONS = (0.4, 0.3, 0.15, 0.1, 0.05), 4, 8
"""Shares of the groups that are mentioned, how alike meetings are (Dirichlet), and mentions a meeting; all made up."""

SIZES = (3, 4, 6, 8, 12, 20, 50)
SLOPE_SIZES = (4, 5, 6, 8, 12, 20, 50)
DIFFERENCE_SIZES = ((4, 4, 1.0), (6, 6, 1.0), (10, 10, 1.0), (20, 20, 1.0), (5, 20, 1.0), (10, 10, 2.0), (20, 10, 0.5))
"""Meetings in each group, and how long those of the second are against those of the first."""


@dataclass(frozen=True)
class Label:
    """A measure to generate.

    Parameters
    ----------
    name : str
        A label like it: mean and dispersion are the medians over the ten corpora.
    mean : float
        Spans in a meeting of median length; 0 for a share.
    dispersion : float
        Squared coefficient of variation of the rate between meetings of a corpus.
    """

    name: str
    mean: float = 0.0
    dispersion: float = 0.0

    @property
    def truth(self) -> float:
        """Spans a word, or the share."""
        return self.mean / WORDS if self.mean else SHARE

    def draw(self, rng: np.random.Generator, factors: Floats, long: float = 1.0) -> Counts:
        """Meetings whose truths are those of the measure times the factors, shape (n_meetings,)."""
        n = len(factors)
        if not self.mean:
            whole = 1 + rng.poisson(long * FRAMED * rng.gamma(1 / FRAMED_DISPERSION, FRAMED_DISPERSION, n))
            sure = 1 / SHARE_CORRELATION - 1
            part = rng.binomial(whole, rng.beta(SHARE * factors * sure, (1 - SHARE * factors) * sure))
            return part.astype(np.float64), whole.astype(np.float64)
        words = np.ceil(long * WORDS * np.exp(rng.normal(0, WORDS_SPREAD, n)))
        rates = self.truth * factors * rng.gamma(1 / self.dispersion, self.dispersion, n)
        return rng.poisson(rates * words).astype(np.float64), words


KINDS = (
    Label("CUSTOMER_FOCUSED", 12.6, 0.5),
    Label("VITAL_LIE", 3.3, 0.3),
    Label("CHALLENGE", 0.7, 0.5),
    Label("PRODUCT_CENTRIC", 0.14, 2.7),
    Label("centricity"),
)


class Tally:
    """How often intervals covered, lay above or below the truth, and how often a test called out."""

    def __init__(self) -> None:
        self.runs = self.covered = self.above = self.below = self.none = self.called = 0

    def add(self, found: Estimate, truth: float, p: float = 1.0) -> None:
        """Count one run."""
        self.runs += 1
        self.none += bool(np.isnan(found.low))
        self.above += found.low > truth
        self.below += found.high < truth
        self.covered += found.low <= truth <= found.high
        self.called += p <= SIGNIFICANT

    def coverage(self) -> str:
        """Of the runs with an interval."""
        some = max(self.runs - self.none, 1)
        covered = 100 * self.covered / some
        mark = " " if 93 <= covered <= 97 else "!"
        none = f" none {100 * self.none / self.runs:.0f}%" if self.none else ""
        missed = f"above {100 * self.above / some:.1f}, below {100 * self.below / some:.1f}"
        return f"covers {covered:5.1f}{mark} ({missed}{none})"

    def alarms(self) -> str:
        """Calls where there is nothing."""
        called = 100 * self.called / self.runs
        return f"false alarms {called:4.1f}{' ' if 4 <= called <= 6 else '!'}"


def ratios(kind: Label, rng: np.random.Generator, runs: int) -> Iterator[str]:
    """Yield a line for each number of meetings."""
    for n in SIZES:
        tally = Tally()
        for _ in range(runs):
            tally.add(ratio(*kind.draw(rng, np.ones(n))), kind.truth)
        yield f"{n:3d} meetings            {tally.coverage()}"


def slopes(kind: Label, rng: np.random.Generator, runs: int) -> Iterator[str]:
    """Yield a line for each number of weekly meetings: level, and twice the rate (or half the share) at the end."""
    for n in SLOPE_SIZES:
        dates = [datetime.date(2025, 1, 6) + datetime.timedelta(7 * week) for week in range(n)]
        months = 7 * (n - 1) / (365.25 / 12)
        told = []
        for change in (0.0, 1.0 if kind.mean else -0.5):
            tally = Tally()
            for _ in range(runs):
                counts = kind.draw(rng, 1 + change * np.linspace(0, 1, n))
                found = trend(*counts, dates, resamples=RESAMPLES if not change else 1)
                tally.add(found.change, change * kind.truth / months, found.p)
            told.append(tally.coverage() + ("" if change else f" {tally.alarms()}"))
        yield f"{n:3d} meetings            level {told[0]} | change {told[1]}"


def differences(kind: Label, rng: np.random.Generator, runs: int) -> Iterator[str]:
    """Yield a line for each pair of groups: alike, and with twice the rate (or half the share) in the second."""
    for first, second, long in DIFFERENCE_SIZES:
        told = []
        for factor in (1.0, 2.0 if kind.mean else 0.5):
            tally = Tally()
            for _ in range(runs):
                pair = kind.draw(rng, np.ones(first)), kind.draw(rng, np.full(second, factor), long)
                found = differ(*pair, resamples=RESAMPLES if factor == 1 else 1)
                tally.add(found.difference, (factor - 1) * kind.truth, found.p)
            told.append(tally.coverage() + (f" {tally.alarms()}" if factor == 1 else ""))
        yield f"{first:2d} and {second:2d}, {long:3.1f} as long  alike {told[0]} | change {told[1]}"


def numbers(rng: np.random.Generator, runs: int) -> Iterator[str]:
    """Yield a line for each number of meetings: how many groups there are in effect, of which each mentions some."""
    truth = float(_effective(np.array(GROUPS)[:, None])[0])
    for n in SIZES:
        tally = Tally()
        for _ in range(runs):
            mentions = rng.poisson(MENTIONS * rng.gamma(2, 0.5, n))
            counts = rng.multinomial(mentions, rng.dirichlet(GROUPS_ALIKE * np.array(GROUPS), n))
            tally.add(estimate(_effective, counts, within=(1, np.inf)), truth)
        yield f"{n:3d} meetings            {tally.coverage()}"


def _effective(sums: Floats) -> Floats:
    """Return the exponential of the entropy."""
    shares = sums / sums.sum(0)
    return np.exp(-xlogy(shares, shares).sum(0))


def real(table: Path, rng: np.random.Generator, runs: int) -> Iterator[str]:
    """Yield a line for each label: coverage when meetings are drawn from each corpus that has 30 of its spans."""
    corpora = defaultdict(list)
    for line in table.read_text("utf-8").splitlines():
        row = json.loads(line)
        corpora[row["transcript"].split("/")[0]].append([row["n_words"], *(row[label] for label in LABELS)])
    for number, label in enumerate(LABELS, 1):
        those = [np.array(rows, np.float64)[:, [number, 0]] for rows in corpora.values()]
        those = [counts for counts in those if counts[:, 0].sum() >= 30]
        told = []
        for n in SIZES:
            covered = []
            for counts in those:
                tally, truth = Tally(), counts[:, 0].sum() / counts[:, 1].sum()
                for _ in range(runs):
                    tally.add(ratio(*counts[rng.integers(len(counts), size=n)].T), truth)
                covered.append(100 * tally.covered / tally.runs)
            told.append(f"{n}: {min(covered):.1f} {np.median(covered):.1f} {max(covered):.1f}")
        yield f"{label:17s} {len(those):2d} corpora  {'   '.join(told)}"


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2000, help="of each row")
    parser.add_argument("--table", type=Path, help="transcripts.jsonl of real meetings")
    arguments = parser.parse_args()
    rng = np.random.default_rng(0)
    parts: dict[str, Callable[[Label, np.random.Generator, int], Iterator[str]]]
    parts = {"ratio": ratios, "slope": slopes, "difference": differences}
    for part, lines in parts.items():
        for kind in KINDS:
            print(f"\n{part}: {kind.name}, " + (f"{kind.mean} a meeting" if kind.mean else f"{SHARE} of {FRAMED}"))
            for line in lines(kind, rng, arguments.runs):
                print(f"  {line}", flush=True)
    print("\neffective number of groups")
    for line in numbers(rng, arguments.runs):
        print(f"  {line}", flush=True)
    if arguments.table:
        print("\nratio: real meetings; for each number of meetings least, median and most covered of the corpora")
        for line in real(arguments.table, rng, arguments.runs // 4):
            print(f"  {line}", flush=True)


if __name__ == "__main__":
    main()
