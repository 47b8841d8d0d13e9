"""Peers installed at bench time below `build/bench/peers`; none is a dependency of the project.

What cannot be had is told in a sentence instead, and the bench goes on without it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

FOLDER = Path("build") / "bench" / "peers"
MAPLIB = "0.20.26"
PATIENCE = 900.0
"""Seconds that an installation may take."""
HEAP = "-Xmx6g"
HERE = Path(__file__).resolve().parent
_POM = "{http://maven.apache.org/POM/4.0.0}"


def maplib_python(folder: Path = FOLDER) -> Path | str:
    """The Python of a virtual environment with maplib, or why there is none."""
    home = (folder / f"maplib-{MAPLIB}").resolve()
    python, done = home / "bin" / "python", home / "installed"
    if not done.is_file():
        failure = _run(sys.executable, "-m", "venv", "--clear", str(home)) or _run(
            *(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            f"maplib=={MAPLIB}",
        )
        if failure is not None:
            return f"maplib {MAPLIB} was not installed: {failure}"
        done.touch()
    return python


def java_command(name: str, main: str, folder: Path = FOLDER) -> tuple[str, ...] | str:
    """How to start the Java side of `java/NAME` with its libraries, or a sentence why not.

    Maven brings the libraries of its `pom.xml`, and the sources are compiled against them.
    """
    for tool in ("java", "javac", "mvn"):
        if shutil.which(tool) is None:
            return f"{name}: there is no {tool} on the PATH"
    pom = HERE / "java" / name / "pom.xml"
    target = (folder / f"{name}-{library_version(pom)}").resolve()
    libraries, classes, done = target / "lib", target / "classes", target / "installed"
    path = f"{classes}:{libraries}/*"
    if not done.is_file():
        failure = _run(
            *("mvn", "-B", "-q", "-f", str(pom), "dependency:copy-dependencies"),
            f"-DoutputDirectory={libraries}",
        )
        if failure is not None:
            return f"{name}: Maven did not bring its libraries: {failure}"
        done.touch()
    # the sources are small, and may have changed since
    sources = [str(file) for file in (HERE / "java", pom.parent) for file in file.glob("*.java")]
    failure = _run("javac", "-nowarn", "-cp", path, "-d", str(classes), *sources)
    if failure is not None:
        return f"{name}: its sources were not compiled: {failure}"
    return ("java", HEAP, "-cp", path, main)


def library_version(pom: Path) -> str:
    """The version of the first dependency in a `pom.xml`, which is the peer itself."""
    found = ET.parse(pom).find(f"{_POM}dependencies/{_POM}dependency/{_POM}version")
    assert found is not None and found.text, f"{pom} names no dependency with a version"
    return found.text


def _run(*command: str) -> str | None:
    """Run a command; why it failed, in its own last line, or None."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return f"not done in {PATIENCE:.0f} s"
    except OSError as error:
        return str(error)
    if done.returncode == 0:
        return None
    lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    told = [line for line in lines if "ERROR" in line or "error" in line] or lines[-1:]
    return told[0].strip()[:300] if told else f"status {done.returncode}"
