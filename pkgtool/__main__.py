"""`python -m pkgtool` is `pkgtool`."""

from pkgtool.cli.main import main

if __name__ == "__main__":
    main()
