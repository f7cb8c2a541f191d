"""How numbers are sorted into bins for a plot."""

from __future__ import annotations

import media
import pytest
import review_pages

from curation.review.distributions import BINS, binned, counted, distributions
from curation.review.plots import plot
from curation.review.quantities import amount, files, number
from curation.review.submission import looked


def sorted_(values):
    return [(b.low, b.high, b.count) for b in binned("x", "X", "words", values).bins]


def test_two_whole_numbers_have_a_bin_each():
    assert sorted_([6, 7, 7]) == [(6, 7, 1), (7, 8, 2)]


def test_equal_numbers_have_one_bin():
    assert sorted_([5, 5, 5]) == [(5, 5, 3)]


def test_a_wide_range_has_bins_of_one_width_that_hold_all():
    found = sorted_([*range(1000), 0.5])

    assert len(found) == BINS
    assert sum(count for _, _, count in found) == 1001
    assert found[-1][1] == pytest.approx(999)


def test_what_is_not_finite_is_left_out():
    assert sum(c for *_, c in sorted_([1, float("nan"), float("inf"), 2])) == 2


def test_a_plot_tells_its_numbers_in_words():
    drawn = plot(binned("x", 'Words of "<b>"', "words", [6, 7, 7]))

    assert "6 to 7 words, median 7" in drawn
    assert "<b>" not in drawn
    assert drawn.count("<rect") == 2


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (3434.5, "3,434"),
        (12.0, "12"),
        (0.12345, "0.123"),
        (None, "-"),
        (2.333, "2.33"),
    ],
)
def test_numbers_are_short(value, shown):
    assert number(value) == shown


def test_bytes_are_told_as_sizes():
    drawn = plot(binned("x", "Size of image files", "bytes", [25_855, 94_340, 195_070]))

    assert "25.9 kB to 195.1 kB, median 94.3 kB" in drawn
    assert amount(812.0, "bytes") == "812 B"


def test_what_is_not_drawn_of_many_labels_has_no_bar_of_its_own():
    drawn = plot(counted("x", "Answers", "labels", [f"{n:02}" for n in range(40)]))

    assert "28 others" in drawn
    assert drawn.count("<rect") == 12


def test_a_single_label_more_is_drawn_too():
    drawn = plot(counted("x", "Answers", "labels", [f"{n:02}" for n in range(13)]))

    assert "other" not in drawn
    assert drawn.count("<rect") == 13


def test_files_are_counted_by_kinds_in_words():
    assert files({"image": 2, "pointcloud": 1}) == "2 image files, 1 point cloud file"


def test_one_of_a_unit_is_told_as_one():
    assert [amount(n, "boxes") for n in (1, 2)] == ["1 box", "2 boxes"]


def test_boxes_are_counted_by_reference_and_by_what_they_are_of(tmp_path):
    (tmp_path / "t" / "images").mkdir(parents=True)
    media.picture(tmp_path / "t" / "images" / "a.png")
    found = [{"car": [[1, 2, 3, 4], [5, 6, 7, 8]], "bus": [[1, 2, 9, 9]]}, {"car": [[1, 2, 3, 4]]}]  # fmt: skip
    samples = [{"input": {"image_file": "images/a.png"}, "output": {"text": boxes}} for boxes in found]  # fmt: skip
    folder = review_pages.task(tmp_path / "t", "image/detection", samples)
    with looked(folder, review_pages.CALM, jobs=1) as submission:
        told = {d.name: d for d in distributions(submission.galleries[0])}

    boxes = told["reference boxes"]
    assert (boxes.title, boxes.least, boxes.most) == ("Boxes of a reference", 1, 3)
    assert [(b.label, b.count) for b in told["marked"].bars] == [("car", 3), ("bus", 1)]
