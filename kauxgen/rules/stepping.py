"""The findings about phases: what they compute and update (KX510 to KX519)."""

from __future__ import annotations

from collections.abc import Sequence

from kauxgen.finding import Finding
from kauxgen.suggest import quote


def weights_in_forward(pointer: str, name: str, what: str) -> Finding:
    """KX510: a layer, block or reused layer in a step's list of nodes.

    The `forward` of a step, a phase or an evaluation holds no weights: it computes with
    expressions, calls of networks and repeats of these. Weights belong to networks,
    which phases update.

    Wrong:
        {"name": "critic", "forward": [{"name": "score", "layer": "Dense",
         "args": {"units": 1}, "inputs": "image"}], "update": ["critic"]}

    Right:
        {"networks": {"critic": {"layers": [{"name": "score", "layer": "Dense",
         "args": {"units": 1}}], "...": "..."}}},
        {"name": "critic", "forward": [{"name": "score", "network": "critic",
         "inputs": "image"}], "update": ["critic"]}
    """
    message = f"{quote(name)} is a {what}, and a forward list of a step has no weights"
    return Finding(pointer, "KX510", message, "make a network of it, and call that")


def updated_twice(pointer: str, network: str, phases: Sequence[str]) -> Finding:
    """KX511: a network that two phases update, or one phase twice.

    Each phase has an optimizer of its own, so that two would move the same weights
    without knowing of each other. A network that other networks call is updated with
    each of them.

    Wrong:
        [{"name": "first", "update": ["encoder"], "...": "..."},
         {"name": "second", "update": ["encoder", "head"], "...": "..."}]

    Right:
        [{"name": "first", "update": ["encoder"], "...": "..."},
         {"name": "second", "update": ["head"], "...": "..."}]
    """
    first, second = phases
    where = f"{first} and {second}" if first != second else f"{first} twice"
    message = f"{quote(network)} is updated by {where}"
    help = "let one phase update it, with all terms that it minimizes"
    return Finding(pointer, "KX511", message, help)


def never_updated(pointer: str, network: str) -> Finding:
    """KX512: a trainable network that no phase updates.

    It is called, but stays as it was made. One that is not to learn says so, and one
    that follows another network stands in `ema`.

    Wrong:
        {"networks": {"teacher": {"...": "..."}, "student": {"...": "..."}},
         "step": {"phases": [{"update": ["student"], "...": "..."}], "...": "..."}}

    Right:
        {"networks": {"teacher": {"trainable": false, "...": "..."},
         "student": {"...": "..."}},
         "step": {"phases": [{"update": ["student"], "...": "..."}], "...": "..."}}
    """
    message = f"no phase updates the network {quote(network)}"
    help = 'add it to an "update", or say "trainable": false'
    return Finding(pointer, "KX512", message, help, at_key=True)


def nothing_to_update(pointer: str, network: str) -> Finding:
    """KX513: an update of a network without trainable weights.

    The network is frozen, or all its layers are, or it has none with weights. An
    optimizer would have nothing to move.

    Wrong:
        {"networks": {"teacher": {"trainable": false, "...": "..."}},
         "step": {"phases": [{"update": ["teacher"], "...": "..."}], "...": "..."}}

    Right:
        {"networks": {"teacher": {"trainable": false, "...": "..."}},
         "step": {"phases": [{"update": ["student"], "...": "..."}], "...": "..."}}
    """
    message = f"the network {quote(network)} has no trainable weights"
    return Finding(pointer, "KX513", message, "leave it out of the update")


def unmoved_term(pointer: str, what: str, phase: str) -> Finding:
    """KX514: a term that nothing its phase updates has a part in.

    It cannot change by the phase's update and only shifts what is logged: mostly it
    stands in the wrong phase, or behind a `stop_gradient`. What the step's own forward
    list computes lies outside the gradients, unless `"tape": "shared"`.

    Wrong:
        {"name": "generator", "terms": [
          {"name": "fooled", "expr": "-mean(critic(generator(noise)))"},
          {"name": "realness", "expr": "-mean(critic(image))"}],
         "update": ["generator"]}

    Right:
        {"name": "generator", "terms": [
          {"name": "fooled", "expr": "-mean(critic(generator(noise)))"}],
         "update": ["generator"]}
    """
    message = f"no weight that the phase {quote(phase)} updates has a part in {what}"
    help = "move it to the phase that can lower it, or log it as a metric"
    return Finding(pointer, "KX514", message, help)


def unmoved_network(pointer: str, network: str, phase: str) -> Finding:
    """KX515: a phase that updates a network which none of its terms depends on.

    The gradient would be nothing, or that of a weight regularizer alone. What the
    step's own forward list computes lies outside the gradients of the phases, unless
    the step says `"tape": "shared"`.

    Wrong:
        {"name": "generator", "terms": [{"name": "fooled",
         "expr": "-mean(critic(image))"}], "update": ["generator"]}

    Right:
        {"name": "generator", "terms": [{"name": "fooled",
         "expr": "-mean(critic(generator(noise)))"}], "update": ["generator"]}
    """
    message = f"no term of the phase {quote(phase)} depends on {quote(network)}"
    help = "call it in the phase, or leave it out of the update"
    return Finding(pointer, "KX515", message, help)


def no_optimizer(pointer: str, phase: str) -> Finding:
    """KX516: a phase without an optimizer.

    A phase that states none has one like `training.optimizer`; here there is neither.

    Wrong:
        {"step": {"phases": [{"name": "critic", "...": "..."}], "...": "..."},
         "training": {"epochs": 3}}

    Right:
        {"step": {"phases": [{"name": "critic", "...": "..."}], "...": "..."},
         "training": {"optimizer": {"optimizer": "Adam"}, "epochs": 3}}
    """
    message = f"the phase {quote(phase)} has no optimizer, and training none either"
    help = 'add "optimizer" to the phase or to "training"'
    return Finding(pointer, "KX516", message, help)


def unused_default(pointer: str, key: str) -> Finding:
    """KX517: an optimizer, or changes of gradients, that no phase takes over.

    `training` says what phases do that say nothing themselves. Here each of them does.

    Wrong:
        {"step": {"phases": [{"optimizer": {"optimizer": "Adam"}, "...": "..."}],
         "...": "..."}, "training": {"optimizer": {"optimizer": "SGD"}}}

    Right:
        {"step": {"phases": [{"optimizer": {"optimizer": "Adam"}, "...": "..."}],
         "...": "..."}, "training": {}}
    """
    message = f"every phase states its own {quote(key)}, so nothing uses this one"
    return Finding(pointer, "KX517", message, "delete it", at_key=True)


def step_number(pointer: str, word: str, reason: str) -> Finding:
    """KX518: a number of a step that cannot be.

    With the params' defaults, a phase's `repeat`, the `every` of an average and the
    sizes of a state are whole numbers of at least 1, and `decay`, the share of the old
    value that stays, is from 0 (a copy) to 1.

    Wrong:
        {"ema": [{"target": "teacher", "source": "student", "decay": 99.9}]}

    Right:
        {"ema": [{"target": "teacher", "source": "student", "decay": 0.999}]}
    """
    return Finding(pointer, "KX518", f"{word} {reason}")


def several_optimizers(pointer: str, callback: str) -> Finding:
    """KX519: a callback for the model's optimizer, where every phase has its own.

    `ReduceLROnPlateau` and `SwapEMAWeights` work on `model.optimizer`. A model with
    several phases has an optimizer for each of them, and none of that name. A schedule
    changes a learning rate without a callback, `ema` keeps averages.

    Wrong:
        {"callbacks": [{"callback": "ReduceLROnPlateau"}]}

    Right:
        {"optimizer": {"optimizer": "Adam", "args": {"learning_rate":
         {"schedule": "CosineDecay", "...": "..."}}}}
    """
    message = f"{callback} needs one optimizer, and each phase has its own"
    help = "use a schedule or ema, or make the step a single phase"
    return Finding(pointer, "KX519", message, help)


RULES = (
    weights_in_forward,
    updated_twice,
    never_updated,
    nothing_to_update,
    unmoved_term,
    unmoved_network,
    no_optimizer,
    unused_default,
    step_number,
    several_optimizers,
)
