"""Gaps in the numbers of file names."""

import pytest

from validators.numbering import Gaps, find_gaps


def gaps(names):
    return list(find_gaps(names.split()))


def test_a_sequence_may_begin_anywhere():
    assert gaps("0012.png 0013.png 0014.png") == []


def test_a_gap_is_written_as_the_names_are():
    assert gaps("f_08.png f_09.png f_11.png f_12.png f_15.png f_16.png") == [
        Gaps("08", "16", ["10", "13-14"])
    ]


def test_every_fifth_frame_is_a_sequence():
    assert gaps("00000.jpg 00005.jpg 00010.jpg 00015.jpg") == []


def test_a_gap_among_every_fifth_is_found():
    assert gaps("00.jpg 05.jpg 10.jpg 20.jpg") == [Gaps("00", "20", ["15"])]


@pytest.mark.parametrize(
    "names",
    [
        "",
        "a.png b.png",
        "1.png",
        "3.png 17.png",
        "12.png 57.png 103.png 111.png",
        "0.png 3.png 6.png 10.png 13.png 16.png 20.png",
        "0.png 1.png 3.png 4.png 6.png",
    ],
)
def test_a_choice_of_frames_is_no_sequence(names):
    assert gaps(names) == []


def test_two_cameras_are_two_sequences():
    left = " ".join(f"left_{n}.png" for n in range(1, 6))
    right = " ".join(f"right_{n}.png" for n in range(1, 6) if n != 3)

    assert gaps(f"{left} {right}") == [Gaps("1", "5", ["3"])]


def test_the_last_number_of_a_name_counts():
    assert gaps("v2_001.png v2_002.png v2_003.png v2_005.png") == [
        Gaps("001", "005", ["004"])
    ]


def test_width_may_grow():
    assert gaps("8.png 9.png 10.png 11.png 13.png") == [Gaps("8", "13", ["12"])]
