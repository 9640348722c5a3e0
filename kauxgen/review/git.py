"""What git knows of files: which differ from a commit, and what they were there.

git runs as a process with a list of arguments, never through a shell. What a user names
is a commit or a path and nothing else: it stands behind `--end-of-options` or `--`.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from kauxgen import files, suggest
from kauxgen.frozen import frozen
from kauxgen.review import findings
from kauxgen.source import MOST_BYTES

_OURS = {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
"""What git sees besides the environment: nothing is written, and it speaks English."""
_NOT_THEIRS = (
    "GIT_EXTERNAL_DIFF",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
)
_NULL = "0"


class GitError(Exception):
    """git ended with an error; the text is the first line of what it said."""


@frozen
class Entry:
    """A file that differs between a commit and the working tree.

    Paths are relative to the top of the tree; `old` is None of a new file, `new` of a
    deleted one, and of a renamed one they differ. `blob` is what the commit has.
    """

    old: str | None
    new: str | None
    blob: str = ""


@frozen
class Repository:
    """A git repository with a working tree; `top` is the tree's root."""

    top: Path

    def commit(self, ref: str) -> str:
        """Return the id of a commit, of `REF...` where the branch left REF.

        FileError if there is none; a ref may come from anywhere.
        """
        name = ref.removesuffix("...")
        found = self._commit(name)
        if found is None:
            shallow = self._shallow()
            finding = findings.no_commit(name, self._near(name, shallow), shallow)
            raise files.blamed(finding, f"git:{ref}")
        if name == ref:
            return found
        try:
            return _run(self.top, ["merge-base", found, "HEAD"]).strip()
        except GitError as error:
            finding = findings.no_common_commit(name, self._shallow())
            raise files.blamed(finding, f"git:{ref}") from error

    def listed(self, commit: str, patterns: Iterable[str]) -> dict[str, bool]:
        """List the files now or at a commit; of each whether it is, or was, tracked.

        `patterns` are pathspecs of git. What it ignores counts as well.
        """
        options = ["-t", "-z", "--cached", "--others", f"--with-tree={commit}"]
        said = self._ask("ls-files", *options, "--", *patterns).split("\0")
        others = {word[2:] for word in said if word.startswith("?")}
        return {word[2:]: word[2:] not in others for word in said if word}

    def changed(self, commit: str, patterns: Iterable[str]) -> list[Entry]:
        """List the tracked files that differ from a commit, with the renames."""
        options = ["--raw", "-z", "--no-abbrev", "--find-renames", "--no-ext-diff"]
        options += ["--no-textconv", "--no-relative", "--ignore-submodules=all"]
        said = self._ask("diff", *options, commit, "--", *patterns)
        return list(_entries(iter(said.split("\0"))))

    def blob(self, entry: Entry) -> bytes:
        """Return what a file was at the commit: a byte more than a spec may have."""
        command = [*_command(self.top), "cat-file", "blob", entry.blob]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_env()
        ) as process:
            assert process.stdout is not None
            found = process.stdout.read(MOST_BYTES + 1)
            process.kill()
        return found

    def _commit(self, name: str) -> str | None:
        """Ask for a commit; None for a name that is none, or that is an option."""
        if name.startswith("-") or "\0" in name:
            return None
        whole = f"{name}^{{commit}}"
        try:
            options = ("--verify", "--quiet", "--end-of-options")
            return _run(self.top, ["rev-parse", *options, whole]).strip() or None
        except GitError:
            return None

    def _near(self, name: str, shallow: bool) -> str:
        """Return the branch or tag that was perhaps meant; "" for none.

        What is missing from a part of a history need not be misspelled.
        """
        listed = self._ask("for-each-ref", "--format=%(refname:short)").splitlines()
        remote = (each for each in listed if each.endswith(f"/{name}"))
        near = "" if shallow else suggest.closest(name, [*listed, "HEAD"])
        return next(remote, "") or near or ""

    def _shallow(self) -> bool:
        return self._ask("rev-parse", "--is-shallow-repository").strip() == "true"

    def _ask(self, *arguments: str) -> str:
        try:
            return _run(self.top, arguments)
        except GitError as error:
            raise files.blamed(findings.no_repository(str(error)), self.top) from error


def repository(folder: Path) -> Repository:
    """Find the repository around a folder; FileError if git cannot be asked."""
    try:
        top = _run(folder, ["rev-parse", "--show-toplevel"]).removesuffix("\n")
    except GitError as error:
        finding = findings.no_repository(str(error))
        raise files.blamed(finding, folder) from error
    return Repository(Path(top))


def _entries(words: Iterator[str]) -> Iterator[Entry]:
    """Read the raw format of `git diff`: modes, blobs and a status, then paths."""
    for word in words:
        if not word:
            return
        _, _, blob, _, status = word.removeprefix(":").split(" ")
        path = next(words)
        renamed = next(words) if status[0] in "RC" else path
        old = None if status == "A" or not blob.strip(_NULL) else path
        yield Entry(old, None if status == "D" else renamed, blob)


def _run(folder: Path, arguments: Sequence[str]) -> str:
    """Run git in a folder; return what it prints, with names of files as Python's."""
    try:
        process = subprocess.run(
            [*_command(folder), *arguments],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=_env(),
            check=False,
        )
    except (OSError, ValueError) as error:
        raise GitError(f"git does not run: {error}") from error
    if process.returncode:
        said = process.stderr.decode(errors="replace").strip()
        raise GitError(said.partition("\n")[0].removeprefix("fatal: "))
    return os.fsdecode(process.stdout)


def _command(folder: Path) -> list[str]:
    return ["git", "-C", os.fspath(folder), "--no-pager"]


def _env() -> dict[str, str]:
    kept = {name: each for name, each in os.environ.items() if name not in _NOT_THEIRS}
    return {**kept, **_OURS}
