r"""YAML and JSON in and out, as Helm reads and writes them; the one door to the YAML libraries.

`load` and `dump` are Helm's rules to the byte, with limits that no text can talk its way around:
whatever the input, the only error is `YamlInvalid`, and it points at the place.

>>> load("replicas: 0x10\nlabels: {on: yes}\n")
{'replicas': 16, 'labels': {'true': True}}
>>> dump({"b": "yes", "a": [1.0, None]})
'a:\n- 1\n- null\nb: "yes"\n'
"""

from pkgtool.yamlcodec.dump import dump, dump_pretty
from pkgtool.yamlcodec.jsontext import dump_json, load_json
from pkgtool.yamlcodec.load import Document, load, load_all, load_document
from pkgtool.yamlcodec.plain import Fields

__all__ = [
    "Document",
    "Fields",
    "dump",
    "dump_json",
    "dump_pretty",
    "load",
    "load_all",
    "load_document",
    "load_json",
]
