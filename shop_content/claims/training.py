"""Training of the second reader: logistic regression by stochastic gradient descent.

Plain Python with a fixed seed: the same copy gives the same weights anywhere.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

from shop_content.claims.second_reader import Features

_ROUNDS = 30
# The step shrinks as 1/t, as is usual for a strongly convex loss (Bottou 2010).
_STEP, _SLOWER, _BIAS_STEP = 0.5, 4.0, 0.1
# L2 penalty an example; chosen by cross-validation over whole documents.
_PENALTY = 6e-5
_SEED = 432
# Categories with fewer examples than this are never guessed.
_FEW = 5
_SMALL, _SMALL_OF_CATEGORY = 0.05, 0.3


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled sentence: its features, its text and words, its category ("" for none).

    `hit`, `settled`: what the first reader says of it already.
    """

    features: Features
    text: str
    words: str
    category: str
    hit: bool = False
    settled: bool = False


def train(examples: Sequence[Example], threshold: float) -> dict[str, Any]:
    """Return the model of these examples, as `SecondReader` takes it.

    Raise ValueError when there is no violation among them: nothing could be learnt.
    """
    wrong = [example for example in examples if example.category]
    if not wrong:
        raise ValueError("no violation among the examples")
    weights = _fit(examples, [bool(example.category) for example in examples])
    counts = Counter(example.category for example in wrong)
    usual = counts.most_common(1)[0][0]
    categories = {
        code: _fit(wrong, [e.category == code for e in wrong], small=_SMALL_OF_CATEGORY)
        for code in sorted(counts)
        if counts[code] >= _FEW or code == usual
    }
    return {
        "threshold": threshold,
        "bias": weights.pop(""),
        "weights": weights,
        "categories": categories,
        "examples": [[example.text, example.words] for example in wrong],
    }


def _fit(
    examples: Sequence[Example], targets: Sequence[bool], *, small: float = _SMALL
) -> dict[str, float]:
    """Return the weights by feature, the bias under ""; features seen once are left out."""
    seen = Counter(name for example in examples for name in example.features)
    names = sorted(name for name, count in seen.items() if count > 1)
    index = {name: place for place, name in enumerate(names)}
    rows = [
        ([(index[n], v) for n, v in example.features.items() if n in index and v], float(target))
        for example, target in zip(examples, targets, strict=True)
    ]
    weights, scale, bias, seen_rows = [0.0] * len(index), 1.0, 0.0, 0
    order = random.Random(_SEED)  # noqa: S311 -- a shuffle, no secret
    for _ in range(_ROUNDS):
        order.shuffle(rows)
        for row, target in rows:
            step = _STEP / (1 + _STEP * _PENALTY * _SLOWER * seen_rows)
            seen_rows += 1
            margin = bias + scale * sum(weights[place] * value for place, value in row)
            error = 1 / (1 + exp(-max(-30.0, min(30.0, margin)))) - target
            scale *= 1 - step * _PENALTY
            pull = step * error / scale
            for place, value in row:
                weights[place] -= pull * value
            bias -= step * error * _BIAS_STEP
    kept = {name: round(scale * weights[place], 2) for name, place in index.items()}
    return {"": round(bias, 2)} | {n: w for n, w in kept.items() if abs(w) >= small}
