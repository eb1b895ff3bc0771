"""The Jinja2 engine: the only door to the library, and the sandbox its templates run in."""

from pkgtool.template.jinja.engine import JinjaEngine, JinjaTemplates

__all__ = ["JinjaEngine", "JinjaTemplates"]
