"""Everything that must hold before a commit: format, lint, layers, types, tests, replays of Helm.

`python tests/check.py` stops at the first step that fails; `--fix` repairs what can be repaired.
"""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent

STEPS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "layers": ["lint-imports"],
    "types": ["mypy"],
    "tests": ["pytest", "-q", "-n", "auto"],
    "replay": ["pytest", "-q", "-n", "auto", "tests/replay"],
    "life": ["pytest", "-q", "-n", "auto", "tests/e2e"],
}
FIXES = {"format": ["ruff", "format", "."], "lint": ["ruff", "check", "--fix", "."]}


def main() -> int:
    """Run the steps in order and return the first exit status that is not zero."""
    steps = {**STEPS, **FIXES} if "--fix" in sys.argv[1:] else STEPS
    for name, (tool, *arguments) in steps.items():
        began = time.monotonic()
        status = subprocess.run([BIN / tool, *arguments], cwd=ROOT, check=False).returncode
        print(f"{'ok' if status == 0 else 'FAILED':8}{name:8}{time.monotonic() - began:6.1f} s")
        if status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
