"""Steps that hold: each shows a corner of section "Steps" that no rule may refuse."""

from __future__ import annotations

from typing import Any

from accepted import expr
from small_spec import Json, dense, layer

_STUDENT: Json = {
    "inputs": {"image": {"shape": [8]}},
    "layers": [dense("hidden"), layer("kept", "Dropout", {"rate": 0.2}), dense("code")],
}
_LEARNING: Json = {
    "name": "learner",
    "networks": {"student": _STUDENT, "teacher": _STUDENT},
    "inputs": {"image": {"shape": [8]}, "label": {"shape": [4]}},
    "ema": [{"target": "teacher", "source": "student", "decay": 0.99}],
    "inference": "teacher",
}
_CODE = expr("code", "student(image)")
_ERROR: Json = {
    "name": "error",
    "loss": "MeanSquaredError",
    "on": "code",
    "target": "label",
}
_CLOSE: Json = {
    "name": "close",
    "loss": "CosineSimilarity",
    "on": "code",
    "target": "stop_gradient(teacher(image))",
}
_QUEUE = "concatenate([stop_gradient(code), queue], axis=0)[:16]"


def learning(phase: Json, **more: Any) -> Json:
    """Return a step of one phase that updates the student."""
    own = {
        "name": "learn",
        "forward": [_CODE],
        "terms": [_ERROR],
        "update": ["student"],
    }
    step = {"batch": ["image", "label"], "phases": [{**own, **phase}]}
    return {**_LEARNING, **more, "step": {**step, **more.get("step", {})}}


_BOTH_WAYS: Json = {
    "name": "to_there",
    "terms": [expr("there", "mean(square(1 - judged)) + mean(abs(real - back))")],
    "update": ["to_there"],
}

STEPS: dict[str, Json] = {
    "the label in a phase": learning({}),
    "a phase of several rounds, with its own optimizer": learning(
        {"repeat": "=rounds", "optimizer": {"optimizer": "SGD"}},
        params={"rounds": 2},
        training={"epochs": 2},
    ),
    "a teacher that follows": learning({"terms": [_ERROR, _CLOSE]}),
    "a copy taken now and then": learning(
        {"terms": [_ERROR, _CLOSE]},
        params={"often": 100},
        ema=[{"target": "teacher", "source": "student", "decay": 0, "every": "=often"}],
    ),
    "a chain of averages": learning(
        {},
        networks={"student": _STUDENT, "teacher": _STUDENT, "slower": _STUDENT},
        ema=[
            {"target": "teacher", "source": "student", "decay": "=1 - move"},
            {"target": "slower", "source": "teacher", "decay": 0.999},
        ],
        params={"move": 0.1},
    ),
    "a frozen teacher": learning(
        {"terms": [_ERROR, _CLOSE]},
        networks={"student": _STUDENT, "teacher": {**_STUDENT, "trainable": False}},
        ema=[],
    ),
    "a nested batch with a part that is not used": learning(
        {}, step={"batch": [["image", "_"], [["label"]]]}
    ),
    "a queue of codes": learning(
        {
            "terms": [_ERROR, expr("far", "mean(code @ transpose(queue))")],
            "assign": {"queue": _QUEUE},
        },
        state={"queue": {"shape": [16, "=width"], "initial": "normal((16, width))"}},
        params={"width": 4},
    ),
    "a count of batches": learning(
        {"metrics": [expr("seen", "cast(count, 'float32')")]},
        state={"count": {"shape": [], "dtype": "int32", "initial": "0"}},
        step={"assign": {"count": "count + 1"}},
    ),
    "an evaluation whose names recur": learning(
        {"metrics": [{"metric": "MeanAbsoluteError", "on": "code", "target": "label"}]},
        evaluation={
            "forward": [expr("code", "teacher(image)")],
            "terms": [_ERROR],
            "metrics": [
                {"metric": "MeanAbsoluteError", "on": "code", "target": "label"}
            ],
        },
        training={
            "optimizer": {"optimizer": "Adam"},
            "callbacks": [
                {"callback": "EarlyStopping", "args": {"monitor": "val_error"}}
            ],
        },
    ),
    "an evaluation on other data": learning(
        {"terms": [expr("size", "mean(square(code))")]},
        step={"batch": "image"},
        evaluation={
            "batch": ["image", "label"],
            "forward": [_CODE],
            "terms": [_ERROR],
        },
    ),
    "a metric of inner tensors of a phase": learning(
        {
            "forward": [{"name": "called", "network": "student", "inputs": "image"}],
            "terms": [{**_ERROR, "on": "called"}],
            "metrics": [expr("dead", "mean(abs(called.hidden))")],
        }
    ),
    "penalties in a phase": learning(
        {
            "terms": [
                {"name": "small", "penalty": "l2_activity", "on": "code"},
                {"penalty": "mean_square", "on": {"weights": "student/**/kernel"}},
                _ERROR,
            ]
        }
    ),
    "a network that only its own penalty moves": learning(
        {"terms": [_ERROR], "forward": [_CODE, expr("side", "helper(image)")]}
        | {"metrics": [expr("size", "mean(side)")]}
        | {"update": ["student", "helper"]},
        networks={
            "student": _STUDENT,
            "teacher": _STUDENT,
            "helper": {
                **_STUDENT,
                "penalties": [
                    {"name": "energy", "penalty": "mean_square", "on": "code"}
                ],
            },
        },
    ),
    "one pass for all phases, and a phase called like its network": {
        "name": "both_ways",
        "networks": {
            "to_there": {**_STUDENT, "layers": [dense("code", 8)]},
            "to_here": {**_STUDENT, "layers": [dense("code", 8)]},
            "judge": {**_STUDENT, "layers": [dense("score", 1)]},
        },
        "inputs": {"real": {"shape": [8]}},
        "step": {
            "batch": "real",
            "tape": "shared",
            "forward": [
                expr("fake", "to_there(real)"),
                expr("back", "to_here(fake)"),
                expr("judged", "judge(fake)"),
            ],
            "phases": [
                _BOTH_WAYS,
                {
                    "name": "to_here",
                    "terms": [expr("here", "mean(abs(real - back))")],
                    "update": ["to_here"],
                },
                {
                    "name": "judge",
                    "terms": [
                        expr(
                            "judge_loss", "mean(square(1 - judge(real)) + judged ** 2)"
                        )
                    ],
                    "update": ["judge"],
                },
            ],
        },
        "inference": "to_there",
    },
    "what the step computes before the phases": learning(
        {
            "forward": [expr("code", "student(noisy)")],
            "metrics": [expr("noise", "mean(abs(noisy - image))")],
        },
        step={"forward": [expr("noisy", "image + 0.1 * normal_like(image)")]},
    ),
    "rounds in a phase": learning(
        {
            "forward": [
                {
                    "name": "walked",
                    "repeat": {"count": 3},
                    "inputs": "image",
                    "body": [{"name": "again", "network": "mover"}],
                }
            ],
            "terms": [expr("walk", "mean(square(walked - image))")],
            "metrics": [expr("size", "mean(label)")],
            "update": ["mover"],
        },
        networks={
            "mover": {**_STUDENT, "layers": [dense("moved", 8)]},
            "teacher": {**_STUDENT, "layers": [dense("moved", 8)]},
        },
        ema=[{"target": "teacher", "source": "mover", "decay": 0.9}],
    ),
}
