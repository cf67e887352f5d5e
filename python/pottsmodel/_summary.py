"""A model at a glance, for notebooks."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, List, Tuple

from ._program import run

if TYPE_CHECKING:
    from ._model import Model

KINDS = {"potts": "Potts model", "independent": "independent sites"}
_UNKNOWN = "unknown"
# The line of `potts info` that says in words what the effective number of sequences a site promises.
_DEPTH = re.compile(r"^ *Neff/L: +[\d.]+: (.+)$", re.MULTILINE)


def rows(model: "Model") -> List[Tuple[str, str]]:
    """Names and values of what there is to know first."""
    told = model.metadata
    sequences = told.get("sequences")
    return [
        ("kind", _kind(model)),
        ("target", str(told.get("target") or "none")),
        ("L, sites", str(model.sites)),
        ("q, states", f"{model.states} ({model.alphabet})"),
        ("N, sequences kept", _UNKNOWN if sequences is None else str(sequences)),
        ("Neff", _UNKNOWN if model.neff is None else f"{model.neff:.1f}"),
        ("Neff/L", _depth(model)),
        ("method", str(told.get("method") or _UNKNOWN)),
        ("converged", _converged(model)),
    ]


def as_html(model: "Model") -> str:
    """A table of its own, without anything from elsewhere."""
    lines = [
        f'<tr><th scope="row" style="text-align: left">{html.escape(name)}</th><td style="text-align: left">{html.escape(value)}</td></tr>'
        for name, value in rows(model)
    ]
    caption = f'<caption style="text-align: left">{html.escape(model.path)}</caption>'
    return "\n".join(["<table>", caption, "<tbody>", *lines, "</tbody>", "</table>"])


def _kind(model: "Model") -> str:
    kind = str(model.metadata.get("model_kind", ""))
    if model.couplings is None:
        kind = "independent"
    return KINDS.get(kind, kind or _UNKNOWN)


def _depth(model: "Model") -> str:
    if model.neff is None:
        return _UNKNOWN
    number = f"{model.neff / model.sites:.2f}"
    words = _DEPTH.search(run(["info", model.path, "--quiet"]))
    return f"{number}: {words.group(1)}" if words else number


def _converged(model: "Model") -> str:
    converged = model.metadata.get("converged")
    if converged is None:
        return _UNKNOWN
    return "yes" if converged else f"NO ({model.metadata.get('stop_reason', _UNKNOWN)})"
