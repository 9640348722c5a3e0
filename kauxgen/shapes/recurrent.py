"""Layers that read a series step by step."""

from __future__ import annotations

from kauxgen.shapes.call import Call, Outputs, Weights, known
from kauxgen.shapes.convolution import check_steps, slid
from kauxgen.shapes.windows import arranged, channels_of
from kauxgen.tensor import Shape


def recurrent(call: Call) -> Outputs:
    """Give (steps, n) as (units) or (steps, units), then a state if it is asked for.

    Source: the Keras pages of SimpleRNN and GRU.
    """
    return _recurrent(call, states=1)


def lstm(call: Call) -> Outputs:
    """Give the same as `recurrent`, with a state and a memory.

    Source: the Keras page of LSTM.
    """
    return _recurrent(call, states=2)


def _recurrent(call: Call, states: int) -> Outputs:
    known(call, -1, "last axis")
    return _steps(call, (call.args["units"],), states)


def conv_lstm(call: Call) -> Outputs:
    """Give the last map or all; every size but batch and steps must be known.

    The maps of a step are those of a convolution. Source: Shi et al., arXiv:1506.04214.
    """
    for axis in range(2, len(call.shape)):
        known(call, axis)
    return _steps(call, _map(call), states=2)


def simple_rnn_weights(call: Call) -> Weights:
    """Give n x units, units x units and units, of tanh(W x + U h + b).

    Source: Elman, Finding Structure in Time, 1990.
    """
    return _cell_weights(call, "simple_rnn_cell", gates=1)


def lstm_weights(call: Call) -> Weights:
    """Give those of a plain cell four times: three gates and a new memory.

    Source: Hochreiter and Schmidhuber, Long Short-Term Memory, 1997, with forget gates.
    """
    return _cell_weights(call, "lstm_cell", gates=4)


def gru_weights(call: Call) -> Weights:
    """Give those of a plain cell three times: two gates and a new state.

    With `reset_after` both products have a bias. Source: Cho et al., arXiv:1406.1078.
    """
    weights = _cell_weights(call, "gru_cell", gates=3)
    if not (call.args["use_bias"] and call.args["reset_after"]):
        return weights
    return {**weights, "gru_cell/bias": (2, *weights["gru_cell/bias"])}


def conv_lstm_weights(call: Call) -> Weights:
    """Give the weights of an LSTM cell whose products are convolutions.

    Window x channels x 4 filters, window x filters x 4 filters, 4 filters.
    """
    step, filters = call.step(), call.args["filters"]
    window = step.sizes("kernel_size", len(step.shape) - 2)
    kernel = (*window, channels_of(step), 4 * filters)
    recurrent_kernel = (*window, filters, 4 * filters)
    return _cell(call, "conv_lstm_cell", kernel, recurrent_kernel)


def _cell_weights(call: Call, cell: str, gates: int) -> Weights:
    units = call.args["units"]
    wide = units if gates == 1 else gates * units
    return _cell(call, cell, (call.shape[-1], wide), (units, wide))


def _cell(call: Call, cell: str, kernel: Shape, recurrent_kernel: Shape) -> Weights:
    weights = {f"{cell}/kernel": kernel, f"{cell}/recurrent_kernel": recurrent_kernel}
    return (
        {**weights, f"{cell}/bias": kernel[-1:]} if call.args["use_bias"] else weights
    )


def _steps(call: Call, sizes: Shape, states: int) -> Outputs:
    batch, steps = call.shape[:2]
    kept = (batch, steps) if call.args["return_sequences"] else (batch,)
    result = call.give((*kept, *sizes))
    if not call.args["return_state"]:
        return result
    return (result, *(call.give((batch, *sizes)) for _ in range(states)))


def _map(call: Call) -> Shape:
    step = call.step()
    check_steps(step)
    return arranged(step, slid(step), call.args["filters"])[1:]
