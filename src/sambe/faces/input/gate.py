"""The gate of what comes from a file: depth, length, digits and characters, before anything is made of it.

Behind it a document is small enough to be walked by calls inside each other, its integers fit any array, and
its texts can be written to every file of results.
"""

from __future__ import annotations

import tomllib
from typing import Any

from ...description.gate import text as checked_text
from ...errors import InputError

__all__ = ["LARGEST", "checked", "read"]

# Tables and lists inside each other, values in all, and the largest integer. Choices: the deepest documented
# key is five deep, ten million values are beyond any table of a spectrum, and more than 2^63 fits no array.
DEEPEST, MOST_VALUES, LARGEST = 20, 10**7, 2**63


def read(text: str) -> dict[str, Any]:
    """Tables from the text of a TOML file.

    Raises
    ------
    InputError
        If it is not TOML, or holds what no input file needs.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError("file", text[:40], f"this is not TOML: {error}") from None
    except RecursionError:
        raise InputError("file", text[:40], f"lists and tables nest deeper than {DEEPEST}") from None
    except ValueError as error:  # an integer of thousands of digits
        raise InputError("file", text[:40], f"this is not TOML: {error}") from None
    return checked(raw)


def checked(raw: dict[str, Any]) -> dict[str, Any]:
    """The same tables, looked at value by value.

    Examples
    --------
    >>> checked({"a": {"b": [1, 2.5]}})
    {'a': {'b': [1, 2.5]}}
    """
    waiting: list[tuple[str, Any, int]] = [("", raw, 0)]
    count = 0
    while waiting:
        place, value, depth = waiting.pop()
        count += 1
        if depth > DEEPEST:
            raise InputError(place, value, f"nests deeper than {DEEPEST}, which no input file needs")
        if count > MOST_VALUES:
            raise InputError(place, value, f"is one of over {MOST_VALUES} values, which no input file needs")
        if isinstance(value, dict):
            for key, part in value.items():
                checked_text(f"a key of {place or 'the file'}", key)
                waiting.append((f"{place}.{key}" if place else key, part, depth + 1))
        elif isinstance(value, list):
            waiting.extend((f"{place}[{k}]", part, depth + 1) for k, part in enumerate(value))
        elif isinstance(value, str):
            checked_text(place, value)
        elif isinstance(value, int) and abs(value) > LARGEST:
            raise InputError(place, value, "is beyond 2^63; write a number of that size as 1e20")
    return raw
