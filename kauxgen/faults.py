"""The findings of faults: a render that met another one, or was interrupted."""

from __future__ import annotations

from kauxgen.finding import Finding


def busy() -> Finding:
    """KX730: another kauxgen is writing into the same folder.

    Renders take turns, so that what lies in a folder comes from one of them as a whole.
    One that finds another at work waits for ten seconds and then gives up; nothing is
    changed. The turn of a render that was killed ends with it.

    Wrong:
        kauxgen render & kauxgen render specs/vae.json

    Right:
        kauxgen render && kauxgen render specs/vae.json
    """
    help = "run it again when the other one is done"
    return Finding("", "KX730", "another kauxgen is writing here", help)


def interrupted(files: int) -> Finding:
    """KX731: a render that was stopped while it put its files in their places.

    It had written all of them beside their places and was killed, or the machine went
    down, before the last one was renamed: so some files are new and some old. Nothing
    is lost. The next `kauxgen render` first finishes what was begun, whatever else it
    is asked for; files that somebody has changed since stay as they are.

    Wrong:
        kauxgen render & sleep 1; kill -9 $!; kauxgen check

    Right:
        kauxgen render & sleep 1; kill -9 $!; kauxgen render; kauxgen check
    """
    noun = "1 file" if files == 1 else f"{files} files"
    message = f"a render was interrupted while it replaced {noun}"
    return Finding("", "KX731", message, "run `kauxgen render`, which finishes it")


def foreign(reason: str) -> Finding:
    """KX732: the journal of an interrupted render that was not written here.

    A journal says which files an interrupted render was about to replace. One that came
    from elsewhere, with a checkout or a copy of the folder, or that another user or
    another version wrote, is not followed: it could replace any file. Nothing is
    written until it is gone. Other files called `.kauxgen-...` can go with it.

    Wrong:
        git add .kauxgen-journal

    Right:
        rm .kauxgen-journal && kauxgen render
    """
    help = "remove it, and render again"
    return Finding("", "KX732", f"this journal is not followed: {reason}", help)


def overtaken() -> Finding:
    """KX733: a file that somebody changed while kauxgen was about to replace it.

    It is left as it is, since what was written there last may be somebody's work. The
    other files of the same command are written.

    Wrong:
        kauxgen render & echo "# mine" >> models/vae.py

    Right:
        kauxgen render && echo "# mine" >> models/custom_layers.py
    """
    message = "was changed while it was to be replaced, and is left as it is"
    return Finding("", "KX733", message, "look at it, and render again")


RULES = (busy, interrupted, foreign, overtaken)
