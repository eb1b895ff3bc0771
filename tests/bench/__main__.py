"""All benchmarks: `python -m tests.bench`. They print; they never fail a build."""

from tests.bench import bombs, charts, render, start

if __name__ == "__main__":
    start.main()
    charts.main()
    render.main()
    bombs.main()
