"""Numbers as written in notices → decimal strings: `四十` → 40, `1,200` → 1200, `二〇二四` → 2024. All reading and writing of numerals."""

from __future__ import annotations

_SPELLINGS = ("零〇○OoＯ", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
_DIGITS = {digit: value for value, digits in enumerate(_SPELLINGS) for digit in digits}
_DECIMAL = frozenset("0123456789.")
_PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10_000}


def numeral(written: str) -> str | None:
    """The number as a decimal string, None where it is none: `二十四` → 24, `一点五` → 1.5, `两` → 2, `3,000` → 3000, `１２` → 12.

    Digit for digit where no place is written: `二〇二四` → 2024.
    """
    plain = written.replace(",", "")
    if plain and _DECIMAL.issuperset(plain):
        return plain if plain.count(".") <= 1 and plain[0] != "." and plain[-1] != "." else None
    whole, point, rest = plain.partition("点")
    if point:
        head, tail = numeral(whole), "".join(str(_DIGITS.get(ch, "")) for ch in rest)
        return f"{head}.{tail}" if head and len(tail) == len(rest) > 0 else None
    if not plain or any(ch not in _DIGITS and ch not in _PLACES and not ch.isdecimal() for ch in plain):
        return None
    if _PLACES.keys().isdisjoint(plain):
        return "".join(str(_digit(ch)) for ch in plain)
    value = _by_places(plain)
    return None if value is None else str(value)


def written(number: int) -> str:
    """A number from 1 to 99 as headings count: 7 → `七`, 12 → `十二`, 20 → `二十`.

    Raises
    ------
        ValueError: It is not from 1 to 99.
    """
    if not 1 <= number <= 99:
        raise ValueError(f"only 1 to 99 are counted in characters, not {number}")
    tens, ones = divmod(number, 10)
    leading = _SPELLINGS[tens][0] if tens > 1 else ""
    return leading + ("十" if tens else "") + (_SPELLINGS[ones][0] if ones else "")


def _digit(ch: str) -> int:
    return _DIGITS[ch] if ch in _DIGITS else int(ch)


def _by_places(written: str) -> int | None:
    """`一百二十` → 120; `十五` → 15; `三万五千` → 35000; None where a place does not fall: `十百`, `一十二十`."""
    total = section = digit = 0
    above = 10_000
    for ch in written:
        place = _PLACES.get(ch)
        if place is None:
            digit = digit * 10 + _digit(ch)
        elif place == 10_000:
            total, section, digit, above = (total + section + digit) * place, 0, 0, place
        elif place >= above:
            return None
        else:
            section, digit, above = section + (digit or 1) * place, 0, place
    return total + section + digit
