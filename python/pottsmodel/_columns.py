"""Names of scores: as columns have them, and as the program's options do."""

from __future__ import annotations

_ENDING = "_score"
_WITH_ENDING = frozenset({"potts", "independent", "additive", "effect"})


def column_of(score: str) -> str:
    """The column of a score: `potts_score` of "potts" and of "potts_score"; names of other columns stay as they are."""
    return score + _ENDING if score in _WITH_ENDING else score


def option_of(score: str) -> str:
    """A score as options have it: `potts` of "potts" and of "potts_score"."""
    short = score[: -len(_ENDING)] if score.endswith(_ENDING) else score
    return short if short in _WITH_ENDING else score
