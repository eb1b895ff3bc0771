"""What users write, and what is rendered with it, is nowhere on the disk."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Shell

DEFAULT, SECRET = "default-password", "correct-horse-battery"
TEMPLATE = """\
apiVersion: v1
kind: Secret
metadata: {name: web}
stringData:
  password: VALUE
"""
GO, JINJA = "{{ tpl .Values.password . }}", "{{ tpl(Values.password) }}"


def kept(home: Path) -> bytes:
    """Return all bytes of all files in the cache."""
    files = (path for path in (home / ".cache").rglob("*") if path.is_file())
    return b"\0".join(path.read_bytes() for path in files)


@pytest.mark.parametrize(("engine", "value"), [("gotpl", GO), ("jinja2", JINJA)])
def test_values_of_users_are_not_kept(shell: Shell, engine: str, value: str) -> None:
    chart = shell.folder / "web"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text(
        f"apiVersion: v2\nname: web\nversion: 1.0.0\nengine: {engine}\n"
    )
    (chart / "values.yaml").write_text(f"password: {DEFAULT} {{{{ 1 }}}}\n")
    (chart / "templates" / "secret.yaml").write_text(TEMPLATE.replace("VALUE", value))
    home = Path(shell.environment["HOME"])

    for _ in range(2):
        given = f"password: '{SECRET} {{{{ 1 }}}}'\n"
        assert f"{SECRET} 1" in shell.ok("template", "web", "--values", "-", stdin=given)
        assert f"{SECRET} 1" in shell.ok(
            "template", "web", "--set", f"password={SECRET} {{{{ 1 }}}}"
        )
        assert DEFAULT in shell.ok("template", "web")

    assert SECRET.encode() not in kept(home)
    # The test would see it: what the chart itself says is kept.
    assert DEFAULT.encode() in kept(home)
