"""Specs that hold: each shows a corner of the language that no rule may refuse."""

from __future__ import annotations

from typing import Any

from small_spec import Json, dense, layer

SERIES = {"series": {"shape": [5, 8]}}
LAST = dense("prediction", 1)
ROUNDS: Json = {
    "name": "hidden",
    "repeat": {"count": 3},
    "body": [dense("dense", 8)],
}
ENCODER: Json = {
    "inputs": {"z": {"shape": [8]}},
    "layers": [dense("hidden"), dense("code", 2)],
}


def expr(name: str, text: str, **more: Any) -> Json:
    """Return a node of an expression."""
    return {"name": name, "expr": text, **more}


def penalty(on: Any, kind: str = "mean_square", **more: Any) -> Json:
    """Return the change of a spec by one penalty."""
    return {"penalties": [{"penalty": kind, "on": on, **more}]}


ACCEPTED: dict[str, Json] = {
    "reuse": {"layers": [dense("hidden", 8), {"name": "b", "reuse": "hidden"}, LAST]},
    "states of a recurrent layer": {
        "inputs": {"series": {"shape": [None, 3]}},
        "layers": [
            {
                **layer("memory", "LSTM", {"units": 8, "return_state": True}),
                "as": ["last", "state", "cell"],
            },
            expr("both", "concatenate([last, state, cell], axis=-1)"),
            LAST,
        ],
    },
    "named call arguments": {
        "inputs": {**SERIES, "memory": {"shape": [7, 8]}},
        "layers": [
            layer(
                "mixed",
                "MultiHeadAttention",
                {"num_heads": 2, "key_dim": 4},
                inputs={"value": "memory", "query": "series"},
            ),
            layer("flat", "Flatten"),
            LAST,
        ],
    },
    "a repeat's list merged": {
        "layers": [ROUNDS, layer("all", "Concatenate", inputs="hidden.dense"), LAST]
    },
    "rounds from both ends": {
        "layers": [ROUNDS, expr("sum_up", "hidden.dense[0] + hidden.dense[-1]"), LAST]
    },
    "lists of lists": {
        "layers": [
            {"name": "outer", "repeat": {"count": 2}, "body": [ROUNDS]},
            LAST,
        ],
        **penalty("outer.hidden[1].dense"),
    },
    "no rounds at all": {
        "params": {"depth": 0},
        "layers": [
            dense("first"),
            {**ROUNDS, "repeat": {"count": "=depth"}},
            LAST,
        ],
    },
    "targets by key": {
        "outputs": ["hidden", "prediction"],
        "losses": [
            {"loss": "MeanSquaredError", "on": "hidden", "target": "y.hidden"},
            {"loss": "MeanSquaredError", "on": "prediction", "target": "y.other"},
        ],
    },
    "labels in an expression": {
        "layers": [dense("logits")],
        "losses": [
            {"expr": "-sum(one_hot(y, 4) * log_softmax(logits), axis=-1)"}
            | {"reduce": "mean"}
        ],
    },
    "a loss on an inner tensor against an input": {
        "layers": [dense("hidden", 8), LAST],
        "losses": [
            {"loss": "MeanSquaredError", "on": "prediction"},
            {"name": "inner", "loss": "MeanSquaredError", "on": "hidden"}
            | {"target": "features"},
        ],
    },
    "a weight that reads the step": penalty(
        "hidden", weight={"expr": "minimum(step / 2000, 1) * mean(prediction)"}
    ),
    "a network called in an expression": {
        "networks": {"encoder": ENCODER},
        "inputs": {"left": {"shape": [8]}, "right": {"shape": [8]}},
        "layers": [expr("gap", "abs(encoder(left) - encoder(right))"), LAST],
    },
    "a penalty inside a network": {
        "networks": {
            "encoder": {**ENCODER, **penalty("hidden", weight=0.1, name="tame")}
        },
        "layers": [{"name": "code", "network": "encoder"}, LAST],
        "training": {
            "optimizer": {"optimizer": "Adam"},
            "callbacks": [
                {"callback": "EarlyStopping", "args": {"monitor": "val_tame"}}
            ],
        },
    },
    "the size of an inner tensor": {
        "networks": {"encoder": ENCODER},
        "layers": [
            {"name": "code", "network": "encoder"},
            dense("wide", "=2 * dim(code.hidden, -1)"),
            LAST,
        ],
    },
    "items unpacked": {
        "layers": [
            {
                "name": "stage",
                "repeat": {"over": [[16, 0.1], [8, 0.2]], "as": ["width", "rate"]},
                "body": [
                    dense("dense", "=width"),
                    layer("drop", "Dropout", {"rate": "=rate"}),
                ],
            },
            LAST,
        ]
    },
    "a tensor with an operation's name": {
        "layers": [
            dense("norm"),
            expr("mean", "mean(norm, axis=-1, keepdims=True)"),
            LAST,
        ]
    },
    "a closure that ignores its target": {
        "define": {"losses": {"own": {"expr": "mean(square(y_pred))"}}},
        "losses": [{"loss": "own", "on": "prediction", "target": None}],
    },
    "a regularizer as a penalty": {
        "define": {
            "regularizers": {"own": {"params": {"k": 0.1}, "expr": "k * sum(w ** 2)"}}
        },
        **penalty({"weights": "*/kernel"}, "own", args={"k": 1.0}),
    },
    "the batch as a size": {
        "layers": [
            dense("hidden"),
            expr("noise", "normal((batch_size(hidden), 4))"),
            expr("noisy", "hidden + 0.1 * noise[:, 0:4]"),
            LAST,
        ]
    },
    "a block of two inputs": {
        "define": {
            "blocks": {
                "join": {
                    "params": {"width": 8},
                    "inputs": ["a", "b"],
                    "body": [expr("both", "a + b"), dense("dense", "=width")],
                }
            }
        },
        "layers": [
            dense("hidden", 8),
            {"name": "joined", "block": "join", "inputs": ["hidden", "features"]},
            LAST,
        ],
        **penalty("joined.both"),
    },
}
