"""What is wrong in a TOML file is named by file, line and key."""

from __future__ import annotations

import tomllib
from enum import Enum
from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, Struct

from voice_coach.toml_lines import TomlProblem, line_of, load_table, read_table


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Leaf(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: Annotated[str, Meta(min_length=1)]
    size: Annotated[float, Meta(gt=0, le=60)] = 1.0
    colour: Colour = Colour.RED


class Tree(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    leaf: Leaf | None = None
    leaves: tuple[Leaf, ...] = ()
    words: Annotated[tuple[str, ...], Meta(min_length=1)] = ("a",)
    counts: dict[Colour, Annotated[int, Meta(ge=1)]] = {}


TEXT = '''\
# a comment with "quotes" and = signs
words = [
    "one",  # [ not a list
    """two
    lines""",
    'three',
]

[leaf]
name = "a # b"

[[leaves]]
name = "first"

[[leaves]]
"name" = """
  a = 1
  [leaf]
"""
size = 2
'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("words",), 2),
        (("words", 0), 3),
        (("words", 1), 4),
        (("words", 2), 6),
        (("leaf",), 9),
        (("leaf", "name"), 10),
        (("leaves",), 12),
        (("leaves", 0), 12),
        (("leaves", 1), 15),
        (("leaves", 1, "name"), 16),
        (("leaves", 1, "size"), 20),
        (("leaf", "size"), None),
        (("leaves", 2), None),
    ],
)
def test_a_key_is_found_on_its_line(key: tuple[str | int, ...], line: int | None) -> None:
    assert line_of(TEXT, key) == line


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("a.b.c = 1", ("a", "b"), 1),
        ("\n[a . 'b.c']\nd = 1", ("a", "b.c", "d"), 3),
        ('"\\u0061" = 1', ("a",), 1),
        ("a = {b = 1, c = [{d = 2}]}", ("a", "c", 0, "d"), 1),
        ("[[a]]\n[[a.b]]\n[[a]]\n[[a.b]]\n[[a.b]]\nc = 1", ("a", 1, "b", 1, "c"), 6),
        ("[[a]]\n[a.b]\nc = 1979-05-27 07:32:00\nd = +1_0", ("a", 0, "b", "d"), 4),
        ("a = [[1, 2],\n[3]]", ("a", 1, 0), 2),
        ('a = """x""""\nb = 1', ("b",), 2),
        ("a = 1\r\nb = 2\r\n", ("b",), 2),
    ],
)
def test_every_form_of_key_is_walked(text: str, key: tuple[str | int, ...], line: int) -> None:
    tomllib.loads(text)
    assert line_of(text, key) == line


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=12)))
def test_no_text_inside_strings_moves_a_line(texts: list[str]) -> None:
    quoted = ["'''\n" + text.replace("'", "") + "'''" for text in texts]
    lines = [f"k{index} = {value}" for index, value in enumerate(quoted)]
    whole = "\n".join([*lines, "last = 1"])
    try:
        tomllib.loads(whole)
    except tomllib.TOMLDecodeError:
        return  # control characters are not allowed in TOML
    assert line_of(whole, ("last",)) == whole.count("\n") + 1


@pytest.mark.parametrize(
    ("text", "line", "key", "says"),
    [
        ("\nwords = 3", 2, "words", "must be a list in [ ], not a whole number"),
        ("words = ['a',\n 3]", 2, "words[1]", "must be text in quotes, not a whole number"),
        ("words = []", 1, "words", "must hold at least one item"),
        ("[leaf]\nsize = 2", 1, "leaf.name", "is missing"),
        ("[leaf]\nname = ''", 2, "leaf.name", "must not be empty"),
        ("[leaf]\nname = 'x'\nsize = 61", 3, "leaf.size", "must be at most 60"),
        ("[leaf]\nname = 'x'\nsize = 0", 3, "leaf.size", "must be more than 0"),
        ("[leaf]\nname = 'x'\nsise = 3", 3, "leaf.sise", "did you mean 'size'?"),
        ("[leaf]\nname = 'x'\nzzz = 3", 3, "leaf.zzz", "there are 'name', 'size', 'colour'"),
        (
            "[leaf]\nname = 'x'\ncolour = 'green'",
            3,
            "leaf.colour",
            "cannot be 'green': it is one of 'red', 'blue'",
        ),
        ("[[leaves]]\nname='x'\n[[leaves]]\nnam='y'", 4, "leaves[1].nam", "did you mean 'name'?"),
        ("[counts]\nred = 0", 1, "counts", "must be at least 1"),
        ("a = 1\nb = = 2", 2, "", "is not TOML"),
        ("a = 1\nb = [1,", 2, "", "is not TOML"),
        ("a = 1\na = 2", 2, "", "is not TOML"),
    ],
)
def test_what_is_wrong_is_named(text: str, line: int, key: str, says: str) -> None:
    with pytest.raises(TomlProblem) as caught:
        read_table(Path("tree.toml"), text, Tree)
    problem = caught.value
    assert (problem.line, problem.key) == (line, key)
    assert says in problem.problem
    assert str(problem).startswith(f"tree.toml, line {line}: ")


def test_a_good_file_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "tree.toml"
    file.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    tree = load_table(file, Tree)
    assert tree.words == ("one", "two\n    lines", "three")
    assert [leaf.size for leaf in tree.leaves] == [1.0, 2.0]


def test_a_file_in_another_encoding_is_named_by_line(tmp_path: Path) -> None:
    file = tmp_path / "tree.toml"
    file.write_bytes("words = [\n'caf\u00e9']".encode("latin-1"))
    with pytest.raises(TomlProblem, match=r"tree\.toml, line 2: is not UTF-8"):
        load_table(file, Tree)
