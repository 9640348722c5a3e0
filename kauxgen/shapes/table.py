"""The rules by the name that `schemas/layers/` gives them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kauxgen.shapes import (
    attention,
    convolution,
    dense,
    einsum,
    encoding,
    images,
    macs,
    merging,
    normalization,
    recurrent,
    reshaping,
    spectra,
    wrapping,
)
from kauxgen.shapes.call import Rule

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "same": Rule(dense.same),
        "kept": Rule(dense.unchanged),
        "axes": Rule(dense.along_axes),
        "dense": Rule(dense.dense, dense.dense_weights, macs=macs.dense),
        "embedding": Rule(dense.embedding, dense.embedding_weights),
        "prelu": Rule(dense.prelu, dense.prelu_weights),
        "dropout": Rule(dense.dropout),
        "rescaling": Rule(dense.rescaling),
        "einsum": Rule(einsum.einsum, einsum.einsum_weights, macs=macs.einsum_dense),
        "conv": Rule(convolution.conv, convolution.conv_weights, macs=macs.conv),
        "conv_transpose": Rule(
            convolution.conv_transpose,
            convolution.conv_transpose_weights,
            macs=macs.conv_transpose,
        ),
        "depthwise": Rule(
            convolution.depthwise, convolution.depthwise_weights, macs=macs.depthwise
        ),
        "separable": Rule(
            convolution.separable, convolution.separable_weights, macs=macs.separable
        ),
        "pool": Rule(convolution.pool),
        "global_pool": Rule(convolution.global_pool),
        "batch_norm": Rule(
            normalization.normalized,
            normalization.factor_and_offset,
            normalization.moving_averages,
        ),
        "layer_norm": Rule(
            normalization.layer_normalized, normalization.factor_and_offset
        ),
        "group_norm": Rule(normalization.grouped, normalization.factor_and_offset),
        "rms_norm": Rule(normalization.trailing, normalization.factor),
        "image": Rule(dense.same),
        "colors": Rule(images.colors),
        "grays": Rule(images.grays),
        "jittered": Rule(images.jittered),
        "blurred": Rule(images.blurred),
        "equalized": Rule(images.equalized),
        "resizing": Rule(images.resized),
        "adaptive_pool": Rule(images.adaptively_pooled),
        "categories": Rule(encoding.categories),
        "bins": Rule(encoding.bins),
        "hashed": Rule(encoding.hashed),
        "crossed": Rule(encoding.crossed),
        "looked_up": Rule(encoding.looked_up),
        "mel_spectrogram": Rule(spectra.mel_spectrogram),
        "stft_spectrogram": Rule(spectra.stft_spectrogram, spectra.stft_weights),
        "flatten": Rule(reshaping.flatten),
        "reshape": Rule(reshaping.reshape),
        "permute": Rule(reshaping.permute),
        "repeat_vector": Rule(reshaping.repeat_vector),
        "cropping": Rule(reshaping.crop),
        "zero_padding": Rule(reshaping.pad),
        "up_sampling": Rule(reshaping.enlarge),
        "merge": Rule(merging.merge),
        "subtract": Rule(merging.subtract),
        "concatenate": Rule(merging.concatenate),
        "dot": Rule(merging.dot),
        "attention": Rule(
            attention.attention, attention.attention_weights, macs=macs.dot_attention
        ),
        "additive_attention": Rule(
            attention.additive_attention,
            attention.additive_attention_weights,
            macs=macs.additive_attention,
        ),
        "multi_head_attention": Rule(
            attention.multi_head, attention.multi_head_weights, macs=macs.multi_head
        ),
        "group_query_attention": Rule(
            attention.group_query, attention.group_query_weights, macs=macs.group_query
        ),
        "simple_rnn": Rule(
            recurrent.recurrent, recurrent.simple_rnn_weights, macs=macs.recurrent
        ),
        "gru": Rule(recurrent.recurrent, recurrent.gru_weights, macs=macs.recurrent),
        "lstm": Rule(recurrent.lstm, recurrent.lstm_weights, macs=macs.recurrent),
        "conv_lstm": Rule(
            recurrent.conv_lstm, recurrent.conv_lstm_weights, macs=macs.conv_lstm
        ),
        "bidirectional": Rule(
            wrapping.bidirectional,
            wrapping.whole_weights,
            wrapping.whole_states,
            macs=macs.bidirectional,
        ),
        "time_distributed": Rule(
            wrapping.time_distributed,
            wrapping.slice_weights,
            wrapping.slice_states,
            macs=macs.time_distributed,
        ),
        "spectral_normalization": Rule(
            wrapping.spectral_normalization,
            wrapping.whole_weights,
            wrapping.spectral_states,
            macs=macs.spectral_normalization,
        ),
    }
)
"""What follows from a call, by the kind's `shape` in its entry."""
