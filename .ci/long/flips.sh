#!/usr/bin/env bash
# Flips bits in models, parts, states of fits and files of other formats, each bit alone: the file must be refused, or say what it said before.
# The tests of every day flip 60 in each of the fifteen; this takes some minutes.
#
#   bash .ci/long/flips.sh [NUMBER IN EACH]
#
# The last run, of 1000 in each (15 000 together), took 200 s on a busy machine. What passed unseen of a thousand:
#
#   models (five, read whole and pair by pair), a part, the state of a fit, a numpy archive     0
#   text parameters of adabmDCA (a digit that became another)                                   138
#   binary parameters of plmc (no checksums; half of this file are frequencies made up)         989
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export POTTS_TEST_FLIPS="${1:-1000}"
cargo test --release --locked --lib -- flips_in --nocapture
