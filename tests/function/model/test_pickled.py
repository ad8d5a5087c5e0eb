"""The pickle reader: plain data goes through, every other program is refused before it runs."""

import os
import pickle
import pickletools
import struct
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from function.model import pickled

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(1 - 2**63, 2**63 - 1) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=20), inner),
    max_leaves=9,
)


class Attack:
    """What unpickling would run."""

    def __init__(self, call, *arguments):
        self.call, self.arguments = call, arguments

    def __reduce__(self):
        return self.call, self.arguments


def _refusal(data: bytes) -> str:
    tracemalloc.start()
    try:
        with pytest.raises(pickled.PickleError) as caught:
            pickled.loads(data)
        assert tracemalloc.get_traced_memory()[1] < 50e6
    finally:
        tracemalloc.stop()
    return str(caught.value)


def _seal(program: bytes) -> bytes:
    """Seal a program as an attacker who knows the format would."""
    return pickled.seal(program)


@pytest.mark.unmeasured
@given(PLAIN)
def test_plain_data_comes_back_as_it_was(content):
    # through JSON, as models are, so that no container is referred to twice
    assert pickled.loads(pickled.dumps(content))[0] == content


@pytest.mark.parametrize("data", [b"", b"CustomerID,Age\n1,2\n", b"PK\x03\x04", b"\x1f\x8b\x08", b"{}"])
def test_a_file_of_another_kind_is_called_that(data):
    assert _refusal(data).startswith("not a model file as training writes it: it is empty or of another kind")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("attack", [Attack(os.system, "touch pwned"), Attack(eval, "1+1"), Attack(bytearray, 10**12)])
def test_a_call_is_refused_and_not_run(attack, protocol, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _refusal(_seal(pickle.dumps(attack, protocol)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "program",
    [
        b"\x80\x04" + b"r\xff\xff\xff\x7f" + b"N.",  # a memo of two billion places
        b"\x80\x04]" + b"\x94h\x00a" + b".",  # a list that holds itself
        b"\x80\x04]\x94" + b"(" + b"h\x00" * 1000 + b"e.",  # one list a thousand times
        b"\x80\x04\x8e" + struct.pack("<Q", 2**62) + b".",  # a gigantic bytes object
        b"\x80\x04\x8d" + struct.pack("<Q", 2**62) + b".",  # a gigantic string
        b"\x80\x04\x8b" + struct.pack("<i", 2**31 - 1) + b".",  # a gigantic integer
        b"\x80\x04\x95" + struct.pack("<Q", 2**62) + b"N.",  # a gigantic frame
        b"I" + b"9" * 100_000 + b"\n.",  # an integer that takes a square of its length to read
        b"\x80\x04\x82\x01.",  # an extension registry code
        b"Pid\n.",  # a persistent id
    ],
)
def test_a_bomb_is_refused(program):
    _refusal(_seal(program))


@pytest.mark.parametrize("depth", [11, 70_000])
def test_deep_nesting_is_refused(depth):
    assert "expected containers at most 10 deep" in _refusal(_seal(_nested(depth)))


def test_a_model_s_nesting_is_read():
    assert pickled.loads(_seal(_nested(10)))[0] == [[[[[[[[[[]]]]]]]]]]


def _nested(depth: int) -> bytes:
    return b"\x80\x04" + b"]" * depth + b"a" * (depth - 1) + b"."


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        (b"]" + b"(" + b"N" * 200_000 + b"e", "expected at most 150000 instructions"),
        (b"}" + b"(" + b"".join(b"J" + struct.pack("<i", n) + b"N" for n in range(1000)) + b"u", "expected keys of up"),
        (b"}" + b"(G\x7f\xf8\x00\x00\x00\x00\x00\x00Nu", "expected keys of up"),
        (b"}" + b"(\x8c\x01aN\x8c\x01aNu", "each once"),
        (b"}" + b"X" + struct.pack("<I", 201) + b"a" * 201 + b"Ns", "expected keys of up to 200 characters"),
        (b"X" + struct.pack("<I", 10_001) + b"a" * 10_001, "expected texts of at most 10000 characters"),
        (b"\x8a\x09" + b"\x00" * 7 + b"\x80\x00", "expected integers of at most 64 bits"),
        (b"]\x94(" + b"h\x00" * 1000 + b"e", "refers to something that is not a string"),
    ],
    ids=range(8),
)
def test_what_no_model_holds_is_refused_while_it_is_read(program, reason):
    assert reason in _refusal(_seal(b"\x80\x04" + program + b"."))


def test_a_file_over_the_limit_is_refused_unread():
    assert "expected at most" in _refusal(b"\x80" * (pickled.MAX_BYTES + 1))


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused(data):
    with pytest.raises(pickled.PickleError):
        pickled.loads(data)


@given(st.lists(st.sampled_from([opcode.code.encode("latin-1") for opcode in pickletools.opcodes]), max_size=30))
def test_arbitrary_programs_give_plain_data_or_a_refusal(opcodes):
    program = b"".join(opcodes) + b"."
    try:
        content, _ = pickled.loads(_seal(program))
    except pickled.PickleError:
        return
    assert isinstance(content, dict | list | str | int | float | bool | None)
