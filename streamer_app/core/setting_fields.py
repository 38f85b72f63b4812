"""Settings as fields of a form: what each is, what may stand in it, and what was meant by what is typed.

All of it is read from the structs' own annotations, so that form, command line and check at the door never disagree.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from math import isfinite
from typing import Any, Final

import msgspec
from msgspec import inspect

_COLOUR: Final = "#[0-9a-fA-F]{6}"
_FILE: Final = "[0-9a-f]{32}"
_YES: Final = frozenset({"yes", "true", "on", "1"})
_NO: Final = frozenset({"no", "false", "off", "0"})
_NONE: Final = "none"
_GROUPED: Final = re.compile(r"\d{1,3}(?:\.\d{3})+", re.ASCII)


class FieldKind(StrEnum):
    """Which input a field wants."""

    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    TEXT = "text"
    CHOICE = "choice"
    COLOUR = "colour"
    DATE = "date"
    DATETIME = "datetime"
    FILE = "file"
    MAPPING = "mapping"
    LIST = "list"
    STRUCT = "struct"


@dataclass(frozen=True)
class SettingField:
    """One field. Bounds are of numbers, or of how many characters or things there may be; None: none.

    `default` is a plain value, as JSON has it; None too where there is none, which `required` tells apart.
    """

    name: str
    kind: FieldKind
    optional: bool
    """None may stand in it: nothing, no bound, not begun."""
    required: bool
    default: Any
    least: float | None = None
    most: float | None = None
    pattern: str | None = None
    choices: tuple[str, ...] = ()
    fields: tuple[SettingField, ...] = ()
    """Of a struct, or of each thing in a list of structs."""

    @property
    def allowed(self) -> str:
        """What may stand in it, in words."""
        words = _WORDS[self.kind](self)
        return f"{words}, or none" if self.optional else words


@lru_cache(maxsize=64)
def fields_of(struct: type[msgspec.Struct]) -> tuple[SettingField, ...]:
    """The fields of a struct of settings, in its order. Raises TypeError for a type that no form has an input for."""
    info = inspect.type_info(struct)
    if not isinstance(info, inspect.StructType):
        raise TypeError(f"{struct} is no struct")
    return tuple(_field(field) for field in info.fields)


def _field(field: inspect.Field) -> SettingField:
    default: Any = None
    if field.default is not msgspec.NODEFAULT:
        default = msgspec.to_builtins(field.default)
    elif field.default_factory is not msgspec.NODEFAULT:
        default = msgspec.to_builtins(field.default_factory())
    return _typed(field.name, field.type, required=field.required, default=default)


def _typed(name: str, found: inspect.Type, *, required: bool, default: Any, optional: bool = False) -> SettingField:
    if isinstance(found, inspect.Metadata):
        return _typed(name, found.type, required=required, default=default, optional=optional)
    if isinstance(found, inspect.UnionType):
        real = [each for each in found.types if not isinstance(each, inspect.NoneType)]
        if len(real) != 1:
            raise TypeError(f"{name}: no input for {found}")
        return _typed(name, real[0], required=required, default=default, optional=True)
    return SettingField(name=name, optional=optional, required=required, default=default, **_shape(name, found))


def _shape(name: str, found: inspect.Type) -> dict[str, Any]:
    simple = _SIMPLE.get(type(found))
    if simple is not None:
        return {"kind": simple}
    if isinstance(found, inspect.IntType | inspect.FloatType):
        kind = FieldKind.INT if isinstance(found, inspect.IntType) else FieldKind.FLOAT
        return {"kind": kind, "least": found.ge, "most": found.le}
    if isinstance(found, inspect.StrType):
        return _text_shape(found)
    return _composed_shape(name, found)


def _composed_shape(name: str, found: inspect.Type) -> dict[str, Any]:
    if isinstance(found, inspect.EnumType):
        return {"kind": FieldKind.CHOICE, "choices": tuple(str(each.value) for each in found.cls)}
    if isinstance(found, inspect.StructType):
        return {"kind": FieldKind.STRUCT, "fields": tuple(_field(field) for field in found.fields)}
    if isinstance(found, inspect.DictType):
        return {"kind": FieldKind.MAPPING, "least": found.min_length, "most": found.max_length}
    if isinstance(found, inspect.ListType | inspect.VarTupleType):
        inner = _shape(name, found.item_type)
        return {
            "kind": FieldKind.LIST,
            "least": found.min_length,
            "most": found.max_length,
            "choices": inner.get("choices", ()),
            "fields": inner.get("fields", ()),
        }
    raise TypeError(f"{name}: no input for {found}")


def _text_shape(found: inspect.StrType) -> dict[str, Any]:
    kind = FieldKind.TEXT
    if found.pattern is not None and _COLOUR in found.pattern:
        kind = FieldKind.COLOUR
    elif found.pattern is not None and _FILE in found.pattern:
        kind = FieldKind.FILE
    return {"kind": kind, "least": found.min_length, "most": found.max_length, "pattern": found.pattern}


_SIMPLE: Final[Mapping[type[inspect.Type], FieldKind]] = {
    inspect.BoolType: FieldKind.BOOL,
    inspect.DateType: FieldKind.DATE,
    inspect.DateTimeType: FieldKind.DATETIME,
}


def _number_words(field: SettingField, what: str) -> str:
    if field.least is not None and field.most is not None:
        return f"{what} from {field.least:g} to {field.most:g}" if field.most < 10**6 else _wide(field, what)
    if field.least is not None:
        return f"{what} of {field.least:g} or more"
    return what if field.most is None else f"{what} of at most {field.most:g}"


def _wide(field: SettingField, what: str) -> str:
    return f"{what} from {int(field.least or 0)} to {int(field.most or 0)}"


def _text_words(field: SettingField) -> str:
    if field.most is not None:
        return f"{int(field.least or 0)} to {int(field.most)} characters"
    return "text" if field.pattern is None else f"text like {field.pattern}"


def _list_words(field: SettingField) -> str:
    if field.choices:
        return f"a list of {', '.join(field.choices)}, with commas"
    return "a list as JSON"


_WORDS: Final[Mapping[FieldKind, Callable[[SettingField], str]]] = {
    FieldKind.INT: lambda field: _number_words(field, "a whole number"),
    FieldKind.FLOAT: lambda field: _number_words(field, "a number"),
    FieldKind.BOOL: lambda _: "yes or no",
    FieldKind.TEXT: _text_words,
    FieldKind.CHOICE: lambda field: f"one of {', '.join(field.choices)}",
    FieldKind.COLOUR: lambda _: "a colour like #ff8800, or empty",
    FieldKind.DATE: lambda _: "a day like 2026-11-30",
    FieldKind.DATETIME: lambda _: "a moment with its time zone, like 2026-11-30T20:00:00+07:00",
    FieldKind.FILE: lambda _: "a file of the library, or empty",
    FieldKind.MAPPING: lambda _: 'pairs as JSON, like {"gg": "ji ji"}',
    FieldKind.LIST: _list_words,
    FieldKind.STRUCT: lambda field: f"parts: {', '.join(part.name for part in field.fields)}",
}


def trouble_of(struct: type[msgspec.Struct], field: SettingField, value: Any) -> str | None:
    """What is allowed in this field, if this plain value is not; None when it is fine."""
    types = {each.name: each.type for each in msgspec.structs.fields(struct)}
    try:
        found = msgspec.convert(value, types[field.name])
    except msgspec.ValidationError:
        return field.allowed
    is_vague = isinstance(found, datetime) and found.utcoffset() is None
    is_endless = isinstance(found, float) and not isfinite(found)
    return field.allowed if is_vague or is_endless else None


def changed(struct: type[msgspec.Struct], plain: Mapping[str, Any], typed: Iterator[tuple[str, str]]) -> dict[str, Any]:
    """Plain settings with what was typed in their places: ("place.anchor", "top") goes into a part.

    Raises ValueError with the field's name and what is allowed in words.
    """
    result = dict(plain)
    for path, text in typed:
        name, _, part = path.partition(".")
        field = next((each for each in fields_of(struct) if each.name == name), None)
        if field is None:
            raise ValueError(f"{name}: no such field; there are {', '.join(each.name for each in fields_of(struct))}")
        if field.kind is FieldKind.STRUCT:
            result[name] = _changed_part(field, result.get(name) or {}, part, text)
        elif part:
            raise ValueError(f"{path}: {name} has no parts")
        else:
            result[name] = meant(field, text)
        trouble = trouble_of(struct, field, result[name])
        if trouble is not None:
            inner = next((each for each in field.fields if each.name == part), None)
            raise ValueError(f"{path}: {trouble if inner is None else inner.allowed}")
    return result


def _changed_part(field: SettingField, plain: Mapping[str, Any], part: str, text: str) -> dict[str, Any]:
    inner = next((each for each in field.fields if each.name == part), None)
    if inner is None:
        raise ValueError(f"{field.name}: name one of its parts, like {field.name}.{field.fields[0].name}=...")
    return dict(plain) | {part: meant(inner, text, within=field.name)}


def meant(field: SettingField, text: str, *, within: str = "") -> Any:
    """The plain value that was meant by what is typed. Raises ValueError with what is allowed in words.

    Bounds are the schema's matter, not this function's. Money may be written with its dots: 1.000.000.
    """
    if field.optional and text.strip().lower() in {"", _NONE}:
        return None
    try:
        return _read(field, text)
    except (ValueError, OverflowError) as problem:
        name = f"{within}.{field.name}" if within else field.name
        raise ValueError(f"{name}: {field.allowed}") from problem


def _read(field: SettingField, text: str) -> Any:
    if field.kind is FieldKind.INT:
        stripped = text.strip()
        return int(stripped.replace(".", "") if _GROUPED.fullmatch(stripped) else stripped)
    if field.kind is FieldKind.FLOAT:
        return float(text)
    if field.kind is FieldKind.BOOL:
        return _yes_or_no(text)
    if field.kind is FieldKind.LIST and field.choices and not text.lstrip().startswith("["):
        return [each.strip() for each in text.split(",") if each.strip()]
    if field.kind in {FieldKind.LIST, FieldKind.MAPPING, FieldKind.STRUCT}:
        return json.loads(text)
    return text


def _yes_or_no(text: str) -> bool:
    word = text.strip().lower()
    if word not in _YES | _NO:
        raise ValueError(text)
    return word in _YES
