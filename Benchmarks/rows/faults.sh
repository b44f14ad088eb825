# Workers that die or crawl, and jobs beside each other; units sleep, so that two processors do for four slots.

redelivery() {
    for _ in 1 2 3 4 5; do
        start_worker a --slots 1
        start_worker b --slots 1
        "$warren" submit drill --set units=1 --set sleep=1500000 --quiet >/dev/null &
        local job=$! holder=""
        until [ -n "$holder" ]; do
            holder=$("$warren" workers | awk '/ [^ ]+\/[0-9]+-[0-9]+ / { print $1; exit }')
        done
        local other=b victim=${pids[0]} start
        [ "$holder" = a ] || { other=a victim=${pids[1]}; }
        start=$(now)
        kill -9 "$victim"
        { wait "$victim" || true; } 2>/dev/null
        until grep -q 'redelivered to me' "$work/$other.log"; do sleep 0.002; done
        echo $(($(now) - start)) >>"$work/kill"
        wait $job
        wait "$victim" 2>/dev/null || true
        stop_workers
    done
    row "kill -9 → redelivered to an idle slot, ms (target < 50)" \
        "$(median <"$work/kill" | awk '{ printf "%.0f", $1 / 1e6 }')" "" "" "median of 5"
}

# Starts four workers of one slot.
four_workers() { for name in a b c d; do start_worker $name --slots 1; done; }

death() {
    for _ in 1 2 3; do
        four_workers
        "$warren" submit drill --set units=1600 --set sleep=10000 --quiet --receipt "$work/receipt.json" >/dev/null &
        local job=$!
        sleep 2
        kill -9 "${pids[0]}"
        { wait "${pids[0]}" || true; } 2>/dev/null
        wait $job
        # 16 s of work: 2 s by four, the rest by three.
        awk -F'[:,]' '/"seconds"/ { print $2 / (2 + (16 - 8) / 3) }' "$work/receipt.json" >>"$work/death"
        stop_workers
    done
    row "one of 4 workers killed half-way ÷ ideal (target ≤ 1.05)" "" "" "$(column 1 death)" "median of 3"
}

crawl() {
    for _ in 1 2 3; do
        four_workers
        local slow="${pids[0]}"
        # Its executor does the work.
        local all=("$slow" $(pgrep -P "$slow"))
        (
            while kill -0 "$slow" 2>/dev/null; do
                kill -CONT "${all[@]}" 2>/dev/null
                sleep 0.3
                kill -STOP "${all[@]}" 2>/dev/null
                sleep 2.7
            done
        ) &
        local duty=$!
        job_seconds drill --set units=3720 --set sleep=10000 >>"$work/crawl"
        kill $duty
        wait $duty 2>/dev/null || true
        kill -CONT "${all[@]}" 2>/dev/null || true
        stop_workers
    done
    row "one of 4 workers at a tenth ÷ ideal of 3.1 (target ≤ 1.15)" "$(column 1 crawl) s" "12 s" \
        "$(divide "$(column 1 crawl)" 12)" "stopped and continued; median of 3"
}

beside() {
    start_worker a --slots 2
    start_worker b --slots 2
    for _ in 1 2 3; do
        local together
        "$warren" submit drill --set units=100000 --set sleep=10000 --quiet >/dev/null 2>&1 &
        local huge=$!
        sleep 1
        together=$(job_seconds drill --set units=800 --set sleep=10000)
        kill -INT $huge
        wait $huge || true
        echo "$together" >>"$work/beside"
    done
    stop_workers
    start_worker a --slots 2
    job_seconds drill --set units=800 --set sleep=10000 >"$work/alone"
    stop_workers
    row "small job beside a huge one ÷ alone with half the slots (target ≤ 1.3)" "$(column 1 beside) s" \
        "$(column 1 alone) s" "$(divide "$(column 1 beside)" "$(column 1 alone)")" "4 slots; median of 3"
}
