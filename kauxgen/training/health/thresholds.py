"""When a measure of a term is worth saying: all numbers, and why they are these.

A warning that is wrong is worse than none: each asks for two signs at once, and for
more than one epoch. `docs/health.md` has the numbers that they stand between.
"""

FALLEN = 1e-2
"""What is left of a term that fell to nothing, as a part of the most it was.

The KL of `vae` on MNIST: 1e-3 of its first epoch. Penalties that do their work, such as
those of `cifar_l2`, keep a tenth and more.
"""
NOTHING = 1e-3
"""And its part of the total: 6e-6 in `vae`; 0.3 where its weight is right."""
DOMINANT = 0.95
"""The part of the total *and* of the gradient from which a penalty dominates a loss.

At 0.95 the gradient of all else is less than a nineteenth of its own.
"""
ROWS = 64
"""The least rows that terms are measured on, where there are as many.

A batch of four is a draw: in one of `xor_regularized` the cross-entropy happened to be
0.01% of the total, while the log of the epoch had 78%.
"""
EPOCHS = 2
"""How many epochs in a row it must be so: in the first one all is in motion."""
SETTLED = frozenset(
    {
        *("margin", "variance_floor", "orthogonality", "decorrelation", "center"),
        *("mmd_rbf", "kl_sparsity"),
    }
)
"""Penalties whose zero is what they are for: a distance that is kept, a norm reached.

Of the rest a zero mostly means that what they stand on has become constant.
"""
SMALLER = 0.01
"""The remedy's weight for a fallen term, as a part of the present one.

Measured: `vae_annealed`, with its end of 0.01, keeps a KL of 1.0 on MNIST; with an end
of 1 it falls to 1e-5 behind the warm-up.
"""
WARM_UP_EPOCHS = 2
"""How long the remedy's weight grows: about as long as in `vae_annealed` on MNIST."""
WARM_UP = 2000
"""And in steps, where nobody counted those of an epoch."""
