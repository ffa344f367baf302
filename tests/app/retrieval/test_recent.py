"""The memory of what was read last."""

from retrieval.recent import Recent


def test_what_was_not_used_for_longest_is_forgotten_first():
    memory = Recent[str, int](2)
    memory.keep({"a": 1, "b": 2})
    assert memory.found(["a", "c"]) == {"a": 1}
    memory.keep({"c": 3})
    assert memory.found(["a", "b", "c"]) == {"a": 1, "c": 3}


def test_it_stays_within_its_size():
    memory = Recent[int, int](3)
    memory.keep({number: number for number in range(10)})
    assert list(memory.found(range(10))) == [7, 8, 9]
