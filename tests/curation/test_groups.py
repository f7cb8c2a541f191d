from __future__ import annotations

from galleries import film, gallery, image, media
from hypothesis import given
from hypothesis import strategies as st

from curation.entries import Entry, Side, uid
from curation.groups import COMMON_STEM, Gathering, Reason, Tie, joined
from curation.known import known
from curation.model import Where
from curation.sources import Accepted
from curation.words import digest, labels
from validators.audio import Audio
from validators.image import Image
from validators.media import Reason as Fault
from validators.media import Unreadable
from validators.mesh import Mesh

MCQ = "text/multiple-choice-qa"


def gathered(*galleries, ledger=()):
    """Gather what tasks are known by; each is called by the name of its folder."""
    found = Gathering()
    for one in galleries:
        found.add(known(Accepted(one.task.folder.shown, one.task, 0.4), one))
    found.recall(ledger)
    return found


def ties(*galleries, ledger=()):
    """Return all ties as their reason and the samples, TASK:ID each."""
    found = gathered(*galleries, ledger=ledger)
    names = [f"{g.task.folder.shown}:{i}" for g in galleries for i in g.task.ids]
    names += ["gone"] * (len(found.uids) - len(names))
    return {(t.reason, *sorted(names[m] for m in t.members)) for t in found.ties()}


def asked(*questions, shown="a", **envelope):
    samples = [{"input": q, "output": {"answer": "A"}} for q in questions]
    return gallery(MCQ, samples, shown=shown, **envelope)


def choice(question, *options):
    return {"question": question, "options": list(options) or ["yes", "no"]}


def pictured(*paths, shown="a", facts=(), group=None):
    samples = [
        {"input": {"image_file": p, "prompt": "What?"}, "output": {"text": "x"}}
        for p in paths
    ]
    if group:
        samples = [s | {"group": group} for s in samples]
    return gallery(
        "image/vqa",
        samples,
        facts or [image(p) for p in dict.fromkeys(paths)],
        shown=shown,
    )


# What ties samples


def test_the_same_question_ties_samples_across_tasks():
    one = asked(choice("Who wrote it?"), choice("Where?"), shown="a")
    other = asked(
        choice("Who  wrote\nit?"), choice("WHERE?"), choice("When?"), shown="b"
    )

    assert ties(one, other) == {
        (Reason.QUESTION, "a:s1", "b:s1"),
        (Reason.QUESTION, "a:s2", "b:s2"),
    }


def test_the_order_of_the_choices_does_not_part_questions():
    one = asked(
        choice("Which?", "red", "Green"),
        choice("Which?", "green", "red"),
        choice("Which?", "red", "blue"),
    )

    assert ties(one) == {(Reason.QUESTION, "a:s1", "a:s2")}


def test_a_telling_question_ties_samples_with_other_choices():
    stem = "Which river flows through the old town?"
    one = asked(
        choice(stem, "Rhine", "Elbe"),
        choice(stem, "Rhine", "Oder"),
        choice("Which one?", "a", "b"),
        choice("Which one?", "c", "d"),
    )

    assert ties(one) == {(Reason.STEM, "a:s1", "a:s2")}


def test_a_phrase_before_many_choices_ties_nothing():
    number = COMMON_STEM + 1
    phrase = "Which of these statements is true?"
    one = asked(*(choice(phrase, f"{i} is even", f"{i} is odd") for i in range(number)))

    assert ties(one) == set()


def test_an_instruction_that_all_samples_share_is_no_question():
    def translated(text, prompt):
        return {"input": {"raw_text": text, "prompt": prompt}, "output": {"text": "x"}}

    one = gallery(
        "text/classification",
        [translated("good", "Judge."), translated("bad", "Judge.")],
        shown="a",
    )
    other = gallery(
        "text/classification",
        [translated("good", "Is it nice?"), translated("so", "Is it nice?")],
        shown="b",
    )

    assert ties(one, other) == {(Reason.QUESTION, "a:s1", "b:s1")}


def test_prompts_that_differ_are_questions():
    samples = [
        {"input": {"raw_text": "one text", "prompt": p}, "output": {"text": "x"}}
        for p in ("Who?", "Where?", "Who?")
    ]

    assert ties(gallery("text/classification", samples, shown="a")) == {
        (Reason.QUESTION, "a:s1", "a:s3")
    }


def test_numbers_are_part_of_a_question():
    series = [
        {"input": {"data": d, "prompt": "Go on."}, "output": {"target": 1.0}}
        for d in ([1, 2], [1, 3], [1, 2])
    ]

    assert ties(gallery("text/time-series", series, shown="a")) == {
        (Reason.QUESTION, "a:s1", "a:s3")
    }


def test_a_question_about_different_pictures_ties_nothing():
    assert ties(pictured("1.png", "2.png")) == set()


def test_the_same_picture_ties_samples_across_tasks_and_names():
    same = {"content": "f" * 64}
    one = pictured(
        "1.png", "2.png", shown="a", facts=[image("1.png", **same), image("2.png")]
    )
    other = pictured(
        "x.jpg", shown="b", facts=[image("x.jpg", sha256="e" * 64, **same)]
    )

    assert ties(one, other) == {(Reason.CONTENT, "a:s1", "b:s1")}


def test_a_file_that_a_reference_names_ties_too():
    made = gallery(
        "image/restoration",
        [{"input": {"image_file": "noisy.png"}, "output": {"image_file": "clean.png"}}],
        [image("noisy.png"), image("clean.png", content="f" * 64, reference=True)],
        shown="a",
    )
    shown = pictured("x.png", shown="b", facts=[image("x.png", content="f" * 64)])

    assert ties(made, shown) == {(Reason.CONTENT, "a:s1", "b:s1")}


def test_blank_pictures_masks_and_silence_tie_nothing():
    blank = {"content": "f" * 64, "lowest": 7.0, "highest": 7.0, "thumb": "07" * 256}
    one = pictured(
        "1.png", "2.png", facts=[image("1.png", **blank), image("2.png", **blank)]
    )
    masked = gallery(
        "image/semantic-segmentation",
        [
            {"input": {"image_file": f"{i}.jpg"}, "output": {"mask_file": f"{i}.png"}}
            for i in (1, 2)
        ],
        [
            *(image(f"{i}.jpg") for i in (1, 2)),
            *(image(f"{i}.png", kind="mask", content="e" * 64) for i in (1, 2)),
        ],
        shown="b",
    )
    quiet = {
        "seconds": 1.0,
        "rate": 8000,
        "channels": 1,
        "samples": 8000,
        "size": 1,
        "sha256": "d" * 64,
        "format": "wav",
        "content": "d" * 64,
    }
    heard = gallery(
        "audio/captioning",
        [
            {"input": {"audio_file": f"{i}.wav"}, "output": {"text": "x"}}
            for i in (1, 2)
        ],
        [Audio(where=Where(f"{i}.wav"), kind="audio", **quiet) for i in (1, 2)],
        shown="c",
    )

    assert ties(one, masked, heard) == set()


def test_the_contributors_group_ties_across_tasks():
    one = pictured("1.png", shown="a", group="Patient 7")
    other = pictured("2.png", shown="b", group="patient  7")

    assert ties(one, other) == {(Reason.GROUP, "a:s1", "b:s1")}


def test_a_bare_number_is_a_group_of_its_own_source_only():
    def numbered(shown, **envelope):
        samples = [
            {"input": choice(f"{shown} {i}"), "output": {"answer": "A"}, "group": "7"}
            for i in (1, 2)
        ]
        return gallery(MCQ, samples, shown=shown, **envelope)

    found = ties(
        numbered("a"),
        numbered("b"),
        numbered("c", data_source="x.org"),
        numbered("d", data_source="X.org"),
    )

    assert found == {
        (Reason.GROUP, "a:s1", "a:s2"),
        (Reason.GROUP, "b:s1", "b:s2"),
        (Reason.GROUP, "c:s1", "c:s2", "d:s1", "d:s2"),
    }


def test_a_model_is_known_again_turned_scaled_and_in_fewer_digits():
    def model(path, extent, **facts):
        own = {
            "size": 1,
            "sha256": path.ljust(64, "0"),
            "content": path.ljust(64, "1"),
            "format": "obj",
        }
        own |= {"vertices": 5000, "faces": 9000, "points_only": False}
        return Mesh(where=Where(path), kind="mesh", extent=extent, **own | facts)

    facts = [
        model("1.obj", (1.0, 2.0, 0.5)),
        model("2.obj", (20.00001, 5.0, 10.0)),
        model("3.obj", (1.0, 2.0, 0.51)),
        model("4.obj", (1.0, 2.0, 0.5), faces=9001),
    ]
    samples = [
        {
            "input": {"mesh_file": f.where.path, "prompt": "What?"},
            "output": {"text": "x"},
        }
        for f in facts
    ]

    assert ties(gallery("mesh/qa", samples, facts, shown="a")) == {
        (Reason.FORM, "a:s1", "a:s2")
    }


def test_the_ledger_ties_new_samples_to_those_that_are_there_no_more():
    one = asked(choice("Who?"), choice("Where?"))
    question = gathered(one).question(0)
    told = [
        Entry(uid("a", "gone"), "a", Side.CLOSE, "1.0.0", question=question),
        Entry(
            uid("a", "unseen"),
            "a",
            Side.HELD,
            "1.0.0",
            question=gathered(one).question(1),
        ),
    ]

    assert ties(one, ledger=told) == {(Reason.QUESTION, "a:s1", "gone")}


def test_a_question_that_was_published_and_changed_since_still_ties():
    before = asked(choice("Who wrote it?"))
    now = asked(choice("Who painted it?"), choice("Who wrote it?"))
    told = [
        Entry(
            uid("a", "s1"),
            "a",
            Side.OPEN,
            "1.0.0",
            question=gathered(before).question(0),
        )
    ]

    assert ties(now, ledger=told) == {(Reason.QUESTION, "a:s1", "a:s2")}


def test_groups_of_the_ledger_stay_groups():
    now = asked(choice("Who?"), choice("Where?"))
    told = [
        Entry(uid("a", i), "a", Side.CLOSE, "1.0.0", group=uid("a", "s1"))
        for i in ("s1", "s2")
    ]

    assert ties(now, ledger=told) == {(Reason.EARLIER, "a:s1", "a:s2")}


def test_a_file_that_cannot_be_read_is_told():
    bad = Unreadable(
        where=Where("1.png"), reason=Fault.TRUNCATED, detail="", kind="image"
    )
    one = pictured("1.png", "2.png", facts=[bad, image("2.png")])

    assert known(Accepted("a", one.task, 0.4), one).unread == {0: "1.png"}


def test_a_reference_that_cannot_be_read_is_told_without_its_name():
    bad = Unreadable(
        where=Where("cat.png"), reason=Fault.TRUNCATED, detail="", kind="image"
    )
    one = gallery(
        "image/restoration",
        [{"input": {"image_file": "1.png"}, "output": {"image_file": "cat.png"}}],
        [image("1.png"), bad],
    )

    assert known(Accepted("a", one.task, 0.4), one).unread == {
        0: "a file of the reference"
    }


def test_the_ledger_is_told_no_digest_of_a_hidden_file():
    made = gallery(
        "image/restoration",
        [{"input": {"image_file": "noisy.png"}, "output": {"image_file": "clean.png"}}],
        [image("noisy.png"), image("clean.png", reference=True)],
        shown="a",
    )
    found = gathered(made)
    digests = [
        digest(Image.__name__, image(p).content).hex()
        for p in ("noisy.png", "clean.png")
    ]

    assert found.media(0, references=False) == (digests[0],)
    assert found.media(0, references=True) == tuple(sorted(digests))


# Films by their frames


def frames(folder, number, first=0):
    return [
        image(
            f"{folder}/{i:03}.png",
            kind="frame",
            thumb=thumb(first + i),
            content=f"{first + i:064}",
        )
        for i in range(number)
    ]


def thumb(seed):
    """Make a picture of its own: large bright and dark areas, by a small generator."""
    state, cells = seed * 7919 + 1, []
    for _ in range(16):
        state = state * 1103515245 % 2**31 + 12345
        cells.append(state >> 12 & 255)
    rows = [[cells[(y // 4) * 4 + x // 4] for x in range(16)] for y in range(16)]
    return bytes(c for row in rows for c in row).hex()


def filmed(*folders, shown="a"):
    samples = [
        {
            "input": {"video_folder": folder, "prompt": "the man"},
            "output": {"0": {"mask": {}}},
        }
        for folder, _ in folders
    ]
    return gallery(
        "video/object-segmentation",
        samples,
        [f for _, fs in folders for f in fs],
        shown=shown,
    )


def test_the_same_frames_in_two_folders_tie():
    one = filmed(
        ("x", frames("x", 20)), ("y", frames("y", 20)), ("z", frames("z", 20, 500))
    )

    assert ties(one) == {
        (Reason.CONTENT, "a:s1", "a:s2"),
        (Reason.FILM, "a:s1", "a:s2"),
    }


def test_a_film_ties_to_a_folder_with_some_of_its_frames():
    folder = filmed(("x", frames("x", 8)), shown="a")
    thumbs = tuple(thumb(i) for i in (1, 3, 5, 7))
    whole = gallery(
        "video/captioning",
        [{"input": {"video_file": "x.mp4"}, "output": {"text": "x"}}],
        [film("x.mp4", thumbs=thumbs, content="e" * 64)],
        shown="b",
    )

    assert ties(folder, whole) == {(Reason.FILM, "a:s1", "b:s1")}


def test_a_still_ties_to_the_film_that_it_was_taken_from():
    whole = gallery(
        "video/captioning",
        [{"input": {"video_file": "x.mp4"}, "output": {"text": "x"}}],
        [film("x.mp4", thumbs=tuple(map(thumb, range(4))), content="e" * 64)],
        shown="a",
    )
    still = pictured("1.png", shown="b", facts=[image("1.png", thumb=thumb(2))])

    assert ties(whole, still) == {(Reason.PICTURE, "a:s1", "b:s1")}


def test_a_missing_frame_holds_the_sample_back():
    pictures = frames("x", 4)
    bad = Unreadable(
        where=Where("x/004.png"), reason=Fault.EMPTY, detail="", kind="frame"
    )
    one = filmed(("x", [*pictures, bad]))

    assert known(Accepted("a", one.task, 0.4), one).unread == {0: "x"}


def test_a_medium_of_no_known_kind_ties_by_its_bytes():
    facts = [media(f"{n}.mid", "audio", sha256="f" * 64, content="") for n in (1, 2)]
    samples = [
        {"input": {"audio_file": f.where.path}, "output": {"text": "x"}} for f in facts
    ]

    assert ties(gallery("audio/captioning", samples, facts, shown="a")) == {
        (Reason.CONTENT, "a:s1", "a:s2")
    }


# From ties to groups

NAMES = "abcdefghij"


@st.composite
def tied(draw):
    sides = draw(
        st.dictionaries(st.sampled_from(NAMES), st.sampled_from(list(Side)[:3]))
    )
    members = st.lists(
        st.integers(0, len(NAMES) - 1), min_size=2, max_size=4, unique=True
    )
    found = draw(st.lists(members, max_size=8))
    return sides, [Tie(Reason.GROUP, tuple(m)) for m in found]


def named(groups, uids=NAMES):
    return (
        {frozenset(uids[i] for i in g) for g in groups.groups},
        {uids[i] for i in groups.held},
    )


@given(tied())
def test_no_group_holds_an_open_sample_and_a_close_one(drawn):
    sides, made = drawn

    for group in joined(NAMES, sides, made).groups:
        assert not {Side.OPEN, Side.CLOSE} <= {sides.get(NAMES[i]) for i in group}


@given(tied())
def test_what_is_placed_is_never_held(drawn):
    sides, made = drawn

    assert all(
        sides.get(NAMES[i], Side.HELD) is Side.HELD
        for i in joined(NAMES, sides, made).held
    )


@given(tied())
def test_new_samples_of_a_tie_are_together_or_held_together(drawn):
    sides, made = drawn

    groups, held = named(joined(NAMES, sides, made))

    for tie in made:
        new = {
            NAMES[i] for i in tie.members if sides.get(NAMES[i], Side.HELD) is Side.HELD
        }
        if len(new) > 1:
            assert any(new <= group for group in groups)
            assert new <= held or not new & held


@given(tied())
def test_a_new_sample_is_with_what_it_is_tied_to_or_held(drawn):
    sides, made = drawn

    groups, held = named(joined(NAMES, sides, made))

    for tie in made:
        for one in (NAMES[i] for i in tie.members):
            if sides.get(one, Side.HELD) is Side.HELD and one not in held:
                assert any({one, *(NAMES[i] for i in tie.members)} <= g for g in groups)


@given(tied(), st.permutations(range(len(NAMES))), st.randoms(use_true_random=False))
def test_neither_the_order_of_ties_nor_of_samples_matters(drawn, places, random):
    sides, made = drawn
    uids = [NAMES[p] for p in places]
    again = [Tie(t.reason, tuple(places.index(m) for m in t.members)) for t in made]
    random.shuffle(again)

    assert named(joined(uids, sides, again), uids) == named(joined(NAMES, sides, made))


def joined_names(sides, *pairs):
    made = [Tie(Reason.GROUP, tuple(map(NAMES.index, pair))) for pair in pairs]
    return named(joined(NAMES, sides, made))


def test_the_sample_that_ties_open_to_close_is_held_and_no_other():
    sides = {"a": Side.OPEN, "b": Side.CLOSE}

    groups, held = joined_names(sides, "ac", "bc", "ad", "be")

    assert held == {"c"}
    assert groups == {frozenset("ad"), frozenset("be")}


def test_a_chain_of_new_samples_between_open_and_close_is_held_whole():
    groups, held = joined_names(
        {"a": Side.OPEN, "b": Side.CLOSE}, "ac", "cd", "de", "eb", "af"
    )

    assert held == {"c", "d", "e"}
    assert groups == {frozenset("cde"), frozenset("af")}


def test_what_was_held_before_is_new_again():
    groups, held = joined_names({"a": Side.OPEN, "b": Side.HELD}, "ab")

    assert (groups, held) == ({frozenset("ab")}, set())


def test_an_open_and_a_close_sample_that_are_tied_are_told_and_stay():
    made = [Tie(Reason.CONTENT, (0, 1))]

    found = joined("ab", {"a": Side.OPEN, "b": Side.CLOSE}, made)

    assert (found.groups, found.held, found.torn) == ((), frozenset(), tuple(made))


def test_only_the_ties_that_made_a_group_are_told():
    made = [
        Tie(Reason.GROUP, (0, 1)),
        Tie(Reason.CONTENT, (0, 1)),
        Tie(Reason.QUESTION, (1, 2)),
    ]

    assert joined("abc", {}, made).ties == (made[0], made[2])


# Labels


def labelled(family, *outputs, **more):
    return labels(
        gallery(
            family,
            [
                {"input": {"question": f"{i}?"} | more, "output": o}
                for i, o in enumerate(outputs)
            ],
        ).task
    )


def test_labels_are_those_of_the_schema():
    found = labelled(
        "text/classification", {"text": "a"}, {"text": ["b", "a"]}, {"text": 7}
    )

    assert found == ['"a"', '["a","b"]', "7"]


def test_the_letters_of_choices_are_labels():
    assert labelled(MCQ, {"answer": "A"}, {"answer": "B"}, options=["x", "y"]) == [
        '"A"',
        '"B"',
    ]


def test_a_few_answers_to_many_questions_are_labels():
    few = [{"answer": "yes" if i % 3 else "no"} for i in range(20)]
    many = [{"answer": f"{i}"} for i in range(20)]

    assert set(labelled("text/open-qa", *few)) == {'"yes"', '"no"'}
    assert set(labelled("text/open-qa", *many)) == {None}


# Many pictures of one sample


def test_many_pictures_of_one_sample_are_a_film():
    def sequence(first, shown):
        facts = [
            image(f"{i}.png", thumb=thumb(i), content=f"{shown}{i:063}")
            for i in range(first, first + 12)
        ]
        sample = {
            "input": {"video_file_list": [f.where.path for f in facts], "prompt": "?"},
            "output": {"text": "x"},
        }
        return gallery("video/qa", [sample], facts, shown=shown)

    assert ties(sequence(0, "a"), sequence(0, "b"), sequence(300, "c")) == {
        (Reason.FILM, "a:s1", "b:s1")
    }


def test_the_same_picture_in_two_long_samples_ties_them():
    facts = [image(f"{i}.png", thumb=thumb(i), content=f"{i:064}") for i in range(20)]
    samples = [
        {
            "input": {"video_file_list": [f"{i}.png" for i in part], "prompt": "?"},
            "output": {"text": "x"},
        }
        for part in (range(11), range(10, 20))
    ]

    assert (Reason.CONTENT, "a:s1", "a:s2") in ties(
        gallery("video/qa", samples, facts, shown="a")
    )
