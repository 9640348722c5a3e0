"""Edits of the public specs: words and the words in their place, by what they do."""

from __future__ import annotations

Edit = tuple[str, tuple[tuple[str, str], ...]]
"""A public spec, and what stands in its text with what stands there then."""

_THIN = '{"name": "thin", "layer": "Dropout", "args": {"rate": 0.1}},'

EDITS: dict[str, Edit] = {
    # One value that much follows from.
    "param": ("vae", (('"latent_dim": 32', '"latent_dim": 16'),)),
    "output": ("resnet", (('"classes": 10', '"classes": 100'),)),
    "weight_param": ("vae", (('"kl_weight": 1.0', '"kl_weight": 0.5'),)),
    "formula_param": ("xor_bce_mse", (('"ratio": 0.8}', '"ratio": 0.7}'),)),
    # Other names for the same.
    "param_name": ("vae", (("latent_dim", "code_dim"),)),
    "network_name": ("twin", (("encoder", "reader"),)),
    "node_name": ("twin", (('"dense"', '"wide"'), ("hidden.dense", "hidden.wide"))),
    "repeat_name": ("twin", (("hidden", "deep"),)),
    "variable_name": ("twin", (('"as": "width"', '"as": "w"'), ('"=width"', '"=w"'))),
    "tensor_name": ("twin", (("gap", "distance"),)),
    "input_name": ("custom_gradient", (("left", "first"),)),
    "output_name": ("twin", (('"match"', '"same"'),)),
    "block_name": ("resnet", (("conv_bn", "cell"),)),
    "block_param_name": (
        "resnet",
        (
            ('"kernel_size": 3,', '"k": 3,'),
            ('"=kernel_size"', '"=k"'),
            ('"width": "=width", "kernel_size": 1', '"width": "=width", "k": 1'),
        ),
    ),
    "closure_name": (
        "xor_bce_mse",
        (('"bce_mse": {', '"blend": {'), ('"loss": "bce_mse"', '"loss": "blend"')),
    ),
    "step_name": (
        "xor_bce_mse",
        (('"mse"', '"squared"'), ("(1 - ratio) * mse", "(1 - ratio) * squared")),
    ),
    "function_name": (
        "custom_gradient",
        (('"bar"', '"product_of"'), ("bar(", "product_of(")),
    ),
    "term_name": ("vae", (('"name": "kl"', '"name": "divergence"'),)),
    "layer_class_name": ("vq_vae", (("VectorQuantizer", "Quantizer"),)),
    "own_weight_name": (
        "vq_vae",
        (
            ('"codebook"', '"book"'),
            ("sum(codebook", "sum(book"),
            ("@ codebook", "@ book"),
            ("transpose(codebook)", "transpose(book)"),
        ),
    ),
    "phase_name": ("dqn_update", (('"name": "learn"', '"name": "update"'),)),
    # Layers.
    "layer": (
        "vae",
        (
            (
                '"hidden", "layer": "Dense", "args": {"units": "=intermediate_dim", "activation": "relu"}},\n        {"name": "z_mean"',
                '"hidden", "layer": "Dense", "args": {"units": "=intermediate_dim", "activation": "relu"}},\n        '
                + _THIN
                + '\n        {"name": "z_mean"',
            ),
        ),
    ),
    "argument": (
        "xor_bce_mse",
        (
            (
                '"activation": "sigmoid"}},\n    {"name": "dropout"',
                '"activation": "tanh"}},\n    {"name": "dropout"',
            ),
        ),
    ),
    "initializer": (
        "vq_vae",
        (
            (
                '"filters": 32, "kernel_size": 3, "strides": 2',
                '"kernel_initializer": "he_normal", "filters": 32, "kernel_size": 3, "strides": 2',
            ),
        ),
    ),
    "default": (
        "xor_bce_mse",
        (
            (
                '{"units": 1,',
                '{"use_bias": true, "kernel_initializer": {"initializer": "GlorotUniform"}, "units": 1,',
            ),
        ),
    ),
    "computed": ("xor_bce_mse", (('"units": 1,', '"units": "=hidden_units - 3",'),)),
    "inputs": (
        "fine_tune",
        (
            (
                '"network": "features", "inputs": "image"',
                '"network": "features", "inputs": "noise"',
            ),
        ),
    ),
    "frozen": ("fine_tune", (('"from": "block5_conv1"', '"from": "block4_conv1"'),)),
    "in_a_block": ("wgan_gp", (('"kernel_size": 5', '"kernel_size": 3'),)),
    "expression": (
        "twin",
        (("abs(left_code - right_code)", "square(left_code - right_code)"),),
    ),
    "rounds": ("dqn_update", (('{"count": 2}', '{"count": 3}'),)),
    # The objective.
    "weight": (
        "penalties_tour",
        (
            (
                '"on": ["restored", "image"], "weight": 0.1',
                '"on": ["restored", "image"], "weight": 0.2',
            ),
        ),
    ),
    "schedule": ("twin", (('"schedule": "linear"', '"schedule": "cosine"'),)),
    "formula": (
        "xor_bce_mse",
        (("ratio * bce + (1 - ratio) * mse", "bce + mse * ratio"),),
    ),
    "penalty": (
        "penalties_tour",
        (
            (
                '    {"name": "squared_error", "penalty": "squared_error", "on": ["restored", "image"]},\n',
                "",
            ),
        ),
    ),
    "selected": ("twin", (("encoder/**/kernel", "encoder/**"),)),
    "metric": ("xor_bce_mse", (('"BinaryAccuracy"', '"BinaryCrossentropy"'),)),
    "gradient": (
        "custom_gradient",
        (('{"x": "-upstream"}', '{"x": "-2 * upstream"}'),),
    ),
    # Training.
    "rate": ("vae", (('"learning_rate": 0.001', '"learning_rate": 0.01'),)),
    "optimizer": ("vae", (('"optimizer": "Adam"', '"optimizer": "Nadam"'),)),
    "epochs": (
        "vae",
        (('"epochs": 3, "batch_size": 64', '"epochs": 9, "batch_size": 32'),),
    ),
    "average": ("dqn_update", (('"decay": 0,', '"decay": 0.5,'),)),
    "updates": ("wgan_gp", (('"repeat": 3', '"repeat": 5'),)),
    # The rest.
    "style": ("vae", (('"style": "functional"', '"style": "subclass"'),)),
    "words": ("vae", (("Variational autoencoder on", "An autoencoder of"),)),
    "name": ("vae", (('"name": "vae"', '"name": "digits"'),)),
    "new_input": (
        "twin",
        (
            (
                '"right": {"shape": ["=input_dim"]}}',
                '"right": {"shape": ["=input_dim"]}, "both": {"shape": [1]}}',
            ),
            ("abs(left_code - right_code)", "both * abs(left_code - right_code)"),
        ),
    ),
}
