# What it costs to send work away: fragments that do nothing, small jobs, payloads.

# Do-nothing fragments, in pairs with the C program; the workers take these options.
pairs_of_fragments() { # name options…
    local name="$1"
    shift
    start_worker a --slots 1 "$@"
    start_worker b --slots 1 "$@"
    for _ in 1 2 3 4 5 6 7; do
        local c w
        c=$("$bin/scatter-gather" 30000 100 200 2 "$port" | awk '{ print $1 }')
        w=$(divide 30000 "$(job_seconds drill --set units=30000 --fragment-size 1)")
        echo "$c $w $(divide "$w" "$c")" >>"$work/$name"
    done
    stop_workers
}

fragments_row() { # name title
    row "$2" "$(column 2 "$1" | cut -d. -f1)" "$(column 1 "$1")" "$(column 3 "$1")" \
        "2 workers of 1 slot; median of 7 pairs"
}

fragments() {
    pairs_of_fragments fragments --isolation none
    fragments_row fragments "do-nothing fragments/s in the worker ÷ C (target ≥ 0.9)"
}

executors() {
    pairs_of_fragments executors
    fragments_row executors "do-nothing fragments/s with executors ÷ C (target ≥ 0.75)"
}

latency() {
    start_worker a --slots 1
    start_worker b --slots 1
    for _ in 1 2 3; do
        local c w
        c=$("$bin/scatter-gather" latency 8 200 "$port" | sed 's/.*median \([0-9.]*\).*/\1/')
        w=$(.build/release/Latency "$url" 8 200 | sed 's/.*median \([0-9.]*\).*/\1/')
        echo "$c $w $(divide "$w" "$c")" >>"$work/latency"
    done
    stop_workers
    row "job of 8 fragments, warm, ms ÷ C (target ≤ 1.5)" "$(awk '{ print $2 }' "$work/latency" | median)" \
        "$(awk '{ print $1 }' "$work/latency" | median)" "$(awk '{ print $3 }' "$work/latency" | median)" \
        "library call; median of 3 pairs of 200 jobs"
}

# Lines of 64 KiB without a word in them, one a fragment: what is measured is their way.
payloads() {
    { head -c 65535 /dev/zero | tr '\0' ' '; echo; } >"$work/line"
    for _ in {1..2000}; do cat "$work/line"; done >"$work/lines"
    start_worker a --slots 1
    start_worker b --slots 1
    for _ in 1 2 3 4 5; do
        local c w
        c=$("$bin/scatter-gather" 2000 65536 20 2 "$port" | awk '{ print $1 * 65536 / 1e6 }')
        w=$(job_seconds wordcount --input - --fragment-size 1 <"$work/lines")
        w=$(awk -v s="$w" 'BEGIN { print 2000 * 65536 / 1e6 / s }')
        echo "$c $w $(divide "$w" "$c")" >>"$work/payloads"
    done
    stop_workers
    row "inline payloads of 64 KiB, MB/s ÷ C (target ≥ 0.9)" "$(column 2 payloads)" "$(column 1 payloads)" \
        "$(column 3 payloads)" "2 workers of 1 slot; median of 5 pairs"
}
