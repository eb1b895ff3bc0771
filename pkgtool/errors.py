"""Everything that can go wrong and that a caller may want to catch, as one tree.

```
PkgtoolError              P000  exit 1
├── UsageError            P0xx           flags, settings
├── ChartError            P1xx
├── ValuesError           P2xx
├── TemplateError         P3xx
├── ManifestError         P4xx
├── ReleaseError          P5xx
├── ClusterError          P6xx
├── StoreError            P7xx
├── RepoError             P8xx
├── PluginError           P82x
└── InputError            P9xx           text and files, before they mean anything
```

Errors carry strings and `Span`s, never objects of the domain. A message says what happened,
where (an excerpt) and what to do next; `pkgtool explain CODE` prints the page about it.
Libraries' own exceptions never pass their door: adapters translate them with `raise … from`.
"""

from collections.abc import Iterable, Mapping
from typing import ClassVar, NamedTuple

from pkgtool.source import Span


def closest(name: str, known: Iterable[str]) -> str:
    """Return the name in `known` nearest to `name`, or an empty string when none is near."""
    # Imported here: only failing runs pay for it.
    from difflib import get_close_matches  # noqa: PLC0415

    return next(iter(get_close_matches(name, list(known), n=1, cutoff=0.6)), "")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a hint naming the nearest of `known`, or an empty string."""
    near = closest(name, known)
    return f"did you mean {near!r}?" if near else ""


class Problem(NamedTuple):
    """One of several faults that a validator found in one go."""

    message: str
    where: Span | None = None
    path: str = ""
    """Where inside the document, as a dotted path: `spec.replicas`."""
    subject: str = ""
    """Which of several documents: `Deployment.apps default/web`."""

    def __str__(self) -> str:
        head = ": ".join(part for part in (self.subject, self.path, self.message) if part)
        return f"{head}\n{self.where.excerpt()}" if self.where else head


class PkgtoolError(Exception):
    """Base of everything a caller may want to catch."""

    code: ClassVar[str] = "P000"
    """Stable identifier; `pkgtool explain P000` prints the page about it."""

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, where: Span | None = None, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        # Subclasses take other arguments than the base, so the default would not unpickle.
        return _revive, (type(self), self.what, self.__dict__)

    def __str__(self) -> str:
        return "\n".join([f"{self.what} [{self.code}]", *self.detail()])

    def under(self, words: str) -> "PkgtoolError":
        """Return the error with `words` in front: what was being done, as Helm says it."""
        self.what = f"{words}: {self.what}"
        return self

    def detail(self) -> list[str]:
        """Return what there is to say beyond `what`: the place, and what to do next."""
        place = [] if self.where is None else [self.where.excerpt()]
        return [*place, *([f"hint: {self.hint}"] if self.hint else [])]


def _revive(kind: type[PkgtoolError], what: str, state: Mapping[str, object]) -> PkgtoolError:
    error = kind.__new__(kind, what)
    Exception.__init__(error, what)
    error.__dict__.update(state)
    return error


class CollectedError(PkgtoolError):
    """Several problems found in one go; shown one below the other."""

    def __init__(self, what: str, problems: Iterable[Problem], *, hint: str = "") -> None:
        super().__init__(what, hint=hint)
        self.problems: tuple[Problem, ...] = tuple(problems)

    def detail(self) -> list[str]:
        """Return the problems, then what to do next."""
        return [*(f"- {each}" for each in self.problems), *super().detail()]


class UsageError(PkgtoolError):
    """The command line or a setting cannot be understood; nothing was done."""

    code = "P001"


class SettingInvalid(UsageError):
    """An environment variable or a configuration file holds something unusable."""

    code = "P002"


class ChartError(PkgtoolError):
    """A chart cannot be used as it is."""

    code = "P100"


class ChartNotFound(ChartError):
    """No chart where one was named."""

    code = "P101"


class ChartInvalid(ChartError):
    """Files were found, but they do not make a chart."""

    code = "P102"


class ArchiveUnsafe(ChartError):
    """An archive is damaged, too large or tries to reach outside itself; nothing was unpacked."""

    code = "P103"


class DependencyUnresolved(ChartError):
    """A dependency in `Chart.yaml` is missing, ambiguous or matches no version."""

    code = "P104"


class LockOutOfDate(ChartError):
    """`Chart.lock` was made from other dependencies than `Chart.yaml` lists now."""

    code = "P105"


class LintFailed(ChartError):
    """At least one chart has a finding that makes it unfit."""

    code = "P106"


class DependencyMissing(ChartError):
    """`Chart.yaml` lists a chart that is not in `charts/`."""

    code = "P107"


class DependencyCycle(ChartError):
    """Charts on this disk depend on each other in a circle; nothing was written."""

    code = "P108"


class ChartUnsupported(ChartInvalid):
    """A chart is of a format that is not supported: its `apiVersion` is another one."""

    code = "P109"


class StarterUnusable(ChartError):
    """What `create` was told to start from is no chart; nothing was written."""

    code = "P110"


class ValuesError(PkgtoolError):
    """Values cannot be read, merged or accepted."""

    code = "P200"


class SetPathInvalid(ValuesError):
    """A `--set` expression does not follow its grammar; the span marks the place."""

    code = "P201"


class SchemaMismatch(CollectedError, ValuesError):
    """Values break a `values.schema.json`; every problem is listed, in `what` already."""

    code = "P202"

    def __str__(self) -> str:
        lines = [f"{self.what.rstrip()} [{self.code}]"]
        if self.hint:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)

    def detail(self) -> list[str]:
        """Return what to do next: Helm's words list the problems already."""
        return PkgtoolError.detail(self)


class SchemaInvalid(ValuesError):
    """A `values.schema.json` is not a usable schema, or points outside the chart."""

    code = "P203"


class JsonPathInvalid(ValuesError):
    """A `--jsonpath` expression cannot be read, or asks for what is not there."""

    code = "P204"


class TemplateError(PkgtoolError):
    """A template cannot be turned into text."""

    code = "P300"


class TemplateSyntax(TemplateError):
    """A template does not parse; the span marks the token."""

    code = "P301"


class TemplateRender(TemplateError):
    """A template parsed but failed while it ran; includes are in the `__cause__` chain."""

    code = "P302"


class FunctionFailed(TemplateError):
    """A template function refused its arguments, or the template called `fail`."""

    code = "P303"


class RequiredValueMissing(TemplateError):
    """`required` found no value."""

    code = "P304"


class BudgetExceeded(TemplateError):
    """A template asked for more steps, text, depth, time or memory than one render may use."""

    code = "P305"


class EngineUnavailable(TemplateError):
    """The chart asks for a template engine that is not here."""

    code = "P306"


class UndefinedValue(TemplateRender):
    """A template used a name that nothing defines."""

    code = "P307"


class ManifestError(PkgtoolError):
    """Rendered text is not usable as Kubernetes objects."""

    code = "P400"


class ManifestUnparsable(ManifestError):
    """A rendered document is not YAML, or not an object; the span marks the template line."""

    code = "P401"

    rendered: str = ""
    """Everything that was rendered, for those who look for the fault."""


class ResourceDuplicated(ManifestError):
    """Two templates make the same object."""

    code = "P402"


class OrderCycle(ManifestError):
    """Objects wait for each other in a circle."""

    code = "P403"


class ManifestInvalid(CollectedError, ManifestError):
    """Objects break the schema of their kind; every violation is listed."""

    code = "P404"


class KindUnknown(CollectedError, ManifestError):
    """With `--strict`: objects of kinds for which there is no schema."""

    code = "P405"


class ReleaseError(PkgtoolError):
    """The release is not in a state that allows this."""

    code = "P500"


class ReleaseExists(ReleaseError):
    """A release of that name is already there."""

    code = "P501"

    def __init__(self, name: str, namespace: str, revision: int) -> None:
        super().__init__(
            "cannot reuse a name that is still in use",
            hint=f"release {name!r} exists in namespace {namespace!r} (revision {revision}): use "
            f"`pkgtool upgrade {name} CHART`, or choose another name",
        )
        self.name = name
        self.namespace = namespace
        self.revision = revision


class ReleaseNotFound(ReleaseError):
    """No release of that name in that namespace."""

    code = "P502"

    def __init__(self, name: str, namespace: str, *, known: Iterable[str] = ()) -> None:
        near = closest(name, known)
        super().__init__(
            "release: not found",
            hint=f"there is no {name!r} in namespace {namespace!r}: "
            + (f"did you mean {near!r}?" if near else "`pkgtool list -A` shows all releases"),
        )
        self.name = name
        self.namespace = namespace


class RevisionNotFound(ReleaseError):
    """The release exists, but not in that revision."""

    code = "P503"

    def __init__(self, name: str, revision: int) -> None:
        super().__init__(
            f"release has no {revision} version",
            hint=f"`pkgtool history {name}` shows what there is",
        )
        self.name = name
        self.revision = revision


class ReleaseBusy(ReleaseError):
    """Another live operation holds the release; nothing was changed, try again later."""

    code = "P504"
    exit_code = 75


class NotOwned(ReleaseError):
    """Objects in the cluster belong to somebody else; nothing was changed."""

    code = "P505"


class ReleaseNameInvalid(ReleaseError):
    """A release name that Kubernetes would refuse."""

    code = "P506"


class NothingDeployed(ReleaseError):
    """The release has no deployed revision to start from."""

    code = "P507"


class HookFailed(ReleaseError):
    """A hook did not succeed; the record says so."""

    code = "P508"


class RolloutFailed(ReleaseError):
    """Objects were sent but the operation did not complete; the record says FAILED."""

    code = "P509"


class LeaseLost(ReleaseError):
    """Another process took over the release in the middle; this one stopped where it was."""

    code = "P510"
    exit_code = 75


class AlreadyUninstalled(ReleaseError):
    """The release was uninstalled before, and its history is kept."""

    code = "P511"


class ClusterError(PkgtoolError):
    """The cluster did not do what was asked."""

    code = "P600"


class Unreachable(ClusterError):
    """No cluster answers."""

    code = "P601"


class Rejected(ClusterError):
    """The cluster refused an object."""

    code = "P602"


class Conflict(ClusterError):
    """Somebody else changed or owns what was to be changed; nothing was."""

    code = "P603"


class WaitTimedOut(ClusterError):
    """Objects were not ready in time."""

    code = "P604"


class ClusterLocked(ClusterError):
    """The embedded cluster's file is in use by another process; nothing was changed."""

    code = "P605"
    exit_code = 75


class ClusterStorageFailed(ClusterError):
    """The embedded cluster's file cannot be read or written: full, read-only or damaged."""

    code = "P606"


class ClusterUnsupported(ClusterError):
    """The cluster that was asked for is of a kind that pkgtool cannot talk to yet."""

    code = "P607"


class StoreError(PkgtoolError):
    """A release record cannot be kept or read."""

    code = "P700"


class RecordCorrupt(StoreError):
    """A stored record cannot be decoded; other revisions are not affected."""

    code = "P701"


class RecordTooLarge(StoreError):
    """A record is larger than its store takes; nothing was stored."""

    code = "P702"


class RepoError(PkgtoolError):
    """A chart repository cannot be used as asked."""

    code = "P800"


class IndexInvalid(RepoError):
    """What should be an index is not one."""

    code = "P801"


class DigestMismatch(RepoError):
    """Downloaded bytes are not the bytes that the index or lock promises; they were discarded."""

    code = "P802"


class SignatureInvalid(RepoError):
    """A provenance file does not vouch for the chart."""

    code = "P803"


class BlobNotFound(RepoError):
    """Nothing is stored under that key."""

    code = "P804"


class RepoNotFound(RepoError):
    """No repository of that name is configured."""

    code = "P805"


class ChartVersionNotFound(RepoError):
    """The repository has no such chart, or no version of it that matches."""

    code = "P806"


class FetchFailed(RepoError):
    """A server could not be reached, or its answer cannot be used."""

    code = "P807"


class RepoExists(RepoError):
    """A repository of that name points elsewhere already."""

    code = "P808"


class BlobExists(RepoError):
    """Something is stored under that key already."""

    code = "P809"


class BlobKeyInvalid(RepoError):
    """A key that no store of blobs takes: it climbs, hides or is not portable."""

    code = "P810"


class ReferenceInvalid(RepoError):
    """A text does not name anything in an OCI registry."""

    code = "P811"


class CredentialsUnusable(RepoError):
    """A registry does not let us in, or credentials for it cannot be had or kept."""

    code = "P812"


class ArtifactInvalid(RepoError):
    """What a registry holds is not a chart, or contradicts itself; it was discarded."""

    code = "P813"


class GitFailed(RepoError):
    """A git repository cannot be read, or has no such chart."""

    code = "P819"


class KeyUnavailable(RepoError):
    """A keyring, a key or its passphrase cannot be had."""

    code = "P815"


class PluginError(PkgtoolError):
    """A plugin cannot be installed, changed or removed."""

    code = "P820"


class PluginInvalid(PluginError):
    """A plugin says something about itself that cannot be used."""

    code = "P821"


class PluginNotFound(PluginError):
    """No plugin of that name is installed."""

    code = "P822"


class PluginFailed(PluginError):
    """A plugin or post-renderer ran, and failed or answered with something unusable."""

    code = "P823"


class PluginUnverified(PluginError):
    """A plugin is not signed by anyone trusted; it was not installed."""

    code = "P824"


class RepoUnreachable(RepoError):
    """There is no chart repository at that URL, or it cannot be reached."""

    code = "P816"


class HubUnavailable(RepoError):
    """The service that knows charts of many repositories gave no usable answer."""

    code = "P817"


class NothingFound(RepoError):
    """A search found nothing, and was told that this is an error."""

    code = "P818"


class InputError(PkgtoolError):
    """A text or a file cannot be used, whatever it was meant for."""

    code = "P900"


class YamlInvalid(InputError):
    """A text is not YAML or JSON that pkgtool accepts; the span marks the place."""

    code = "P901"

    in_go: str = ""
    """The same as Helm's YAML reader says it, for `fromYaml`; its lines may be off by one."""


class VersionInvalid(InputError):
    """A text is not a semantic version."""

    code = "P902"


class ConstraintInvalid(InputError):
    """A text is not a version constraint."""

    code = "P903"


class FileUnreadable(InputError):
    """A file or folder is missing, too large, or not allowed to be read."""

    code = "P904"


class FileUnwritable(InputError):
    """A file could not be written; what was there before is unchanged."""

    code = "P905"


class PatternInvalid(InputError):
    """A text is not a regular expression or glob that pkgtool accepts."""

    code = "P906"


class DigestMalformed(InputError):
    """A text is not a SHA-256 digest."""

    code = "P907"

    def __init__(self, text: str) -> None:
        super().__init__(f"not a sha256 digest: {text[:80]!r}")


class ProcessUnusable(InputError):
    """Another program cannot be started, or prints more than is reasonable; it is not running."""

    code = "P908"


class ProcessTimedOut(InputError):
    """Another program took too long; it was ended with all that it had started."""

    code = "P909"
