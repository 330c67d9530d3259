"""Reading: whatever the text, a tree or a fault at a place in it."""

from __future__ import annotations

import ast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from annostd.expressions import ExpressionFault, check, parse, parse_message
from annostd.expressions.nodes import Call, Choices, Literal, Name, Node, Operation
from tests.expressions.scopes import scope_from

SCOPE = scope_from({"i": "integer", "x": "number", "s": "string", "p": "boolean"})
WORDS = tuple(
    """i x s p and or not in is missing if else true false None lambda for class 1 -1 0.5 1e400
    99999999999999999999 'a' "b" f'x' abs length count __class__ + - * / % ** // == != < <= > >= =
    := ( ) [ ] { } , . : ; # @ ~ & | ^ \\ é 😀""".split()  # noqa: SIM905 - one word after another
)

HOSTILE = {
    "brackets": "(" * 5000 + "1" + ")" * 5000,
    "signs": "-" * 3000 + "1",
    "nots": "not " * 900 + "true",
    "sums": "1+" * 1900 + "1",
    "ifs": "1 if true else " * 200 + "1",
    "calls": "abs(" * 39 + "-" * 30 + "1" + ")" * 39,
    "digits": "9" * 3999,
    "powers": "9**9**9**9",
    "dunder": "().__class__.__bases__[0].__subclasses__()",
    "attribute": "s.format.__globals__",
    "comprehension": "[x for x in s]",
    "walrus": "(i := 1)",
    "lambda": "(lambda: 1)()",
    "f-string": "f'{__import__(\"os\")}'",
    "await": "await abs(1)",
    "yield": "(yield 1)",
    "star": "abs(*i)",
    "keyword": "abs(x=1)",
    "slice": "s[0:1]",
    "set": "{1, 2}",
    "ellipsis": "...",
    "nul": "1\x00 + 1",
    "surrogate": "'\ud800\udc00' == s",
    "surrogate escape": "'\\ud800' == s",
    "bidi": "i \u202e > 1",
    "ligature": "\ufb01rst(s)",
    "comment": "1 # 2",
    "continuation": "1 \\\n + 1",
    "two statements": "1\n2",
    "unbalanced": "x) or (x",
    "encoding": "# coding: rot13\n1",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_a_fault_inside_the_text(name: str) -> None:
    text = HOSTILE[name]
    with pytest.raises(ExpressionFault) as raised:
        check(parse(text), SCOPE)
    assert 0 <= raised.value.offset <= len(text)


@given(st.text() | st.lists(st.sampled_from(WORDS)).map(" ".join))
@example("x .1")
@example("i in")
def test_any_text_is_an_expression_or_a_fault_inside_the_text(text: str) -> None:
    try:
        check(parse(text), SCOPE)
    except ExpressionFault as fault:
        assert 0 <= fault.offset <= len(text)  # noqa: PT017 - both outcomes are legal


@given(st.text())
def test_any_message_is_cut_without_loss_or_a_fault(text: str) -> None:
    try:
        pieces = parse_message(text)
    except ExpressionFault as fault:
        assert text[fault.offset] in "{}"  # noqa: PT017 - both outcomes are legal
        return
    written = (
        piece.replace("{", "{{").replace("}", "}}") if isinstance(piece, str) else f"{{{piece[0]}}}"
        for piece in pieces
    )
    assert "".join(written) == text


def shown(node: Node) -> str:
    """The tree with every bracket written, as `shown_python` writes Python's."""
    if isinstance(node, Literal):
        return str(node.value)
    if isinstance(node, Name):
        return ".".join(node.path)
    if isinstance(node, Call):
        return f"{node.function}({','.join(map(shown, node.arguments))})"
    if isinstance(node, Choices):
        return f"[{','.join(map(shown, node.items))}]"
    return f"({node.operator} {' '.join(map(shown, node.operands))})"


SIGNS = {"Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "Mod": "%", "Lt": "<", "Eq": "=="}


def shown_python(tree: ast.expr) -> str:
    if isinstance(tree, ast.BoolOp):
        word = type(tree.op).__name__.lower()
        return f"({word} {' '.join(map(shown_python, tree.values))})"
    if isinstance(tree, ast.BinOp):
        sign = SIGNS[type(tree.op).__name__]
        return f"({sign} {shown_python(tree.left)} {shown_python(tree.right)})"
    if isinstance(tree, ast.Compare):
        sides = list(map(shown_python, [tree.left, *tree.comparators]))
        signs = [SIGNS[type(operator).__name__] for operator in tree.ops]
        pairs = [f"({sign} {sides[n]} {sides[n + 1]})" for n, sign in enumerate(signs)]
        return pairs[0] if len(pairs) == 1 else f"(and {' '.join(pairs)})"
    if isinstance(tree, ast.UnaryOp):
        word = "not" if isinstance(tree.op, ast.Not) else "-x"
        return f"({word} {shown_python(tree.operand)})"
    if isinstance(tree, ast.IfExp):
        parts = (tree.test, tree.body, tree.orelse)
        return f"(if {' '.join(map(shown_python, parts))})"
    return ast.unparse(tree)


SURFACES = st.recursive(
    st.sampled_from(["i", "j.k", "7"]),
    lambda inner: (
        st.builds("{} {} {}".format, inner, st.sampled_from([*SIGNS.values(), "and", "or"]), inner)
        | st.builds("not {}".format, inner)
        | st.builds("- {}".format, st.sampled_from(["i", "j.k"]))
        | st.builds("({})".format, inner)
        | st.builds("{} if {} else {}".format, inner, inner, inner)
    ),
    max_leaves=12,
)


@given(SURFACES)
def test_what_binds_stronger_is_as_in_python(text: str) -> None:
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError:
        with pytest.raises(ExpressionFault):
            parse(text)
        return
    assert shown(parse(text).node) == shown_python(tree)


@pytest.mark.parametrize("operator", ["and", "or", "+"])
def test_operations_know_where_they_start(operator: str) -> None:
    node = parse(f"'é😀' == s {operator} i").node
    assert isinstance(node, Operation)
    assert node.operands[-1].offset == len(f"'é😀' == s {operator} ") or operator == "+"
