"""The course in a browser: a JupyterLite site of the notebooks, with this package and Python itself in it.

    python -m pip install -r docs/lite/requirements.txt
    python docs/lite/build.py SITE

All wheels of pure Python are in the site, so that its kernel starts without another server; NumPy and what else is
machine code is fetched from Pyodide's when a notebook first imports it. `npm` and `pip` fetch what is needed here.
"""
import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL, PYODIDE_VERSION
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
KERNEL = ("micropip", "packaging", "ipython", "jedi", "comm", "matplotlib-inline")       # what the kernel installs
Lock = dict[str, Any]


def build(site: Path) -> None:
    """Write the site into a new folder."""
    with tempfile.TemporaryDirectory() as scratch:
        lite = Path(scratch, "docs", "lite")
        shutil.copytree(HERE, lite)
        shutil.copytree(CHECKOUT / "notebooks", Path(scratch, "notebooks"))
        for notebook in Path(scratch, "notebooks").glob("*.ipynb"):
            join_markdown(notebook)
        core, wheels = lite / "static" / "pyodide", lite / "pypi"
        unpack_core(core)
        lock = json.loads((core / "pyodide-lock.json").read_text(encoding="utf-8"))
        pip("wheel", "--no-deps", "--wheel-dir", wheels, CHECKOUT)
        needed = [requirement.name for wheel in wheels.iterdir() for requirement in requirements(wheel)]
        specs = list(pure([*KERNEL, *needed], lock))
        pip("download", "--no-deps", "--only-binary", ":all:", "--platform", "any", "--python-version",
            lock["info"]["python"], "--dest", wheels, *specs)
        (core / "pyodide-lock.json").write_text(json.dumps(relocated(lock, wheels)), encoding="utf-8")
        subprocess.run([sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", lite,
                        "--output-dir", site.resolve()], cwd=lite, check=True)


def join_markdown(notebook: Path) -> None:
    """Markdown in outputs as one text. Jupyter's server joins its lines; the table of contents in the page needs it."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    for data in (output.get("data", {}) for cell in content["cells"] for output in cell.get("outputs", ())):
        if "text/markdown" in data:
            data["text/markdown"] = "".join(data["text/markdown"])
    notebook.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def unpack_core(folder: Path) -> None:
    """Python for browsers, without any packages, from npm."""
    folder.mkdir(parents=True)
    subprocess.run(["npm", "pack", "--silent", f"pyodide@{PYODIDE_VERSION}"], cwd=folder, check=True)
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as files:
        for name in ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"):
            source = files.extractfile(f"package/{name}")
            assert source is not None
            (folder / name).write_bytes(source.read())
    archive.unlink()


def pip(*arguments: object) -> None:
    """Run pip, quietly."""
    words = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *map(str, arguments)]
    subprocess.run(words, check=True)


# ---------------------------------------------------------------- what is in the site
def pure(names: list[str], lock: Lock) -> Iterator[str]:
    """These packages and what they need, as pip takes them: as Pyodide has them, or else the newest."""
    todo, seen = [canonicalize_name(name) for name in names], set()
    for name in todo:
        found = lock["packages"].get(name)
        if name in seen or (found and not is_pure(found["file_name"])):
            continue
        seen.add(name)
        todo += [canonicalize_name(other) for other in (found or {"depends": ()})["depends"]]
        yield f"{name}=={found['version']}" if found else name


def is_pure(file_name: str) -> bool:
    return file_name.endswith("-none-any.whl")


def relocated(lock: Lock, wheels: Path) -> Lock:
    """Pyodide's list of packages, with those of the site where they are there, and all others at Pyodide's server."""
    packages = {name: {**entry, "file_name": f"{PYODIDE_CDN_URL}/{entry['file_name']}"}
                for name, entry in lock["packages"].items()}
    for wheel in sorted(wheels.glob("*.whl")):
        name = canonicalize_name(wheel.name.split("-")[0])
        here = {"file_name": f"../../pypi/{wheel.name}", "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest()}
        packages[name] = (packages.get(name) or described(wheel)) | here
    return {**lock, "packages": packages}


def described(wheel: Path) -> dict[str, Any]:
    """What Pyodide wants to know of a wheel that it does not have."""
    name, version = wheel.name.split("-")[:2]
    with zipfile.ZipFile(wheel) as archive:
        tops = {file.split("/")[0] for file in archive.namelist() if "/" in file}
    return {"name": name, "version": version, "imports": sorted(top for top in tops if not top.endswith(".dist-info")),
            "depends": [canonicalize_name(requirement.name) for requirement in requirements(wheel)],
            "install_dir": "site", "package_type": "package", "unvendored_tests": False}


def requirements(wheel: Path) -> Iterator[Requirement]:
    """What a wheel needs at all times."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(file for file in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", file))
        metadata = HeaderParser().parsestr(archive.read(name).decode())
    found = map(Requirement, metadata.get_all("Requires-Dist", ()))
    return (requirement for requirement in found if not requirement.marker)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path, help="a new folder, for any web server of static files")
    build(parser.parse_args().site)
