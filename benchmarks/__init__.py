"""Benchmarks: how fast Meanwhile is, held against what it is meant to reach.

`python -m benchmarks` measures everything, `python -m benchmarks lines page` some parts, and
`--write` puts what was measured into docs/performance.md. Never part of the tests: figures depend
on the machine, so wherever possible they are ratios of two things measured in turn in one run.
"""
