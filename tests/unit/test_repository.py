"""What holds of the whole tree: nothing of one machine in it, modules of a size to be read, documented."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bygraf", "federation", "mappers", "sparql_api")
MOST_LINES = 400
GENERIC_NAMES = frozenset({"utils", "helpers", "manager", "common", "misc"})

# put together here, so that this file does not hold them itself
MACHINE_PATHS = tuple("/" + folder + "/" for folder in ("work", "tmp", "root", "Users"))
REGISTRIES = (
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "index" + "-url http",
    "extra-index" + "-url",
)
FORBIDDEN = re.compile(
    "|".join(
        (
            *(rf"(?<![\w.$~}}-]){path}" for path in MACHINE_PATHS),
            *(re.escape(host) for host in REGISTRIES),
        )
    )
)
TEXT = frozenset((".py", ".md", ".toml", ".yml", ".ttl", ".rq", ".cfg", ".lock", ".txt", ""))


def tracked() -> list[Path]:
    """The files of the project: those that git knows, or all but what tools leave."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode == 0:
        return [
            ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()
        ]
    return [
        file
        for top in (*PACKAGES, "tests", "bench", "docs", "queries", "ontology", "shapes")
        for file in sorted((ROOT / top).rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    ]


def modules() -> list[Path]:
    """The Python modules of the packages."""
    return [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]


def declares_only(function: ast.FunctionDef) -> bool:
    """Whether a function is a line of a protocol, whose class tells what it is."""
    return ast.unparse(function.body[-1]) == "..." and len(function.body) == 1


def public_definitions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Public functions and classes of a module, and public methods of public classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (
                    part
                    for part in node.body
                    if isinstance(part, ast.FunctionDef)
                    and not part.name.startswith("_")
                    and not declares_only(part)
                )


def test_no_file_names_a_path_of_one_machine_or_a_package_registry() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{number}: {match[0]}"
        for file in tracked()
        if file.suffix in TEXT and file.stat().st_size < 1_000_000
        for number, line in enumerate(file.read_text("utf-8", "replace").splitlines(), 1)
        if (match := FORBIDDEN.search(line))
    ]
    assert found == []


@pytest.mark.parametrize("text", [*MACHINE_PATHS, *REGISTRIES])
def test_the_search_for_forbidden_text_finds_it(text: str) -> None:
    assert FORBIDDEN.search(f"see {text}x")


def test_no_module_is_longer_than_400_lines() -> None:
    sizes = {file: len(file.read_text("utf-8").splitlines()) for file in modules()}
    assert sizes, "there are modules"
    long = [
        f"{file.relative_to(ROOT)}: {size}" for file, size in sizes.items() if size > MOST_LINES
    ]
    assert long == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [str(file) for file in modules() if file.stem in GENERIC_NAMES] == []


def test_every_module_and_every_public_name_has_a_docstring() -> None:
    without: list[str] = []
    for file in modules():
        tree, name = ast.parse(file.read_text("utf-8")), file.relative_to(ROOT)
        if tree.body and ast.get_docstring(tree) is None:
            without.append(f"{name}: the module")
        without += [
            f"{name}:{node.lineno}: {node.name}"
            for node in public_definitions(tree)
            if ast.get_docstring(node) is None
        ]
    assert without == []


def test_the_readme_names_both_commands() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "make demo" in readme
    assert "make test" in readme


def test_every_target_of_make_that_documents_name_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    named = {
        name
        for page in pages
        for name in re.findall(
            r"^    make ([a-z]+)|`make ([a-z]+)`", page.read_text("utf-8"), re.MULTILINE
        )
        for name in name
        if name
    }
    assert named
    assert named <= targets


def test_every_link_between_documents_leads_to_a_file() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []
