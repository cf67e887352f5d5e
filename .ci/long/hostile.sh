#!/usr/bin/env bash
# Every command with signals at many moments of its work, and mean field told to stop hundreds of times; the tests of every day try a few.
# Takes three to ten minutes.
#
#   bash .ci/long/hostile.sh [MOMENTS] [STOPS]
#
# MOMENTS for each of 6 signals and 15 commands, STOPS of mean field. Without either 20 and 200.
#
# Last (2 busy cores, 162 s): 1800 signals to commands and 200 to mean field, 104 of the tests of every day, 150 streams and limits, 45 arguments:
# 2299 runs, each with a code of the list within ten seconds, no file of the user's changed, none left behind.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export POTTS_TEST_MOMENTS="${1:-20}" POTTS_TEST_KILLS="${2:-200}"
cargo test --release --locked --test program -- hostile --nocapture
