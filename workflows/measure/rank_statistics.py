"""Rank correlation, and the precision of a ranking."""
import math


def ranks(values):
    """Ranks from 1; equal values share the mean of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    result = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for k in range(start, end + 1):
            result[order[k]] = (start + end) / 2 + 1
        start = end + 1
    return result


def spearman(pairs):
    """Rank correlation of a list of (x, y); None where it is not defined."""
    if len(pairs) < 3:
        return None
    x, y = ranks([p[0] for p in pairs]), ranks([p[1] for p in pairs])
    middle = (len(pairs) + 1) / 2
    xx = math.fsum((a - middle) ** 2 for a in x)
    yy = math.fsum((b - middle) ** 2 for b in y)
    xy = math.fsum((a - middle) * (b - middle) for a, b in zip(x, y))
    return xy / math.sqrt(xx * yy) if xx > 0 and yy > 0 else None


def mean(values):
    values = [value for value in values if value is not None]
    return math.fsum(values) / len(values) if values else None


def standard_error(values):
    """Of the mean; None of fewer than two."""
    values = [value for value in values if value is not None]
    if len(values) < 2:
        return None
    middle = mean(values)
    squares = math.fsum((value - middle) ** 2 for value in values)
    return math.sqrt(squares / (len(values) - 1) / len(values))


def precision(ranked, count, separation, is_contact):
    """Share of contacts among the first `count` pairs at least `separation` apart."""
    top = [pair for pair in ranked if pair[1] - pair[0] >= separation][:count]
    return mean([float(is_contact[pair]) for pair in top])
