"""Writes `overlay_web/src/protocol.gen.ts` from `streamer_app.core.overlay_protocol`.

`--check` writes nothing and exits 1 when the committed file is stale, so that the page and server cannot drift apart
unseen.
"""

from __future__ import annotations

import argparse
import sys
from enum import IntEnum
from pathlib import Path
from typing import Any, Final, get_args

import msgspec

from streamer_app.core import overlay_protocol as protocol

TARGET: Final = Path(__file__).resolve().parent.parent / "overlay_web" / "src" / "protocol.gen.ts"
_REFERENCE: Final = "#/components/schemas/{name}"
_SCALARS: Final = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
_HEADER: Final = """\
// Made by packaging/generate_protocol_types.py from streamer_app/core/overlay_protocol.py. Do not edit.
"""

Schema = dict[str, Any]
"""A JSON Schema object, as msgspec makes it."""


def main(arguments: list[str] | None = None) -> int:
    """Write the file, or with `--check` compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the file is stale")
    options = parser.parse_args(arguments)
    text = render()
    if not options.check:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{TARGET.name} is stale. Run: python packaging/generate_protocol_types.py\n")
    return 1


def render() -> str:
    """The whole TypeScript file."""
    server, page = get_args(protocol.ServerMessage), get_args(protocol.PageMessage)
    _, schemas = msgspec.json.schema_components([*server, *page], ref_template=_REFERENCE)
    parts = [_HEADER, _constants(), _close_codes(protocol.CloseCode)]
    parts.extend(_declaration(name, schema) for name, schema in schemas.items())
    parts.append(_union("ServerMessage", [message.__name__ for message in server]))
    parts.append(_union("PageMessage", [message.__name__ for message in page]))
    return "\n".join(parts)


def _constants() -> str:
    values = {
        "PROTOCOL_VERSION": protocol.PROTOCOL_VERSION,
        "PING_INTERVAL_SECONDS": protocol.PING_INTERVAL_SECONDS,
        "MAX_PAGE_MESSAGE_BYTES": protocol.MAX_PAGE_MESSAGE_BYTES,
    }
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
