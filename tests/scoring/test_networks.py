from __future__ import annotations

import numpy as np
import pytest
import tiny
from tokenizers import Tokenizer, processors

from curation.scoring import networks, readers
from curation.scoring.metric import Failed

SEES = networks.Wiring((("pixel_values", (None, 3, 8, 8)),), "image_embeds")
CHANCE = np.random.default_rng(5)


def pictures(number, side=8):
    return CHANCE.random((number, 3, side, side), dtype=np.float32)


def test_a_graph_is_run_in_batches_and_gives_one_row_each(tmp_path):
    network = networks.opened(tiny.eyes(tmp_path / "n.onnx"), SEES)
    given = pictures(networks.BATCH + 3)

    rows = network.each(iter(given))

    assert rows == pytest.approx(given.mean(axis=(2, 3)), abs=1e-6)


def test_no_more_is_held_than_one_batch():
    held = []

    def lazily():
        for k in range(40):
            held.append(k)
            yield np.zeros(k // 20)

    sizes = [(len(b), len(held)) for b in networks.batches(lazily(), 16)]

    assert [s for s, _ in sizes] == [16, 4, 16, 4]
    assert sizes[0][1] == 17


def test_a_graph_for_one_picture_at_a_time_gets_one_at_a_time(tmp_path):
    path = tiny.eyes(tmp_path / "n.onnx", sides=(8, 8), batch=1)
    given = pictures(3)

    assert networks.opened(path, SEES).each(given) == pytest.approx(
        given.mean(axis=(2, 3)), abs=1e-6
    )


def test_a_graph_may_call_its_input_and_output_otherwise(tmp_path):
    path = tiny.means(tmp_path / "n.onnx", "x", ["b", 3, 8, 8], [2, 3], "y")
    given = pictures(1)

    assert networks.opened(path, SEES)(given) == pytest.approx(
        given.mean(axis=(2, 3)), abs=1e-6
    )


def test_of_several_outputs_the_named_one_is_taken(tmp_path):
    path = tiny.graph(
        tmp_path / "n.onnx",
        {"pixel_values": (tiny.F, ["b", 3, 8, 8])},
        {"pooler": (tiny.F, ["b", 3]), "image_embeds": (tiny.F, ["b", 3])},
        ("ReduceMax", ["pixel_values"], ["pooler"], {"axes": [2, 3], "keepdims": 0}),
        (
            "ReduceMin",
            ["pixel_values"],
            ["image_embeds"],
            {"axes": [2, 3], "keepdims": 0},
        ),
    )
    given = pictures(2)

    found = networks.opened(path, SEES)(given)

    assert found == pytest.approx(given.min(axis=(2, 3)))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: p.write_bytes(b"weights"), "n.onnx is no ONNX network"),
        (lambda p: None, "n.onnx does not exist"),
        (
            tiny.reader,
            "n.onnx takes input_ids 1xany; expected pixel_values anyx3x8x8",
        ),
        (
            lambda p: tiny.eyes(p, sides=(9, 9)),
            "takes pixel_values anyx3x9x9; expected pixel_values anyx3x8x8",
        ),
        (tiny.flow, "takes image1 1x3xanyxany and image2"),
        (
            lambda p: tiny.means(
                p, "pixel_values", ["b", 3, 8, 8], [3], "image_embeds"
            ),
            "gives image_embeds anyx3x8; expected image_embeds, or another output of 2",
        ),
        (
            lambda p: tiny.graph(
                p,
                {"pixel_values": (tiny.TensorProto.STRING, ["b", 3, 8, 8])},
                {"y": (tiny.TensorProto.STRING, ["b", 3, 8, 8])},
                ("Identity", ["pixel_values"], ["y"]),
            ),
            r"takes tensor\(string\), which cannot be made from media",
        ),
    ],
)
def test_what_does_not_fit_is_said_before_anything_is_scored(tmp_path, make, message):
    path = tmp_path / "n.onnx"
    make(path)

    with pytest.raises(networks.Misfit, match=message):
        networks.opened(path, SEES)


def test_a_graph_that_fails_says_so(tmp_path):
    path = tiny.graph(
        tmp_path / "n.onnx",
        {"pixel_values": (tiny.F, ["b", 3, 8, 8])},
        {"y": (tiny.F, ["rows", 7])},
        ("Reshape", ["pixel_values", "shape"], ["y"]),
        constants={"shape": np.array([-1, 7])},
    )
    network = networks.opened(path, SEES)

    with pytest.raises(Failed, match=r"the network n\.onnx failed"):
        network(pictures(1))


def test_numbers_that_are_not_finite_are_no_numbers(tmp_path):
    network = networks.opened(tiny.eyes(tmp_path / "n.onnx"), SEES)

    with pytest.raises(Failed, match="not finite"):
        network(np.full((1, 3, 8, 8), np.inf))


def test_a_text_is_one_row_and_unknown_words_are_known_as_such(tmp_path):
    wiring = networks.Wiring(
        (("input_ids", (None, None)),), "text_embeds", extras=("attention_mask",)
    )
    network = networks.opened(tiny.reader(tmp_path / "t.onnx"), wiring)
    read = readers.Reader(
        network, readers.tokenizer(tiny.tokenizer(tmp_path / "t.json")), 77
    )

    rows = read(["a red cat", "Purple"])

    assert rows == pytest.approx(np.stack([tiny.read("a red cat"), tiny.read("x")]))


def test_what_is_beyond_the_longest_is_not_read(tmp_path):
    tokenizer = readers.tokenizer(tiny.tokenizer(tmp_path / "t.json"))

    ids, mask = readers.tokens(tokenizer, "red green blue red", 3)

    assert (ids.tolist(), mask.tolist()) == ([[1, 2, 3]], [[1, 1, 1]])


def test_a_long_text_still_begins_and_ends_as_its_network_expects(tmp_path):
    # CLIP takes what it knows of a text from where the mark of the end stands.
    path = tiny.tokenizer(tmp_path / "t.json")
    marked = Tokenizer.from_file(str(path))
    marked.post_processor = processors.TemplateProcessing(
        single="a $A cat", special_tokens=[("a", 4), ("cat", 5)]
    )
    marked.save(str(path))

    ids, _ = readers.tokens(readers.tokenizer(path), "red green blue red", 4)

    assert ids.tolist() == [[4, 1, 2, 5]]


def test_a_graph_of_fixed_length_is_filled_up_and_told_what_counts(tmp_path):
    wiring = networks.Wiring(
        (("input_ids", (None, None)),), "text_embeds", extras=("attention_mask",)
    )
    network = networks.opened(
        tiny.reader(tmp_path / "t.onnx", mask=True, length=9), wiring
    )
    read = readers.Reader(
        network, readers.tokenizer(tiny.tokenizer(tmp_path / "t.json")), 77
    )

    assert read(["green cat"]) == pytest.approx(tiny.read("green cat")[None])
    assert network.length == 9


def test_a_file_that_is_no_tokenizer_is_named(tmp_path):
    (tmp_path / "t.json").write_text("{}")

    with pytest.raises(networks.Misfit, match=r"t\.json is no tokenizer"):
        readers.tokenizer(tmp_path / "t.json")


def test_the_stand_ins_are_right_by_the_formats_own_checker(tmp_path):
    tiny.everything(tmp_path)
    graphs = sorted(tmp_path.glob("*.onnx"))

    assert len(graphs) > 10
    for path in graphs:
        tiny.check(path)
