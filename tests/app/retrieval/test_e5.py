"""The default model, made out of a package."""

import json

import pytest

from protocol.errors import EmbedderUnavailable
from retrieval.e5 import E5Embedder
from retrieval.e5_convert import convert, kept_pieces, main
from retrieval.embed import CachedEmbedder


def test_converting_again_does_nothing_and_a_half_made_folder_is_made_whole(tmp_path, capsys):
    assert main([str(tmp_path / "model")]) == 0
    assert convert(tmp_path / "model") is False
    (tmp_path / "model/e5.json").unlink()
    (tmp_path / "model/e5.onnx").write_bytes(b"half")
    assert convert(tmp_path / "model") is True
    assert E5Embedder(tmp_path / "model").embed_queries(["works"]).shape == (1, 384)
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == ["e5.json", "e5.onnx", "tokenizer.json"]


def test_a_folder_that_can_not_be_made_is_one_line(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main([str(tmp_path / "file/model")]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_only_pieces_of_other_scripts_are_left_out():
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "▁bill", "पास", "привет", "बिल", "தமிழ்", "漢字", "₹", "é"]
    assert [pieces[i] for i in kept_pieces(pieces)] == [piece for piece in pieces if piece not in ("привет", "漢字")]


def test_a_damaged_model_says_what_to_run(tmp_path):
    for name, content in (("e5.json", json.dumps({"version": "1"})), ("tokenizer.json", "{}"), ("e5.onnx", "rubbish")):
        (tmp_path / name).write_text(content)
    with pytest.raises(EmbedderUnavailable, match="e5_convert"):
        E5Embedder(tmp_path).embed_queries(["x"])


def test_line_breaks_and_double_spaces_change_nothing(embedder):
    one, other = embedder.embed_passages(["Open Settings > Users", "Open  Settings\n>\tUsers "])
    assert float(one @ other) > 0.9999


def test_repeated_queries_are_remembered(embedder, monkeypatch):
    cached = CachedEmbedder(embedder, size=2)
    first = cached.embed_queries(["a", "b", "a"])
    assert (first[0] == first[2]).all()
    monkeypatch.setattr(type(embedder), "embed_queries", lambda *_: pytest.fail("embedded again"))
    assert (cached.embed_queries(["b", "a"]) == first[1::-1]).all()
    assert cached.version == embedder.version
