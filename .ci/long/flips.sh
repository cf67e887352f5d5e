#!/usr/bin/env bash
# Flips thousands of bits in models, parts and states of fits, each alone; the tests of every day flip some sixty of each. Takes some minutes.
#
#   bash .ci/long/flips.sh [NUMBER]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export POTTS_TEST_FLIPS="${1:-10000}"
cargo test --release --locked --lib -- flips_in --nocapture
