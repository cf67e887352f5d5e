#!/usr/bin/env bash
# Every command with signals at many moments of its work, and mean field told to stop hundreds of times; the tests of every day try a few.
# Takes some ten minutes.
#
#   bash .ci/long/hostile.sh [MOMENTS] [STOPS]
#
# MOMENTS for each of 6 signals and 15 commands, STOPS of mean field. Without either 20 and 200: 2000 runs, with 240 more under limits, streams and
# arguments that nobody wants.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export POTTS_TEST_MOMENTS="${1:-20}" POTTS_TEST_KILLS="${2:-200}"
cargo test --release --locked --test program -- hostile --nocapture
