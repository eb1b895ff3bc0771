"""Print the arrows of a walk: what `template --stage` shows."""

from collections.abc import Callable, Mapping

from pkgtool import yamlcodec
from pkgtool.cli.output import write
from pkgtool.ops.plan import plan_of
from pkgtool.ops.walk import Walked


def show_stage(walked: Walked, stage: str) -> None:
    """Print the result of one step of the walk."""
    write(_STAGES[stage](walked), newline=False)


def _context_text(walked: Walked) -> str:
    context = walked.context
    release = context.release
    return yamlcodec.dump(
        {
            "Release": {
                "Name": release.name,
                "Namespace": release.namespace,
                "Revision": release.revision,
                "IsInstall": release.is_install,
                "IsUpgrade": release.is_upgrade,
            },
            "Chart": {"Name": context.chart.name, "Version": context.chart.metadata.version},
            "Capabilities": {
                "KubeVersion": context.capabilities.kube_version,
                "APIVersions": list(context.capabilities.api_versions),
            },
            "Values": walked.values,
        }
    )


def _rendered_text(walked: Walked) -> str:
    files = [f"---\n# Source: {f.path}\n{f.text.rstrip()}\n" for f in walked.rendered.files]
    return "".join(files)


def _values_text(walked: Walked) -> str:
    return yamlcodec.dump(walked.values)


def _manifests_text(walked: Walked) -> str:
    return "".join(f"{each.id}  ({each.origin})\n" for each in walked.desired.manifests)


def _plan_text(walked: Walked) -> str:
    return plan_of(walked).describe()


_STAGES: Mapping[str, Callable[[Walked], str]] = {
    "values": _values_text,
    "context": _context_text,
    "text": _rendered_text,
    "manifests": _manifests_text,
    "plan": _plan_text,
}
