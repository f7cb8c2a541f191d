"""How fast `curate validate` is, as ratios against floors measured in the same run.

    python benchmarks/validate.py [--only images,audio,video,text,again,help,peers] [--runs 3]

Everything is made by code in a temporary folder. A floor is the least that has to be done:
the bare decode over two processes, or parsing and validating the same annotation file. Each
figure is the median over the runs, floor and tool in turn; nothing passes or fails by the
clock. `peers` needs the packages datasets and cleanvision (extra `bench`).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from made import FILMS, IMAGES, RECORDINGS, SAMPLES, films, images, recordings, texts
from timing import CURATE, timed

WORKERS = 2


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


def compare(name, ours, floor, runs, goal):
    """Run both in turn, print the medians and their ratio."""
    pairs = [(timed(ours), timed(floor)) for _ in range(runs)]
    mine, base = (statistics.median(p[i] for p in pairs) for i in (0, 1))
    ratio = statistics.median(a / b for a, b in pairs)
    print(
        f"{name:<44} {mine:7.2f} s   floor {base:7.2f} s   ratio {ratio:5.2f}   ({goal})",
        flush=True,
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
    ours = check(folder)
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


def check(folder):
    """Return the command that checks *folder* and remembers nothing."""
    return [*CURATE, "validate", str(folder), "--no-cache", "--jobs", str(WORKERS)]


def measure_help(_, runs):
    bare_python = [sys.executable, "-c", "pass"]
    pairs = [(timed([*CURATE, "--help"]), timed(bare_python)) for _ in range(4 * runs)]
    extra = 1000 * statistics.median(a - b for a, b in pairs)
    print(
        f"{'curate --help':<44} {extra:7.0f} ms more than python -c pass   (at most 150)"
    )


def measure_text(folder, runs):
    size = (folder / "annotation.json").stat().st_size
    name = f"{SAMPLES:,} samples without media, {size / 1e6:.0f} MB"
    compare(name, check(folder), floor("text", folder), runs, "at most 4")
    peak = memory(check(folder))
    print(
        f"{'  peak memory':<44} {peak / 1e6:7.0f} MB   {peak / size:.1f} times the file   (at most 10)"
    )


def measure_media(kind, name):
    def measure(folder, runs):
        compare(name, check(folder), floor(kind, folder), runs, "at most 1.25")

    return measure


def measure_again(folder, runs):
    command = [*CURATE, "validate", str(folder), "--jobs", str(WORKERS)]
    first = timed(command)
    second = statistics.median(timed(command) for _ in range(2 * runs))
    print(
        f"{'a second run over the same JPEGs':<44} {second:7.3f} s   first {first:7.2f} s   {first / second:.0f} times faster   (at least 30)"
    )


MEASURES = {
    "help": (None, measure_help),
    "text": (texts, measure_text),
    "audio": (recordings, measure_media("audio", f"{RECORDINGS} FLAC files of 10 s")),
    "video": (films, measure_media("video", f"{FILMS} films of 10 s at 640x360")),
    "images": (images, measure_media("images", f"{IMAGES:,} JPEGs of 640x480")),
    "again": (images, measure_again),
    "peers": (images, peers),
}
"""Each measure: what makes its task, and what measures."""


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
    if unknown := set(wanted) - set(MEASURES):
        parser.error(
            f"--only: {', '.join(sorted(unknown))}; known are {', '.join(MEASURES)}"
        )
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["CURATE_CACHE_DIR"] = f"{scratch}/cache"
        made = {None: None}
        for name in wanted:
            make, measure = MEASURES[name]
            if make not in made:
                made[make] = make(Path(scratch))
            measure(made[make], options.runs)


if __name__ == "__main__":
    main()
