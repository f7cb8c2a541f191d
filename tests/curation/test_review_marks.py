"""What is drawn over media: from the schema's annotations, and within bounds."""

from __future__ import annotations

from galleries import task

from curation.review import marks
from curation.review.marks import fitting


def found(family, sample, **envelope):
    one = task(family, [sample], **envelope)
    return list(marks.marks(one, one.data[0]))


def test_a_box_is_drawn_by_its_corners_and_named_by_its_class():
    sample = {"input": {"image_file": "a.png"}, "output": {"text": {"bird": [[10, 20, 30, 40]]}}}  # fmt: skip
    [box] = found("image/detection", sample)

    assert (box.kind, box.shape, box.label, box.reference) == ("box", [10, 20, 40, 60], "bird", True)  # fmt: skip
    assert box.pointer == "/output/text/bird/0"


def test_boxes_are_read_in_the_form_that_the_task_states():
    sample = {"input": {"image_file": "a.png"}, "output": {"bbox": [{"Fall": [10, 20, 30, 40]}]}}  # fmt: skip
    [box] = found("image/detection", sample, others={"bbox_format": "x1, y1, x2, y2"})

    assert (box.shape, box.label) == ([10, 20, 30, 40], "Fall")


def test_a_mark_is_named_by_the_label_beside_it():
    sample = {"input": {"image_file": "a.png"}, "output": {"instances": [{"label": "dog", "bbox": [1, 2, 3, 4], "keypoints": [[5, 6, 2]]}]}}  # fmt: skip

    assert {(m.kind, m.label) for m in found("image/keypoints", sample)} == {("box", "dog"), ("point", "dog")}  # fmt: skip


def test_a_mask_knows_its_frame_and_its_compressed_runs():
    sample = {"input": {"video_folder": "f"}, "output": {"3": {"mask": {"size": [240, 320], "counts": "P^g0Pf4Pl^1"}}, "4": {"mask": {}}}}  # fmt: skip
    [mask] = found("video/object-segmentation", sample)

    assert (mask.kind, mask.frame) == ("mask", 3)
    assert sum(mask.shape["runs"]) == 240 * 320


def test_a_broken_or_a_boundless_mask_is_not_drawn():
    broken = {"size": [10, 10], "counts": [5]}
    huge = {"size": [100_000, 100_000], "counts": [10_000_000_000]}
    for mask in (broken, huge):
        sample = {"input": {"video_folder": "f"}, "output": {"0": {"mask": mask}}}
        assert found("video/object-segmentation", sample) == []


def test_of_a_track_only_the_frames_that_are_shown_are_kept():
    sample = {"input": {"video_folder": "f"}, "output": {"answer": [[n, n, 5, 5] for n in range(1, 101)]}}  # fmt: skip
    kept, left = fitting(found("video/object-tracking", sample), {0, 50})

    assert left == 0
    assert [box[0] for box in kept[0].shape] == [0, 50]


def test_marks_beyond_the_room_are_counted(monkeypatch):
    monkeypatch.setattr(marks, "ROOM", 10)
    sample = {"input": {"image_file": "a.png"}, "output": {"text": {"bird": [[n, 0, 5, 5] for n in range(7)]}}}  # fmt: skip
    kept, left = fitting(found("image/detection", sample), None)

    assert (len(kept), left) == (2, 5)
