# The built-in jobs beside what is best at the same.

primes() {
    local below=100000000000
    start_worker a --slots 1
    start_worker b --slots 1
    for _ in 1 2; do
        local start both one
        one=$(seconds "$warren" submit primes --set below=$below --quiet)
        start=$(now)
        "$warren" run primes --set below=$below --slots 1 --quiet >/dev/null &
        local other=$!
        "$warren" run primes --set below=$below --slots 1 --quiet >/dev/null
        wait $other
        both=$(awk -v n=$(($(now) - start)) 'BEGIN { print n / 1e9 }')
        echo "$one $both $(awk -v t="$one" -v b="$both" 'BEGIN { print b / 2 / t }')" >>"$work/primes"
    done
    stop_workers
    row "primes < 10^11, 2 workers ÷ 2 in-process runs (target ≥ 0.97)" "$(column 1 primes) s" \
        "$(column 2 primes | awk '{ print $1 / 2 }') s" "$(column 3 primes)" "throughput; median of 2"
    if ! command -v primesieve >/dev/null; then
        echo "bench: no primesieve beside primes: apt-get install primesieve" >&2
        return
    fi
    for _ in 1 2; do
        local c w
        c=$(seconds primesieve -t1 -q 100000000000)
        w=$(seconds "$warren" run primes --set below=100000000000 --slots 1 --quiet)
        echo "$c $w $(divide "$c" "$w")" >>"$work/primesieve"
    done
    row "primes < 10^11, one slot ÷ primesieve -t1 (target ≥ 0.5)" "$(column 2 primesieve) s" \
        "$(column 1 primesieve) s" "$(column 3 primesieve)" "throughput; better of 2 pairs"
}

words() {
    find .build/checkouts -type f -name '*.swift' -print0 | sort -z | xargs -0 cat >"$work/once.txt"
    while [ "$(stat -c %s "$work/text" 2>/dev/null || echo 0)" -lt $((1 << 30)) ]; do
        cat "$work/once.txt" >>"$work/text"
    done
    truncate -s $((1 << 30)) "$work/text"
    start_worker a --slots 2
    for _ in 1 2 3; do
        local c w
        c=$(seconds "$bin/wordcount" "$work/text")
        w=$(seconds "$warren" submit wordcount --input "$work/text" --quiet)
        echo "$c $w $(divide "$c" "$w")" >>"$work/words"
    done
    "$bin/wordcount" "$work/text" >"$work/words.c"
    "$warren" submit wordcount --input "$work/text" --quiet | cmp - "$work/words.c"
    stop_workers
    rm -f "$work/text"
    row "word count, 1 GiB, 2 slots ÷ C on one thread (target ≥ 3)" "$(column 2 words) s" "$(column 1 words) s" \
        "$(column 3 words)" "throughput; the same answer to the byte"
}
