"""Debian's `docker-registry` on a free port of loopback, for tests."""

import json
import os
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from shutil import which
from typing import Any

PROGRAM = "docker-registry"


def real_registry_installed() -> bool:
    """Whether Debian's registry is here."""
    return which(PROGRAM) is not None


@contextmanager
def real_registry(
    folder: Path, *, users: Mapping[str, str] | None = None, tls: Mapping[str, Any] | None = None
) -> Iterator[str]:
    """Run a registry with its storage in `folder`, and give its HOST:PORT.

    Args:
        folder: For storage and configuration.
        users: Passwords by name; without them everybody is let in.
        tls: `certificate` and `key`, and for clients that must show one, `clientcas`.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        host = f"127.0.0.1:{free.getsockname()[1]}"
    config = _config(folder, host, users)
    if tls is not None:
        config["http"]["tls"] = dict(tls)
    path = folder / "registry.json"
    path.write_text(json.dumps(config))
    process = subprocess.Popen(
        [PROGRAM, "serve", str(path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", ""), "OTEL_TRACES_EXPORTER": "none"},
    )
    try:
        _wait_for(host, process, encrypted=tls is not None)
        yield host
    finally:
        process.kill()
        process.wait()


def _config(folder: Path, host: str, users: Mapping[str, str] | None) -> dict[str, Any]:
    config: dict[str, Any] = {
        "version": 0.1,
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {
            "filesystem": {"rootdirectory": str(folder / "storage")},
            "delete": {"enabled": True},
        },
        "http": {"addr": host},
    }
    if users is not None:
        import bcrypt  # noqa: PLC0415

        lines = [
            f"{name}:{bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()}\n"
            for name, password in users.items()
        ]
        (folder / "htpasswd").write_text("".join(lines))
        config["auth"] = {"htpasswd": {"realm": "charts", "path": str(folder / "htpasswd")}}
    return config


def _wait_for(host: str, process: "subprocess.Popen[bytes]", *, encrypted: bool) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        if _answers(host, encrypted=encrypted):
            return
        time.sleep(0.02)
    raise RuntimeError(f"{PROGRAM} does not start")


def _answers(host: str, *, encrypted: bool) -> bool:
    connection = HTTPConnection(host, timeout=5)
    if encrypted:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = HTTPSConnection(host, timeout=5, context=context)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except ssl.SSLError:
        # It is there, and wants to see a certificate.
        return True
    except OSError:
        return False
    finally:
        connection.close()
    return True
