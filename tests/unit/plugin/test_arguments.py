import pytest

from pkgtool.plugin.arguments import environ_with, part_arguments


@pytest.mark.parametrize(
    ("given", "variables", "rest"),
    [
        pytest.param(["a", "--b", "-c"], {}, ("a", "--b", "-c"), id="a plugin's own"),
        pytest.param(["-n", "prod", "a"], {"NAMESPACE": "prod"}, ("a",), id="before"),
        pytest.param(["a", "--namespace", "prod"], {"NAMESPACE": "prod"}, ("a",), id="after"),
        pytest.param(["--namespace=prod"], {"NAMESPACE": "prod"}, (), id="with ="),
        pytest.param(["a", "--debug", "b"], {"DEBUG": "true"}, ("a", "b"), id="debug"),
        pytest.param(["--debug=x"], {}, ("--debug=x",), id="debug with a value is the plugin's"),
        pytest.param(["--kubeconfig", "k"], {"KUBECONFIG": "k"}, (), id="kubeconfig"),
        pytest.param(
            ["--kube-as-group", "a", "--kube-as-group=b"], {"KUBEASGROUPS": "a,b"}, (), id="groups"
        ),
        pytest.param(
            ["--kube-insecure-skip-tls-verify", "x"],
            {"KUBEINSECURE_SKIP_TLS_VERIFY": "true"},
            ("x",),
            id="a bare boolean",
        ),
        pytest.param(
            ["--kube-insecure-skip-tls-verify", "false", "x"],
            {"KUBEINSECURE_SKIP_TLS_VERIFY": "false"},
            ("x",),
            id="a boolean with a value",
        ),
        pytest.param(["--namespace"], {"NAMESPACE": ""}, (), id="no value"),
        pytest.param(["-nprod", "--names=x"], {}, ("-nprod", "--names=x"), id="other spellings"),
        pytest.param(["--", "-n", "x"], {"NAMESPACE": "x"}, ("--",), id="dashes end nothing"),
        pytest.param(["--cluster", "c"], {}, ("--cluster", "c"), id="a flag that Helm has not"),
    ],
)
def test_part_arguments(given: list[str], variables: dict[str, str], rest: tuple[str, ...]) -> None:
    parted = part_arguments(given)

    assert parted.variables == variables
    assert parted.rest == rest


def test_variables_of_ours_are_changed_where_they_are() -> None:
    environ = {"PKGTOOL_NAMESPACE": "old", "HOME": "/h"}

    changed = environ_with(environ, {"NAMESPACE": "new", "DEBUG": "true", "KUBECONFIG": "k"})

    assert changed == {
        "HOME": "/h",
        "PKGTOOL_NAMESPACE": "new",
        "HELM_NAMESPACE": "new",
        "HELM_DEBUG": "true",
        "KUBECONFIG": "k",
    }
