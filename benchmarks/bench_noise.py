"""How honest the other figures can be: the same work against itself."""

from __future__ import annotations

import hashlib

from benchmarks.run import Figure, Run, benchmark, pairs


@benchmark("noise.same_work", "s", anchor="the same work", goal=1.0)
def same_work(run: Run) -> Figure:
    """An A/A pair: its distance from 1 is what a ratio of this run cannot tell apart."""
    block = run.random().randbytes(run.size(4_000_000, 40_000_000))

    def work() -> str:
        return hashlib.sha256(block).hexdigest()

    return pairs(work, work, n=15, bytes=len(block))
