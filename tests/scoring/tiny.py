"""Makes tiny networks and tokenizers that stand in for real ones, and runs like them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

WORDS = ("[UNK]", "red", "green", "blue", "a", "cat")
"""The words that the tiny tokenizer knows; their number is their place."""
TABLE = np.array(
    [[1, 1, 1], [9, 1, 1], [1, 9, 1], [1, 1, 9], [2, 2, 2], [5, 1, 3]], dtype=np.float32
)
"""What the tiny reader knows of each word."""
HEAD = np.array([[2.0], [3.0], [4.0]], dtype=np.float32)
CLASSES = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]], dtype=np.float32)
"""From colours to the four classes: red, green, blue, grey."""

F, I = TensorProto.FLOAT, TensorProto.INT64  # noqa: E741
SIDES = ("height", "width")


def graph(path: Path, inputs, outputs, *nodes, constants=None) -> Path:
    """Write a graph; inputs and outputs are name -> (type, shape), nodes (op, in, out, attributes)."""
    made = helper.make_graph(
        [
            helper.make_node(op, i, o, **(more[0] if more else {}))
            for op, i, o, *more in nodes
        ],
        "tiny",
        [helper.make_tensor_value_info(n, t, s) for n, (t, s) in inputs.items()],
        [helper.make_tensor_value_info(n, t, s) for n, (t, s) in outputs.items()],
        [
            numpy_helper.from_array(np.asarray(v), n)
            for n, v in (constants or {}).items()
        ],
    )
    model = helper.make_model(
        made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())
    return path


def means(path, name, shape, axes, given="features", width=3):
    """A network whose features are means over some axes."""
    rest = len(shape) - len(axes)
    out = ["batch", *([width] if rest == 2 else [f"n{k}" for k in range(rest - 1)])]
    return graph(
        path, {name: (F, shape)}, {given: (F, out)},
        ("ReduceMean", [name], [given], {"axes": axes, "keepdims": 0}),
    )  # fmt: skip


def eyes(path, given="image_embeds", sides=SIDES, batch="batch"):
    """A network that sees the mean colour of prepared pictures."""
    return means(path, "pixel_values", [batch, 3, *sides], [2, 3], given)


def reader(path, *, mask=False, length="length"):
    """A network that reads the mean of what it knows of the words."""
    inputs = {"input_ids": (I, [1, length])}
    if mask:
        # Words that do not count are left out: sum(row * mask) / sum(mask).
        return graph(
            path, inputs | {"attention_mask": (I, [1, length])}, {"text_embeds": (F, [1, 3])},
            ("Gather", ["table", "input_ids"], ["rows"]),
            ("Cast", ["attention_mask"], ["counts"], {"to": F}),
            ("Unsqueeze", ["counts", "last"], ["columns"]),
            ("Mul", ["rows", "columns"], ["kept"]),
            ("ReduceSum", ["kept", "one"], ["above"], {"keepdims": 0}),
            ("ReduceSum", ["columns", "one"], ["below"], {"keepdims": 0}),
            ("Div", ["above", "below"], ["text_embeds"]),
            constants={"table": TABLE, "last": np.array([2]), "one": np.array([1])},
        )  # fmt: skip
    return graph(
        path, inputs, {"text_embeds": (F, [1, 3])},
        ("Gather", ["table", "input_ids"], ["rows"]),
        ("ReduceMean", ["rows"], ["text_embeds"], {"axes": [1], "keepdims": 0}),
        constants={"table": TABLE},
    )  # fmt: skip


def tokenizer(path: Path) -> Path:
    """A tokenizer.json that knows six words."""
    made = Tokenizer(
        models.WordLevel({w: i for i, w in enumerate(WORDS)}, unk_token="[UNK]")
    )
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save(str(path))
    return path


def read(text: str):
    """What the tiny reader makes of a text, computed apart."""
    words = text.lower().replace(".", " .").split()
    return TABLE[[WORDS.index(w) if w in WORDS else 0 for w in words]].mean(axis=0)


def flow(path):
    """A network that takes the change of red and green for movement right and down."""
    pair = [1, 3, *SIDES]
    return graph(
        path, {"image1": (F, pair), "image2": (F, pair)}, {"flow": (F, [1, 2, *SIDES])},
        ("Sub", ["image2", "image1"], ["change"]),
        ("Slice", ["change", "zero", "two", "one"], ["flow"]),
        constants={"zero": np.array([0]), "two": np.array([2]), "one": np.array([1])},
    )  # fmt: skip


def middle(path):
    """A network that puts the weighted mean of two pictures between them."""
    pair = [1, 3, *SIDES]
    return graph(
        path, {"img0": (F, pair), "img1": (F, pair), "embt": (F, [1, 1, 1, 1])},
        {"imgt_pred": (F, pair)},
        ("Sub", ["img1", "img0"], ["change"]), ("Mul", ["change", "embt"], ["part"]),
        ("Add", ["img0", "part"], ["imgt_pred"]),
    )  # fmt: skip


def tokens(path, name="pixel_values"):
    """A transformer: first the mean colour, then each of the pixels."""
    return graph(
        path, {name: (F, ["batch", 3, *SIDES])},
        {"last_hidden_state": (F, ["batch", "tokens", 3])},
        ("ReduceMean", [name], ["mean"], {"axes": [2, 3], "keepdims": 0}),
        ("Unsqueeze", ["mean", "one"], ["first"]),
        ("Reshape", [name, "flat"], ["planes"]),
        ("Transpose", ["planes"], ["pixels"], {"perm": [0, 2, 1]}),
        ("Concat", ["first", "pixels"], ["last_hidden_state"], {"axis": 1}),
        constants={"one": np.array([1]), "flat": np.array([0, 3, -1])},
    )  # fmt: skip


def times(path, name, given, matrix, *, pictures=False):
    """A network that multiplies: features, or the mean colours of pictures."""
    shape = ["batch", 3, *SIDES] if pictures else ["batch", matrix.shape[0]]
    first = (
        [("ReduceMean", [name], ["m"], {"axes": [2, 3], "keepdims": 0})]
        if pictures
        else []
    )
    return graph(
        path, {name: (F, shape)}, {given: (F, ["batch", matrix.shape[1]])}, *first,
        ("MatMul", ["m" if pictures else name, "matrix"], [given]), constants={"matrix": matrix},
    )  # fmt: skip


def match(path):
    """A network that says yes where the colours of picture and words go together.

    No is what the mean of all colours makes of the sum of the words.
    """
    return graph(
        path, {"pixel_values": (F, [1, 3, *SIDES]), "input_ids": (I, [1, "length"])},
        {"itm_score": (F, [1, 2])},
        ("ReduceMean", ["pixel_values"], ["seen"], {"axes": [2, 3], "keepdims": 0}),
        ("Gather", ["table", "input_ids"], ["rows"]),
        ("ReduceMean", ["rows"], ["read"], {"axes": [1], "keepdims": 0}),
        ("ReduceMean", ["read"], ["grey"], {"axes": [1], "keepdims": 1}),
        ("Mul", ["seen", "read"], ["both"]), ("Mul", ["seen", "grey"], ["other"]),
        ("ReduceMean", ["both"], ["yes"], {"axes": [1], "keepdims": 1}),
        ("ReduceMean", ["other"], ["no"], {"axes": [1], "keepdims": 1}),
        ("Concat", ["no", "yes"], ["itm_score"], {"axis": 1}),
        constants={"table": TABLE},
    )  # fmt: skip


def everything(folder: Path) -> dict:
    """Write a stand-in for every model, and return what a file of backends says of them."""
    eyes(folder / "eyes.onnx")
    reader(folder / "text.onnx")
    tokenizer(folder / "tokenizer.json")
    eyes(folder / "pool3.onnx", "pool3", (299, 299))
    graph(
        folder / "clap.onnx", {"input_features": (F, ["batch", 1, 1001, 64])},
        {"audio_embeds": (F, ["batch", 3])},
        ("ReduceMean", ["input_features"], ["bands"], {"axes": [1, 2], "keepdims": 0}),
        ("Slice", ["bands", "from", "to", "one"], ["audio_embeds"]),
        constants={"from": np.array([5]), "to": np.array([8]), "one": np.array([1])},
    )  # fmt: skip
    means(
        folder / "vggish.onnx",
        "input_features",
        ["batch", 1, 96, 64],
        [1, 2],
        "embeddings",
        64,
    )
    means(folder / "i3d.onnx", "video", ["batch", 3, 16, 224, 224], [2, 3, 4])
    means(folder / "motion.onnx", "motion", [1, "steps", "values"], [1], width="values")
    means(
        folder / "viclip.onnx",
        "video",
        ["batch", 8, 3, 224, 224],
        [1, 3, 4],
        "video_embeds",
    )
    tokens(folder / "dino.onnx")
    means(
        folder / "musiq.onnx", "pixel_values", ["batch", 3, *SIDES], [1, 2, 3], "score"
    )
    times(folder / "head.onnx", "embeddings", "score", HEAD)
    flow(folder / "raft.onnx")
    middle(folder / "amt.onnx")
    times(folder / "classes.onnx", "pixel_values", "logits", CLASSES, pictures=True)
    (folder / "labels.json").write_text(
        json.dumps(["red, crimson", "green", "blue", "grey"])
    )
    match(folder / "match.onnx")
    towers = {"vision": "eyes.onnx", "text": "text.onnx", "tokenizer": "tokenizer.json"}
    return {
        "clip": towers,
        "inception": {"network": "pool3.onnx"},
        "clap": {
            "sound": "clap.onnx",
            "text": "text.onnx",
            "tokenizer": "tokenizer.json",
        },
        "vggish": {"network": "vggish.onnx"},
        "i3d": {"network": "i3d.onnx"},
        "motion": {"network": "motion.onnx"},
        "dino": {"network": "dino.onnx"},
        "musiq": {"network": "musiq.onnx"},
        "aesthetic": {"vision": "eyes.onnx", "head": "head.onnx"},
        "raft": {"network": "raft.onnx"},
        "amt": {"network": "amt.onnx"},
        "viclip": {**towers, "vision": "viclip.onnx"},
        "classifier": {"network": "classes.onnx", "labels": "labels.json"},
        "matcher": {"network": "match.onnx", "tokenizer": "tokenizer.json"},
    }


def named(folder: Path, models, **more) -> Path:
    """Write a file of backends."""
    file = folder / "backends.json"
    file.write_text(
        json.dumps({"format": "curate-backends/1", "models": models, **more})
    )
    return file


def check(path: Path) -> None:
    """See that a graph is right by the format's own checker."""
    onnx.checker.check_model(onnx.load(str(path)))
