"""Builds multilingual-e5-small as an ONNX graph, from token ids to sentence vectors, for ONNX Runtime's CPU build (1.23 and up).

What was measured (bench/retrieval-e5.md) decides how each matrix is kept: 8-bit integers with a scale per row, and one scale for all
activations, except where the output of GELU is read (fo), whose outliers one scale for all would ruin; `MatMulNBits` scales activations in
blocks. Words come from the 4-bit table as it is, which is never unfolded in memory.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from retrieval.e5_weights import BLOCK, Weights

_OPSET = 21  # the first with 4-bit integers
_IR_VERSION = 10  # the newest that ONNX Runtime 1.23 is sure to read
_MICROSOFT = "com.microsoft"
_WIDE_BLOCK = 128  # of the 8-bit matrices: longer blocks multiply faster than 32


def build_e5(weights: Weights, pieces: NDArray[np.int64]) -> ModelProto:
    """The model with inputs `input_ids`, `attention_mask` (n, tokens; int64) and output `vectors` (n, hidden), rows of length 1.

    Token i of the graph is row `pieces[i]` of the table. BERT with GELU, mean pooling over the attended tokens and L2 normalisation:
    the architecture of intfloat/multilingual-e5-small.
    """
    return _Graph(weights, pieces).model()


class _Graph:
    """Collects nodes and tensors while the model is walked from its input to its output."""

    def __init__(self, weights: Weights, pieces: NDArray[np.int64]) -> None:
        self._weights = weights
        self._sizes = weights.sizes
        self._pieces = pieces
        self._nodes: list[NodeProto] = []
        self._tensors: list[TensorProto] = []

    def model(self) -> ModelProto:
        states = self._embeddings()
        for layer in range(self._sizes.layers):
            states = self._layer(states, f"l{layer}")
        self._pool(states)
        graph = helper.make_graph(
            self._nodes,
            "multilingual-e5-small",
            [
                helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"]),
                helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["texts", "tokens"]),
            ],
            [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", self._sizes.hidden])],
            self._tensors,
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="sahayak")

    def _embeddings(self) -> str:
        table = self._weights.matrix("emb.word", self._sizes.hidden)
        words = self._node(
            "GatherBlockQuantized",
            [
                self._int4("words", table.weights[self._pieces]),
                "input_ids",
                self._constant("words.scales", table.scales[self._pieces]),
            ],
            domain=_MICROSOFT,
            block_size=BLOCK,
            gather_axis=0,
            quantize_axis=1,
        )
        # Every text is of type 0, so the row of that type can be added to the positions here and now.
        positions = self._weights.floats("emb.pos").reshape(-1, self._sizes.hidden)
        positions = positions + self._weights.floats("emb.type")[: self._sizes.hidden]
        zero = self._constant("zero", np.array([0]))
        length = self._node("Shape", ["input_ids"], start=1, end=2)
        first = self._node("Slice", [self._constant("positions", positions), zero, length, zero])
        self._node("Cast", ["attention_mask"], output="mask", to=TensorProto.INT32)
        return self._normalise(self._node("Add", [words, first]), "emb.ln")

    def _layer(self, states: str, layer: str) -> str:
        quantised = self._quantise(states)
        parts = [self._multiply(quantised, f"{layer}.{part}") for part in "qkv"]
        attended = self._node(
            "MultiHeadAttention", [*parts, "", "mask"], domain=_MICROSOFT, num_heads=self._sizes.heads
        )
        projected = self._multiply(self._quantise(attended), f"{layer}.ao")
        states = self._normalise(self._node("Add", [projected, states]), f"{layer}.aln")
        widened = self._node("Gelu", [self._multiply(self._quantise(states), f"{layer}.fi")])
        narrowed = self._multiply_in_blocks(widened, f"{layer}.fo")
        return self._normalise(self._node("Add", [narrowed, states]), f"{layer}.oln")

    def _pool(self, states: str) -> None:
        mask = self._node("Cast", ["attention_mask"], to=TensorProto.FLOAT)
        kept = self._node("Mul", [states, self._node("Unsqueeze", [mask, self._constant("last", np.array([2]))])])
        summed = self._node("ReduceSum", [kept, self._constant("tokens", np.array([1]))], keepdims=0)
        # The sum points where the mean does, and only the direction is left after normalising.
        self._node("LpNormalization", [summed], output="vectors", axis=1, p=2)

    def _quantise(self, states: str) -> tuple[str, str, str]:
        """Values, scale and zero point of the states in 8 bits."""
        outputs = [f"{states}.{part}" for part in ("values", "scale", "zero")]
        self._nodes.append(helper.make_node("DynamicQuantizeLinear", [states], outputs, f"{states}.quantised"))
        return outputs[0], outputs[1], outputs[2]

    def _multiply(self, quantised: tuple[str, str, str], name: str) -> str:
        values, scale, zero = quantised
        matrix = self._weights.matrix(f"{name}.w", self._sizes.hidden).dense()
        scales = np.abs(matrix).max(axis=1) / np.float32(127)
        integers = np.rint(matrix / scales[:, None]).astype(np.int8)
        product = self._node(
            "MatMulInteger",
            [
                values,
                self._constant(name, np.ascontiguousarray(integers.T)),
                zero,
                self._constant(f"{name}.zeros", np.zeros(len(integers), np.int8)),
            ],
        )
        factor = self._node("Mul", [scale, self._constant(f"{name}.scales", scales)])
        scaled = self._node("Mul", [self._node("Cast", [product], to=TensorProto.FLOAT), factor])
        return self._node("Add", [scaled, self._bias(name)])

    def _multiply_in_blocks(self, states: str, name: str) -> str:
        columns = self._sizes.feed_forward
        matrix = self._weights.matrix(f"{name}.w", columns).dense()
        blocks = matrix.reshape(len(matrix), -1, _WIDE_BLOCK)
        scales = np.abs(blocks).max(axis=2) / np.float32(127)
        integers = (np.rint(blocks / scales[..., None]) + 128).astype(np.uint8)
        return self._node(
            "MatMulNBits",
            [
                states,
                self._constant(name, integers),
                self._constant(f"{name}.scales", scales.ravel()),
                "",
                "",
                self._bias(name),
            ],
            domain=_MICROSOFT,
            K=columns,
            N=len(matrix),
            bits=8,
            block_size=_WIDE_BLOCK,
            accuracy_level=4,
        )

    def _bias(self, name: str) -> str:
        return self._constant(f"{name}.bias", self._weights.floats(f"{name}.b"))

    def _normalise(self, states: str, name: str) -> str:
        scale, bias = (self._constant(part, self._weights.floats(part)) for part in (f"{name}.w", f"{name}.b"))
        return self._node("LayerNormalization", [states, scale, bias], axis=-1, epsilon=self._sizes.epsilon)

    def _node(self, operator: str, inputs: list[str], *, output: str = "", **attributes: Any) -> str:
        name = output or f"{operator}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [name], name, **attributes))
        return name

    def _constant(self, name: str, values: NDArray[Any]) -> str:
        self._tensors.append(numpy_helper.from_array(values, name))
        return name

    def _int4(self, name: str, values: NDArray[np.int8]) -> str:
        nibbles = values.view(np.uint8) & 15
        packed = nibbles[:, 0::2] | (nibbles[:, 1::2] << 4)
        self._tensors.append(helper.make_tensor(name, TensorProto.INT4, values.shape, packed.tobytes(), raw=True))
        return name
