"""Numbers as people read them: in tables, beside curves, on axes."""

from __future__ import annotations

import math

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float | None, digits: int = 4) -> str:
    """Write a number with so many digits that count; nothing for None."""
    if value is None:
        return ""
    if value != value:
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value and not 1e-4 <= abs(value) < 1e6:
        mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
        return minus(f"{_short(mantissa)}e{int(exponent)}")
    whole = len(str(int(abs(value))))
    if abs(value) >= 1:
        return minus(_short(f"{value:.{max(digits - whole, 0)}f}"))
    return minus(f"{value:.{digits}g}")


def share(value: float | None) -> str:
    """Write a part of a whole in percent; what is not nothing does not look like it."""
    if value is None or not math.isfinite(value):
        return number(value)
    if value == 0 or value >= 0.0005:
        return f"{value:.1%}"
    return f"{number(100 * value, 1)}%"


def duration(seconds: float) -> str:
    """Write a time: "0.8 s", "3 min 5 s", "2 h 10 min"."""
    if not math.isfinite(seconds) or seconds < 60:
        return f"{number(seconds, 2)} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def power(exponent: int) -> str:
    """Write a power of ten: 0.01 to 1000 as numbers, others as powers."""
    if -2 <= exponent <= 3:
        return f"{10.0**exponent:g}"
    return f"10{str(exponent).translate(_RAISED)}"


def minus(text: str) -> str:
    """Write a number's sign as wide as a plus, but in an exponent."""
    return f"−{text[1:]}" if text.startswith("-") else text


def _short(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
