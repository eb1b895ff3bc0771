"""Every template engine keeps the contract of `pkgtool.testing.engine_contract`."""

import pytest

from pkgtool.template.gotpl import GotplEngine
from pkgtool.template.jinja import JinjaEngine
from pkgtool.template.protocol import Engine
from pkgtool.testing.engine_contract import EngineContract


class TestJinjaEngine(EngineContract):
    value = "{{ Values.name }}"
    missing = "{{ Values.nothing }}"
    broken = "{{ Values. }}"
    each_port = "{% for port in Values.ports %}\n- {{ port }}\n{% endfor %}\n"

    def define(self, name: str, body: str) -> str:
        return f'{{% define "{name}" %}}{body}{{% enddefine %}}'

    def include(self, name: str) -> str:
        return f'{{{{ include("{name}") }}}}'

    @pytest.fixture
    def engine(self) -> Engine:
        return JinjaEngine()


class TestGotplEngine(EngineContract):
    value = "{{ .Values.name }}"
    missing = "{{ .Values.nothing.more }}"
    broken = "{{ .Values. }}"
    each_port = "{{- range .Values.ports }}\n- {{ . }}\n{{- end }}\n"

    def define(self, name: str, body: str) -> str:
        return f'{{{{ define "{name}" }}}}{body}{{{{ end }}}}'

    def include(self, name: str) -> str:
        return f'{{{{ include "{name}" . }}}}'

    @pytest.fixture
    def engine(self) -> Engine:
        return GotplEngine()
