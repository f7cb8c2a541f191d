"""Boxes, points, spans, masks, tracks and labels that do not fit what is shown."""

from __future__ import annotations

import pytest

from curation.model import Where
from tests.galleries import about, film, found, gallery, image, media
from validators.audio import Audio
from validators.geometry import RULES
from validators.media import Unreadable
from validators.reason import Reason

PICTURE = image("images/a.png", 320, 240)
FILM = film("videos/a.mp4")


def told(one):
    told = found(RULES, *about(one))
    return [line.replace("annotation.json#/data/0/", "") for line in told]


def boxes(*values, **envelope):
    sample = {
        "input": {"image_file": "images/a.png"},
        "output": {"text": {"hen": list(values)}},
    }
    return gallery("image/detection", [sample], [PICTURE], **envelope)


def said(form):
    return {"others": {"bbox_format": form}}


def test_a_box_that_reaches_out_of_the_image_is_an_error():
    assert told(boxes([10, 20, 30, 40], [300, 200, 40, 30])) == [
        (
            "output/text/hen/1: ANN001 reaches from (300, 200) to (340, 230), "
            "the image is 320x240"
        )
    ]


def test_a_box_may_lie_one_pixel_outside():
    assert told(boxes([-1, -1, 322, 242])) == []
    assert len(told(boxes([-1.5, 0, 10, 10]))) == 1
    assert len(told(boxes([0, 0, 321.5, 10]))) == 1
    assert len(told(boxes([0, 230, 10, 11.5]))) == 1


@pytest.mark.parametrize(
    "form",
    [
        "xyxy",
        "[x_min, y_min, x_max, y_max]",
        "(x1, y1, x2, y2)",
        "left top right bottom",
    ],
)
def test_corners_are_read_where_the_task_states_them(form):
    assert told(boxes([200, 100, 320, 240], **said(form))) == []
    assert told(boxes([200, 100, 100, 90], **said(form))) == [
        "output/text/hen/0: ANN002 [200, 100, 100, 90], read as xyxy, is -100x-10 large"
    ]


@pytest.mark.parametrize("form", ["cxcywh", "(x_center, y_center, width, height)"])
def test_centres_are_read_where_the_task_states_them(form):
    assert told(boxes([160, 120, 320, 240], **said(form))) == []
    assert len(told(boxes([20, 120, 60, 240], **said(form)))) == 1


@pytest.mark.parametrize("form", ["(x_min, y_min, width, height)", "xywh", "", None, 7])
def test_corner_and_size_are_read_otherwise(form):
    assert told(boxes([200, 100, 120, 140], **said(form))) == []
    assert len(told(boxes([200, 100, 320, 240], **said(form)))) == 1


@pytest.mark.parametrize("others", [None, [], "xyxy"])
def test_others_may_be_anything(others):
    assert told(boxes([200, 100, 120, 140], others=others)) == []


@pytest.mark.parametrize(
    ("box", "size"), [([5, 5, 0, 9], "0x9"), ([5, 5, 9, -2], "9x-2"), ([0] * 4, "0x0")]
)
def test_a_box_without_area_is_an_error(box, size):
    shown = ", ".join(map(str, box))
    assert told(boxes(box)) == [
        f"output/text/hen/0: ANN002 [{shown}], read as xywh, is {size} large"
    ]


def test_what_has_another_shape_is_left_to_the_schema():
    odd = [[1, 2, 3], ["a", 1, 2, 3], None, [1, 2, 3, True], [[900, 1, 1]]]
    assert told(boxes(*odd)) == []


@pytest.mark.parametrize("number", [10**400, float("inf"), -(10**400)])
def test_numbers_beyond_sense_stop_nothing(number):
    one = boxes([1, 2, 3, 4])
    one.task.data[0]["output"]["text"]["hen"][0][2] = number
    assert told(one) == []


def test_boxes_are_held_against_nothing_if_the_image_cannot_be_read():
    lost = Unreadable(
        where=PICTURE.where, reason=Reason.TRUNCATED, detail="", kind="image"
    )
    sample = {
        "input": {"image_file": "images/a.png"},
        "output": {"text": {"hen": [[300, 200, 40, 30]]}},
    }
    assert told(gallery("image/detection", [sample], [lost])) == []
    assert told(gallery("image/detection", [sample])) == []


def many(make, count=10, **envelope):
    sample = {
        "input": {"image_file": "images/a.png"},
        "output": {"text": {"hen": [make(i) for i in range(count)]}},
    }
    return gallery("image/detection", [sample], [PICTURE], **envelope)


def test_boxes_that_all_lie_between_0_and_1_are_told_once():
    assert told(many(lambda i: [0.1, 0.2, 0.5, i / 10 + 0.1], 3)) == [
        "annotation.json: ANN010 all 3, such as [0.1, 0.2, 0.5, 0.1]"
    ]


def test_small_boxes_in_pixels_are_not_taken_for_normalised_ones():
    assert told(boxes([0, 0, 1, 1])) == []
    assert told(boxes([0.5, 0.5, 1, 1.25])) == []


def test_boxes_that_all_fit_as_corners_only_are_told_once():
    assert told(many(lambda i: [200, 100, 300 + i, 200])) == [
        "annotation.json: ANN011 all 10 fit as corners, such as [200, 100, 300, 200]"
    ]


def test_few_boxes_are_no_habit():
    assert len(told(many(lambda i: [200, 100, 300 + i, 200], 9))) == 9


def test_corners_that_are_stated_are_no_surprise():
    assert told(many(lambda i: [200, 100, 300 + i, 200], **said("xyxy"))) == []


def test_single_boxes_outside_are_no_habit():
    found_in = told(many(lambda i: [20, 20, 310 if i < 2 else 25 + i, 200]))
    assert [line.split(": ")[1][:6] for line in found_in] == ["ANN001", "ANN001"]


def keypoints(*points):
    sample = {
        "input": {"image_file": "images/a.png"},
        "output": {"keypoints": list(points)},
    }
    return gallery("image/keypoints", [sample], [PICTURE])


def test_a_point_outside_the_image_is_an_error():
    assert told(keypoints([10, 10], [321, 241], [330, 10, 2])) == [
        "output/keypoints/2: ANN003 at (330, 10), the image is 320x240"
    ]


def test_a_point_that_is_not_labelled_may_be_anywhere():
    assert told(keypoints([-5, -5, 0])) == []
    assert len(told(keypoints([-5, -5, 1]))) == 1


def test_points_that_all_lie_between_0_and_1_are_told_once():
    assert told(keypoints([0.5, 0.25], [0, 1])) == [
        "annotation.json: ANN010 all 2, such as [0.5, 0.25]"
    ]


def masked(mask, *facts):
    sample = {"input": {"image_file": "images/a.png"}, "output": {"mask": mask}}
    return gallery("image/semantic-segmentation", [sample], facts or [PICTURE])


def rle(counts, height=240, width=320):
    return {"size": [height, width], "counts": counts}


@pytest.mark.parametrize("counts", [[9600, 4800, 62400], [76800], "P\\9Pf4Pnl1"])
def test_run_lengths_that_fill_their_size_are_fine(counts):
    assert told(masked(rle(counts))) == []


@pytest.mark.parametrize(
    ("counts", "fault"),
    [
        ([9600, 4800], "the runs add up to 14,400 pixels, 240 x 320 are 76,800"),
        ([76801, -1], "a run of -1 pixels"),
        ("P\\9Pf4Pnl", "counts ends within a number ('Pnl')"),
        ("P\\9 Pf4Pnl1", "counts holds ' '"),
        ("o" * 20 + "1", "counts holds a number of 21 characters"),
        ([1.5, 2], "counts is [1.5, 2], expected whole numbers"),
        ([2**50], "counts holds a number beyond 1,099,511,627,776"),
    ],
)
def test_run_lengths_that_cannot_be_decoded_are_an_error(counts, fault):
    assert told(masked(rle(counts))) == [f"output/mask: ANN004 {fault}"]


@pytest.mark.parametrize("size", [[240], "240x320", [240, 320.5], None])
def test_a_size_that_is_none_is_named(size):
    (line,) = told(masked({"size": size, "counts": [76800]}))
    assert line.startswith("output/mask: ANN004 size is ")


def test_run_lengths_of_another_size_than_the_image_are_an_error():
    assert told(masked(rle([76800], 320, 240))) == [
        "output/mask: ANN005 size [320, 240] is [height, width], the image is 320x240"
    ]


def test_masks_of_frames_are_held_against_the_film():
    def segmented(width):
        mask = {"size": [240, width], "counts": [240 * width]}
        sample = {
            "input": {"video_file": "videos/a.mp4", "prompt": "the dog"},
            "output": {"0": {"mask": mask}, "1": {"mask": {}}},
        }
        return gallery("video/object-segmentation", [sample], [FILM])

    assert told(segmented(320)) == []
    assert [line[:22] for line in told(segmented(640))] == ["output/0/mask: ANN005 "]


def actions(*spans, facts=(FILM,)):
    listed = [{"segment": span, "label": "jump"} for span in spans]
    sample = {
        "input": {"video_file": "videos/a.mp4"},
        "output": {"annotations": listed},
    }
    return gallery("video/temporal-action-detection", [sample], facts)


def test_a_span_after_the_end_of_the_film_is_an_error():
    assert told(actions([0, 2.5], [1, 2.6])) == [
        "output/annotations/1/segment: ANN006 [1, 2.6], the file lasts 2.00 s"
    ]
    assert told(actions([1, 2.6], facts=())) == []


def test_a_span_that_ends_before_it_starts_is_an_error():
    assert told(actions([1, 0.5], [1, 1], facts=())) == [
        "output/annotations/0/segment: ANN006 [1, 0.5] ends before it starts"
    ]


def track(value, facts=(FILM,), **shown):
    sample = {
        "input": shown or {"video_file": "videos/a.mp4"},
        "output": {"answer": value},
    }
    return gallery("video/object-tracking", [sample], facts)


BOX = [10, 20, 30, 40]


def test_a_track_with_more_boxes_than_frames_is_an_error():
    assert told(track([BOX] * 51)) == []
    assert told(track([BOX] * 52)) == [
        "output/answer: ANN007 52 boxes, there are 50 frames"
    ]


def test_frames_are_counted_in_a_folder_and_in_a_list():
    frames = [image(f"frames/v/{i}.png", kind="frame") for i in range(3)]
    names = [f.where.path for f in frames]
    for shown in ({"video_folder": "frames/v"}, {"video_file_list": names}):
        assert told(track([BOX] * 4, frames, **shown)) == []
        assert len(told(track([BOX] * 5, frames, **shown))) == 1


def test_an_object_that_is_not_seen_has_a_box_of_zeros():
    assert told(track([BOX, [0, 0, 0, 0]])) == []
    assert told(track([BOX, [5, 5, 0, 0]])) == [
        "output/answer/1: ANN002 [5, 5, 0, 0], read as xywh, is 0x0 large"
    ]


def test_the_boxes_of_a_track_are_held_against_the_frame():
    assert told(track([BOX, [300, 20, 30, 40]])) == [
        (
            "output/answer/1: ANN001 reaches from (300, 20) to (330, 60), "
            "the image is 320x240"
        )
    ]


def test_a_film_that_is_shown_turned_has_no_certain_frame():
    turned = film("videos/a.mp4", rotation=90)
    assert told(track([[230, 20, 30, 290]], [turned])) == []


def tube(start, end, boxes, **more):
    sample = {
        "video_path": "videos/a.mp4",
        "caption": "A boy jumps.",
        "tube_start_frame": start,
        "tube_end_frame": end,
        "trajectory": boxes,
    }
    return gallery("video/spatio-temporal-grounding", [sample | more], [FILM])


def numbered(*numbers):
    return {str(n): {"bbox": BOX} for n in numbers}


@pytest.mark.parametrize(
    ("start", "end", "boxes"),
    [
        (5, 9, [BOX] * 4),
        (5, 9, [BOX] * 5),
        (1, 51, [BOX] * 50),
        (12, 14, numbered(12, 13)),
        (12, 14, numbered(12, 13, 14)),
    ],
)
def test_a_track_may_be_one_frame_off(start, end, boxes):
    assert told(tube(start, end, boxes)) == []


@pytest.mark.parametrize(
    ("start", "end", "boxes", "fault"),
    [
        (9, 5, [BOX], "the track is stated from frame 9 to before 5"),
        (5, 9, [BOX] * 6, "6 boxes, the track is stated from frame 5 to before 9"),
        (5, 9, [BOX] * 2, "2 boxes, the track is stated from frame 5 to before 9"),
        (
            40,
            52,
            [BOX] * 12,
            "the track is stated from frame 40 to before 52, there are 50 frames",
        ),
        (
            12,
            14,
            numbered(10, 13),
            "boxes for the frames 10 to 13, the track is stated from frame 12 to before 14",
        ),
        (
            12,
            14,
            numbered(12, 15),
            "boxes for the frames 12 to 15, the track is stated from frame 12 to before 14",
        ),
    ],
)
def test_a_track_beyond_its_frames_is_an_error(start, end, boxes, fault):
    assert told(tube(start, end, boxes)) == [f"trajectory: ANN007 {fault}"]


def test_the_stated_number_of_frames_counts():
    assert told(tube(5, 9, [BOX] * 4, frame_count=7)) == [
        (
            "trajectory: ANN007 the track is stated from frame 5 to before 9, "
            "there are 7 frames"
        )
    ]


def mask_file(width, height, **facts):
    sample = {
        "input": {"image_file": "images/a.png"},
        "output": {"mask_file": "masks/a.png"},
    }
    mask = image("masks/a.png", width, height, kind="mask", reference=True, **facts)
    return gallery("image/image-to-mask", [sample], [PICTURE, mask])


def test_a_mask_of_another_size_than_its_image_is_an_error():
    assert told(mask_file(320, 240)) == []
    assert told(mask_file(160, 120)) == [
        "output/mask_file: ANN008 'masks/a.png' is 160x120, the image is 320x240"
    ]


def test_a_picture_that_is_to_be_made_may_have_any_size():
    sample = {
        "input": {"image_file": "images/a.png", "mask_file": "masks/a.png"},
        "output": {"image_file": "images/b.png"},
    }
    mask = image("masks/a.png", kind="mask")
    target = image("images/b.png", 640, 480, reference=True)
    assert told(gallery("image/inpainting", [sample], [PICTURE, mask, target])) == []


def test_a_layout_is_held_against_the_image_that_is_to_be_made():
    def layout(**stated):
        row = {"layout": {"eye": [300, 90, 30, 15]}, **stated}
        sample = {"input": row, "output": {"image_file": "images/a.png"}}
        return gallery("image/layout-to-image", [sample], [PICTURE])

    (line,) = told(layout())
    assert line.startswith("input/layout/eye: ANN001 ")
    assert told(layout(width=640, height=480)) == []


def test_a_span_is_held_against_a_recording():
    sound = Audio(
        where=Where("audios/a.wav"), size=1, sha256="", format="wav", kind="audio",
        seconds=1.0, rate=8000, channels=1, samples=8000,
    )  # fmt: skip
    one = gallery("audio/generic", [{"input": {"audio_file": "a.wav"}}], [sound])
    from validators.scene import scenes

    assert scenes(one)[0].seconds == 1.0


def labelled(label, family="audio/classification", options=None, **envelope):
    row = {"audio_file": "audios/a.wav"} | ({"options": options} if options else {})
    sample = {"input": row, "output": {"text": label}}
    return gallery(family, [sample], [media("audios/a.wav", "audio")], **envelope)


@pytest.mark.parametrize("label", ["cow", ["cow", "owl"], "owl, cow"])
def test_labels_of_the_label_space_are_fine(label):
    assert told(labelled(label, labels=["cow", "owl"])) == []


@pytest.mark.parametrize("label", [1, "1", True])
def test_a_label_may_be_written_as_a_number_or_as_text(label):
    assert told(labelled(label, labels=["1", True])) == []


def test_a_label_outside_the_label_space_is_an_error():
    assert told(labelled("bull", labels=["owl", "cow"])) == [
        "output/text: ANN009 'bull' is not among the task's labels (cow, owl)"
    ]
    assert told(labelled(["owl", "bull"], labels=list("abcdefghi"))) == [
        "output/text/0: ANN009 'owl' is not among the task's labels (9 of them)",
        "output/text/1: ANN009 'bull' is not among the task's labels (9 of them)",
    ]


def test_endless_labels_are_cut():
    (line,) = told(labelled("x" * 500, labels=["y" * 500, "z"]))
    assert line.endswith("xxx is not among the task's labels (2 of them)")
    assert len(line) < 200


def test_without_a_stated_space_any_label_is_fine():
    assert told(labelled("bull")) == []


def test_the_options_of_a_sample_come_before_the_labels_of_the_task():
    assert told(labelled("Irish", options=["Irish", "Welsh"], labels=["cow"])) == []


def test_labels_that_are_no_choice_are_held_against_the_options():
    def events(kind):
        event = {"type": kind, "trigger": "flew"}
        sample = {
            "input": {"audio_file": "a.wav", "options": ["Meet", "Move"]},
            "output": {"events": [event]},
        }
        return gallery("audio/event-extraction", [sample])

    assert told(events("Meet")) == []
    assert told(events("Fly")) == [
        "output/events/0/type: ANN009 'Fly' is not among the sample's options (Meet, Move)"
    ]


INTENTS = {"action": {"0": "on", "1": "off"}, "object": {"0": "lamp"}}


def test_the_ids_of_an_intent_are_decoded_by_their_maps():
    assert told(labelled("1 0", intent_label=INTENTS)) == []
    for label in ("0 1", "1", "1 0 0"):
        assert told(labelled(label, intent_label=INTENTS)) == [
            (
                f"output/text: ANN009 {label!r} is not among the ids of intent_label, "
                "2 of which make a label"
            )
        ]


def test_the_classes_of_boxes_and_masks_are_labels():
    assert told(boxes([1, 2, 3, 4], labels=["hen", "dog"])) == []
    assert told(boxes([1, 2, 3, 4], [5, 6, 7, 8], labels=["dog"])) == [
        "output/text/hen: ANN009 'hen' is not among the task's labels (dog)"
    ]


def test_names_of_points_are_no_labels():
    sample = {
        "input": {"image_file": "images/a.png"},
        "output": {"keypoints": {"nose": [10, 10]}},
    }
    one = gallery("image/keypoints", [sample], [PICTURE], labels=["person"])
    assert told(one) == []
