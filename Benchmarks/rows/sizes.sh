# Whether the defaults find what hand-tuning would: jobs of every shape, on two slots that sleep.

# Seconds over those of slots that never wait.
over_ideal() { # title ideal target arguments…
    local title="$1" ideal="$2" target="$3"
    shift 3
    start_worker a --slots 1
    start_worker b --slots 1
    local name="ideal$RANDOM"
    for _ in 1 2 3; do job_seconds drill "$@" >>"$work/$name"; done
    stop_workers
    row "$title ÷ ideal (target ≤ $target)" "$(column 1 "$name") s" "$ideal s" \
        "$(divide "$(column 1 "$name")" "$ideal")" "2 slots; median of 3"
}

units() {
    over_ideal "10 million units of 1 µs" 5 1.05 --set units=10000000 --set spin=1
    over_ideal "1,000 units of 10 ms" 5 1.03 --set units=1000 --set sleep=10000
    over_ideal "50 units of 1 s" 25 1.05 --set units=50 --set sleep=1000000
    start_worker a --slots 1
    start_worker b --slots 1
    for _ in 1 2 3 4 5; do
        divide 10000000 "$(job_seconds drill --set units=10000000)" >>"$work/free"
    done
    stop_workers
    row "10 million units of no cost, units/s (target ≥ 3 million)" "$(column 1 free | cut -d. -f1)" "" "" \
        "2 slots; median of 5"
}

# The default beside fixed sizes, of which the best is named.
shapes() {
    local shape size
    start_worker a --slots 1
    start_worker b --slots 1
    for shape in equal rising falling log-normal giants; do
        local job=(drill --set units=6000 --set sleep=1000 --set shape=$shape) best="" at="" seconds
        for size in 1 8 32 128 512; do
            seconds=$(job_seconds "${job[@]}" --fragment-size $size)
            if [ -z "$best" ] || awk -v a="$seconds" -v b="$best" 'BEGIN { exit !(a < b) }'; then
                best="$seconds" at="$size"
            fi
        done
        for _ in 1 2 3; do job_seconds "${job[@]}" >>"$work/shape-$shape"; done
        row "$shape costs, default ÷ best fixed size (target ≤ 1.05)" "$(column 1 "shape-$shape") s" "$best s" \
            "$(divide "$(column 1 "shape-$shape")" "$best")" "6,000 units of 1 ms on 2 slots; best of 5 sizes: $at"
    done
    stop_workers
}

simulated() {
    swift build -c release --product Simulate 2>&1 | tail -1 >&2
    .build/release/Simulate crowd mapreduce | tail -n +2 | while read -r name makespan _ ratio rest; do
        row "simulated $name ÷ ideal" "$makespan s" "" "$ratio" "fragments, most out, answers/s, peak, backups: $rest"
    done
}
