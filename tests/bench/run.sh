#!/usr/bin/env bash
# The figures that we promise, as ratios measured in one run on one machine:
#   tests/bench/run.sh [--json] [--runs N] [--quick]
# Needs a release build (tests/run.sh or deploy/demo.sh makes one). Nothing is switched off for it.
set -euo pipefail
cd "$(dirname "$0")/../.."
if [[ ! -x build/release/bin/lgsp-bench ]]; then
    cmake --preset release >&2
    cmake --build build/release --target lgsp-bench ledger-bench lgsp-hub lgsp >&2
fi
exec python3 -B tests/bench/measure.py build/release/bin "$@"
