"""Well-typed expressions and rows to judge them on, by construction."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.expressions.scopes import scope_from

if TYPE_CHECKING:
    from annostd.expressions import Value

TYPES = {
    "i": "integer",
    "j": "integer",
    "x": "number",
    "y": "number",
    "s": "string",
    "t": "string",
    "p": "boolean",
    "q": "boolean",
    "ns": "list of integer",
    "xs": "list of number",
    "ts": "list of string",
    "ps": "list of boolean",
    "k": "string",
    "d": "time",
    "e": "time",
}
PARAMETERS = {"slack": 0.25}
ROW = scope_from(TYPES, PARAMETERS)
GROUP = scope_from(TYPES, PARAMETERS, grouped=True, keys=("k",))

EDGES = [0, 1, -1, 2, 3, 2**53, 2**53 + 1, 2**62, 2**63 - 1, -(2**63)]
INTEGERS = st.sampled_from(EDGES) | st.integers(-5, 5)
# Sums are exact where all are multiples of a quarter: the order of adding is not pinned.
QUARTERS = st.integers(-40, 40).map(lambda n: n / 4)
NUMBERS = QUARTERS | st.sampled_from(
    [float("nan"), float("inf"), float("-inf"), -0.0, 0.5, 2.0**53, 2.0**63, -(2.0**63), 1e308]
)
TIMES = st.decimals(-(10**12) + 1, 10**12 - 1, places=18) | st.sampled_from(
    [Decimal("0.1"), Decimal("0.2"), Decimal("0.3"), Decimal(0)]
)
TEXTS = st.text("aZé😀./\\ß\n", max_size=4)

TEXT = ["s", "t", "''", "'a'", "'é.'"]
PATTERNS = ["a*", "[^a]+", "(a|Z).*", ".", "é?😀"]


def sort(names: list[str], *makers: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from(names), *makers)


def of(template: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(template.format, *parts)


def expressions(depth: int, *, grouped: bool = False) -> dict[str, st.SearchStrategy[str]]:
    """Expressions over a row by kind; `grouped` are also those that look at neighbouring rows."""
    integers = ["i", "j", "0", "2", "-3", "9223372036854775807", "length(s)", "length(ns)"]
    kinds = {
        "integer": sort([*integers, "sum(ns)", "least(ns)", "count(xs)", "distinct(ts)"]),
        "number": sort(["x", "y", "0.5", "-2.0", "slack", "most(xs)", "first(xs)", "1e10"]),
        "string": sort([*TEXT, "k", "last(ts)", "least(ts)"]),
        "time": sort(["d", "e"]),
        "boolean": sort(
            ["p", "q", "true", "any(ps)", "all(ps)", "ascending(ns)", "(ns is missing)"]
        ),
    }
    for _ in range(depth):
        kinds = {
            kind: parts | _deeper(kind, kinds, grouped=grouped) for kind, parts in kinds.items()
        }
    return kinds


def _deeper(
    kind: str, kinds: dict[str, st.SearchStrategy[str]], *, grouped: bool
) -> st.SearchStrategy[str]:
    own = kinds[kind]
    deeper = [of("({} if {} else {})", own, kinds["boolean"], own)]
    if grouped:
        deeper.append(of("{}({})", st.sampled_from(["prev", "next"]), own))
    return st.one_of(*deeper, _MAKERS[kind](kinds))


def _integers(kinds: dict[str, st.SearchStrategy[str]]) -> st.SearchStrategy[str]:
    own = kinds["integer"]
    rounding = st.sampled_from(["round", "floor", "ceil"])
    return (
        of("({} {} {})", own, st.sampled_from(["+", "-", "*", "%"]), own)
        | of("{}({}, {})", st.sampled_from(["min", "max"]), own, own)
        | of("{}({})", st.sampled_from(["abs", "-", "round"]), own)
        | of("{}({})", rounding, kinds["number"])
        | of("length({})", kinds["string"])
    )


def _numbers(kinds: dict[str, st.SearchStrategy[str]]) -> st.SearchStrategy[str]:
    own = kinds["number"]
    either = own | kinds["integer"]
    return (
        of("({} {} {})", own, st.sampled_from(["+", "-", "*", "/"]), either)
        | of("({} {} {})", either, st.sampled_from(["+", "-", "*", "/"]), own)
        | of("({} / {})", kinds["integer"], kinds["integer"])
        | of("({} {} {})", kinds["time"], st.sampled_from(["*", "/"]), either | kinds["time"])
        | of("{}({}, {}, {})", st.sampled_from(["min", "max"]), own, either, own)
        | of("{}({})", st.sampled_from(["abs", "-", "fraction"]), own)
    )


def _times(kinds: dict[str, st.SearchStrategy[str]]) -> st.SearchStrategy[str]:
    own = kinds["time"]
    either = own | st.sampled_from(["2", "0.1", "slack"])
    return (
        of("({} {} {})", own, st.sampled_from(["+", "-"]), either)
        | of("({} {} {})", either, st.sampled_from(["+", "-"]), own)
        | of("{}({}, {})", st.sampled_from(["min", "max"]), own, either)
        | of("{}({})", st.sampled_from(["abs", "-"]), own)
    )


def _strings(kinds: dict[str, st.SearchStrategy[str]]) -> st.SearchStrategy[str]:
    return of("{}({})", st.sampled_from(["stem", "suffix", "lower", "upper"]), kinds["string"])


def _booleans(kinds: dict[str, st.SearchStrategy[str]]) -> st.SearchStrategy[str]:
    own, text, number = kinds["boolean"], kinds["string"], kinds["number"]
    either = number | kinds["integer"]
    orders = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
    anything = st.one_of(*kinds.values())
    return (
        of("({} {} {})", own, st.sampled_from(["and", "or", "==", "!="]), own)
        | of("(not {})", own)
        | of("({} {} {})", either, orders, either)
        | of("({} {} {} {} {})", either, orders, either, orders, either)
        | of("({} {} {})", text, orders, text)
        | of("({} {} {})", kinds["time"], orders, kinds["time"])
        | of("({} {} {})", kinds["time"], orders, st.sampled_from(["0", "0.3", "slack"]))
        | of("({} in [{}, 0.3])", kinds["time"], kinds["time"])
        | of("({} is {})", anything, st.sampled_from(["missing", "not missing"]))
        | of("({} in [{}, {}])", either, either, either)
        | of("({} not in ['a', {}])", text, text)
        | of("({} in {})", either, st.sampled_from(["ns", "xs"]))
        | of("({} in ts)", text)
        | of("is_integer({})", either)
        | of("matches({}, '{}')", text, st.sampled_from(PATTERNS))
        | of("{}({}, {})", st.sampled_from(["starts_with", "ends_with", "contains"]), text, text)
    )


_MAKERS = {
    "integer": _integers,
    "number": _numbers,
    "string": _strings,
    "time": _times,
    "boolean": _booleans,
}


def row_expressions() -> st.SearchStrategy[str]:
    return st.one_of(*expressions(3).values())


def group_expressions() -> st.SearchStrategy[str]:
    """Aggregates over rows, combined; sums only of what is added exactly."""
    rows = expressions(2, grouped=True)
    anything = st.one_of(*rows.values())
    ordered = rows["integer"] | rows["number"] | rows["string"] | rows["time"]
    ascending = st.sampled_from(["ascending", "strictly_ascending"])
    counts = (
        of("{}({})", st.sampled_from(["count", "distinct"]), anything)
        | of("sum({})", rows["integer"])
        | of("least({})", rows["integer"])
        | st.sampled_from(["count()", "most(count(ts))"])
    )
    truths = (
        of("{}({})", st.sampled_from(["any", "all", "first", "last"]), rows["boolean"])
        | of("{}({})", ascending, ordered)
        | of("({} {} {})", counts, st.sampled_from(["<", "==", ">="]), counts)
        | of("(most({}) is missing)", ordered)
    )
    numbers = of("{}({})", st.sampled_from(["least", "most", "first", "last"]), rows["number"])
    texts = of("{}({})", st.sampled_from(["least", "most", "first"]), rows["string"])
    picked = st.sampled_from(["least", "most", "first", "last", "sum"])
    times = of("{}({})", picked, rows["time"])
    sums = st.sampled_from(["sum(y)", "sum(slack * y)", "k", "length(k)", "lower(k)"])
    combined = (
        of("({} if {} else {})", counts, truths, counts)
        | of("({} and {})", truths, truths)
        | of("({} {} {})", counts, st.sampled_from(["+", "-", "*", "/", "%"]), counts)
        | of("({} {} {})", numbers, st.sampled_from(["+", "<", "=="]), numbers)
        | of("({} == k)", texts)
        | of("({} {} {})", times, st.sampled_from(["+", "-", "<", "=="]), times)
    )
    return counts | truths | numbers | texts | times | sums | combined


def rows(least: int = 0) -> st.SearchStrategy[list[dict[str, Value]]]:
    values: dict[str, st.SearchStrategy[Value]] = {
        "i": INTEGERS,
        "j": INTEGERS,
        "x": NUMBERS,
        "y": QUARTERS,
        "s": TEXTS,
        "t": TEXTS,
        "p": st.booleans(),
        "q": st.booleans(),
        "ns": st.lists(st.none() | INTEGERS, max_size=3),
        "xs": st.lists(st.none() | NUMBERS, max_size=3),
        "ts": st.lists(st.none() | TEXTS, max_size=3),
        "ps": st.lists(st.none() | st.booleans(), max_size=3),
        "k": st.sampled_from(["k1", "k2"]),
        "d": TIMES,
        "e": TIMES,
    }
    row = st.fixed_dictionaries({name: st.none() | value for name, value in values.items()})
    return st.lists(row, min_size=least, max_size=6)
