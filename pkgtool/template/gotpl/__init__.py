"""Go templates, as Helm has them."""

from pkgtool.template.gotpl.engine import GotplEngine

__all__ = ["GotplEngine"]
