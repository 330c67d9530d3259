"""Text to tree: the surface of Python expressions, and the whitelist of what is ours."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from annostd.expressions.faults import ExpressionFault
from annostd.expressions.nodes import Call, Choices, Literal, Name, Node, Operation, Parsed
from annostd.expressions.tokens import (
    DEEPEST,
    LARGEST,
    literal_number,
    literal_text,
    source,
    tokens,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from annostd.expressions.tokens import Token

_ARITHMETIC: Final[Mapping[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Mod: "%",
}
_COMPARISONS: Final[Mapping[type[ast.cmpop], str]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_BOOLEANS: Final[Mapping[str, bool]] = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class _Reader:
    """What the tree is read with: the tokens by offset, and how deep the reading is."""

    tokens: Mapping[int, Token]
    depth: int = 0

    def deeper(self, offset: int) -> _Reader:
        if self.depth >= DEEPEST:
            raise ExpressionFault(f"the expression is nested more than {DEEPEST} deep", offset)
        return replace(self, depth=self.depth + 1)


def parse(text: str) -> Parsed:
    """Read an expression; `ExpressionFault` with the offset of what is not part of the language."""
    found = tokens(text)
    plain = source(text, found)
    margin = found[0].offset
    try:
        tree = ast.parse(plain.strip(), mode="eval")
    except SyntaxError:
        raise _unreadable(found) from None
    except (RecursionError, MemoryError):
        raise ExpressionFault(
            f"the expression is nested more than {DEEPEST} deep", margin
        ) from None
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            node.col_offset += margin
            node.end_col_offset = (node.end_col_offset or 0) + margin
    return Parsed(text, _node(tree.body, _Reader({token.offset: token for token in found})))


def parse_message(text: str) -> tuple[str | tuple[str, int], ...]:
    """Cut a message into plain pieces and (expression text, its offset in `text`).

    `{` and `}` enclose an expression, `{{` and `}}` stand for themselves; `ExpressionFault` where a
    brace has no partner or encloses nothing. The expressions are not parsed.
    """
    pieces: list[str | tuple[str, int]] = []
    plain = ""
    for match in _PIECE.finditer(text):
        if match.lastgroup == "plain":
            plain += match[0].replace("{{", "{").replace("}}", "}")
            continue
        if match.lastgroup == "brace":
            raise ExpressionFault(
                f"'{match[0]}' has no partner",
                match.start(),
                f"write '{match[0] * 2}' for the sign",
            )
        if not match["expression"].strip():
            raise ExpressionFault(
                "the braces enclose nothing, expected an expression", match.start()
            )
        pieces += [plain] if plain else []
        plain = ""
        pieces.append((match["expression"], match.start("expression")))
    return (*pieces, plain) if plain else tuple(pieces)


_PIECE: Final = re.compile(
    r"""(?P<plain>(?:[^{}]|\{\{|\}\})+)
      | \{(?P<expression>(?:[^{}"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*)\}
      | (?P<brace>[{}])""",
    re.VERBOSE | re.DOTALL,
)


def _unreadable(found: tuple[Token, ...]) -> ExpressionFault:
    """What order of tokens alone did not show: only `if` and `else` can miss their partner."""
    for token in reversed(found):
        if token.text in {"if", "else"}:
            return ExpressionFault("'if' and 'else' do not go together here", token.offset)
    return ExpressionFault("the expression cannot be read", found[0].offset)


def _node(tree: ast.expr, reader: _Reader) -> Node:
    read = _READERS.get(type(tree))
    if read is None:
        words = re.sub(r"(?<!^)(?=[A-Z])", " ", type(tree).__name__).lower()
        raise ExpressionFault(f"a Python {words} is not part of the rule language", tree.col_offset)
    return read(tree, reader.deeper(tree.col_offset))


def _literal(tree: ast.Constant, reader: _Reader) -> Node:
    token = reader.tokens[tree.col_offset]
    if token.kind == "text":
        return Literal(literal_text(token), tree.col_offset)
    number = literal_number(token)
    if number == LARGEST and isinstance(number, int):
        raise ExpressionFault("the number is larger than 9223372036854775807", tree.col_offset)
    return Literal(number, tree.col_offset)


def _name(tree: ast.Name, reader: _Reader) -> Node:
    text = reader.tokens[tree.col_offset].text
    if text in _BOOLEANS:
        return Literal(_BOOLEANS[text], tree.col_offset)
    if text == "missing":
        raise ExpressionFault(
            "'missing' is not a value", tree.col_offset, "write 'is missing' or 'is not missing'"
        )
    return Name((text,), (tree.col_offset,))


def _attribute(tree: ast.Attribute, reader: _Reader) -> Node:
    owner = _node(tree.value, reader)
    offset = (tree.end_col_offset or 0) - len(tree.attr)
    part = reader.tokens[offset].text
    if isinstance(owner, Name):
        return Name((*owner.path, part), (*owner.offsets, offset))
    if isinstance(owner, Call) and owner.part is None:
        return replace(owner, part=part, part_offset=offset)
    raise ExpressionFault(f"'.{part}' follows neither a name nor a function", offset)


def _call(tree: ast.Call, reader: _Reader) -> Node:
    if not isinstance(tree.func, ast.Name):
        raise ExpressionFault("only a function's plain name can be called", tree.func.col_offset)
    function = reader.tokens[tree.func.col_offset].text
    arguments = tuple(_node(argument, reader) for argument in tree.args)
    return Call(function, arguments, tree.col_offset)


def _unary(tree: ast.UnaryOp, reader: _Reader) -> Node:
    if isinstance(tree.op, ast.USub) and isinstance(tree.operand, ast.Constant):
        token = reader.tokens[tree.operand.col_offset]
        if token.kind == "number":
            return Literal(-literal_number(token), tree.col_offset)
    operator = {ast.Not: "not", ast.USub: "-x"}.get(type(tree.op))
    if operator is None:
        raise ExpressionFault("'+' needs a value on its left", tree.col_offset)
    return Operation(operator, (_node(tree.operand, reader),), tree.col_offset)


def _arithmetic(tree: ast.BinOp, reader: _Reader) -> Node:
    operands = (_node(tree.left, reader), _node(tree.right, reader))
    return Operation(_ARITHMETIC[type(tree.op)], operands, tree.col_offset)


def _logic(tree: ast.BoolOp, reader: _Reader) -> Node:
    operands = tuple(_node(value, reader) for value in tree.values)
    return Operation("and" if isinstance(tree.op, ast.And) else "or", operands, tree.col_offset)


def _comparison(tree: ast.Compare, reader: _Reader) -> Node:
    sides = [tree.left, *tree.comparators]
    if len(tree.ops) == 1:
        return _pair(tree.left, tree.ops[0], tree.comparators[0], reader)
    if not all(type(operator) in _COMPARISONS for operator in tree.ops):
        raise ExpressionFault(
            "a chain of comparisons holds only == != < <= > >=",
            tree.col_offset,
            "use 'and' and brackets",
        )
    pairs = zip(sides, tree.ops, sides[1:], strict=False)
    return Operation("and", tuple(_pair(*pair, reader) for pair in pairs), tree.col_offset)


def _pair(left: ast.expr, operator: ast.cmpop, right: ast.expr, reader: _Reader) -> Node:
    offset = left.col_offset
    value = _node(left, reader)
    if type(operator) in _COMPARISONS:
        return Operation(_COMPARISONS[type(operator)], (value, _node(right, reader)), offset)
    if isinstance(operator, ast.In | ast.NotIn):
        within = Operation("in", (value, _choices(right, reader)), offset)
        return Operation("not", (within,), offset) if isinstance(operator, ast.NotIn) else within
    word = reader.tokens.get(right.col_offset)
    if not isinstance(right, ast.Name) or word is None or word.text != "missing":
        raise ExpressionFault(
            "'is' is followed only by 'missing' or 'not missing'", right.col_offset, "write '=='"
        )
    test = Operation("is missing", (value,), offset)
    return Operation("not", (test,), offset) if isinstance(operator, ast.IsNot) else test


def _choices(tree: ast.expr, reader: _Reader) -> Node:
    if not isinstance(tree, ast.List | ast.Tuple):
        return _node(tree, reader)
    if not tree.elts:
        raise ExpressionFault("the list at the right of 'in' is empty", tree.col_offset)
    return Choices(tuple(_node(item, reader) for item in tree.elts), tree.col_offset)


def _conditional(tree: ast.IfExp, reader: _Reader) -> Node:
    operands = tuple(_node(part, reader) for part in (tree.test, tree.body, tree.orelse))
    return Operation("if", operands, tree.col_offset)


def _loose_list(tree: ast.expr, _: _Reader) -> Node:
    raise ExpressionFault("a list stands only at the right of 'in'", tree.col_offset)


def _subscript(tree: ast.Subscript, _: _Reader) -> Node:
    raise ExpressionFault(
        "an index in '[]' is not part of the rule language",
        tree.value.end_col_offset or tree.col_offset,
    )


_READERS: Final[Mapping[type[ast.expr], Callable[..., Node]]] = {
    ast.Constant: _literal,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.UnaryOp: _unary,
    ast.BinOp: _arithmetic,
    ast.BoolOp: _logic,
    ast.Compare: _comparison,
    ast.IfExp: _conditional,
    ast.List: _loose_list,
    ast.Tuple: _loose_list,
    ast.Subscript: _subscript,
}
