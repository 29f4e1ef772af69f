"""The mutants of a module: one small wrong thing each, of the kinds a rule goes wrong by.

Only what runs when a rule is asked: the bodies and defaults of functions, and constants of a module that a rule reads. Left alone is what only
says something to people (docstrings, Chinese sentences and labels, `__repr__`), what only a type checker reads, and our own assertions.
"""

from __future__ import annotations

import ast
import types
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMPARE: dict[type, tuple[type, ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt), ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
OPERATE: dict[type, type] = {
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
SWAP = {
    "at_least": "at_most", "at_most": "at_least", "any_of": "all_of", "all_of": "any_of", "min": "max", "max": "min", "any": "all",
    "all": "any", "whole_yuan_up": "whole_yuan_nearest", "whole_yuan_nearest": "whole_yuan_up",
}  # fmt: skip
SAME = ast.parse("(lambda same: same)", mode="eval").body
FLAGS = annotations.compiler_flag  # as the modules themselves are compiled


@dataclass(frozen=True)
class Mutant:
    """One wrong thing: in which module and function (or constant) it is, and how it reads before and after."""

    module: str
    of: str
    line: int
    text: str
    owner: ast.AST  # the function, or the assignment of the constant
    inside: str  # the class a method stands in
    edit: tuple[ast.AST, str, int | None, Any]

    def code(self, path: Path) -> types.CodeType:
        """The wrong function's code; for a constant, the code that gives its wrong value."""
        change = _changed(self.edit)
        try:
            if isinstance(self.owner, ast.FunctionDef):
                bare = ast.Module([_undecorated(self.owner)], [])
                if self.inside:
                    bare.body = [ast.ClassDef(self.inside, [], [], bare.body, [])]
                made: types.CodeType = compile(ast.fix_missing_locations(bare), str(path), "exec", FLAGS)
                while made.co_name != self.owner.name:
                    made = next(c for c in made.co_consts if isinstance(c, types.CodeType))
                return made
            value = ast.Expression(self.owner.value)  # type: ignore[attr-defined]
            return compile(ast.fix_missing_locations(value), str(path), "eval", FLAGS)
        finally:
            change()

    def defaults(self) -> dict[str, str]:
        """The defaults of arguments the mutant makes wrong, as they read then."""
        assert isinstance(self.owner, ast.FunctionDef)
        args = self.owner.args
        places = list(zip(reversed([*args.posonlyargs, *args.args]), reversed(args.defaults), strict=False))
        places += zip(args.kwonlyargs, args.kw_defaults, strict=True)  # type: ignore[arg-type]
        change = _changed(self.edit)
        try:
            return {
                argument.arg: ast.unparse(default)
                for argument, default in places
                if default is not None and any(n is self.edit[0] for n in ast.walk(default))
            }
        finally:
            change()


def _undecorated(function: ast.FunctionDef) -> ast.FunctionDef:
    return ast.FunctionDef(function.name, function.args, function.body, [], function.returns)


def _changed(edit: tuple[ast.AST, str, int | None, Any]) -> Callable[[], None]:
    """Make the edit; what is returned takes it back."""
    node, name, at, value = edit
    if at is None:
        kept = getattr(node, name)
        setattr(node, name, value)
        return lambda: setattr(node, name, kept)
    listed = getattr(node, name)
    kept, listed[at] = listed[at], value
    return lambda: listed.__setitem__(at, kept)


def mutants(source: str, module: str) -> list[Mutant]:
    """Every mutant of a module, in the order of its text; two that read the same in one function are numbered."""
    found: list[Mutant] = []
    seen: Counter[tuple[str, str]] = Counter()
    for of, inside, owner in _owners(ast.parse(source).body):
        shown = {id(c): p for p in ast.walk(owner) for c in ast.iter_child_nodes(p)}
        silent = _silent(owner)
        for node in ast.walk(owner if isinstance(owner, ast.FunctionDef) else owner.value):  # type: ignore[attr-defined]
            if id(node) in silent:
                continue
            for edit in _edits(node):
                text = _said(node, shown.get(id(node)), edit)
                seen[of, text] += 1
                if seen[of, text] > 1:
                    text += f" #{seen[of, text]}"
                found.append(
                    Mutant(module, of, getattr(node, "lineno", owner.lineno), text, owner, inside, edit)
                )  # type: ignore[attr-defined]
    return found


def _owners(body: list[ast.stmt], inside: str = "") -> Iterator[tuple[str, str, ast.AST]]:
    for node in body:
        if isinstance(node, ast.FunctionDef) and node.name not in ("__repr__", "__hash__"):
            yield (f"{inside}.{node.name}" if inside else node.name), inside, node
        elif isinstance(node, ast.ClassDef) and not inside:
            yield from _owners(node.body, node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and not inside and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and not target.id.startswith("__") and _plain(node.value):
                yield target.id, "", node


def _plain(value: ast.expr) -> bool:
    """A number, or codes and numbers in a tuple or set: what a rule compares with. Tables of rows are data, held by the house's tests."""
    if isinstance(value, ast.Call):
        named = isinstance(value.func, ast.Name) and value.func.id == "frozenset"
        return named and all(map(_plain, value.args))
    if isinstance(value, ast.Tuple | ast.Set | ast.List):
        return all(map(_plain, value.elts))
    if isinstance(value, ast.BinOp):
        return _plain(value.left) and _plain(value.right)
    return isinstance(value, ast.Constant) and type(value.value) in (int, bool, str)


def _silent(owner: ast.AST) -> set[int]:
    """Annotations, docstrings, our own assertions, the texts of f-strings: nothing runs on them, or nothing may."""
    found: set[int] = set()
    for node in ast.walk(owner):
        quiet: list[ast.AST | None] = []
        if isinstance(node, ast.FunctionDef):
            quiet += [node.returns, *node.decorator_list]
            quiet += [a.annotation for a in ast.walk(node.args) if isinstance(a, ast.arg)]
        elif isinstance(node, ast.AnnAssign):
            quiet.append(node.annotation)
        elif isinstance(node, ast.Assert) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        ):
            quiet.append(node)
        elif isinstance(node, ast.JoinedStr):
            quiet += [v for v in node.values if isinstance(v, ast.Constant)]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "cast":
            quiet.append(node.args[0])
        for root in quiet:
            found |= {id(n) for n in ast.walk(root)} if root is not None else set()
    return found


def _edits(node: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, Any]]:
    """Every way to break a node."""
    if isinstance(node, ast.Compare):
        for at, op in enumerate(node.ops):
            for other in COMPARE.get(type(op), ()):
                yield node, "ops", at, other()
    elif isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign) and type(node.op) in OPERATE:
        yield node, "op", None, OPERATE[type(node.op)]()
    elif isinstance(node, ast.Constant):
        if type(node.value) is bool:
            yield node, "value", None, not node.value
        elif type(node.value) is int:
            yield node, "value", None, node.value + 1
            if node.value > 0:
                yield node, "value", None, node.value - 1
        elif type(node.value) is str and node.value.isascii() and any(map(str.isalnum, node.value)):
            yield node, "value", None, node.value + "X"
    elif isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in SWAP:
            yield node, "func", None, ast.Name(SWAP[name], ast.Load())
        elif name == "choose" and len(node.args) == 3:
            yield node, "args", None, [node.args[0], node.args[2], node.args[1]]
        elif name in ("negate", "surely") and node.args:
            yield node, "func", None, SAME
    elif isinstance(node, ast.IfExp | ast.If | ast.While):
        yield node, "test", None, ast.UnaryOp(ast.Not(), node.test)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node, "operand", None, ast.UnaryOp(ast.Not(), node.operand)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node, "op", None, ast.UAdd()
    elif isinstance(node, ast.comprehension):
        for at, test in enumerate(node.ifs):
            yield node, "ifs", at, ast.UnaryOp(ast.Not(), test)


def _said(node: ast.AST, around: ast.AST | None, edit: tuple[ast.AST, str, int | None, Any]) -> str:
    """How it reads before and after: with what stands around it where that is short."""
    shown = around if isinstance(node, ast.Constant) and isinstance(around, ast.expr | ast.keyword) else node
    if len(ast.unparse(shown)) > 90:
        shown = node
    before = ast.unparse(shown)
    if isinstance(shown, ast.If | ast.While):
        before = before.split("\n")[0]
    change = _changed(edit)
    try:
        after = ast.unparse(shown)
    finally:
        change()
    if isinstance(shown, ast.If | ast.While):
        after = after.split("\n")[0]
    return f"{_short(before)} → {_short(after)}"


def _short(text: str) -> str:
    return text if len(text) <= 110 else text[:60] + " … " + text[-47:]
