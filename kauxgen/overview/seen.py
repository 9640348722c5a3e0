"""What unrolling saw of a spec, gathered over rounds."""

from __future__ import annotations

from collections.abc import Mapping

from kauxgen.frozen import frozen
from kauxgen.overview.marks import names_of
from kauxgen.overview.values import Names
from kauxgen.spec import Spec
from kauxgen.trace import LayerWeight, Place, Trace, Visit


@frozen
class Seen:
    """What unrolling saw, gathered over rounds: by list and path of names."""

    visits: Mapping[tuple[str, Names], list[Visit]]
    weights: Mapping[Names, list[LayerWeight]]
    copies: Mapping[str, int]


def gather(trace: Trace, spec: Spec) -> Seen:
    """Gather visits and weights over rounds; of a list of networks take the first."""
    visits: dict[tuple[str, Names], list[Visit]] = {}
    weights: dict[Names, list[LayerWeight]] = {}
    copies = {name: 1 for name, one in spec.networks.items() if one.count is not None}

    def first(path: Place) -> bool:
        """Note which one of a list a path is of; say whether it is the first."""
        name = str(path[0])
        if name not in copies:
            return True
        copies[name] = max(copies[name], int(path[1]) + 1)
        return path[1] == 0

    for (root, path), visit in trace.visits.items():
        if first(path):
            visits.setdefault((root, names_of(path)), []).append(visit)
    for path, held in trace.weights.items():
        if first(path):
            weights.setdefault(names_of(path), []).extend(held)
    return Seen(visits, weights, copies)
