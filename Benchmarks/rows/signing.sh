# What signing and checking cost: the processor time of the submitter and the workers for a do-nothing fragment, with a key
# and without.

used_by_workers() { for pid in "${pids[@]}"; do awk '{ print ($14 + $15) / 100 }' "/proc/$pid/stat"; done | awk '{ s += $1 } END { print s }'; }

microseconds_a_fragment() { # options…
    start_worker a --slots 1 --isolation none "$@"
    start_worker b --slots 1 --isolation none "$@"
    local before submit
    before=$(used_by_workers)
    TIMEFORMAT='%U %S'
    submit=$({ time "$warren" submit drill --set units=60000 --fragment-size 1 --quiet "$@" >/dev/null; } 2>&1)
    echo "$before $(used_by_workers) $submit" | awk '{ printf "%.1f\n", ($2 - $1 + $3 + $4) / 60000 * 1e6 }'
    stop_workers
}

signing() {
    "$warren" key create "$work/keys" >/dev/null
    for _ in 1 2 3; do
        local plain signed
        plain=$(microseconds_a_fragment)
        signed=$(microseconds_a_fragment --key-file "$work/keys")
        echo "$plain $signed $(awk -v a="$signed" -v b="$plain" 'BEGIN { printf "%.1f", a - b }')" >>"$work/signing"
    done
    row "signed ÷ plain, µs of processor a fragment (target: 10 more)" "$(column 2 signing)" "$(column 1 signing)" \
        "+$(column 3 signing)" "all processes but the broker; median of 3 pairs"
}
