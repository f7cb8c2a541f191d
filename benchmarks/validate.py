"""How fast `curate validate` is, as ratios against floors measured in the same run.

    python benchmarks/validate.py [--only images,audio,video,text,again,help,peers] [--runs 3]

Everything is made by code in a temporary folder. A floor is the least that has to be done:
the bare decode over two processes, or parsing and validating the same annotation file. Each
figure is the median over the runs, floor and tool in turn; nothing passes or fails by the
clock. `peers` needs the packages datasets and cleanvision (extra `bench`).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

IMAGES, RECORDINGS, FILMS, SAMPLES = 2_000, 200, 20, 100_000
WORKERS = 2
CURATE = [sys.executable, "-c", "from curation.cli import main; main()"]


def timed(command, **more):
    """Run a command; return seconds on the clock and its peak memory in MiB."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **more
    )
    _, error = process.communicate()
    seconds = time.perf_counter() - start
    if process.returncode not in {0, 1}:
        raise SystemExit(f"{command}: exit code {process.returncode}\n{error.decode()}")
    return seconds


def memory(command):
    """Return the peak memory of the largest process of a command in bytes."""
    script = (
        "import resource,subprocess,sys;"
        "subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    out = subprocess.run(
        [sys.executable, "-c", script, *command], capture_output=True, check=True
    )
    return int(out.stdout) * (1 if sys.platform == "darwin" else 1024)


def compare(name, ours, floor, runs, goal, before=lambda: None):
    """Run both in turn, print the medians and their ratio."""
    pairs = []
    for _ in range(runs):
        before()
        pairs.append((timed(ours), timed(floor)))
    mine, base = (statistics.median(p[i] for p in pairs) for i in (0, 1))
    ratio = statistics.median(a / b for a, b in pairs)
    print(
        f"{name:<44} {mine:7.2f} s   floor {base:7.2f} s   ratio {ratio:5.2f}   ({goal})",
        flush=True,
    )


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


WORDS = [
    "the",
    "of",
    "river",
    "stone",
    "walks",
    "under",
    "bright",
    "carries",
    "seven",
    "often",
    "from",
    "green",
    "letter",
    "because",
    "house",
]


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


def floor(kind, folder):
    return [sys.executable, __file__, "--floor", kind, str(folder)]


def bare(kind, folder):
    """Do the least for *folder*, in this process and two workers."""
    if kind == "text":
        import orjson

        import schemas

        document = orjson.loads((folder / "annotation.json").read_bytes())
        schemas.fast_validator("text/multiple-choice-qa.json").is_valid(document)
        return
    from concurrent.futures import ProcessPoolExecutor

    files = sorted(
        str(p) for p in folder.rglob("*") if p.suffix in {".jpg", ".flac", ".mp4"}
    )
    chunk = {"images": 32, "audio": 8, "video": 1}[kind]
    with ProcessPoolExecutor(WORKERS) as pool:
        list(pool.map(DECODE[kind], files, chunksize=chunk))


def decode_image(path):
    from PIL import Image

    with Image.open(path) as picture:
        picture.load()


def decode_audio(path):
    import soundfile

    with soundfile.SoundFile(path) as file:
        while len(file.read(65536, dtype="int16")):
            pass


def decode_video(path):
    import av

    with av.open(path) as film:
        film.streams.video[0].thread_count = 1
        for _ in film.decode(video=0):
            pass


DECODE = {"images": decode_image, "audio": decode_audio, "video": decode_video}


def peers(folder, runs):
    """Let datasets and cleanvision read the same pictures, one of them truncated."""
    victim = folder / "images" / "00777.jpg"
    whole = victim.read_bytes()
    victim.write_bytes(whole[: len(whole) // 2])
    ours = [*CURATE, "validate", str(folder), "--no-cache", "--jobs", "2"]
    scripts = {
        "datasets imagefolder": (
            "import sys,tempfile,datasets\n"
            "rows=datasets.load_dataset('imagefolder',data_dir=sys.argv[1],cache_dir=tempfile.mkdtemp())['train']\n"
            "bad=[]\n"
            "for i in range(len(rows)):\n"
            "    try: rows[i]['image'].load()\n"
            "    except OSError: bad.append(i)\n"
            "print('found' if bad else 'missed')\n"
        ),
        "cleanvision": (
            "import sys\nfrom cleanvision import Imagelab\n"
            "lab=Imagelab(data_path=sys.argv[1]); lab.find_issues(n_jobs=2,verbose=False)\n"
            "print('found' if any('00777' in str(i) and r.filter(like='is_').any() for i,r in lab.issues.iterrows()) else 'missed')\n"
        ),
    }
    try:
        mine = statistics.median(timed(ours) for _ in range(runs))
        said = subprocess.run(ours, capture_output=True, text=True, check=False).stdout
        verdict = "found" if "00777.jpg" in said and "MED003" in said else "missed"
        print(
            f"{'2,000 JPEGs, one truncated: curate':<44} {mine:7.2f} s   the truncated file: {verdict}"
        )
        for name, script in scripts.items():
            start = time.perf_counter()
            run = subprocess.run(
                [sys.executable, "-c", script, str(folder / "images")],
                capture_output=True,
                text=True,
                check=False,
            )
            seconds = time.perf_counter() - start
            last = (
                (run.stdout.strip() or "died").splitlines()[-1]
                if run.returncode == 0
                else f"died: {run.stderr.strip().splitlines()[-1][:80]}"
            )
            print(
                f"{'  the same by ' + name:<44} {seconds:7.2f} s   the truncated file: {last}   ({seconds / mine:.1f} times ours)"
            )
    finally:
        victim.write_bytes(whole)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="help,text,audio,video,images,again")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--floor", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.floor:
        bare(options.floor[0], Path(options.floor[1]))
        return
    wanted = options.only.split(",")
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["CURATE_CACHE_DIR"] = f"{scratch}/cache"
        root = Path(scratch)

        def check(folder):
            return [
                *CURATE,
                "validate",
                str(folder),
                "--no-cache",
                "--jobs",
                str(WORKERS),
            ]

        if "help" in wanted:
            bare_python = [sys.executable, "-c", "pass"]
            pairs = [
                (timed([*CURATE, "--help"]), timed(bare_python))
                for _ in range(4 * options.runs)
            ]
            extra = statistics.median(a - b for a, b in pairs)
            print(
                f"{'curate --help':<44} {1000 * extra:7.0f} ms more than python -c pass   (at most 150)"
            )
        if "text" in wanted:
            folder = texts(root)
            size = (folder / "annotation.json").stat().st_size
            compare(
                f"{SAMPLES:,} samples without media, {size / 1e6:.0f} MB",
                check(folder),
                floor("text", folder),
                options.runs,
                "at most 4",
            )
            peak = memory(check(folder))
            print(
                f"{'  peak memory':<44} {peak / 1e6:7.0f} MB   {peak / size:.1f} times the file   (at most 10)"
            )
        if "audio" in wanted:
            folder = recordings(root)
            compare(
                f"{RECORDINGS} FLAC files of 10 s",
                check(folder),
                floor("audio", folder),
                options.runs,
                "at most 1.25",
            )
        if "video" in wanted:
            folder = films(root)
            compare(
                f"{FILMS} films of 10 s at 640x360",
                check(folder),
                floor("video", folder),
                options.runs,
                "at most 1.25",
            )
        if {"images", "again", "peers"} & set(wanted):
            folder = images(root)
        if "images" in wanted:
            compare(
                f"{IMAGES:,} JPEGs of 640x480",
                check(folder),
                floor("images", folder),
                options.runs,
                "at most 1.25",
            )
        if "again" in wanted:
            command = [*CURATE, "validate", str(folder), "--jobs", str(WORKERS)]
            first = timed(command)
            second = statistics.median(timed(command) for _ in range(2 * options.runs))
            print(
                f"{'a second run over the same JPEGs':<44} {second:7.3f} s   first {first:7.2f} s   {first / second:.0f} times faster   (at least 30)"
            )
        if "peers" in wanted:
            peers(folder, options.runs)


if __name__ == "__main__":
    main()
