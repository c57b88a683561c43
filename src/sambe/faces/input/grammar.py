"""Grammar of the language of input files: text to tokens to a tree.

Grammar::

    sum     = product { ("+"|"-") (product | "h.c.") }
    product = factor { ["*"|"/"] factor }
    factor  = {"+"|"-"} atom { "'" | "@" site | "^" ["-"] atom }
    atom    = number | name | function "(" sum {"," sum} ")" | "|i><j|" | "(" sum ")"
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ...errors import InputError

__all__ = ["Node", "Source", "parse"]

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[jJ]?)
    |(?P<hc>[hH]\.\s?c\.?)
    |(?P<transition>\|\s*(?P<to>\d+)\s*>\s*<\s*(?P<start>\d+)\s*\|)
    |(?P<name>[^\W\d]\w*)
    |(?P<sign>\*\*|[-+*/^()@,'†])
    |(?P<end>\Z)
    |(?P<other>\S))""",
    re.VERBOSE,
)
# Brackets inside each other at most. A choice: no formula of physics has as many, and the reader, which calls
# itself for each, must stay far below Python's limit of 1000 calls.
_DEEPEST = 50
# Nodes above each other in a tree, characters of an expression and digits of a number at most. Choices: a
# product of a hundred factors and a sum of a thousand terms are beyond what anybody writes, and stay below
# Python's limit of calls inside each other.
_TALLEST, _LONGEST, _DIGITS = 120, 20_000, 400


@dataclass(frozen=True)
class Node:
    kind: str
    start: int
    end: int
    value: Any = None
    parts: tuple[Node, ...] = ()

    @cached_property
    def height(self) -> int:
        """Nodes above each other in the tree."""
        return 1 + max((part.height for part in self.parts), default=0)


@dataclass(frozen=True)
class Source:
    field: str
    text: str

    def error(self, start: int, end: int, remedy: str) -> InputError:
        """Error with the line of the text and a caret under the columns ``start`` to ``end``."""
        first = self.text.rfind("\n", 0, start) + 1
        line = self.text[first:].split("\n", 1)[0].rstrip().replace("\t", " ")
        width = max(1, min(end, first + len(line)) - start)
        caret = " " * (start - first) + "^" * width
        return InputError(self.field, self.text, f"{remedy}\n    {line}\n    {caret}")


def _tokens(source: Source) -> Iterator[Node]:
    position = 0
    while True:
        match = _TOKEN.match(source.text, position)
        if match is None or match.lastgroup is None:  # never, as the pattern matches any text
            raise source.error(position, position + 1, "this cannot be read")
        kind = next(k for k in ("number", "hc", "transition", "name", "sign", "end", "other")
                    if match[k] is not None)  # fmt: skip
        start, end = match.span(kind)
        if kind == "other":
            raise source.error(start, end, f"the character {match[kind]!r} means nothing here")
        value: Any = match[kind]
        if kind in ("number", "transition") and end - start > _DIGITS:
            raise source.error(start, end, f"a number of more than {_DIGITS} digits")
        if kind == "transition":
            value = (int(match["to"]), int(match["start"]))
        yield Node(kind, start, end, value)
        if kind == "end":
            return
        position = end


class _Parser:
    """Recursive descent over the grammar of the module's docstring."""

    def __init__(self, source: Source, functions: Collection[str]) -> None:
        self.source = source
        self.functions = functions
        self.tokens = list(_tokens(source))
        self.at = 0
        self.depth = 0

    def parse(self) -> Node:
        node = self.sum()
        if self.next.kind != "end":
            raise self.unexpected()
        return node

    @property
    def next(self) -> Node:
        return self.tokens[self.at]

    def take(self, *signs: str) -> Node | None:
        """The next token if it is one of these signs."""
        token = self.next
        if token.kind == "sign" and token.value in signs:
            self.at += 1
            return token
        return None

    def unexpected(self) -> InputError:
        token = self.next
        if token.kind == "end":
            return self.source.error(token.start, token.start + 1, "the expression ends too early")
        if token.kind == "hc":
            return self.source.error(
                token.start, token.end, "'h.c.' follows a '+' after the terms that it conjugates"
            )
        if token.kind == "number":
            return self.source.error(
                token.start, token.end,
                "a number after a factor: put it first, or write '*' or '^' before it",
            )  # fmt: skip
        return self.source.error(token.start, token.end, f"{token.value!r} cannot stand here")

    def sum(self) -> Node:
        self.depth += 1
        start = self.next.start
        if self.depth > _DEEPEST:
            raise self.source.error(start, start + 1, f"brackets nest deeper than {_DEEPEST}")
        terms, signs = [self.product()], [1]
        while token := self.take("+", "-"):
            signs.append(1 if token.value == "+" else -1)
            if self.next.kind == "hc":
                terms.append(self.next)
                self.at += 1
            else:
                terms.append(self.product())
        self.depth -= 1
        if len(terms) == 1:
            return terms[0]
        return Node("sum", start, terms[-1].end, signs, tuple(terms))

    def product(self) -> Node:
        node = self.factor()
        while True:
            token = self.take("*", "/")
            opens = self.next.kind == "sign" and self.next.value == "("
            if token is None and not (opens or self.next.kind in ("name", "transition")):
                return node
            right = self.grown(self.factor())
            kind = "divide" if token is not None and token.value == "/" else "multiply"
            node = self.grown(Node(kind, node.start, right.end, None, (node, right)))

    def factor(self) -> Node:
        start, sign = self.next.start, 1
        while token := self.take("+", "-"):
            sign = -sign if token.value == "-" else sign
        node = self.atom()
        while token := self.take("'", "†", "@", "^", "**"):
            if token.value in ("'", "†"):
                node = Node("dagger", node.start, token.end, None, (node,))
            elif token.value == "@":
                node = Node("at", node.start, self.next.end, self.site(), (node,))
            else:
                power = self.exponent()
                node = Node("power", node.start, power.end, None, (node, power))
            self.grown(node)
        return node if sign > 0 else Node("minus", start, node.end, None, (node,))

    def grown(self, node: Node) -> Node:
        """The node, unless the tree is taller than it can be walked."""
        if node.height > _TALLEST:
            raise self.source.error(node.start, node.end, f"more than {_TALLEST} factors inside each other")
        return node

    def exponent(self) -> Node:
        token = self.take("-", "+")
        node = self.atom()
        if token is None or token.value == "+":
            return node
        return Node("minus", token.start, node.end, None, (node,))

    def site(self) -> str:
        token = self.next
        if token.kind == "name" or (token.kind == "number" and token.value.isdigit()):
            self.at += 1
            return str(token.value)
        raise self.source.error(token.start, token.end, "'@' wants the number or name of a site")

    def atom(self) -> Node:
        token = self.next
        if token.kind in ("number", "name", "transition"):
            self.at += 1
            if token.kind == "name" and token.value in self.functions:
                return self.call(token)
            return token
        if self.take("("):
            node, end = self.sum(), self.next.end
            if not self.take(")"):
                raise self.unexpected()
            return replace(node, start=token.start, end=end)  # carets mark the brackets too
        raise self.unexpected()

    def call(self, name: Node) -> Node:
        if not self.take("("):
            raise self.source.error(name.start, name.end, f"write {name.value}( ... )")
        arguments = [self.sum()]
        while self.take(","):
            arguments.append(self.sum())
        end = self.next.end
        if not self.take(")"):
            raise self.unexpected()
        return Node("call", name.start, end, name.value, tuple(arguments))


def parse(source: Source, functions: Collection[str]) -> Node:
    """Tree of an expression; ``functions`` are the names that take arguments in brackets.

    Raises
    ------
    InputError
        Points at the column that cannot be read.

    Examples
    --------
    >>> parse(Source("coupling", "2 a"), ()).kind
    'multiply'
    """
    if len(source.text) > _LONGEST:
        raise InputError(
            source.field, source.text, f"has {len(source.text)} characters; {_LONGEST} are possible"
        )
    return _Parser(source, functions).parse()
