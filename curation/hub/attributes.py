"""Which files are large ones by what `.gitattributes` says of their names."""

from __future__ import annotations

import io

from dulwich.attrs import (
    compile_gitattributes_patterns,
    match_path,
    parse_git_attributes,
)

FILE = ".gitattributes"
EXTENSIONS = [
    "7z",
    "arrow",
    "avro",
    "bin",
    "bz2",
    "ckpt",
    "ftz",
    "gz",
    "h5",
    "joblib",
    "lz4",
    "mds",
    "mlmodel",
    "model",
    "msgpack",
    "npy",
    "npz",
    "onnx",
    "ot",
    "parquet",
    "pb",
    "pickle",
    "pkl",
    "pt",
    "pth",
    "rar",
    "safetensors",
    "tar",
    "tflite",
    "tgz",
    "wasm",
    "xz",
    "zip",
    "zst",
    "pcm",
    "sam",
    "raw",
    "aac",
    "flac",
    "mp3",
    "ogg",
    "wav",
    "bmp",
    "gif",
    "png",
    "tiff",
    "jpg",
    "jpeg",
    "webp",
    "mp4",
    "webm",
]
"""What the Hub keeps as large files in a new dataset, by the ends of names."""
INITIAL = "".join(
    f"*.{end} filter=lfs diff=lfs merge=lfs -text\n" for end in EXTENSIONS
).encode()


class Rules:
    """The rules of the `.gitattributes` at the top of a repository."""

    def __init__(self, text: bytes) -> None:
        self._patterns = compile_gitattributes_patterns(
            parse_git_attributes(io.BytesIO(text)), FILE
        )

    def large(self, path: str) -> bool:
        """Tell whether a file is kept in Git LFS for its name."""
        return match_path(self._patterns, path.encode()).get(b"filter") == b"lfs"
