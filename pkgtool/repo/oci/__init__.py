"""Charts in OCI registries: references, credentials, and the registry's own protocol.

A chart is a manifest that names a config (`Chart.yaml` as JSON), the tarball and perhaps a
provenance file, each by digest and size. Whatever arrives is held against both.

Source: OCI distribution specification 1.1; Helm v4 `pkg/registry`.
"""
