"""Layers that make spectra of waves."""

from __future__ import annotations

from math import ceil, log2

from kauxgen.shapes.call import Call, Weights
from kauxgen.shapes.windows import is_first
from kauxgen.tensor import TensorType


def mel_spectrogram(call: Call) -> TensorType:
    """Give the loudness of pitches over time, a window each step.

    The wave is mirrored at both ends by half a transform, so it is longer than that.
    """
    args, (batch, length) = call.args, call.shape
    window = (
        args["fft_length"]
        if args["sequence_length"] is None
        else args["sequence_length"]
    )
    if window > args["fft_length"]:
        raise call.misfit("needs an fft_length of at least its sequence_length")
    if length is not None and length <= args["fft_length"] // 2:
        raise call.needs(f"more than {args['fft_length'] // 2} values")
    if length is not None and (length + 1) % args["sequence_stride"] == 0:
        raise call.needs("another length: for this one Keras states a step too many")
    steps = None if length is None else 1 + length // args["sequence_stride"]
    return call.give((batch, args["num_mel_bins"], steps))


def stft_spectrogram(call: Call) -> TensorType:
    """Give the strength of frequencies over time, as a convolution with waves."""
    _check_frames(call)
    first = is_first(call)
    batch, channels = call.shape[0], call.shape[1 if first else 2]
    if channels is None:
        raise call.needs("a known number of channels")
    steps, tones = _steps(call, call.shape[2 if first else 1]), _tones(call)
    tones *= 2 if call.args["mode"] == "stft" else 1
    if call.args["expand_dims"]:
        shape = (
            (batch, channels, steps, tones)
            if first
            else (batch, steps, tones, channels)
        )
        return call.give(shape)
    return call.give(
        (batch, channels * tones, steps) if first else (batch, steps, channels * tones)
    )


def stft_weights(call: Call) -> Weights:
    """Give the waves, cosines and sines, as kernels of a convolution."""
    shape, mode = (call.args["frame_length"], 1, _tones(call)), call.args["mode"]
    parts = {"real_kernel": mode != "imag", "imag_kernel": mode != "real"}
    return {name: shape for name, is_there in parts.items() if is_there}


def _check_frames(call: Call) -> None:
    frame, step = call.args["frame_length"], call.args["frame_step"]
    if step is not None and step > frame:
        raise call.misfit("needs a frame_step of at most its frame_length")
    if call.args["fft_length"] is not None and call.args["fft_length"] < frame:
        raise call.misfit("needs an fft_length of at least its frame_length")


def _tones(call: Call) -> int:
    length = call.args["fft_length"] or 2 ** ceil(log2(call.args["frame_length"]))
    return int(length) // 2 + 1


def _steps(call: Call, length: int | None) -> int | None:
    frame: int = call.args["frame_length"]
    step: int = call.args["frame_step"] or frame // 2
    if step < 1:
        raise call.misfit("needs a frame_step where its frame_length is 1")
    if length is None:
        return None
    if call.args["padding"] == "same":
        return -(-length // step)
    if length < frame:
        raise call.needs(f"at least {frame} values")
    return (length - frame) // step + 1
