# What type checkers see of `pkgtool`; a test keeps it equal to the names of `__init__.py`.

from pkgtool.chart.files import read_chart_files
from pkgtool.chart.load import load_chart
from pkgtool.chart.model import Chart
from pkgtool.chart.pack import pack_chart
from pkgtool.errors import PkgtoolError
from pkgtool.manifest.model import Manifest
from pkgtool.ops.attempt import RolloutOptions
from pkgtool.ops.history import history
from pkgtool.ops.install import InstallOptions, Wish, install
from pkgtool.ops.rollback import rollback
from pkgtool.ops.session import Session
from pkgtool.ops.status import status
from pkgtool.ops.uninstall import UninstallOptions, uninstall
from pkgtool.ops.upgrade import UpgradeOptions, upgrade
from pkgtool.ops.walk import Surroundings, Walked, WalkOptions, walk_chart
from pkgtool.plan.model import Plan
from pkgtool.release.model import Release, Status
from pkgtool.settings import Settings, read_settings
from pkgtool.template.context import ReleaseFacts
from pkgtool.values.inputs import ValueInputs, merge_inputs
from pkgtool.wiring.engines import open_engines
from pkgtool.wiring.releases import open_session

__all__ = [
    "Chart",
    "InstallOptions",
    "Manifest",
    "PkgtoolError",
    "Plan",
    "Release",
    "ReleaseFacts",
    "RolloutOptions",
    "Session",
    "Settings",
    "Status",
    "Surroundings",
    "UninstallOptions",
    "UpgradeOptions",
    "ValueInputs",
    "WalkOptions",
    "Walked",
    "Wish",
    "history",
    "install",
    "load_chart",
    "merge_inputs",
    "open_engines",
    "open_session",
    "pack_chart",
    "read_chart_files",
    "read_settings",
    "rollback",
    "status",
    "uninstall",
    "upgrade",
    "walk_chart",
]
