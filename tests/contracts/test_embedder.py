"""What every embedder must do."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

PASSAGES = [
    "To reset a password open Settings > Users.",
    "बैकअप रोज़ रात 21:30 बजे अपने आप होता है।",
    "Bill print nahi ho raha hai",
]


def test_vectors_are_float32_rows_of_length_one(embedder):
    for vectors in (embedder.embed_passages(PASSAGES), embedder.embed_queries(PASSAGES)):
        assert vectors.shape == (3, embedder.dimensions)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)


def test_nothing_gives_no_rows(embedder):
    assert embedder.embed_queries([]).shape == (0, embedder.dimensions)
    assert embedder.embed_passages([]).shape == (0, embedder.dimensions)


def test_a_question_is_nearest_to_its_answer_in_either_language(embedder):
    passages = embedder.embed_passages(PASSAGES)
    for question, answer in (("how do I change my password", 0), ("पासवर्ड कैसे बदलें", 0), ("when is the backup made", 1)):
        assert int((passages @ embedder.embed_queries([question])[0]).argmax()) == answer


def test_a_text_gets_the_same_vector_alone_and_among_others(embedder):
    alone = embedder.embed_passages([PASSAGES[0]])[0]
    among = embedder.embed_passages([*PASSAGES, "word " * 300, PASSAGES[0]])
    assert float(alone @ among[0]) > 0.98
    assert float(alone @ among[-1]) > 0.98


def test_order_is_kept_whatever_the_lengths(embedder):
    texts = [
        " ".join([word] * count) for word, count in (("invoice", 200), ("printer", 1), ("पासवर्ड", 60), ("backup", 5))
    ]
    together = embedder.embed_passages(texts)
    for text, vector in zip(texts, together, strict=True):
        assert float(embedder.embed_passages([text])[0] @ vector) > 0.98


def test_longer_than_the_window_is_cut_and_empty_is_taken(embedder):
    vectors = embedder.embed_passages(["licence " * 5000, "", " "])
    assert np.isfinite(vectors).all()


def test_queries_and_passages_may_be_embedded_by_several_threads(embedder):
    expected = embedder.embed_queries(PASSAGES)
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(lambda _: embedder.embed_queries(PASSAGES), range(8)):
            assert np.allclose(vectors, expected, atol=1e-5)


def test_version_and_token_count_are_stable(embedder):
    assert embedder.version
    assert embedder.version == embedder.version
    assert embedder.count_tokens("Reset the password") < embedder.count_tokens(
        "Reset the password of a user who is locked"
    )
