"""Every key of a TOML text is found, on the line where it stands."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.programme.cases import TEXTS

from retrowalk.authored.locate import Path, lines_of


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    yield here
    match value:
        case dict():
            for key, inner in value.items():
                yield from paths(inner, (*here, key))
        case list():
            for i, inner in enumerate(value):
                yield from paths(inner, (*here, i))


HARD = '''\
# a comment with [brackets] and "quotes"
a = 1
"b.c" . 'd' = "x # no comment ] \\" "
long = """
[not.a.header]
k = ""two"" quotes""\\"
"""""
raw = \'\'\'
'' it's
\'\'\'
when = 1979-05-27 07:32:00 # a date
list = [ # first
  1, [2, 3],
  { e = "}", f = { g = [ ] } }, 'x]',
]
empty = {}

[t]
u.v = -inf
[t.w]
x = true
[[r]]
y = 1
[r.s]
z = 2
[[r.q]]
p = 0x1F
[[r.q]]
p = 3
[[r]]
y = 4
"k\\u0065y" = 5
'''


def test_a_text_with_every_trick_of_the_grammar_is_located_whole() -> None:
    lines = lines_of(HARD)
    assert set(lines) == set(paths(tomllib.loads(HARD)))
    expected: dict[Path, int] = {
        ("a",): 2,
        ("b.c", "d"): 3,
        ("long",): 4,
        ("raw",): 8,
        ("when",): 11,
        ("list", 0): 13,
        ("list", 1, 1): 13,
        ("list", 2, "f", "g"): 14,
        ("list", 3): 14,
        ("t", "u", "v"): 19,
        ("t", "w"): 20,
        ("r", 0): 22,
        ("r", 0, "s", "z"): 25,
        ("r", 0, "q", 1, "p"): 29,
        ("r", 1): 30,
        ("r", 1, "key"): 32,
    }
    assert {path: lines[path] for path in expected} == expected


@pytest.mark.parametrize("name", TEXTS)
def test_our_own_files_are_located_whole(name: str) -> None:
    lines = lines_of(TEXTS[name])
    assert set(lines) == set(paths(tomllib.loads(TEXTS[name])))
    assert lines["stage", 0] < lines["stage", 0, "title"] < lines["stage", 0, "each", 0, "walk"]


def test_windows_line_ends_count_once() -> None:
    assert lines_of("a = 1\r\nb = 2\r\n")["b",] == 2


space = st.sampled_from(["", " ", "\t"])
break_ = st.sampled_from(["", " ", "\n", "\n # a ] comment }\n", "\r\n"])
key = st.lists(st.sampled_from(["a", "b", '"c.c"', "'d]'", "e-f", '"g\\"h"']), min_size=1,
               max_size=2).map(" . ".join)  # fmt: skip
scalar = st.sampled_from([
    "1", "-2.5", "true", "nan", "0xF", "1979-05-27 07:32:00", '"a\\"] # }"', '""', "'\\'", "'#['",
    '"""\n[a]\nb = 1\n"""', '"""a""b"""""', '"""\\"""x"""', "'''\n]\n'''", "'''a'''''",
])  # fmt: skip


def listed(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    element = st.tuples(break_, values, break_).map("".join)
    return st.lists(element, max_size=3).map(lambda parts: f"[{','.join(parts)}]")


def inlined(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(key, space, st.just("="), space, values).map("".join)
    return st.lists(pair, max_size=3).map(lambda parts: f"{{ {' , '.join(parts)} }}")


value = st.recursive(scalar, lambda inner: listed(inner) | inlined(inner), max_leaves=6)
statement = st.one_of(
    st.tuples(key, space, st.just("="), space, value).map("".join),
    key.map(lambda k: f"[{k}] # table"),
    key.map(lambda k: f"[[ {k} ]]"),
    st.sampled_from(["# only words", "", "="]),
)


@settings(deadline=None)
@given(st.lists(statement, max_size=6).map("\n".join))
def test_whatever_tomllib_accepts_is_located_whole(text: str) -> None:
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines = lines_of(text)
    assert set(paths(tree)) == set(lines)
    assert set(lines.values()) <= set(range(1, text.count("\n") + 2))
