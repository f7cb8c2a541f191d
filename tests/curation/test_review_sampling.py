"""Which samples a reviewer is shown: of every finding and label, the extremes, others."""

from __future__ import annotations

from collections import Counter

from galleries import gallery, image

from curation.finding import Finding, Severity
from curation.model import Where
from curation.review.places import by_sample
from curation.review.sampling import chosen
from validators.structure import RULES


def labelled(number, name=lambda i: "cat", length=lambda i: 5, **envelope):
    samples = [
        {"id": f"n{i}", "input": {"question": "q" * length(i), "options": ["a", "b"]}, "output": {"answer": name(i)}}
        for i in range(number)
    ]  # fmt: skip
    return gallery("text/multiple-choice-qa", samples, **envelope)


def finding(pointer, path="annotation.json", sample=None, rule=RULES[0]):
    return Finding(rule, Where(path, pointer), "wrong", "x", Severity.ERROR, sample)


def test_sixty_samples_are_chosen_once_each():
    found = chosen(labelled(500), {})

    assert len(found) == 60
    assert set(found) < set(range(500))


def test_all_samples_of_a_small_task_are_chosen():
    assert sorted(chosen(labelled(7), {})) == list(range(7))


def test_every_label_is_there_even_a_rare_one():
    found = chosen(labelled(500, lambda i: "rare" if i == 321 else "AB"[i % 2]), {})

    assert 321 in found
    assert "answer 'rare'" in found[321]


def test_labels_take_turns():
    names = lambda i: "A" if i < 480 else "B"  # noqa: E731
    found = chosen(labelled(500, names), {})

    drawn = Counter("B" if index >= 480 else "A" for index in found)
    assert drawn["B"] == 20


def test_the_longest_and_the_shortest_text_are_there():
    found = chosen(labelled(300, length=lambda i: {7: 900, 9: 1}.get(i, 20)), {})

    assert "longest input.question" in found[7]
    assert "shortest input.question" in found[9]


def test_samples_with_findings_come_first_and_leave_room_for_others():
    faults = [finding(f"/data/{i}/input") for i in range(400)]
    whole = labelled(500)
    found = chosen(whole, by_sample(whole, faults))

    assert all(RULES[0].code in found[index][0] for index in list(found)[:24])
    assert sum(RULES[0].code in " ".join(reasons) for reasons in found.values()) < 60


def test_every_rule_that_found_something_is_there():
    first, second = RULES[:2]
    faults = [finding(f"/data/{i}/input", rule=first) for i in range(300)]
    faults.append(finding("/data/444", rule=second))
    whole = labelled(500)
    found = chosen(whole, by_sample(whole, faults))

    assert f"{second.code} {second.slug}" in found[444]


def test_the_same_task_shows_the_same_samples():
    assert chosen(labelled(500), {}) == chosen(labelled(500), {})


def test_another_seed_shows_others():
    assert set(chosen(labelled(500), {}, "a")) != set(chosen(labelled(500), {}, "b"))


def test_a_few_more_samples_change_few_of_those_shown():
    before, after = set(chosen(labelled(500), {})), set(chosen(labelled(505), {}))

    assert len(before & after) >= 55


def test_a_finding_in_a_file_concerns_all_samples_that_name_it():
    samples = [{"input": {"image_file": f"images/{n}.png"}, "output": {"text": "x"}} for n in "aba"]  # fmt: skip
    shared = gallery("image/vqa", samples, [image("images/a.png"), image("images/b.png")])  # fmt: skip

    found = by_sample(shared, [finding("", "images/a.png")])

    assert sorted(found) == [0, 2]


def test_the_smallest_and_the_largest_picture_are_there():
    samples = [{"input": {"image_file": f"images/{n}.png"}, "output": {"text": str(n)}} for n in range(200)]  # fmt: skip
    sizes = {150: 900, 151: 20}
    facts = [image(f"images/{n}.png", width=sizes.get(n, 300)) for n in range(200)]

    found = chosen(gallery("image/vqa", samples, facts), {})

    assert "largest image" in found[150]
    assert "smallest image" in found[151]


def test_a_finding_is_found_by_the_id_of_its_sample_where_nothing_else_tells():
    whole = labelled(5)

    assert sorted(by_sample(whole, [finding("", "README.md", "n3")])) == [3]


def test_a_finding_about_the_task_concerns_no_sample():
    whole = labelled(5)

    assert by_sample(whole, [finding("/data"), finding("/data/99")]) == {}
