#!/usr/bin/env bash
# Half a minute of requests from two threads, while `PUT /config` changes the configuration
# ten times a second. Fails if a request fails, if a database is used after its end or not
# closed exactly once, if the server grows, or if it does not end in order.
#
#   examples/http-api/load.sh [seconds]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

fail() {
    echo "error: $*" >&2
    exit 1
}

seconds=${1:-30}
cargo build -q --release -p http-api --bin http-api --example load
built=${CARGO_TARGET_DIR:-target}/release
tmp=$(mktemp -d)
server=
trap '[[ -z "$server" ]] || kill -KILL "$server" 2>/dev/null; rm -rf "$tmp"' EXIT

RUST_LOG=info,pumped=error "$built/http-api" --listen 127.0.0.1:0 --database "$tmp/a.db" \
    >"$tmp/out" 2>"$tmp/log" &
server=$!
until [[ -s "$tmp/out" ]]; do
    kill -0 "$server" 2>/dev/null || fail "it has not started: $(<"$tmp/log")"
    sleep 0.1
done
address=$(sed -n 's|^listening on http://||p' "$tmp/out")

"$built/examples/load" "$address" "$server" "$seconds" "$tmp/a.db" "$tmp/b.db" | tee "$tmp/report"

kill -TERM "$server"
wait "$server" || fail "it has ended badly: $(tail -5 "$tmp/log")"
server=

expected=$(sed -n 's/^databases: //p' "$tmp/report")
for what in opened closed; do
    # Each has a number of its own.
    counted=$(sed -n "s/.* database $what number=\([0-9]*\) .*/\1/p" "$tmp/log" | sort -n | uniq)
    lines=$(grep -c " database $what " "$tmp/log" || true)
    [[ "$counted" == "$(seq "$expected")" && "$lines" == "$expected" ]] ||
        fail "$lines databases $what, and not each of $expected once"
    echo "databases $what, each once: $lines"
done
! grep -E "the database is closed|WARN|ERROR" "$tmp/log" || fail "something went wrong"
order=$(tail -6 "$tmp/log" | grep -oE "(listener|posts|users|database|everything) closed|requests ended" | tr '\n' ',')
[[ "$order" == "listener closed,requests ended,posts closed,users closed,database closed,everything closed," ]] ||
    fail "the end was not in order: $order"
echo "ended in order: $order"
