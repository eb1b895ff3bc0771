"""What every `Cluster` must do: subclass, provide a `cluster` fixture, and run.

The fixture yields a cluster that has only the namespaces every cluster starts with. Clusters
differ in what they simulate; a subclass says so in the attributes, and tests that need more
are skipped.
"""

from collections.abc import Iterable
from typing import Any

import pytest

from pkgtool.cluster.protocol import ApplyPolicy, Body, Cluster, WatchEvent
from pkgtool.errors import Conflict, Rejected
from pkgtool.manifest.model import ResourceId
from pkgtool.template.capabilities import DEFAULT_KUBE_VERSION
from pkgtool.testing.cluster_objects import (
    annotated,
    backup,
    claim,
    config_map,
    container,
    crd,
    job,
    namespace,
    owned,
    pod,
    pod_template,
    secret,
    service,
    without_namespace,
    workload,
)

HELM = ApplyPolicy()
OTHER = ApplyPolicy(manager="autoscaler")
SETTINGS = ResourceId("", "ConfigMap", "default", "settings")
WEB = ResourceId("apps", "Deployment", "default", "web")
OUTCOME = "embedded.pkgtool.dev/outcome"


def managers(body: Body) -> dict[str, Any]:
    """Return who owns which fields."""
    return {each["manager"]: each["fieldsV1"] for each in body["metadata"]["managedFields"]}


def version(body: Body) -> str:
    """Return the resource version."""
    return str(body["metadata"]["resourceVersion"])


def names(bodies: list[Body]) -> list[str]:
    """Return the names, in order."""
    return [each["metadata"]["name"] for each in bodies]


def conditions(body: Body) -> dict[str, str]:
    """Return the status of each condition by its type."""
    return {each["type"]: each["status"] for each in body.get("status", {}).get("conditions", ())}


class ClusterContract:
    """The behaviour that releases rely on."""

    simulates_controllers = True
    """Whether reading lets workloads make progress without anything running them."""
    allocates_from_empty = True
    """Whether addresses are given out from the beginning of their range."""

    @pytest.fixture
    def cluster(self) -> Cluster:
        """Return an empty cluster."""
        raise NotImplementedError

    @pytest.fixture
    def controllers(self) -> None:
        """Skip where nothing simulates controllers."""
        if not self.simulates_controllers:
            pytest.skip("this cluster does not simulate controllers")

    def test_what_is_applied_can_be_read(self, cluster: Cluster) -> None:
        applied = cluster.apply(config_map(colour="blue"), HELM)

        assert applied["data"] == {"colour": "blue"}
        assert cluster.get(SETTINGS) == applied

    def test_nothing_is_read_where_nothing_is(self, cluster: Cluster) -> None:
        assert cluster.get(SETTINGS) is None
        assert cluster.list("", "ConfigMap", namespace="default") == []

    def test_a_new_object_gets_uid_time_and_version(self, cluster: Cluster) -> None:
        one = cluster.apply(config_map("one"), HELM)["metadata"]
        two = cluster.apply(config_map("two"), HELM)["metadata"]

        assert one["uid"] != two["uid"]
        assert one["creationTimestamp"].endswith("Z")
        assert one["resourceVersion"] != two["resourceVersion"]

    def test_the_namespace_defaults_to_default(self, cluster: Cluster) -> None:
        applied = cluster.apply(without_namespace(config_map()), HELM)

        assert applied["metadata"]["namespace"] == "default"
        assert cluster.get(SETTINGS) is not None

    def test_objects_without_namespaces_lose_theirs(self, cluster: Cluster) -> None:
        body = {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {"name": "reader", "namespace": "default"},
            "rules": [],
        }

        applied = cluster.apply(body, HELM)

        assert "namespace" not in applied["metadata"]
        written_so = ResourceId("rbac.authorization.k8s.io", "ClusterRole", "default", "reader")
        assert cluster.get(written_so) == applied

    def test_what_callers_do_to_a_body_does_not_reach_the_cluster(self, cluster: Cluster) -> None:
        sent = config_map(colour="blue")
        applied: Any = cluster.apply(sent, HELM)
        sent["data"]["colour"] = "red"
        applied["data"]["colour"] = "green"

        live: Any = cluster.get(SETTINGS)
        live["data"]["colour"] = "black"

        assert cluster.get(SETTINGS) != live

    def test_the_version_of_the_api_is_not_part_of_the_identity(self, cluster: Cluster) -> None:
        scaler = {
            "apiVersion": "autoscaling/v1",
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": "web"},
            "spec": {"maxReplicas": 2, "scaleTargetRef": {"kind": "Deployment", "name": "web"}},
        }
        before = cluster.apply(scaler, HELM)

        after = cluster.apply({**scaler, "apiVersion": "autoscaling/v2"}, HELM)

        assert after["metadata"]["uid"] == before["metadata"]["uid"]

    def test_applying_the_same_again_changes_nothing(self, cluster: Cluster) -> None:
        before = cluster.apply(workload("Deployment"), HELM)

        assert cluster.apply(workload("Deployment"), HELM) == before

    def test_a_change_gives_a_later_version(self, cluster: Cluster) -> None:
        before = cluster.apply(config_map(colour="blue"), HELM)

        after = cluster.apply(config_map(colour="red"), HELM)

        assert after["data"] == {"colour": "red"}
        assert after["metadata"]["uid"] == before["metadata"]["uid"]
        assert int(version(after)) > int(version(before))

    def test_generation_counts_changes_of_the_spec(self, cluster: Cluster) -> None:
        body = workload("Deployment", replicas=1)
        assert cluster.apply(body, HELM)["metadata"]["generation"] == 1

        labelled = {**body, "metadata": {**body["metadata"], "labels": {"tier": "front"}}}
        assert cluster.apply(labelled, HELM)["metadata"]["generation"] == 1

        scaled = {**labelled, "spec": {**body["spec"], "replicas": 2}}
        assert cluster.apply(scaled, HELM)["metadata"]["generation"] == 2

    def test_fields_that_are_no_longer_sent_are_removed(self, cluster: Cluster) -> None:
        cluster.apply(config_map(colour="blue", size="big"), HELM)

        assert cluster.apply(config_map(colour="blue"), HELM)["data"] == {"colour": "blue"}

    def test_a_removed_field_takes_its_defaults_along(self, cluster: Cluster) -> None:
        probed = container("web", livenessProbe={"httpGet": {"path": "/"}})
        cluster.apply(workload("Deployment", template=pod_template(probed)), HELM)

        applied = cluster.apply(workload("Deployment"), HELM)

        assert "livenessProbe" not in applied["spec"]["template"]["spec"]["containers"][0]

    def test_list_items_are_merged_by_their_key(self, cluster: Cluster) -> None:
        web = container("web", env=[{"name": "A", "value": "1"}, {"name": "B", "value": "2"}])
        cluster.apply(workload("Deployment", template=pod_template(web, container("log"))), HELM)

        web = container("web", env=[{"name": "B", "value": "3"}])
        applied = cluster.apply(workload("Deployment", template=pod_template(web)), HELM)

        containers = applied["spec"]["template"]["spec"]["containers"]
        assert [each["name"] for each in containers] == ["web"]
        assert containers[0]["env"] == [{"name": "B", "value": "3"}]

    def test_ports_are_told_apart_by_number_and_protocol(self, cluster: Cluster) -> None:
        ports = [{"name": "dns", "port": 53}, {"name": "dns-udp", "port": 53, "protocol": "UDP"}]
        applied = cluster.apply(service(ports=ports), HELM)
        assert [each["protocol"] for each in applied["spec"]["ports"]] == ["TCP", "UDP"]

        applied = cluster.apply(service(ports=ports[1:]), HELM)

        assert [each["name"] for each in applied["spec"]["ports"]] == ["dns-udp"]

    def test_two_items_with_one_key_are_refused(self, cluster: Cluster) -> None:
        twice = pod_template(container("web"), container("web"))

        with pytest.raises(Rejected, match='duplicate entries for key \\[name="web"\\]'):
            cluster.apply(workload("Deployment", template=twice), HELM)

    def test_atomic_lists_are_replaced_whole(self, cluster: Cluster) -> None:
        for args in (["--a", "--b"], ["--c"]):
            template = pod_template(container("web", args=args))
            applied = cluster.apply(workload("Deployment", template=template), HELM)

        assert applied["spec"]["template"]["spec"]["containers"][0]["args"] == ["--c"]

    def test_nulls_mean_that_a_field_is_not_sent(self, cluster: Cluster) -> None:
        body = config_map(colour="blue")
        body["metadata"]["annotations"] = None

        assert "annotations" not in cluster.apply(body, HELM)["metadata"]

    def test_owned_fields_are_listed_as_kubernetes_does(self, cluster: Cluster) -> None:
        applied = cluster.apply(workload("Deployment"), HELM)

        entry = applied["metadata"]["managedFields"][0]
        assert entry["operation"] == "Apply"
        assert entry["fieldsType"] == "FieldsV1"
        template = entry["fieldsV1"]["f:spec"]["f:template"]
        assert template == {
            "f:metadata": {"f:labels": {"f:app": {}}},
            "f:spec": {
                "f:containers": {'k:{"name":"web"}': {".": {}, "f:image": {}, "f:name": {}}}
            },
        }

    def test_two_managers_may_each_have_fields(self, cluster: Cluster) -> None:
        cluster.apply(config_map(colour="blue"), HELM)
        applied = cluster.apply(config_map(size="big"), OTHER)
        assert applied["data"] == {"colour": "blue", "size": "big"}

        applied = cluster.apply(config_map(), HELM)

        assert applied["data"] == {"size": "big"}
        assert managers(applied)["autoscaler"] == {"f:data": {"f:size": {}}}

    def test_a_shared_field_stays_while_one_of_its_owners_sends_it(self, cluster: Cluster) -> None:
        cluster.apply(config_map(colour="blue"), HELM)
        cluster.apply(config_map(colour="blue"), OTHER)

        assert cluster.apply(config_map(), HELM)["data"] == {"colour": "blue"}
        assert cluster.apply(config_map(), OTHER)["data"] == {}

    def test_a_sidecar_of_somebody_else_stays(self, cluster: Cluster) -> None:
        cluster.apply(workload("Deployment"), HELM)
        sidecar = workload("Deployment", template=pod_template(container("proxy")))
        cluster.apply(sidecar, OTHER)

        newer = pod_template(container("web", "registry.example/web:2.0"))
        applied = cluster.apply(workload("Deployment", template=newer), HELM)

        containers = applied["spec"]["template"]["spec"]["containers"]
        assert [each["name"] for each in containers] == ["web", "proxy"]
        assert containers[0]["image"] == "registry.example/web:2.0"

    def test_an_unmentioned_item_keeps_its_place(self, cluster: Cluster) -> None:
        both = workload("Deployment", template=pod_template(container("a"), container("b")))
        before = cluster.apply(both, HELM)

        only_b = workload("Deployment", template=pod_template(container("b")))
        after = cluster.apply(only_b, OTHER)

        assert after["spec"] == before["spec"]
        assert after["metadata"]["generation"] == before["metadata"]["generation"]

    def test_a_conflict_lists_fields_and_managers(self, cluster: Cluster) -> None:
        cluster.apply(workload("Deployment", replicas=5), OTHER)

        with pytest.raises(Conflict) as caught:
            cluster.apply(workload("Deployment", replicas=1), HELM)

        assert caught.value.what == (
            'apply failed with 1 conflict: conflict with "autoscaler" using apps/v1: .spec.replicas'
        )

    def test_all_conflicts_are_reported_at_once(self, cluster: Cluster) -> None:
        other = pod_template(container("web", "registry.example/web:9"))
        cluster.apply(workload("Deployment", replicas=5, template=other), OTHER)

        with pytest.raises(Conflict) as caught:
            cluster.apply(workload("Deployment", replicas=1), HELM)

        assert caught.value.what.splitlines() == [
            'apply failed with 2 conflicts: conflicts with "autoscaler" using apps/v1:',
            "- .spec.replicas",
            '- .spec.template.spec.containers[name="web"].image',
        ]

    def test_a_conflict_changes_nothing(self, cluster: Cluster) -> None:
        before = cluster.apply(config_map(colour="blue"), OTHER)

        with pytest.raises(Conflict):
            cluster.apply(config_map(colour="red", size="big"), HELM)

        assert cluster.get(SETTINGS) == before

    def test_force_takes_fields_over(self, cluster: Cluster) -> None:
        cluster.apply(config_map(colour="blue", size="big"), OTHER)

        applied = cluster.apply(config_map(colour="red"), ApplyPolicy(force=True))

        assert applied["data"] == {"colour": "red", "size": "big"}
        assert managers(applied) == {
            "autoscaler": {"f:data": {"f:size": {}}},
            "helm": {"f:data": {"f:colour": {}}},
        }

    def test_sending_back_what_was_read_is_fine(self, cluster: Cluster) -> None:
        read = cluster.apply(workload("Deployment"), HELM)

        assert cluster.apply(read, HELM)["spec"] == read["spec"]

    def test_a_create_refuses_what_exists(self, cluster: Cluster) -> None:
        create = ApplyPolicy(if_absent=True)
        before = cluster.apply(config_map(colour="blue"), create)

        with pytest.raises(Conflict, match='configmaps "settings" already exists'):
            cluster.apply(config_map(colour="red"), create)

        assert cluster.get(SETTINGS) == before

    def test_a_swap_needs_the_live_version(self, cluster: Cluster) -> None:
        first = cluster.apply(config_map(colour="blue"), HELM)
        second = cluster.apply(config_map(colour="red"), ApplyPolicy(if_version=version(first)))

        with pytest.raises(Conflict, match="the object has been modified"):
            cluster.apply(config_map(colour="green"), ApplyPolicy(if_version=version(first)))

        assert cluster.get(SETTINGS) == second

    def test_a_swap_of_nothing_is_refused(self, cluster: Cluster) -> None:
        with pytest.raises(Conflict):
            cluster.apply(config_map(), ApplyPolicy(if_version="1"))

        assert cluster.get(SETTINGS) is None

    def test_a_dry_run_keeps_nothing(self, cluster: Cluster) -> None:
        dry = ApplyPolicy(dry_run=True)
        assert cluster.apply(config_map(colour="blue"), dry)["data"] == {"colour": "blue"}
        assert cluster.get(SETTINGS) is None

        before = cluster.apply(config_map(colour="blue"), HELM)
        assert cluster.apply(config_map(colour="red"), dry)["data"] == {"colour": "red"}
        assert cluster.get(SETTINGS) == before

    def test_a_dry_run_finds_conflicts(self, cluster: Cluster) -> None:
        cluster.apply(config_map(colour="blue"), OTHER)

        with pytest.raises(Conflict):
            cluster.apply(config_map(colour="red"), ApplyPolicy(dry_run=True))

    def test_a_deleted_object_is_gone(self, cluster: Cluster) -> None:
        cluster.apply(config_map(), HELM)

        assert cluster.delete(SETTINGS) is True
        assert cluster.get(SETTINGS) is None
        assert cluster.delete(SETTINGS) is False

    def test_only_the_object_with_that_uid_is_deleted(self, cluster: Cluster) -> None:
        uid = cluster.apply(config_map(), HELM)["metadata"]["uid"]

        assert cluster.delete(SETTINGS, uid="another") is False
        assert cluster.get(SETTINGS) is not None
        assert cluster.delete(SETTINGS, uid=uid) is True

    def test_an_object_that_comes_back_is_a_new_one(self, cluster: Cluster) -> None:
        before = cluster.apply(config_map(colour="blue"), HELM)
        cluster.delete(SETTINGS)

        after = cluster.apply(config_map(), HELM)

        assert after["metadata"]["uid"] != before["metadata"]["uid"]
        assert after["data"] == {}

    def test_what_is_owned_goes_with_its_owner(self, cluster: Cluster) -> None:
        owner = cluster.apply(config_map(), HELM)
        middle = cluster.apply(owned(config_map("middle"), owner), HELM)
        cluster.apply(owned(config_map("leaf"), middle), HELM)

        cluster.delete(SETTINGS)

        assert "leaf" not in names(cluster.list("", "ConfigMap"))
        assert "middle" not in names(cluster.list("", "ConfigMap"))

    def test_what_has_another_owner_stays(self, cluster: Cluster) -> None:
        one, two = cluster.apply(config_map(), HELM), cluster.apply(config_map("two"), HELM)
        cluster.apply(owned(config_map("shared"), one, two), HELM)

        cluster.delete(SETTINGS)

        assert "shared" in names(cluster.list("", "ConfigMap"))

    def test_a_cluster_starts_with_its_namespaces(self, cluster: Cluster) -> None:
        present = names(cluster.list("", "Namespace"))

        assert {"default", "kube-public", "kube-system"} <= set(present)

    def test_a_missing_namespace_is_refused(self, cluster: Cluster) -> None:
        with pytest.raises(Rejected, match='namespaces "prod" not found'):
            cluster.apply(config_map(namespace="prod"), HELM)

    def test_equal_names_in_two_namespaces_are_two_objects(self, cluster: Cluster) -> None:
        cluster.apply(namespace("prod"), HELM)
        cluster.apply(config_map(colour="blue"), HELM)
        cluster.apply(config_map(namespace="prod", colour="red"), HELM)

        live = cluster.get(SETTINGS)

        assert live is not None
        assert live["data"] == {"colour": "blue"}

    def test_a_namespace_takes_its_content_along(self, cluster: Cluster) -> None:
        cluster.apply(namespace("prod"), HELM)
        cluster.apply(config_map(namespace="prod"), HELM)

        assert cluster.delete(ResourceId("", "Namespace", "", "prod")) is True

        assert cluster.list("", "ConfigMap", namespace="prod") == []

    def test_nothing_new_goes_into_a_namespace_that_ends(self, cluster: Cluster) -> None:
        cluster.apply(namespace("prod"), HELM)
        cluster.delete(ResourceId("", "Namespace", "", "prod"))

        with pytest.raises(Rejected, match="because it is being terminated"):
            cluster.apply(config_map(namespace="prod"), HELM)

    def test_a_namespace_may_come_back_when_it_is_gone(
        self, cluster: Cluster, controllers: None
    ) -> None:
        prod = ResourceId("", "Namespace", "", "prod")
        cluster.apply(namespace("prod"), HELM)
        cluster.delete(prod)
        assert cluster.get(prod) is None

        cluster.apply(namespace("prod"), HELM)

        assert cluster.apply(config_map(namespace="prod"), HELM)["metadata"]["namespace"] == "prod"

    def test_the_first_namespaces_cannot_be_deleted(self, cluster: Cluster) -> None:
        with pytest.raises(Rejected, match="this namespace may not be deleted"):
            cluster.delete(ResourceId("", "Namespace", "", "default"))

    def test_a_list_is_ordered_by_namespace_and_name(self, cluster: Cluster) -> None:
        cluster.apply(namespace("a"), HELM)
        for where, name in (("default", "b"), ("a", "z"), ("default", "a")):
            cluster.apply(secret(name, namespace=where), HELM)

        assert names(cluster.list("", "Secret")) == ["z", "a", "b"]
        assert names(cluster.list("", "Secret", namespace="default")) == ["a", "b"]

    def test_a_list_has_one_kind_only(self, cluster: Cluster) -> None:
        cluster.apply(config_map("same"), HELM)
        cluster.apply(secret("same"), HELM)

        assert [each["kind"] for each in cluster.list("", "Secret")] == ["Secret"]

    @pytest.mark.parametrize(
        ("labels", "expected"),
        [
            pytest.param({"owner": "helm"}, ["a", "b"], id="one label"),
            pytest.param({"owner": "helm", "name": "web"}, ["a"], id="all must match"),
            pytest.param({"owner": "helm", "name": "api"}, [], id="another value"),
            pytest.param({"missing": ""}, [], id="a label nobody has"),
            pytest.param({}, ["a", "b", "c"], id="no labels"),
            pytest.param(None, ["a", "b", "c"], id="nothing asked"),
        ],
    )
    def test_labels_select(
        self, cluster: Cluster, labels: dict[str, str] | None, expected: list[str]
    ) -> None:
        cluster.apply(secret("a", owner="helm", name="web"), HELM)
        cluster.apply(secret("b", owner="helm"), HELM)
        cluster.apply(secret("c", owner="other"), HELM)

        assert names(cluster.list("", "Secret", labels=labels)) == expected

    def test_labels_select_by_what_is_live(self, cluster: Cluster) -> None:
        cluster.apply(secret("a", status="deployed"), HELM)
        cluster.apply(secret("a", status="superseded"), HELM)

        assert cluster.list("", "Secret", labels={"status": "deployed"}) == []
        assert names(cluster.list("", "Secret", labels={"status": "superseded"})) == ["a"]

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            pytest.param(
                {"kind": "Secret", "metadata": {"name": "a"}}, "apiVersion", id="no version"
            ),
            pytest.param({"apiVersion": "v1", "kind": "Secret"}, "metadata", id="no metadata"),
            pytest.param(
                {"apiVersion": "v1", "kind": "Secret", "metadata": {}}, "name", id="no name"
            ),
            pytest.param(config_map("Not_Valid"), "lowercase RFC 1123 subdomain", id="bad name"),
            pytest.param(namespace("a.b"), "lowercase RFC 1123 label", id="bad namespace name"),
            pytest.param(config_map("a" * 254), "metadata.name", id="long name"),
            pytest.param(
                {**config_map(), "metadata": {"name": "a", "labels": {"on": True}}},
                "metadata.labels.on",
                id="label that is no string",
            ),
            pytest.param(
                workload("Deployment", selector={"matchLabels": {"app": "other"}}),
                "`selector` does not match template `labels`",
                id="selector beside the template",
            ),
            pytest.param(workload("Deployment", replicas=-1), "spec.replicas", id="negative"),
            pytest.param(workload("Deployment", template="x"), "spec.template", id="no template"),
            pytest.param({**secret("a"), "data": {"a": "%"}}, "illegal base64", id="not base64"),
            pytest.param({**config_map(), "data": {1: "a"}}, "keys must be strings", id="key"),
        ],
    )
    def test_unacceptable_objects_are_rejected(
        self, cluster: Cluster, body: dict[str, Any], words: str
    ) -> None:
        with pytest.raises(Rejected, match=words):
            cluster.apply(body, HELM)

    @pytest.mark.parametrize(
        ("before", "after", "words"),
        [
            pytest.param(
                service(), service(clusterIP="10.96.9.9"), "may not change once set", id="address"
            ),
            pytest.param(
                workload("Deployment"),
                workload(
                    "Deployment",
                    selector={"matchLabels": {"tier": "a"}},
                    template={**pod_template(), "metadata": {"labels": {"tier": "a"}}},
                ),
                "spec.selector: Invalid value: .*: field is immutable",
                id="selector of a Deployment",
            ),
            pytest.param(
                workload("StatefulSet", serviceName="a"),
                workload("StatefulSet", serviceName="b"),
                "updates to statefulset spec for fields other than 'replicas'",
                id="service of a StatefulSet",
            ),
            pytest.param(
                job("a", "true"), job("a", "false"), "spec.template: .*immutable", id="job template"
            ),
            pytest.param(
                claim(),
                {**claim(), "spec": {**claim()["spec"], "accessModes": ["ReadWriteMany"]}},
                "spec is immutable after creation",
                id="claim",
            ),
            pytest.param(
                {**secret("a"), "immutable": True},
                {**secret("a"), "immutable": True, "data": {"key": "b3RoZXI="}},
                "field is immutable when `immutable` is set",
                id="immutable secret",
            ),
            pytest.param(
                secret("a"), {**secret("a"), "type": "x/y"}, "type: Invalid value", id="secret type"
            ),
            pytest.param(
                pod("a"), pod("a", "sleep", "1"), "pod updates may not change fields", id="pod"
            ),
        ],
    )
    def test_immutable_fields_stay(
        self, cluster: Cluster, before: dict[str, Any], after: dict[str, Any], words: str
    ) -> None:
        live = cluster.apply(before, HELM)

        with pytest.raises(Rejected, match=words):
            cluster.apply(after, HELM)

        assert (
            cluster.apply(before, HELM)["spec" if "spec" in live else "data"]
            == (live["spec" if "spec" in live else "data"])
        )

    def test_what_may_change_on_a_stateful_set_changes(self, cluster: Cluster) -> None:
        cluster.apply(workload("StatefulSet", replicas=1), HELM)

        assert cluster.apply(workload("StatefulSet", replicas=3), HELM)["spec"]["replicas"] == 3

    def test_plain_secret_text_is_encoded(self, cluster: Cluster) -> None:
        body = {**secret("a"), "stringData": {"user": "admin"}}

        applied = cluster.apply(body, HELM)

        assert applied["data"] == {"key": "dmFsdWU=", "user": "YWRtaW4="}
        assert applied["type"] == "Opaque"
        assert "stringData" not in applied

    def test_services_get_addresses_and_ports(self, cluster: Cluster) -> None:
        one = cluster.apply(service("one"), HELM)["spec"]
        two = cluster.apply(service("two", type="NodePort"), HELM)["spec"]

        assert one["type"] == "ClusterIP"
        assert one["clusterIPs"] == [one["clusterIP"]]
        assert one["clusterIP"] != two["clusterIP"]
        assert 30000 <= two["ports"][0]["nodePort"] <= 32767
        assert two["ports"][0]["targetPort"] == 80

    def test_addresses_are_given_in_order(self, cluster: Cluster) -> None:
        if not self.allocates_from_empty:
            pytest.skip("addresses of this cluster are not its own")
        given = [cluster.apply(service(f"s{n}"), HELM)["spec"]["clusterIP"] for n in range(3)]

        assert given == ["10.96.0.1", "10.96.0.2", "10.96.0.3"]

    def test_a_headless_service_has_no_address(self, cluster: Cluster) -> None:
        assert cluster.apply(service(clusterIP="None"), HELM)["spec"]["clusterIP"] == "None"

    def test_a_taken_node_port_is_refused(self, cluster: Cluster) -> None:
        ports = [{"port": 80, "nodePort": 30080}]
        cluster.apply(service("one", type="NodePort", ports=ports), HELM)

        with pytest.raises(Rejected, match="provided port is already allocated"):
            cluster.apply(service("two", type="NodePort", ports=ports), HELM)

    def test_a_deployment_has_one_replica_unless_said(self, cluster: Cluster) -> None:
        assert cluster.apply(workload("Deployment"), HELM)["spec"]["replicas"] == 1

    def test_an_unknown_kind_is_refused(self, cluster: Cluster) -> None:
        with pytest.raises(Rejected) as caught:
            cluster.apply(backup(), HELM)

        assert caught.value.what == 'no matches for kind "Backup" in version "example.com/v1"'

    def test_a_retired_version_is_refused_with_the_one_in_use(self, cluster: Cluster) -> None:
        with pytest.raises(Rejected) as caught:
            cluster.apply({**workload("Deployment"), "apiVersion": "extensions/v1beta1"}, HELM)

        assert "apps/v1" in caught.value.hint

    def test_a_definition_makes_its_kind_known(self, cluster: Cluster) -> None:
        cluster.apply(crd(), HELM)

        cluster.apply(backup(keep=7), HELM)

        assert names(cluster.list("example.com", "Backup")) == ["nightly"]

    def test_a_definition_says_how_lists_merge(self, cluster: Cluster) -> None:
        cluster.apply(crd(), HELM)
        cluster.apply(backup(targets=[{"host": "a"}]), HELM)

        applied = cluster.apply(backup(targets=[{"host": "b"}]), OTHER)

        assert applied["spec"]["targets"] == [{"host": "a"}, {"host": "b"}]

    def test_the_scope_of_a_definition_counts(self, cluster: Cluster) -> None:
        cluster.apply(crd("Cluster"), HELM)

        applied = cluster.apply(backup(), HELM)

        assert "namespace" not in applied["metadata"]
        assert cluster.get(ResourceId("example.com", "Backup", "default", "nightly")) == applied

    def test_a_definition_is_established(self, cluster: Cluster, controllers: None) -> None:
        cluster.apply(crd(), HELM)
        key = ResourceId(
            "apiextensions.k8s.io", "CustomResourceDefinition", "", "backups.example.com"
        )

        live = cluster.get(key)

        assert live is not None
        assert conditions(live)["Established"] == "True"
        assert live["status"]["storedVersions"] == ["v1"]

    def test_a_definition_takes_its_resources_along(self, cluster: Cluster) -> None:
        cluster.apply(crd(), HELM)
        cluster.apply(backup(), HELM)

        cluster.delete(
            ResourceId(
                "apiextensions.k8s.io", "CustomResourceDefinition", "", "backups.example.com"
            )
        )

        assert cluster.list("example.com", "Backup") == []
        with pytest.raises(Rejected):
            cluster.apply(backup(), HELM)

    def test_capabilities_name_what_is_served(self, cluster: Cluster) -> None:
        before = cluster.capabilities()
        assert {"v1", "apps/v1", "apps/v1/Deployment", "batch/v1/CronJob"} <= set(
            before.api_versions
        )
        assert "example.com/v1" not in before.api_versions

        cluster.apply(crd(), HELM)

        after = cluster.capabilities()
        assert {"example.com/v1", "example.com/v1/Backup"} <= set(after.api_versions)
        assert after.kube_version == DEFAULT_KUBE_VERSION or not self.simulates_controllers

    def test_a_watch_begins_with_what_is_there(self, cluster: Cluster) -> None:
        cluster.apply(config_map("a"), HELM)
        cluster.apply(config_map("b"), HELM)

        events = list(cluster.watch("", "ConfigMap", namespace="default", timeout_s=0))

        assert told(events) == [("ADDED", "a"), ("ADDED", "b")]

    def test_a_watch_replays_what_happened_since(self, cluster: Cluster) -> None:
        since = version(cluster.apply(config_map("a"), HELM))
        cluster.apply(config_map("b"), HELM)
        cluster.apply(config_map("a", colour="red"), HELM)
        cluster.delete(ResourceId("", "ConfigMap", "default", "b"))
        cluster.apply(secret("noise"), HELM)

        events = list(cluster.watch("", "ConfigMap", since=since, timeout_s=0))

        assert told(events) == [("ADDED", "b"), ("MODIFIED", "a"), ("DELETED", "b")]
        versions = [int(version(each.body)) for each in events]
        assert versions == sorted(set(versions))

    def test_a_watch_keeps_to_its_namespace(self, cluster: Cluster) -> None:
        since = version(cluster.apply(namespace("prod"), HELM))
        cluster.apply(config_map("here", namespace="prod"), HELM)
        cluster.apply(config_map("there"), HELM)

        events = list(cluster.watch("", "ConfigMap", namespace="prod", since=since, timeout_s=0))

        assert told(events) == [("ADDED", "here")]

    def test_a_watch_sees_an_object_become_ready(self, cluster: Cluster, controllers: None) -> None:
        cluster.apply(workload("Deployment", replicas=2), HELM)

        events = cluster.watch("apps", "Deployment", timeout_s=5)
        ready = next(each for each in events if conditions(each.body).get("Available") == "True")

        assert ready.type == "MODIFIED"
        assert ready.body["status"]["readyReplicas"] == 2

    def test_an_unchanged_apply_tells_nobody(self, cluster: Cluster) -> None:
        since = version(cluster.apply(config_map("a"), HELM))
        cluster.apply(config_map("a"), HELM)

        assert list(cluster.watch("", "ConfigMap", since=since, timeout_s=0)) == []

    def test_a_deployment_becomes_available(self, cluster: Cluster, controllers: None) -> None:
        cluster.apply(workload("Deployment", replicas=3), HELM)

        looks = poll(cluster, WEB)

        assert conditions(looks[0])["Available"] == "False"
        assert conditions(looks[-1]) == {"Available": "True", "Progressing": "True"}
        assert looks[-1]["status"]["readyReplicas"] == 3
        assert len(cluster.list("", "Pod", labels={"app": "web"})) == 3

    def test_an_upgraded_deployment_replaces_its_pods(
        self, cluster: Cluster, controllers: None
    ) -> None:
        cluster.apply(workload("Deployment", replicas=2), HELM)
        poll(cluster, WEB)
        newer = pod_template(container("web", "registry.example/web:2.0"))
        cluster.apply(workload("Deployment", replicas=2, template=newer), HELM)

        live = poll(cluster, WEB)[-1]

        images = [each["spec"]["containers"][0]["image"] for each in cluster.list("", "Pod")]
        assert images == ["registry.example/web:2.0"] * 2
        assert live["status"]["observedGeneration"] == live["metadata"]["generation"] == 2
        assert live["status"]["updatedReplicas"] == live["status"]["replicas"] == 2

    def test_a_deployment_scales_down(self, cluster: Cluster, controllers: None) -> None:
        cluster.apply(workload("Deployment", replicas=3), HELM)
        poll(cluster, WEB)
        cluster.apply(workload("Deployment", replicas=1), HELM)

        assert poll(cluster, WEB)[-1]["status"]["readyReplicas"] == 1
        assert len(cluster.list("", "Pod")) == 1

    def test_a_deleted_pod_is_replaced(self, cluster: Cluster, controllers: None) -> None:
        cluster.apply(workload("Deployment"), HELM)
        poll(cluster, WEB)
        victim = cluster.list("", "Pod")[0]
        cluster.delete(ResourceId("", "Pod", "default", victim["metadata"]["name"]))

        assert poll(cluster, WEB)[-1]["status"]["readyReplicas"] == 1
        assert cluster.list("", "Pod")[0]["metadata"]["uid"] != victim["metadata"]["uid"]

    def test_a_deleted_deployment_leaves_nothing(self, cluster: Cluster, controllers: None) -> None:
        cluster.apply(workload("Deployment"), HELM)
        poll(cluster, WEB)

        cluster.delete(WEB)

        assert cluster.list("", "Pod") == []
        assert cluster.list("apps", "ReplicaSet") == []

    def test_a_stateful_set_has_numbered_pods_and_claims(
        self, cluster: Cluster, controllers: None
    ) -> None:
        cluster.apply(workload("StatefulSet", replicas=2, volumeClaimTemplates=[claim()]), HELM)

        live = poll(cluster, ResourceId("apps", "StatefulSet", "default", "web"))[-1]

        assert live["status"]["readyReplicas"] == 2
        assert live["status"]["currentRevision"] == live["status"]["updateRevision"]
        assert names(cluster.list("", "Pod")) == ["web-0", "web-1"]
        assert names(cluster.list("", "PersistentVolumeClaim")) == ["data-web-0", "data-web-1"]

    def test_an_upgraded_stateful_set_replaces_its_pods(
        self, cluster: Cluster, controllers: None
    ) -> None:
        key = ResourceId("apps", "StatefulSet", "default", "web")
        cluster.apply(workload("StatefulSet", replicas=2), HELM)
        poll(cluster, key)
        newer = pod_template(container("web", "registry.example/web:2.0"))
        cluster.apply(workload("StatefulSet", replicas=2, template=newer), HELM)

        live = poll(cluster, key)[-1]

        assert live["status"]["updatedReplicas"] == live["status"]["readyReplicas"] == 2
        images = {each["spec"]["containers"][0]["image"] for each in cluster.list("", "Pod")}
        assert images == {"registry.example/web:2.0"}

    def test_a_daemon_set_has_a_pod_on_the_node(self, cluster: Cluster, controllers: None) -> None:
        cluster.apply(workload("DaemonSet"), HELM)

        live = poll(cluster, ResourceId("apps", "DaemonSet", "default", "web"))[-1]

        assert live["status"]["numberReady"] == live["status"]["desiredNumberScheduled"] == 1

    def test_a_job_completes(self, cluster: Cluster, controllers: None) -> None:
        cluster.apply(job(completions=2, parallelism=1), HELM)

        live = poll(cluster, ResourceId("batch", "Job", "default", "migrate"))[-1]

        assert conditions(live)["Complete"] == "True"
        assert live["status"]["succeeded"] == 2

    @pytest.mark.parametrize(
        "command",
        [
            pytest.param(("false",), id="false"),
            pytest.param(("/bin/sh", "-c", "echo no; exit 3"), id="exit status"),
        ],
    )
    def test_a_job_whose_command_fails_fails(
        self, cluster: Cluster, controllers: None, command: tuple[str, ...]
    ) -> None:
        cluster.apply(job("migrate", *command, backoffLimit=1), HELM)

        live = poll(cluster, ResourceId("batch", "Job", "default", "migrate"))[-1]

        assert conditions(live)["Failed"] == "True"
        assert live["status"]["failed"] == 2

    @pytest.mark.parametrize(
        ("body", "phase"),
        [
            pytest.param(pod(), "Running", id="runs on"),
            pytest.param(pod("check", "true", restartPolicy="Never"), "Succeeded", id="completes"),
            pytest.param(pod("check", "false", restartPolicy="Never"), "Failed", id="fails"),
        ],
    )
    def test_a_pod_ends_as_it_should(
        self, cluster: Cluster, controllers: None, body: dict[str, Any], phase: str
    ) -> None:
        cluster.apply(body, HELM)

        looks = poll(cluster, ResourceId("", "Pod", "default", "check"))

        assert looks[0]["status"]["phase"] == "Pending"
        assert looks[-1]["status"]["phase"] == phase

    def test_a_claim_is_bound_to_a_volume(self, cluster: Cluster, controllers: None) -> None:
        cluster.apply(claim(), HELM)
        key = ResourceId("", "PersistentVolumeClaim", "default", "data")

        looks = poll(cluster, key)

        assert [each["status"]["phase"] for each in looks[:2]] == ["Pending", "Bound"]
        assert names(cluster.list("", "PersistentVolume")) == [looks[-1]["spec"]["volumeName"]]

        cluster.delete(key)
        assert cluster.list("", "PersistentVolume") == []

    def test_a_bound_claim_takes_the_same_again(self, cluster: Cluster, controllers: None) -> None:
        cluster.apply(claim(), HELM)
        poll(cluster, ResourceId("", "PersistentVolumeClaim", "default", "data"))

        assert cluster.apply(claim(), HELM)["status"]["phase"] == "Bound"

    def test_a_load_balancer_gets_an_address(self, cluster: Cluster, controllers: None) -> None:
        cluster.apply(service(type="LoadBalancer"), HELM)

        looks = poll(cluster, ResourceId("", "Service", "default", "web"))

        assert looks[0]["status"]["loadBalancer"] == {}
        assert looks[-1]["status"]["loadBalancer"]["ingress"][0]["ip"]

    def test_an_ingress_gets_an_address(self, cluster: Cluster, controllers: None) -> None:
        body = {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {"name": "web"},
            "spec": {"defaultBackend": {"service": {"name": "web", "port": {"number": 80}}}},
        }
        cluster.apply(body, HELM)

        live = poll(cluster, ResourceId("networking.k8s.io", "Ingress", "default", "web"))[-1]

        assert live["status"]["loadBalancer"]["ingress"][0]["ip"]

    def test_a_service_lists_its_ready_pods(self, cluster: Cluster, controllers: None) -> None:
        cluster.apply(service(), HELM)
        cluster.apply(workload("Deployment", replicas=2), HELM)
        poll(cluster, WEB)
        key = ResourceId("", "Endpoints", "default", "web")

        live = cluster.get(key)
        assert live is not None
        assert len(live["subsets"][0]["addresses"]) == 2

        cluster.delete(WEB)
        assert poll(cluster, key)[-1]["subsets"] == []

    def test_a_disruption_budget_counts_pods(self, cluster: Cluster, controllers: None) -> None:
        budget = {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": {"name": "web"},
            "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}},
        }
        cluster.apply(budget, HELM)
        cluster.apply(workload("Deployment", replicas=3), HELM)

        live = poll(cluster, ResourceId("policy", "PodDisruptionBudget", "default", "web"))[-1]

        assert live["status"]["disruptionsAllowed"] == 2

    @pytest.mark.parametrize("where", ["object", "template"])
    def test_an_annotation_makes_a_workload_fail(
        self, cluster: Cluster, controllers: None, where: str
    ) -> None:
        body = workload("Deployment")
        template = annotated(body["spec"]["template"], OUTCOME, "fail")
        in_template = {**body, "spec": {**body["spec"], "template": template}}
        cluster.apply(
            in_template if where == "template" else annotated(body, OUTCOME, "fail"), HELM
        )

        failed = poll(cluster, WEB)[-1]
        assert conditions(failed) == {"Available": "False", "Progressing": "False"}

        cluster.apply(body, HELM)
        assert conditions(poll(cluster, WEB)[-1])["Available"] == "True"

    def test_an_annotation_keeps_a_workload_unready(
        self, cluster: Cluster, controllers: None
    ) -> None:
        cluster.apply(annotated(workload("Deployment"), OUTCOME, "never-ready"), HELM)

        assert conditions(poll(cluster, WEB)[-1]) == {"Available": "False", "Progressing": "True"}

    def test_an_object_that_has_arrived_stays_as_it_is(
        self, cluster: Cluster, controllers: None
    ) -> None:
        cluster.apply(workload("Deployment"), HELM)
        arrived = poll(cluster, WEB)[-1]

        assert cluster.get(WEB) == arrived
        assert cluster.apply(workload("Deployment"), HELM) == arrived


def poll(cluster: Cluster, key: ResourceId, *, looks: int = 12) -> list[Body]:
    """Look at an object until nothing changes any more; return the different looks."""
    seen: list[Body] = []
    quiet = 0
    for _ in range(looks * 5):
        live = cluster.get(key)
        assert live is not None
        quiet = quiet + 1 if seen and live == seen[-1] else 0
        if not quiet:
            seen.append(live)
        if quiet > 4 or len(seen) > looks:
            break
    return seen


def told(events: Iterable[WatchEvent]) -> list[tuple[str, str]]:
    """Return type and name of each event."""
    return [(each.type, each.body["metadata"]["name"]) for each in events]
