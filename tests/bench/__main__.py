"""All benchmarks: `python -m tests.bench`. They print; they never fail a build."""

from tests.bench import charts, start

if __name__ == "__main__":
    start.main()
    charts.main()
