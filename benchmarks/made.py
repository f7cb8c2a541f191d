"""Tasks that are made by code for the benchmarks: what is in them follows from a seed."""

from __future__ import annotations

import json

import numpy as np

IMAGES, RECORDINGS, FILMS, SAMPLES = 2_000, 200, 20, 100_000
WORDS = "the of river stone walks under bright carries seven often from green letter because house".split()  # noqa: SIM905


def annotation(folder, data, **envelope):
    document = {
        "task": "Benchmark", "type": "comprehension", "skill": "Recognition", "domain": ["General"],
        "general_capability": ["Content Recognition"], "version": "1.0", "set_type": "openset",
        "license": "cc0-1.0", "data_source": "https://example.org", **envelope, "data": data,
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "annotation.json").write_text(json.dumps(document))
    return folder


def images(root):
    from PIL import Image

    dice = np.random.default_rng(0)
    folder = root / "images-task" / "images"
    folder.mkdir(parents=True)
    for i in range(IMAGES):
        blocks = np.kron(dice.integers(0, 255, (24, 32, 3)), np.ones((20, 20, 1)))
        picture = (
            (blocks + dice.normal(0, 6, (480, 640, 3))).clip(0, 255).astype(np.uint8)
        )
        Image.fromarray(picture).save(folder / f"{i:05}.jpg", quality=80)
    labels = ["cat", "dog", "bird"]
    return annotation(
        folder.parent,
        [
            {
                "id": f"s{i}",
                "input": {
                    "image_file": f"images/{i:05}.jpg",
                    "prompt": "What is shown?",
                    "options": labels,
                },
                "output": {"text": labels[int(dice.integers(3))]},
            }
            for i in range(IMAGES)
        ],
        family="image/classification",
        modality={"in": ["image", "text"], "out": ["text"]},
    )


def recordings(root):
    import soundfile

    dice = np.random.default_rng(1)
    folder = root / "audio-task" / "audios"
    folder.mkdir(parents=True)
    for i in range(RECORDINGS):
        wave = np.cumsum(dice.normal(0, 0.02, 220_500))
        soundfile.write(
            folder / f"{i:05}.flac", 0.5 * wave / np.abs(wave).max(), 22_050
        )
    labels = ["yes", "no", "perhaps"]
    return annotation(
        folder.parent,
        [
            {
                "id": f"s{i}",
                "input": {
                    "audio_file": f"audios/{i:05}.flac",
                    "prompt": "What is said?",
                    "options": labels,
                },
                "output": {"text": labels[int(dice.integers(3))]},
            }
            for i in range(RECORDINGS)
        ],
        family="audio/classification",
        modality={"in": ["audio", "text"], "out": ["text"]},
    )


def films(root):
    import av

    dice = np.random.default_rng(2)
    folder = root / "video-task" / "videos"
    folder.mkdir(parents=True)
    for i in range(FILMS):
        scene = np.kron(
            dice.integers(0, 255, (26, 40, 3)), np.ones((20, 20, 1))
        ).astype(np.uint8)
        with av.open(str(folder / f"{i:05}.mp4"), "w") as film:
            stream = film.add_stream("h264", rate=25)
            stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
            for n in range(250):
                window = np.ascontiguousarray(
                    scene[n // 2 : n // 2 + 360, n // 2 : n // 2 + 640]
                )
                film.mux(
                    stream.encode(av.VideoFrame.from_ndarray(window, format="rgb24"))
                )
            film.mux(stream.encode(None))
    return annotation(
        folder.parent,
        [
            {
                "id": f"s{i}",
                "input": {
                    "video_file": f"videos/{i:05}.mp4",
                    "prompt": "Describe the film.",
                },
                "output": {"text": f"pattern number {i} moves away"},
            }
            for i in range(FILMS)
        ],
        family="video/captioning",
        modality={"in": ["video", "text"], "out": ["text"]},
    )


def texts(root):
    dice = np.random.default_rng(3)

    def words(number):
        return " ".join(WORDS[k] for k in dice.integers(0, len(WORDS), number))

    return annotation(
        root / "text-task",
        [
            {
                "id": f"s{i}",
                "input": {
                    "question": f"{words(20)} {i}?",
                    "options": [f"{words(4)} {k}" for k in range(4)],
                },
                "output": {"answer": "ABCD"[int(dice.integers(4))]},
            }
            for i in range(SAMPLES)
        ],
        family="text/multiple-choice-qa",
        type="MultipleChoiceQA",
        modality={"in": ["text"], "out": ["text"]},
    )
