"""Files, pictures and questions that are there twice."""

from __future__ import annotations

import random

import pytest

from tests.galleries import about, film, found, gallery, image, media
from validators import likeness
from validators.duplicates import LONGEST_SHAPE, RULES, SEQUENCE
from validators.gallery import Collection
from validators.questions import question_digests


def told(one):
    return [line.replace("annotation.json#", "") for line in found(RULES, *about(one))]


def vqa(*files, question="What is it?", answer="a dog"):
    return [
        {
            "input": {"image_file": file, "question": f"{question} {n}"},
            "output": {"text": f"{answer} {n}"},
        }
        for n, file in enumerate(files)
    ]


def test_the_same_bytes_under_two_names_are_told_at_the_later():
    one = gallery(
        "image/vqa",
        vqa("images/a.png", "images/b.png", "images/c.png"),
        [image(f"images/{n}.png", sha256="1") for n in "abc"],
    )

    assert told(one) == [
        "images/b.png: DUP001 the same bytes as images/a.png",
        "images/c.png: DUP001 the same bytes as images/a.png",
    ]


def test_one_file_of_many_samples_is_no_duplicate():
    samples = vqa("images/a.png", "images/a.png", "a.png")
    assert told(gallery("image/vqa", samples, [image("images/a.png")])) == []


@pytest.mark.parametrize("kind", ["mask", "frame"])
def test_masks_and_frames_may_be_equal(kind):
    samples = vqa("images/a.png", "images/b.png")
    facts = [image(f"images/{n}.png", sha256="1", kind=kind) for n in "ab"]
    assert told(gallery("image/vqa", samples, facts)) == []


def test_equal_files_of_one_sample_are_its_own_affair():
    shown = {"video_file_list": ["images/a.png", "images/b.png"], "prompt": "What?"}
    sample = {"input": shown, "output": {"text": "a still"}}
    facts = [image(f"images/{n}.png", sha256="1") for n in "ab"]
    assert told(gallery("video/qa", [sample], facts)) == []


def twice_decoded(**facts):
    return gallery(
        "image/vqa",
        vqa("images/a.png", "images/b.png"),
        [image(f"images/{n}.png", content="1", **facts) for n in "ab"],
    )


def test_the_same_content_in_other_bytes_is_told():
    assert told(twice_decoded()) == [
        "images/b.png: DUP002 decodes to the same as images/a.png"
    ]


def test_the_same_bytes_are_not_told_as_the_same_content_too():
    (line,) = told(twice_decoded(sha256="1"))
    assert "DUP001" in line


def test_blank_pictures_have_no_content():
    assert told(twice_decoded(flat=True)) == []


def test_kinds_are_compared_apart():
    facts = [
        media("audios/a.wav", "audio", content="1"),
        media("videos/a.mp4", "video", content="1"),
        media("audios/b.wav", "audio", content=""),
        media("audios/c.wav", "audio", content=""),
    ]
    assert told(gallery("audio/generic", [], facts)) == []


def photograph(seed):
    """Make a thumbnail with the contrast of a photograph."""
    rng = random.Random(seed)
    blocks = [rng.randint(20, 230) for _ in range(16)]
    cells = (blocks[y // 4 * 4 + x // 4] for y in range(16) for x in range(16))
    return bytes(cell + rng.randint(-15, 15) for cell in cells)


def touched(thumb, seed=0, by=1, brighter=0):
    rng = random.Random(seed)
    cells = (cell + brighter + rng.randint(-by, by) for cell in thumb)
    return bytes(min(255, max(0, cell)) for cell in cells)


def pair(one, other, first=(320, 240), second=(320, 240), **facts):
    return gallery(
        "image/vqa",
        vqa("images/a.png", "images/b.png"),
        [
            image("images/a.png", *first, thumb=one.hex(), **facts),
            image("images/b.png", *second, thumb=other.hex(), **facts),
        ],
    )


LIKE = ["images/b.png: DUP003 looks like images/a.png: 1.0 of 255 grey levels apart"]


def test_a_picture_that_looks_like_another_is_told_with_the_difference():
    thumb = photograph(1)
    assert told(pair(thumb, touched(thumb, by=0, brighter=1))) == LIKE


def test_a_smaller_version_of_a_picture_looks_like_it():
    thumb = photograph(1)
    other = touched(thumb, by=0, brighter=1)
    assert told(pair(thumb, other, second=(161, 120))) == LIKE
    assert told(pair(thumb, other, second=(170, 120))) == []


def test_other_pictures_do_not_look_alike():
    assert told(pair(photograph(1), photograph(2))) == []


def test_a_difference_in_one_place_is_another_picture():
    thumb = photograph(1)
    spot = bytes([thumb[0] + likeness.CELL_DIFFERENCE, *thumb[1:]])
    assert len(told(pair(thumb, spot))) == 1
    spot = bytes([thumb[0] + likeness.CELL_DIFFERENCE + 1, *thumb[1:]])
    assert told(pair(thumb, spot)) == []


def test_pages_that_are_white_but_for_their_words_are_not_alike():
    page = bytes([250] * 256)
    one = bytes(240 if i % 16 == 3 and i < 128 else v for i, v in enumerate(page))
    other = bytes(240 if i % 16 == 9 and i < 128 else v for i, v in enumerate(page))
    assert told(pair(one, other)) == []


def test_a_blank_picture_is_like_no_other():
    assert told(pair(bytes([9] * 256), bytes([10] * 256))) == []


def test_lines_of_text_are_too_long_for_thumbnails():
    thumb = photograph(1)
    other = touched(thumb, by=0, brighter=1)
    long = (100 * LONGEST_SHAPE, 100)
    assert told(pair(thumb, other, long, long)) == LIKE
    longer = (100 * LONGEST_SHAPE + 1, 100)
    assert told(pair(thumb, other, longer, longer)) == []


def test_only_what_is_shown_to_a_model_is_compared():
    thumb = photograph(1)
    other = touched(thumb, by=0, brighter=1)
    assert told(pair(thumb, other, reference=True)) == []
    assert told(pair(thumb, other, kind="mask")) == []


def test_each_picture_is_told_with_the_one_that_it_is_nearest_to():
    thumb = photograph(1)
    facts = [
        image(f"images/{n}.png", thumb=touched(thumb, by=0, brighter=b).hex())
        for n, b in [("a", 0), ("b", 2), ("c", 3)]
    ]
    samples = vqa(*(f.where.path for f in facts))
    assert told(gallery("image/vqa", samples, facts)) == [
        "images/b.png: DUP003 looks like images/a.png: 2.0 of 255 grey levels apart",
        "images/c.png: DUP003 looks like images/b.png: 1.0 of 255 grey levels apart",
    ]


def test_the_frames_of_a_film_are_not_compared():
    def films(length):
        thumb = photograph(1)
        facts = [
            image(f"images/{f}{i}.png", thumb=touched(thumb, seed=f"{f}{i}").hex())
            for f in "ab"
            for i in range(length)
        ]
        samples = [
            {
                "input": {
                    "video_file_list": [f"images/{f}{i}.png" for i in range(length)],
                    "prompt": f"What is {f}?",
                },
                "output": {"text": f"film {f}"},
            }
            for f in "ab"
        ]
        return gallery("video/qa", samples, facts)

    assert told(films(SEQUENCE + 1)) == []
    assert len(told(films(SEQUENCE))) == SEQUENCE


def test_nearly_all_pairs_are_found_among_many_and_no_others():
    thumbs = [photograph(seed) for seed in range(1500)]
    copies = [touched(t, n, brighter=1) for n, t in enumerate(thumbs[:200])]
    found_in = {(a, b) for a, b, _ in likeness.alike([*thumbs, *copies])}
    true = {(n, len(thumbs) + n) for n in range(200)}
    assert found_in <= true
    assert len(found_in) > 190


def test_pictures_that_are_all_alike_are_not_all_compared(monkeypatch):
    thumb = photograph(1)
    same = [touched(thumb, seed) for seed in range(500)]
    compared = []
    monkeypatch.setattr(likeness, "likeness", lambda *both: compared.append(both))
    assert list(likeness.alike(same)) == []
    assert 0 < len(compared) <= 3 * likeness.NEIGHBOURS * len(same)


def restored(given, target):
    sample = {
        "input": {"image_file": given.where.path},
        "output": {"image_file": target.where.path},
    }
    return gallery("image/restoration", [sample], [given, target])


GIVEN = image("images/a.png", sha256="1", content="1")


def test_a_target_with_the_bytes_of_the_input_is_an_error():
    target = image("images/b.png", sha256="1", content="1", reference=True)
    assert told(restored(GIVEN, target)) == [
        "/data/0/output/image_file: DUP004 the same bytes as the input images/a.png"
    ]


def test_a_target_with_the_pixels_of_the_input_is_an_error():
    target = image("images/b.png", content="1", reference=True)
    assert told(restored(GIVEN, target)) == [
        "/data/0/output/image_file: DUP004 decodes to the same as the input images/a.png"
    ]


def test_a_target_that_is_the_input_is_an_error():
    assert len(told(restored(GIVEN, GIVEN))) == 1


def test_a_target_may_look_like_its_input():
    thumb = photograph(1)
    given = image("images/a.png", thumb=thumb.hex())
    target = image("images/b.png", thumb=touched(thumb).hex())
    assert told(restored(given, target)) == []


def test_a_mask_is_no_input_of_its_own_kind():
    sample = {
        "input": {"image_file": "images/a.png", "mask_file": "images/m.png"},
        "output": {"image_file": "images/b.png"},
    }
    facts = [
        GIVEN,
        image("images/m.png", kind="mask"),
        image("images/b.png", sha256="1"),
    ]
    assert [
        line[:34] for line in told(gallery("image/inpainting", [sample], facts))
    ] == ["/data/0/output/image_file: DUP004 "]


def test_a_reference_may_be_one_of_several_inputs():
    sample = {
        "input": {"source_image_files": ["images/a.png", "images/b.png"]},
        "output": {"image_file": "images/a.png"},
    }
    facts = [GIVEN, image("images/b.png")]
    assert told(gallery("image/generic", [sample], facts)) == []


def mcq(question, answer, **more):
    return {
        "input": {"question": question, "options": ["yes", "no"]},
        "output": {"answer": answer},
    } | more


def qa(question, answer, **more):
    return {"input": {"question": question}, "output": {"answer": answer}} | more


def test_a_question_with_the_same_reference_is_a_repeated_sample():
    one = gallery(
        "text/open-qa", [qa("Why?", "So."), qa("How?", "So."), qa("Why?", "So.")]
    )
    assert told(one) == ["/data/2: DUP005 asks and answers the same as s1"]


@pytest.mark.parametrize("key", ["id", "group", "source", "license", "video_id"])
def test_where_a_sample_is_from_is_no_part_of_the_question(key):
    samples = [qa("Why?", "So.", **{key: f"{n}"}) for n in range(2)]
    assert len(told(gallery("text/open-qa", samples))) == 1


def test_the_order_of_keys_is_no_part_of_the_question():
    samples = [
        {"input": {"question": "Why?", "context": "x"}, "output": {"answer": "So."}},
        {"output": {"answer": "So."}, "input": {"context": "x", "question": "Why?"}},
    ]
    assert len(told(gallery("text/open-qa", samples))) == 1


def test_the_language_is_part_of_the_question():
    samples = [
        {"goal": "Add.", "language": name, "output": {"response": {"content": name}}}
        for name in ("python", "c")
    ]
    assert told(gallery("text/code-generation", samples)) == []


def test_two_choices_for_one_question_are_an_error():
    one = gallery("text/multiple-choice-qa", [mcq("Is it?", "A"), mcq("Is it?", "B")])
    assert told(one) == [
        '/data/1: DUP006 asks the same as s1; {"answer":"B"} here, {"answer":"A"} there'
    ]


def test_two_labels_for_one_text_are_an_error():
    samples = [
        {"input": {"raw_text": "T", "prompt": "P"}, "output": {"category": label}}
        for label in ("joy", "fear", "joy")
    ]
    assert [line[:16] for line in told(gallery("text/classification", samples))] == [
        "/data/1: DUP006 ",
        "/data/2: DUP005 ",
    ]


def test_labels_in_another_order_are_the_same():
    samples = [
        {"input": {"raw_text": "T", "prompt": "P"}, "output": {"category": labels}}
        for labels in (["joy", "fear"], ["fear", "joy"])
    ]
    assert told(gallery("text/classification", samples)) == [
        "/data/1: DUP005 asks and answers the same as s1"
    ]


def test_two_answers_in_free_words_are_a_warning():
    one = gallery("text/open-qa", [qa("Why?", "So."), qa("Why?", ["No.", "x" * 60])])
    assert told(one) == [
        '/data/1: DUP007 asks the same as s1; {"answer":["No.","'
        + "x" * 39
        + '... here, {"answer":"So."} there'
    ]


def test_boxes_of_one_image_in_two_samples_are_a_warning():
    samples = [
        {
            "input": {"image_file": "images/a.png", "prompt": "Find it."},
            "output": {
                "instances": [{"label": "dog", "mask": {"size": [1, n], "counts": [n]}}]
            },
        }
        for n in (1, 2)
    ]
    one = gallery("image/instance-segmentation", samples, [image("images/a.png")])
    assert [line[:16] for line in told(one) if "DUP" in line] == ["/data/1: DUP007 "]


def test_media_count_by_their_bytes_and_not_by_their_names():
    def asked(**facts):
        samples = [
            {
                "input": {"image_file": f"images/{n}.png", "question": "?"},
                "output": {"text": "x"},
            }
            for n in "ab"
        ]
        images = [image(f"images/{n}.png", **facts) for n in "ab"]
        return told(gallery("image/vqa", samples, images))

    assert asked() == []
    assert asked(sha256="1") == [
        "images/b.png: DUP001 the same bytes as images/a.png",
        "/data/1: DUP005 asks and answers the same as s1",
    ]


def test_one_text_may_be_spoken_in_many_ways():
    samples = [
        {"input": {"prompt": "Say: zero"}, "output": {"audio_file": f"audios/{n}.wav"}}
        for n in "aab"
    ]
    facts = [media(f"audios/{n}.wav", "audio", reference=True) for n in "ab"]
    assert told(gallery("audio/speech-synthesis", samples, facts)) == [
        "/data/1: DUP005 asks and answers the same as s1"
    ]


def test_samples_that_ask_nothing_do_not_ask_the_same():
    samples = [{"input": {}, "output": {}}, {"input": {}, "output": {}}, {"output": {}}]
    assert question_digests(gallery("text/generic", samples)) == [None] * 3


def test_what_is_hidden_within_an_input_is_no_part_of_the_question():
    samples = [
        {"input": {"pred_dir": "p", "gt_dir": f"gt/{n}"}, "output": {}}
        for n in range(2)
    ]
    first, second = question_digests(gallery("video/restoration", samples))
    assert first == second


@pytest.mark.parametrize("odd", [10**30, "\ud800", float("nan")])
def test_odd_values_are_compared_all_the_same(odd):
    one = gallery("text/generic", [{"input": {"x": 1}}, {"input": {"x": 1}}, {}])
    for sample in one.task.data[:2]:
        sample["input"]["x"] = odd
    first, second, _ = question_digests(one)
    assert first == second is not None


def test_a_sample_that_is_no_object_is_passed_over():
    one = gallery("text/open-qa", [qa("Why?", "So.")])
    one.task.data.append("text")
    one.task.data.append(None)
    assert question_digests(one)[1:] == [None, None]


def across(*galleries):
    return found(RULES, Collection(galleries))


def test_files_of_another_task_are_told_once_for_the_task():
    facts = [image(f"images/{n}.png") for n in "abc"]
    one = gallery("image/vqa", vqa("images/a.png", "images/b.png"), facts[:2], "x/one")
    samples = vqa(*(f.where.path for f in facts), question="Which?")
    two = gallery("image/vqa", samples, facts, "x/two")
    assert across(one, two) == [
        (
            "x/two//annotation.json: DUP008 2 of 3 files are also in x/one; "
            "images/a.png is images/a.png there"
        )
    ]


def test_questions_of_another_task_are_told_once_for_the_task():
    one = gallery("text/open-qa", [qa("Why?", "So.")], shown="x/one")
    two = gallery("text/open-qa", [qa("How?", "So."), qa("Why?", "No.")], shown="x/two")
    assert across(one, two) == [
        "x/two//annotation.json: DUP009 1 of 2 questions are also in x/one; s2 is s1 there"
    ]


def test_tasks_that_share_nothing_are_fine():
    one = gallery("video/qa", [], [film("videos/a.mp4")], "x/one")
    two = gallery("video/qa", [], [film("videos/b.mp4")], "x/two")
    assert across(one, two) == []
