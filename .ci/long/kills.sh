#!/usr/bin/env bash
# Kills fits and batches at hundreds of moments; the tests of every day kill a few times only. Takes some minutes.
#
#   bash .ci/long/kills.sh [NUMBER]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export POTTS_TEST_KILLS="${1:-200}"
cargo test --release --locked --test program -- killed --nocapture
