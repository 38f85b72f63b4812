"""Small wrong changes of the Python that speaks to the money functions, made in the syntax tree."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_COMPARED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_COMPUTED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Pow: ast.Mult,
}
_BLOCKS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.If, ast.For, ast.While, ast.With, ast.AsyncWith)


@dataclass(frozen=True)
class PythonMutant:
    """A module's whole source with one change at `line`."""

    module: str
    path: Path
    line: int
    change: str
    said: str
    text: str

    @property
    def key(self) -> str:
        """The same mutant after lines have moved."""
        return f"{self.module} | {self.change} | {self.said}"

    @property
    def place(self) -> str:
        return f"{self.path.name}:{self.line}"


def python_mutants(path: Path, module: str) -> Iterator[PythonMutant]:
    """All of a module, in the order of its tree; none twice."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    unread = _without_effect(tree)
    for number, node in enumerate(ast.walk(tree)):
        for variant in range(3):
            if id(node) in unread or _change(copy.deepcopy(node), variant) is None:
                break
            changed = copy.deepcopy(tree)
            twin = next(each for place, each in enumerate(ast.walk(changed)) if place == number)
            change = _change(twin, variant)
            if change is None:
                break
            text = ast.unparse(ast.fix_missing_locations(changed))
            if text in seen:
                continue
            seen.add(text)
            line = getattr(node, "lineno", 1)
            yield PythonMutant(module, path, line, change, lines[line - 1].strip(), text)


def _without_effect(tree: ast.AST) -> set[int]:
    """Annotations, which nothing evaluates, and decorators, which here say how much is kept in memory."""
    found: set[int] = set()
    for node in ast.walk(tree):
        parts = [
            getattr(node, "annotation", None),
            getattr(node, "returns", None),
            *getattr(node, "decorator_list", []),
        ]
        found |= {id(each) for part in parts if part is not None for each in ast.walk(part)}
    return found


def _change(node: ast.AST, variant: int) -> str | None:
    """Change this node in place, in the `variant`th way; what was done, or None when there is no such way."""
    if isinstance(node, _BLOCKS):
        return _change_block(node, variant)
    return None if variant else _change_expression(node)


def _change_expression(node: ast.AST) -> str | None:
    said = None
    match node:
        case ast.Compare(ops=[old, *_]) if type(old) in _COMPARED:
            node.ops[0] = _COMPARED[type(old)]()
            said = f"{type(old).__name__} -> {type(node.ops[0]).__name__}"
        case ast.BinOp(op=computed) if type(computed) in _COMPUTED:
            node.op = _COMPUTED[type(computed)]()
            said = f"{type(computed).__name__} -> {type(node.op).__name__}"
        case ast.BoolOp(op=ast.And()):
            node.op, said = ast.Or(), "and -> or"
        case ast.BoolOp():
            node.op, said = ast.And(), "or -> and"
        case ast.UnaryOp(op=ast.USub()):
            node.op, said = ast.UAdd(), "minus -> plus"
        case ast.UnaryOp(op=ast.Not()):
            node.operand, said = ast.UnaryOp(ast.Not(), node.operand), "not -> nothing"
        case ast.Constant(value=bool() as old_value):
            node.value = not old_value
            said = f"{old_value} -> {node.value}"
        case ast.Constant(value=int() as old_number):
            node.value = old_number + 1
            said = f"{old_number} -> {node.value}"
        case ast.Return(value=ast.expr()):
            node.value, said = ast.Constant(None), "return nothing"
    return said


def _change_block(node: ast.AST, variant: int) -> str | None:
    if isinstance(node, ast.If) and variant == 0:
        node.test = ast.UnaryOp(ast.Not(), node.test)
        return "if -> if not"
    body: list[ast.stmt] = node.body  # type: ignore[attr-defined]
    place = variant - 1 if isinstance(node, ast.If) else variant
    droppable = [
        index
        for index, each in enumerate(body)
        if isinstance(each, ast.Assign | ast.AugAssign | ast.Raise)
        or (isinstance(each, ast.Expr) and not isinstance(each.value, ast.Constant | ast.Yield))
    ]
    if place < len(droppable):
        dropped = body[droppable[place]]
        body[droppable[place]] = ast.Pass()
        return f"without {ast.unparse(dropped)[:60]}"
    return None
