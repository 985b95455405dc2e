#!/usr/bin/env bash
# A province on this machine: a RabbitMQ of its own, the hub, four agencies, a simulated national axis, real packets.
#
#   deploy/demo.sh           runs the exchange, shows the table, then goes on until Ctrl-C
#   deploy/demo.sh --once    ends after the exchange: 0 only if every expected receipt came
#
# Works on a bare Debian 12, as root or with sudo: installs what is missing, builds. Its data stay in build/demo
# (or LGSP_DEMO_DIR); a second run goes on with them.
set -euo pipefail
cd "$(dirname "$0")/.."

case ${1-} in
'' | --once) ;;
-h | --help)
    sed -n '2,8s/^# \{0,1\}//p' deploy/demo.sh
    exit 0
    ;;
*)
    sed -n '2,8s/^# \{0,1\}//p' deploy/demo.sh >&2
    exit 2
    ;;
esac

missing=()
while read -r package; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
done < <(sed '/^# For the tests alone/,$d' deploy/packages.txt | grep -Ev '^(#|[[:space:]]*$)')
if ((${#missing[@]} > 0)); then
    echo "cài / installing: ${missing[*]}"
    as_root=()
    ((EUID == 0)) || as_root=(sudo)
    "${as_root[@]}" apt-get update -q
    # The demo starts a broker of its own: the package is asked not to start one.
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -q -y --no-install-recommends "${missing[@]}"
fi

echo "biên dịch / building …"
cmake --preset release >build-release.log 2>&1 || { cat build-release.log; exit 1; }
rm -f build-release.log
cmake --build build/release --target lgsp lgsp-hub lgsp-folder lgsp-axis lgsp-axis-sim

exec python3 -B deploy/demo/demo.py build/release/bin "${LGSP_DEMO_DIR:-build/demo}" "$@"
