"""Quality on a corpus of one's own."""

import gzip
import json

import pytest

from protocol.errors import BadRequest
from retrieval.evaluate import evaluate, measures

PAGES = [
    {"_id": "p1", "title": "Backup", "text": "The backup starts at 21:30."},
    {"_id": "p2", "title": "Printers", "text": "Thermal printers of 58 mm are supported."},
    {"_id": "p3", "title": "पासवर्ड", "text": "पासवर्ड रीसेट करने के लिए Settings खोलें।"},
]
QUERIES = [
    {"_id": "q1", "text": "when does the backup start"},
    {"_id": "q2", "text": "thermal printer size"},
    {"_id": "q3", "text": "unjudged"},
]


@pytest.fixture
def beir(tmp_path):
    """A small set in BEIR's format."""
    with gzip.open(tmp_path / "corpus.jsonl.gz", "wt", encoding="utf-8") as corpus:
        corpus.writelines(json.dumps(page) + "\n" for page in PAGES)
    (tmp_path / "queries.jsonl").write_text("".join(json.dumps(query) + "\n" for query in QUERIES))
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\tp1\t2\nq1\tp2\t0\nq2\tp2\t1\n")
    return tmp_path


async def run(beir, embedder, **options):
    return await evaluate(
        beir / "corpus.jsonl.gz", beir / "queries.jsonl", beir / "qrels.tsv",
        folder=beir / "var", embedder=embedder, progress=False, **options,
    )  # fmt: skip


@pytest.mark.parametrize("mode", ["hybrid", "keyword", "dense"])
async def test_an_evaluation_has_exactly_its_figures(beir, embedder, mode):
    figures = await run(beir, embedder, mode=mode)
    assert list(figures) == ["queries", "recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10", "latency_ms"]
    assert set(figures["latency_ms"]) == {"p50", "p95"}
    assert figures["queries"] == 2
    assert figures["recall@1"] == figures["ndcg@10"] == 1.0


async def test_a_corpus_is_embedded_once(beir, embedder, monkeypatch):
    await run(beir, embedder)
    monkeypatch.setattr(type(embedder), "embed_passages", lambda *_: pytest.fail("embedded again"))
    await run(beir, embedder)


async def test_pages_taken_from_a_corpus_are_not_found_any_more(beir, embedder):
    await run(beir, embedder)
    with gzip.open(beir / "corpus.jsonl.gz", "wt", encoding="utf-8") as corpus:
        corpus.writelines(json.dumps(page) + "\n" for page in PAGES[:1])
    assert (await run(beir, embedder))["recall@10"] == 0.5


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("queries.jsonl", '{"_id": "q1", "text": "x"}\n{broken\n', r"queries\.jsonl, line 2: not JSON"),
        ("queries.jsonl", '{"_id": "q1"}\n', r"queries\.jsonl, line 1: 'text'"),
        ("queries.jsonl", "[]\n", r"queries\.jsonl, line 1: '_id'"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nq1 p1 1\n", r"qrels\.tsv, line 2"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nzz\tp1\t1\n", "No query of"),
    ],
)
async def test_a_bad_line_is_named(beir, embedder, file, text, message):
    (beir / file).write_text(text)
    with pytest.raises(BadRequest, match=message):
        await run(beir, embedder)


async def test_a_missing_file_is_named(beir, embedder):
    (beir / "corpus.jsonl.gz").unlink()
    with pytest.raises(BadRequest, match=r"corpus\.jsonl\.gz can't be read"):
        await run(beir, embedder)


def test_measures_agree_with_figures_worked_out_by_hand():
    figures = measures(
        {"a": ["x", "d1", "y", "d2"], "b": ["n"]}, {"a": {"d1": 2, "d2": 1, "d3": 1}, "b": {"m": 1}}, [10.0, 20.0]
    )
    # a: DCG = 2/log2(3) + 1/log2(5) = 1.6925; ideal = 2 + 1/log2(3) + 1/2 = 3.1309; b finds nothing.
    assert figures["ndcg@10"] == pytest.approx(0.5406 / 2, abs=1e-4)
    assert figures["mrr@10"] == 0.25
    assert figures["recall@5"] == pytest.approx(1 / 3, abs=1e-4)
    assert figures["recall@1"] == 0
