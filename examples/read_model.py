"""Read a potts model file with h5py: python3 examples/read_model.py model.h5 A42G

Prints what the file says about itself, one coupling block, and the score of a single mutant,
E(wild type) - E(mutant), worked out from the fields and couplings: the number that
`potts score-mutants model.h5 A42G` prints as potts_score. In a model of several chains a mutant
names its chain, as in B:A42G.
"""
import sys

import h5py
import numpy as np


def text(value):
    """A string, whether the file holds text, fixed-length bytes or one ASCII code."""
    if isinstance(value, bytes):
        return value.decode()
    return chr(value) if isinstance(value, int) else str(value)


def coupling_block(model, i, j):
    """J_ij as a matrix, rows for the states of site i, columns for those of site j."""
    sites = int(model.attrs["sites"])
    first, second = min(i, j), max(i, j)
    pair = first * (2 * sites - first - 1) // 2 + second - first - 1
    block = model["model/couplings"][pair].astype(float)
    return block if i == first else block.T


def shown(chain, position):
    """A position as potts prints it."""
    return f"{chain}:{position}" if chain else str(position)


def main(path, mutant):
    chain, _, substitution = mutant.rpartition(":")
    wild, number, new = substitution[0], int(substitution[1:-1]), substitution[-1]
    with h5py.File(path, "r") as model:
        for name, value in model.attrs.items():
            print(f"{name} = {text(value) if isinstance(value, bytes) else value}")
        model.visititems(lambda name, item: print("/" + name, getattr(item, "shape", "")))

        alphabet = text(model.attrs["alphabet"])
        modelled = model["columns/modelled"][:].astype(bool)  # the sites, in order
        positions = model["columns/position"][:][modelled].tolist()
        chains = [""] * len(positions)
        if "chain" in model["columns"]:
            chains = [text(letter) for letter in model["columns/chain"][:][modelled].tolist()]
        places = list(zip(chains, positions))
        target = [text(letter) for letter in model["columns/letter"][:][modelled].tolist()]
        if (chain, number) not in places:
            sys.exit(f"position {shown(chain, number)} is not modelled")
        i = places.index((chain, number))
        if target[i] != wild:
            sys.exit(f"the target has {target[i]} at position {shown(chain, number)}, not {wild}")
        a, b = alphabet.index(wild), alphabet.index(new)

        fields = model["model/fields"][:].astype(float)
        score = fields[i, b] - fields[i, a]
        if "couplings" in model["model"]:
            blocks = {j: coupling_block(model, i, j) for j in range(len(target)) if j != i}
            for j, block in blocks.items():
                c = alphabet.index(target[j])
                score += block[b, c] - block[a, c]
            j = max(blocks, key=lambda other: np.linalg.norm(blocks[other]))
            print(f"couplings of position {shown(chain, number)} with {shown(*places[j])}, its strongest partner:")
            print(np.array2string(blocks[j], precision=2, suppress_small=True, max_line_width=160))
    print(f"{mutant} {score:.6f}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python3 read_model.py model.h5 A42G")
    main(sys.argv[1], sys.argv[2])
