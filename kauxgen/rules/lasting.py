"""The findings about state and averages of a step (KX255, KX520 to KX527)."""

from __future__ import annotations

from collections.abc import Collection

from kauxgen.finding import Finding
from kauxgen.suggest import help_for, quote


def unknown_state(pointer: str, name: str, legal: Collection[str]) -> Finding:
    """KX255: an assignment to what is no state.

    `assign` gives new values to members of `state`, which a step keeps from batch to
    batch. What is computed for one batch is a node.

    Wrong:
        {"state": {"queue": {"shape": [100, 8]}},
         "step": {"assign": {"que": "stop_gradient(keys)"}, "...": "..."}}

    Right:
        {"state": {"queue": {"shape": [100, 8]}},
         "step": {"assign": {"queue": "stop_gradient(keys)"}, "...": "..."}}
    """
    help = help_for(name, legal) if legal else 'there is no "state" here'
    message = f"there is no state {quote(name)} to assign"
    return Finding(pointer, "KX255", message, help, at_key=True)


def unassigned_state(pointer: str, name: str) -> Finding:
    """KX520: a state that is never assigned.

    It would keep its first value for ever: that is a param, or a node.

    Wrong:
        {"state": {"queue": {"shape": [100, 8]}},
         "step": {"phases": ["..."], "batch": "image"}}

    Right:
        {"state": {"queue": {"shape": [100, 8]}},
         "step": {"phases": ["..."], "batch": "image",
          "assign": {"queue": "concatenate([keys, queue], axis=0)[:100]"}}}
    """
    message = f"nothing assigns the state {quote(name)}"
    help = 'give it a new value in an "assign"'
    return Finding(pointer, "KX520", message, help, at_key=True)


def assigned_twice(pointer: str, name: str, other: str) -> Finding:
    """KX521: a state that is assigned in two places.

    A step gives each state one new value, behind one phase's update or behind the last.
    Of two, one would be lost or work on the other.

    Wrong:
        {"phases": [{"name": "encoder", "assign": {"queue": "keys"}, "...": "..."}],
         "assign": {"queue": "stop_gradient(keys)"}}

    Right:
        {"phases": [{"name": "encoder", "assign": {"queue": "keys"}, "...": "..."}]}
    """
    message = f"{other} assigns {quote(name)} already"
    return Finding(pointer, "KX521", message, "keep one of them", at_key=True)


def wrong_value(pointer: str, name: str, reason: str) -> Finding:
    """KX522: a value that a state cannot hold.

    A state has one shape and one type for all batches. Its first value and every new
    one must have them; a queue is cut to its length, a type changed by `cast`.

    Wrong:
        {"state": {"queue": {"shape": [100, 8]}},
         "step": {"assign": {"queue": "mean(queue, axis=0)"}, "...": "..."}}

    Right:
        {"state": {"queue": {"shape": [100, 8]}},
         "step": {"assign": {"queue": "concatenate([keys, queue], axis=0)[:100]"},
          "...": "..."}}
    """
    return Finding(pointer, "KX522", f"the state {quote(name)} {reason}")


def unread_state(pointer: str, name: str) -> Finding:
    """KX523: a state that nothing reads.

    It is assigned, but no node, term, metric or assignment looks at it.

    Wrong:
        {"state": {"center": {"shape": [8]}},
         "step": {"assign": {"center": "mean(code, axis=0)"}, "...": "..."}}

    Right:
        {"state": {"center": {"shape": [8]}},
         "step": {"assign": {"center": "0.9 * center + 0.1 * mean(code, axis=0)"},
          "...": "..."}}
    """
    message = f"nothing reads the state {quote(name)}"
    return Finding(pointer, "KX523", message, "use it or delete it", at_key=True)


def updated_target(pointer: str, network: str, phase: str) -> Finding:
    """KX524: a phase that updates a network which follows another.

    The target of an average is moved by the average alone.

    Wrong:
        {"ema": [{"target": "teacher", "source": "student", "decay": 0.99}],
         "step": {"phases": [{"update": ["student", "teacher"], "...": "..."}],
          "...": "..."}}

    Right:
        {"ema": [{"target": "teacher", "source": "student", "decay": 0.99}],
         "step": {"phases": [{"update": ["student"], "...": "..."}], "...": "..."}}
    """
    message = f"{quote(network)} follows another network, and {phase} updates it too"
    return Finding(pointer, "KX524", message, "leave it out of the update")


def followed_twice(pointer: str, network: str) -> Finding:
    """KX525: a network that follows two others, or one of them twice.

    Each average would undo a part of the other.

    Wrong:
        [{"target": "slow", "source": "left", "decay": 0.99},
         {"target": "slow", "source": "right", "decay": 0.99}]

    Right:
        [{"target": "slow_left", "source": "left", "decay": 0.99},
         {"target": "slow_right", "source": "right", "decay": 0.99}]
    """
    message = f"{quote(network)} is the target of another average already"
    return Finding(pointer, "KX525", message, "give each average its own target")


def circular_average(pointer: str, network: str) -> Finding:
    """KX526: a network that follows itself, directly or through others.

    Its average would be what it is already.

    Wrong:
        {"ema": [{"target": "student", "source": "student", "decay": 0.99}]}

    Right:
        {"ema": [{"target": "teacher", "source": "student", "decay": 0.99}]}
    """
    message = f"the network {quote(network)} follows itself"
    help = "name the network that learns as the source"
    return Finding(pointer, "KX526", message, help)


def unlike_networks(pointer: str, target: str, source: str, reason: str) -> Finding:
    """KX527: a network that follows one of another architecture.

    An average is taken weight by weight, so both networks have the same layers, by name
    and kind, with weights of the same shapes.

    Wrong:
        {"networks": {"student": {"layers": [{"name": "code", "layer": "Dense",
          "args": {"units": 8}}]}, "teacher": {"layers": [{"name": "code",
          "layer": "Dense", "args": {"units": 16}}]}},
         "ema": [{"target": "teacher", "source": "student", "decay": 0.99}]}

    Right:
        {"networks": {"student": {"layers": [{"name": "code", "layer": "Dense",
          "args": {"units": 8}}]}, "teacher": {"layers": [{"name": "code",
          "layer": "Dense", "args": {"units": 8}}]}},
         "ema": [{"target": "teacher", "source": "student", "decay": 0.99}]}
    """
    message = f"{quote(target)} cannot follow {quote(source)}: {reason}"
    return Finding(pointer, "KX527", message, "give both the same layers")


RULES = (
    unknown_state,
    unassigned_state,
    assigned_twice,
    wrong_value,
    unread_state,
    updated_target,
    followed_twice,
    circular_average,
    unlike_networks,
)
