"""Writes the types of the web part from `streamer_app.core`: `protocol.gen.ts` of the overlay and of the control page.

`--check` writes nothing and exits 1 when a committed file is stale, so that pages and server cannot drift apart unseen.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from enum import IntEnum
from pathlib import Path
from types import ModuleType
from typing import Any, Final, get_args

import msgspec

from streamer_app.core import control_page
from streamer_app.core import overlay_protocol as protocol

_SOURCES: Final = Path(__file__).resolve().parent.parent / "overlay_web" / "src"
_REFERENCE: Final = "#/components/schemas/{name}"
_SCALARS: Final = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
_HEADER: Final = """\
// Made by packaging/generate_protocol_types.py from streamer_app/core/{source}.py. Do not edit.
"""

Schema = dict[str, Any]
"""A JSON Schema object, as msgspec makes it."""


def main(arguments: list[str] | None = None) -> int:
    """Write the files, or with `--check` compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the file is stale")
    options = parser.parse_args(arguments)
    stale = []
    for target, text in render().items():
        if not options.check:
            target.write_text(text, encoding="utf-8")
        elif not target.is_file() or target.read_text(encoding="utf-8") != text:
            stale.append(target)
    for target in stale:
        sys.stderr.write(f"{target} is stale. Run: python packaging/generate_protocol_types.py\n")
    return 1 if stale else 0


def render() -> dict[Path, str]:
    """Each file with its whole text."""
    overlay = {
        "PROTOCOL_VERSION": protocol.PROTOCOL_VERSION,
        "PING_INTERVAL_SECONDS": protocol.PING_INTERVAL_SECONDS,
        "MAX_PAGE_MESSAGE_BYTES": protocol.MAX_PAGE_MESSAGE_BYTES,
    }
    control = {
        "PING_INTERVAL_SECONDS": protocol.PING_INTERVAL_SECONDS,
        "UNANSWERED_PINGS": control_page.UNANSWERED_PINGS,
    }
    return {
        _SOURCES / "protocol.gen.ts": _file("overlay_protocol", protocol, overlay, protocol.CloseCode),
        _SOURCES / "control" / "protocol.gen.ts": _file(
            "control_page", control_page, control, control_page.ControlClose
        ),
    }


def _file(source: str, module: ModuleType, constants: Mapping[str, float], codes: type[IntEnum]) -> str:
    server, page = get_args(module.ServerMessage), get_args(module.PageMessage)
    _, schemas = msgspec.json.schema_components([*server, *page], ref_template=_REFERENCE)
    parts = [_HEADER.format(source=source), _constants(constants), _close_codes(codes)]
    parts.extend(_declaration(name, schema) for name, schema in schemas.items())
    parts.append(_union("ServerMessage", [message.__name__ for message in server]))
    parts.append(_union("PageMessage", [message.__name__ for message in page]))
    return "\n".join(parts)


def _constants(values: Mapping[str, float]) -> str:
    return "".join(f"export const {name} = {value:g};\n" for name, value in values.items())


def _close_codes(codes: type[IntEnum]) -> str:
    lines = "".join(f"  {code.name}: {code.value},\n" for code in codes)
    return f"{_documentation(codes.__doc__)}export const {codes.__name__} = {{\n{lines}}} as const;\n"


def _declaration(name: str, schema: Schema) -> str:
    head = _documentation(schema.get("description"))
    if "properties" not in schema:
        return f"{head}export type {name} = {_type(schema)};\n"
    required = set(schema.get("required", ()))
    lines = [
        f"  readonly {field}{'' if field in required else '?'}: {_type(value)};\n"
        for field, value in schema["properties"].items()
    ]
    return f"{head}export interface {name} {{\n{''.join(lines)}}}\n"


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "enum" in schema:
        return " | ".join(f'"{value}"' for value in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(_type(option) for option in schema["anyOf"])
    if schema["type"] == "array":
        return f"readonly {_type(schema['items'])}[]"
    if schema["type"] == "object":
        return f"Readonly<Record<string, {_type(schema['additionalProperties'])}>>"
    return _SCALARS[schema["type"]]


def _union(name: str, members: list[str]) -> str:
    return f"export type {name} =\n  | " + "\n  | ".join(members) + ";\n"


def _documentation(text: str | None) -> str:
    if not text:
        return ""
    lines = text.strip().splitlines()
    if len(lines) == 1:
        return f"/** {lines[0]} */\n"
    body = "".join(f" * {line.strip()}".rstrip() + "\n" for line in lines)
    return f"/**\n{body} */\n"


if __name__ == "__main__":
    sys.exit(main())
