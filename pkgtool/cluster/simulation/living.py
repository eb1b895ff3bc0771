"""Which kinds live: time passes only when somebody looks at one of these.

Apart from the controllers, so that what reads no such kind does not load them.
"""

Kind = tuple[str, str]
"""Group and kind."""

LIVING: frozenset[Kind] = frozenset(
    {
        ("", "Endpoints"),
        ("", "Namespace"),
        ("", "PersistentVolume"),
        ("", "PersistentVolumeClaim"),
        ("", "Pod"),
        ("", "ReplicationController"),
        ("", "Service"),
        ("apiextensions.k8s.io", "CustomResourceDefinition"),
        ("apiregistration.k8s.io", "APIService"),
        ("apps", "DaemonSet"),
        ("apps", "Deployment"),
        ("apps", "ReplicaSet"),
        ("apps", "StatefulSet"),
        ("autoscaling", "HorizontalPodAutoscaler"),
        ("batch", "CronJob"),
        ("batch", "Job"),
        ("networking.k8s.io", "Ingress"),
        ("policy", "PodDisruptionBudget"),
    }
)
"""The kinds whose objects change on their own, and those that controllers write beside them."""
