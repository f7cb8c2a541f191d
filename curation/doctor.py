"""Edge: looks at the installation, and says what it can and cannot do."""

from __future__ import annotations

import importlib
import importlib.util
import platform
from importlib import metadata
from pathlib import Path

from curation.versions import DISTRIBUTION, versions

PACKAGES = ("curation", "schemas", "validators", "cards")
"""The top-level packages of this distribution. An unrelated one named validators exists."""

READS = (
    (
        "pictures",
        "pillow",
        "PIL",
        "png jpeg webp gif bmp tiff ppm",
        "avif jpeg2000 qoi tga pcx",
    ),
    ("recordings", "soundfile", "soundfile", "wav flac mp3 ogg opus", "aiff caf"),
    ("recordings", "av", "av", "", "m4a aac webm wma"),
    ("films", "av", "av", "mp4 webm mkv avi mov mpeg", ""),
    ("models", "trimesh", "trimesh", "glb gltf ply stl", "obj off xyz"),
    ("arrays", "numpy", "numpy", "", "npy npz flo"),
)
"""What is read: of what, by which distribution and module, shown on the Hub, only read."""


def examine() -> tuple[list[str], bool]:
    """Return the findings as lines, and whether all is well."""
    found = versions()
    lines = [
        f"curate {found.get(DISTRIBUTION, '(not installed as a distribution)')}, "
        f"Python {platform.python_version()} on {platform.system()} {platform.machine()}",
        "",
        "Packages",
    ]
    healthy = True
    for name in PACKAGES:
        fault = _foreign(name)
        healthy = healthy and not fault
        lines.append(f"  {name:<12} {fault or 'ours'}")
    lines += ["", "Decoders"]
    for what, distribution, module, shown, read in READS:
        version = found.get(distribution)
        fault = "" if version else "missing: reinstall the tool"
        if version:
            fault = _unimportable(module)
        healthy = healthy and not fault
        lines.append(f"  {what:<12} {distribution} {version or ''} {fault}".rstrip())
        if shown:
            lines.append(f"  {'':<12}   read and shown on the Hub: {shown}")
        if read:
            lines.append(f"  {'':<12}   read, not shown there:     {read}")
    lines += ["", "Extras", *_extras()]
    lines += ["", "All is well." if healthy else "Something is amiss; see above."]
    return lines, healthy


def _foreign(name: str) -> str:
    """Say what is wrong if the package *name* is not the one beside this file."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.origin:
        return "missing: reinstall the tool"
    ours = Path(__file__).resolve().parent.parent / name
    if Path(spec.origin).resolve().parent == ours and (ours / "__init__.py").is_file():
        owners = metadata.packages_distributions().get(name, [])
        others = [o for o in set(owners) if o != DISTRIBUTION]
        return (
            f"shared with {', '.join(others)}: uninstall it, or use an environment apart"
            if others
            else ""
        )
    return f"shadowed by {spec.origin}: install the tool in an environment of its own"


def _unimportable(module: str) -> str:
    try:
        importlib.import_module(module)
    except Exception as error:  # whatever a broken installation raises is what is told
        return f"cannot be imported: {error}"
    return ""


def _extras() -> list[str]:
    try:
        from validators.decoders.video import available_backends  # noqa: PLC0415
    except ImportError:  # the lines on packages and decoders say why
        return ["  decord       unknown, since our decoders cannot be imported"]
    backends = available_backends()
    have = f"decord {backends['decord']}" if "decord" in backends else "not installed"
    return [
        f"  decord       {have}",
        '                 a second decoder for films (video_backend = "decord"), from the distribution decord2',
    ]
