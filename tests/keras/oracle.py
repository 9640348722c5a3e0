"""What a batch of each spec must log, in NumPy and float64.

Written from the specs and the language, not from the generated code. Draws alone
come from Keras: generator i starts from `seed + i`, in the order of the spec.
"""

from __future__ import annotations

from collections.abc import Callable

import oracle_dense
import oracle_images
import oracle_layers
import oracle_tour
import oracle_views
from oracle_case import Case, Terms

OBJECTIVES: dict[str, Callable[[Case], Terms]] = {
    "barlow_twins_small": oracle_views.barlow_twins_small,
    "cifar_l2": oracle_images.cifar_l2,
    "conv_vae": oracle_views.conv_vae,
    "ctc_reader": oracle_views.ctc_reader,
    "custom_gradient": oracle_dense.custom_gradient,
    "fine_tune": oracle_images.fine_tune,
    "penalties_tour": oracle_tour.penalties_tour,
    "reconstruction_regressor": oracle_dense.reconstruction_regressor,
    "regression_step": oracle_dense.regression_step,
    "resnet": oracle_images.resnet,
    "siamese_contrastive": oracle_images.siamese_contrastive,
    "simsiam_small": oracle_views.simsiam_small,
    "switch_router": oracle_layers.switch_router,
    "twin": oracle_dense.twin,
    "vae": oracle_dense.vae,
    "vae_annealed": oracle_dense.vae_annealed,
    "vq_vae": oracle_layers.vq_vae,
    "xor_bce": oracle_dense.xor_bce,
    "xor_bce_mse": oracle_dense.xor_bce_mse,
    "xor_regularized": oracle_dense.xor_regularized,
}
