"""Names, titles, codes and keys: what is taken, how it is tidied, what is refused."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from visualizer.classroom import Refused, codes, names


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ana", "Ana"),
        ("  Ana \t\n  Maria ", "Ana Maria"),
        ("Ａｎａ", "Ana"),
        ("An\u200ba\u202e\u0000", "Ana"),
        ("<b>Ana</b>", "<b>Ana</b>"),
        ("Zoë", "Zoë"),
        ("李小龍", "李小龍"),
        ("Z\u0335\u0336\u0337\u0338a", "Z\u0335\u0336a"),
        ("A\ud800na", "Ana"),
        ("😀", "😀"),
    ],
)
def test_a_name_is_tidied(typed: str, kept: str) -> None:
    assert names.clean_name(typed) == kept


@pytest.mark.parametrize("typed", ["", " ", "\u200b\u2060", "\u3164", "x" * 41, "x" * 10_000])
def test_what_is_no_name_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as caught:
        names.clean_name(typed)
    assert (caught.value.code, caught.value.field) == ("name", "name")


@given(st.text())
@example("ﷺ" * 41)
def test_any_text_becomes_a_name_that_stays_or_is_refused(typed: str) -> None:
    try:
        name = names.clean_name(typed)
    except Refused:
        return
    assert 1 <= len(name) <= 40
    assert names.clean_name(name) == name
    assert not {unicodedata.category(char) for char in name} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.lists(st.sampled_from(["Ana", "ANA", "Ana 2", "x" * 40, "x" * 39 + "y"]), max_size=30))
def test_equal_names_get_a_number(wanted: list[str]) -> None:
    taken: set[str] = set()
    for name in wanted:
        found = names.distinct(name, taken)
        assert names.fold(found) not in taken
        assert len(found) <= 40
        taken.add(names.fold(found))


def test_the_second_ana_is_ana_2() -> None:
    assert names.distinct("ana", {"ana", "ana 2"}) == "ana 3"


def test_a_pseudonym_is_a_name() -> None:
    made_up = {names.pseudonym() for _ in range(200)}
    assert len(made_up) > 100
    assert all(names.clean_name(name) == name for name in made_up)


def test_codes_are_of_letters_that_nobody_mistakes() -> None:
    assert not set("01OILU") & set(codes.ALPHABET)
    made = {codes.new_code() for _ in range(200)}
    assert len(made) > 190
    assert all(codes.read_code(code) == code for code in made)


@pytest.mark.parametrize("typed", ["ab2-c3d", " AB2 C3D ", "ab2c3d", "A B 2 C 3 D", "ab2–c3d"])
def test_a_code_may_be_typed_in_many_ways(typed: str) -> None:
    assert codes.read_code(typed) == "AB2C3D"


@pytest.mark.parametrize("typed", ["", "AB2C3", "AB2C3DE", "AB2C30", "ÄB2C3D", None, 7, "A" * 99])
def test_what_is_no_code_is_none(typed: object) -> None:
    assert codes.read_code(typed) is None


@pytest.mark.parametrize("bad", ["", "short", "x" * 129, "ä" * 40, "a b" * 20, None, 7, b"x" * 40])
def test_a_key_has_to_be_long_and_plain(bad: object) -> None:
    with pytest.raises(Refused) as caught:
        codes.digest_of_key(bad)
    assert caught.value.code == "key"


def test_a_secret_is_known_by_its_digest_only() -> None:
    secret = codes.new_secret()
    stored = codes.digest(secret)
    assert secret not in stored
    assert codes.is_secret(secret, stored)
    for wrong in ["", secret[:-1], secret + "x", stored, None, 5, "\ud800"]:
        assert not codes.is_secret(wrong, stored)
