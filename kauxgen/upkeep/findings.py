"""The findings of upkeep: modules that are not what their specs say, and the lock."""

from __future__ import annotations

from collections.abc import Sequence

from kauxgen.finding import Finding


def conflict_in_lock() -> Finding:
    """KX717: a lock with the marks of a merge that git could not do.

    Merge the specs by hand; the lock and the modules follow from them. Take either side
    of both, and render: what is not yet what the merged specs say is written anew.

    Wrong:
        <<<<<<< HEAD
           "spec_hash": "0b5c...",

    Right:
        git checkout --ours kauxgen.lock models
        kauxgen render
        git add kauxgen.lock models
    """
    help = "git checkout --ours kauxgen.lock and the modules, then kauxgen render"
    return Finding("", "KX717", "a merge conflict stands in the lock", help)


def no_lock(reason: str) -> Finding:
    """KX718: a kauxgen.lock that cannot be read.

    It was changed by hand, or written by a newer kauxgen. Modules that are as their
    specs say are known again without it; others are not overwritten.

    Wrong:
        echo > kauxgen.lock

    Right:
        git checkout kauxgen.lock
    """
    help = "restore it, for example with git; without any, kauxgen render starts one"
    return Finding("", "KX718", f"not a lock: {reason}", help)


def would_lose_edits() -> Finding:
    """KX720: a module that was edited by hand and would be overwritten.

    kauxgen never overwrites what somebody wrote, unless --force says so; nothing of the
    same command was written. Move what you changed into the spec, and see with
    `kauxgen check --diff` what would be lost. A formatter that changed it should be
    told to leave the folder alone.

    Wrong:
        vim models/vae.py && kauxgen render

    Right:
        vim specs/vae.json && kauxgen render
    """
    help = "kauxgen check --diff shows the edits, kauxgen render --force drops them"
    return Finding("", "KX720", "was edited by hand", help)


def in_the_way() -> Finding:
    """KX721: a file in the place of a module, of which the lock knows nothing.

    Somebody else wrote it, or the lock was lost. A file that is just as kauxgen would
    write it is taken over silently; any other one is overwritten only with --force.

    Wrong:
        cp ../other/vae.py models/vae.py && kauxgen render

    Right:
        kauxgen render --force
    """
    help = "kauxgen check --diff compares, kauxgen render --force overwrites"
    return Finding("", "KX721", "in the way of a module, and not from kauxgen", help)


def stale(why: str, remedy: str) -> Finding:
    """KX722: a module that is older than its spec.

    The spec, a template or a setting of the project was changed, and the module not
    written anew.

    Wrong:
        vim specs/vae.json && git commit --all

    Right:
        vim specs/vae.json && kauxgen render && git commit --all
    """
    return Finding("", "KX722", f"stale: {why}", remedy)


def edited(lines: str, also: str, remedy: str) -> Finding:
    """KX723: a module that was changed by hand.

    The next change of its spec would drop the edit. Say in the spec what the edit says;
    or copy the module to a name of your own, and edit the copy.

    Wrong:
        vim models/vae.py

    Right:
        vim specs/vae.json && kauxgen render
    """
    where = f", {lines}" if lines else ""
    return Finding("", "KX723", f"edited by hand{where}{also}", remedy)


def formatted(remedy: str) -> Finding:
    """KX724: a module that differs in its formatting only.

    Its syntax tree is the one that kauxgen wrote: a formatter went over it, or comments
    were added. Tell the formatter to leave the folder alone, or kauxgen the line length
    with which it agrees.

    Wrong:
        black --line-length 120 models

    Right:
        [tool.kauxgen]
        line-length = 120
    """
    message = "formatting only: the same code in another layout or with other comments"
    return Finding("", "KX724", message, remedy)


def missing(spec: str, remedy: str) -> Finding:
    """KX725: a module that is not there.

    Its spec was added and not rendered, or the module was removed and its spec was not.

    Wrong:
        git add specs/vae.json && git commit

    Right:
        kauxgen render && git add specs models kauxgen.lock && git commit
    """
    return Finding("", "KX725", f"missing: {spec} gives this module", remedy)


def orphaned(spec: str, is_there: bool) -> Finding:
    """KX726: a module that no spec gives any more.

    Its spec was removed, or gives the module another name or style now. Prune removes
    it, unless somebody edited it.

    Wrong:
        git rm specs/vae.json && git commit

    Right:
        git rm specs/vae.json && kauxgen render --prune && git commit --all
    """
    why = f"{spec} gives another one now" if is_there else f"{spec} is gone"
    message = f"orphaned: {why}"
    return Finding("", "KX726", message, "kauxgen render --prune removes it")


def other_version(made: str, here: str, remedy: str) -> Finding:
    """KX727: a module that another version made, and this one would write otherwise.

    Update kauxgen and its formatter for all of the team at once, and commit what they
    write in a commit of its own. CHANGELOG.md says what changes in generated text.

    Wrong:
        pip install --upgrade kauxgen && git commit --all

    Right:
        pip install --upgrade kauxgen && kauxgen render && git commit --all
    """
    message = f"made by another version: {made}, and this is {here}"
    return Finding("", "KX727", message, remedy)


RULES: Sequence[object] = (
    conflict_in_lock,
    no_lock,
    would_lose_edits,
    in_the_way,
    stale,
    edited,
    formatted,
    missing,
    orphaned,
    other_version,
)
