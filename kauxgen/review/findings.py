"""The findings of reviews: what git cannot tell, and changes that go too far."""

from __future__ import annotations

from kauxgen.finding import Finding
from kauxgen.suggest import quote


def no_repository(reason: str) -> Finding:
    """KX740: specs whose earlier state git cannot be asked for.

    `--against git:REF` reads the earlier state of specs from the git repository that
    they lie in. There is none, it has no working tree, git is not installed, or git
    refuses to work in it and says why.

    Wrong:
        cd /tmp && kauxgen diff --against git:main

    Right:
        cd my_models && kauxgen diff --against git:main
    """
    help = "compare two files instead: kauxgen diff OLD NEW"
    return Finding("", "KX740", f"git cannot be asked: {reason}", help)


def no_commit(ref: str, near: str, shallow: bool) -> Finding:
    """KX741: a commit that the repository does not have.

    What stands behind `git:` is a branch, a tag or any other name that git knows of a
    commit. Machines of continuous integration often fetch one commit and no branch:
    there `main` is `origin/main`, and it has to be fetched first.

    Wrong:
        kauxgen diff --against git:mian

    Right:
        git fetch origin main
        kauxgen diff --against git:origin/main
    """
    help = f"did you mean git:{near}?" if near else "fetch it first, or look at git log"
    if shallow and not near:
        help = "only a part of the history was fetched: git fetch --unshallow, then try"
        help += " again (fetch-depth: 0 of actions/checkout, GIT_DEPTH: 0 of GitLab)"
    return Finding("", "KX741", f"git knows no commit {quote(ref)}", help)


def no_common_commit(ref: str, shallow: bool) -> Finding:
    """KX742: two branches without a commit in common.

    `git:main...` compares with the commit at which the present branch left `main`, as
    reviews of pull requests do. Where only a part of the history was fetched, git does
    not know that commit.

    Wrong:
        git clone --depth 1 URL && kauxgen diff --against git:origin/main...

    Right:
        git fetch --unshallow && kauxgen diff --against git:origin/main...
    """
    help = "compare with the branch itself: leave out the dots"
    if shallow:
        help = "only a part of the history was fetched: git fetch --unshallow"
        help += " (fetch-depth: 0 of actions/checkout, GIT_DEPTH: 0 of GitLab)"
    message = f"HEAD and {quote(ref)} have no commit in common"
    return Finding("", "KX742", message, help)


def nowhere(ref: str) -> Finding:
    """KX743: a spec that exists neither now nor at the commit that it is compared with.

    A spec that exists at one of the two was added or deleted; one that exists at none
    is probably a mistake in its name, or lies in another repository.

    Wrong:
        kauxgen diff --against git:main spec/vae.json

    Right:
        kauxgen diff --against git:main specs/vae.json
    """
    message = f"exists neither here nor at {quote(ref)}"
    return Finding("", "KX743", message, "is it the path of a spec in this repository?")


def docs_changed(pointer: str, what: str) -> Finding:
    """KX745: a change of what only people read.

    A description is another, or where something stands in the text. Neither weights nor
    numbers depend on it. Only `kauxgen breaking --level docs` says this.

    Wrong:
        "description": "An autoencoder." -> "A variational autoencoder."

    Right:
        kauxgen breaking --against git:main --level training
    """
    return Finding(pointer, "KX745", what, "take it back, or ask for a higher --level")


def training_changed(pointer: str, what: str) -> Finding:
    """KX746: a change of how a model is trained.

    The objective and the weights are what they were; the optimizer, the batches or the
    number of epochs are not, so a run gives other numbers. `kauxgen breaking` says this
    with `--level training` or `docs`.

    Wrong:
        "args": {"learning_rate": 0.001} -> "args": {"learning_rate": 0.01}

    Right:
        kauxgen breaking --against git:main --level loss
    """
    help = "take it back, or train again and compare only with new runs"
    return Finding(pointer, "KX746", what, help)


def loss_changed(pointer: str, what: str) -> Finding:
    """KX747: a change of the numbers that a model computes or minimizes.

    A loss or penalty is new, gone or weighed otherwise, or a layer computes something
    else with the same weights. Old weights load, and mean something else than before.
    `kauxgen breaking` says this with `--level loss` or below.

    Wrong:
        "weight": 1.0 -> "weight": 0.5

    Right:
        kauxgen breaking --against git:main --level weights
    """
    help = "take it back, or train again and compare only with new runs"
    return Finding(pointer, "KX747", what, help)


def weights_changed(pointer: str, what: str) -> Finding:
    """KX748: a change of the names, shapes or order of weights.

    Weights that were saved before may load in part or not at all, or load to where they
    do not belong; `kauxgen diff` says which of these. What has to load into it keeps
    its layers with their names and sizes; a model that must differ is a new one and
    has a spec of its own.

    Wrong:
        {"name": "hidden", "layer": "Dense", "args": {"units": 64}} -> 128 units

    Right:
        cp specs/vae.json specs/vae_wide.json
    """
    help = "keep the old model as it is and give the new one a spec of its own"
    return Finding(pointer, "KX748", what, help)


def interface_changed(pointer: str, what: str) -> Finding:
    """KX749: a change of what users of a model see.

    What goes in or comes out, the names of logs or the functions of the generated
    module are others, or the spec is gone. Code that calls the module may fail.

    Wrong:
        "outputs": ["code", "image"] -> "outputs": ["image"]

    Right:
        cp specs/vae.json specs/vae_image.json
    """
    help = "keep the old model until nothing calls it; a new one has a spec of its own"
    return Finding(pointer, "KX749", what, help)


RULES = (
    no_repository,
    no_commit,
    no_common_commit,
    nowhere,
    docs_changed,
    training_changed,
    loss_changed,
    weights_changed,
    interface_changed,
)
