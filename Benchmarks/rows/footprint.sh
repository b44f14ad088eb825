# Memory, and how long it takes to begin.

# The memory of processes, in kB, shared pages by their share.
pss() { for pid in "$@"; do awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup"; done | awk '{ s += $1 } END { print s }'; }

idle() {
    for _ in 1 2 3 4 5; do
        local start all
        start=$(now)
        start_worker a --slots 2
        echo $(($(now) - start)) >>"$work/start"
        # Both executors are there and have settled down.
        until [ "$(pgrep -c -P "${pids[0]}")" = 2 ]; do sleep 0.01; done
        "$warren" submit drill --set units=64 --fragment-size 1 --quiet >/dev/null
        all=$(pss "${pids[0]}" $(pgrep -P "${pids[0]}"))
        echo "$all" >>"$work/pss"
        stop_workers
        start_worker a --slots 2 --isolation none
        "$warren" submit drill --set units=64 --fragment-size 1 --quiet >/dev/null
        echo $((all - $(pss "${pids[0]}"))) >>"$work/executors.pss"
        stop_workers
    done
    row "idle worker with its 2 executors, PSS in MB (target < 24)" \
        "$(median <"$work/pss" | awk '{ printf "%.1f", $1 / 1024 }')" "" "" "2 slots; median of 5"
    row "an executor adds, PSS in MB (target < 6)" \
        "$(median <"$work/executors.pss" | awk '{ printf "%.1f", $1 / 2048 }')" "" "" "against --isolation none; median of 5"
    row "start → consuming, ms (target < 50)" "$(median <"$work/start" | awk '{ printf "%.0f", $1 / 1e6 }')" "" "" \
        "seen from outside, with what the shell adds; median of 5"
    start_worker a --slots 1
    for _ in 1 2 3 4 5 6 7 8 9; do seconds "$warren" submit drill --set units=1 --quiet >>"$work/tiny"; done
    stop_workers
    row "submit of a tiny job, a whole process, ms (target < 60)" "$(column 1 tiny | awk '{ printf "%.0f", $1 * 1000 }')" \
        "" "" "median of 9"
}

# What a coordinator needs does not grow with its job.
memory() {
    start_worker a --slots 2
    local units
    for units in 100000 100000000; do
        "$warren" submit drill --set units=$units --quiet >/dev/null &
        local job=$! peak=0
        while kill -0 $job 2>/dev/null; do
            peak=$(awk '/^VmHWM:/ { print $2 }' "/proc/$job/status" 2>/dev/null || echo "$peak")
            [ -n "$peak" ] && echo "$peak" >"$work/peak-$units"
            sleep 0.01
        done
        wait $job
    done
    stop_workers
    local few many
    few=$(cat "$work/peak-100000") many=$(cat "$work/peak-100000000")
    row "coordinator, 100 million units ÷ 100 thousand, peak in MB (target ≤ 1.1)" "$(divide "$many" 1024)" \
        "$(divide "$few" 1024)" "$(divide "$many" "$few")" "resident"
}
