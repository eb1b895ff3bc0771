"""Part a plugin's arguments into Helm's global flags and the rest.

A plugin's command gets what was typed, before and after its name, except Helm's global flags: they
become variables of its environment, wherever they stand.

Source: Helm v4 `pkg/cmd/load_plugins.go` (`manuallyProcessArgs`).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

_VARIABLES = {
    "--debug": "DEBUG",
    "--kube-apiserver": "KUBEAPISERVER",
    "--kube-as-group": "KUBEASGROUPS",
    "--kube-as-user": "KUBEASUSER",
    "--kube-ca-file": "KUBECAFILE",
    "--kube-context": "KUBECONTEXT",
    "--kube-insecure-skip-tls-verify": "KUBEINSECURE_SKIP_TLS_VERIFY",
    "--kube-tls-server-name": "KUBETLS_SERVER_NAME",
    "--kube-token": "KUBETOKEN",
    "--kubeconfig": "KUBECONFIG",
    "--namespace": "NAMESPACE",
    "--registry-config": "REGISTRY_CONFIG",
    "--repository-cache": "REPOSITORY_CACHE",
    "--repository-config": "REPOSITORY_CONFIG",
    "-n": "NAMESPACE",
}
"""What follows `HELM_` in a flag's variable; `KUBECONFIG` stands alone."""
_BARE = ("--debug", "--kube-insecure-skip-tls-verify")
_WORDS = ("1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False")


class Parted(NamedTuple):
    """Arguments of a plugin's command."""

    variables: dict[str, str]
    """What the global flags say, by the rest of the variable's name: `NAMESPACE`."""
    rest: tuple[str, ...]
    """What the plugin gets."""


def part_arguments(arguments: Sequence[str]) -> Parted:
    """Return Helm's global flags apart from the others."""
    variables: dict[str, str] = {}
    rest: list[str] = []
    words = list(arguments)
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        if name not in _VARIABLES or (name == "--debug" and equals):
            rest.append(word)
            continue
        if not equals:
            value = _value(name, words)
        variable = _VARIABLES[name]
        if variable == "KUBEASGROUPS" and variable in variables:
            value = f"{variables[variable]},{value}"
        variables[variable] = value
    return Parted(variables, tuple(rest))


def environ_with(environ: Mapping[str, str], variables: Mapping[str, str]) -> dict[str, str]:
    """Return `environ` with `variables` as `part_arguments` returns them.

    A variable of ours that is there already is changed too, because it would win over Helm's. One
    that is not there stays away, so that a plugin can decide for what it calls by Helm's name alone.
    """
    changed = dict(environ)
    for name, value in variables.items():
        if name == "KUBECONFIG":
            changed[name] = value
            continue
        changed[f"HELM_{name}"] = value
        if f"PKGTOOL_{name}" in environ:
            changed[f"PKGTOOL_{name}"] = value
    return changed


def _value(name: str, words: list[str]) -> str:
    """Take the value of a flag from the `words` behind it."""
    if name == "--debug":
        return "true"
    if name in _BARE and (not words or words[0] not in _WORDS):
        return "true"
    return words.pop(0) if words else ""
