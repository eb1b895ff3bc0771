"""All benchmarks: `python -m tests.bench`. They print; they never fail a build."""

from tests.bench import bombs, charts, dependencies, index, lint, package, render, start

if __name__ == "__main__":
    start.main()
    charts.main()
    package.main()
    index.main()
    dependencies.main()
    render.main()
    lint.main()
    bombs.main()
