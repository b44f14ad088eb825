# What a do-nothing fragment costs a process in instructions and allocations, whatever else the machine does: the
# difference between two jobs under valgrind, so that start-up does not count. Valgrind runs one thread at a time, so hardly
# anything travels together: at full speed it is less. Executors do not start under it.

# Ends a worker that runs under valgrind in good order, so that it tells what it counted.
end_worker() { # pid
    kill -TERM "$1" && wait "$1" 2>/dev/null || true
    pids=()
}

counted() { tr -d , <"$1" | sed -n 's/.*Collected : \([0-9]*\).*/\1/p; s/.*total heap usage: \([0-9]*\) allocs.*/\1/p'; }

counting() { # callgrind|memcheck log command…
    local options=()
    [ "$1" = memcheck ] || options=(--callgrind-out-file=/dev/null)
    exec timeout 300 valgrind --tool="$1" "${options[@]}" --log-file="$2" "$work/stripped" "${@:3}"
}

drill() { timeout 300 "$warren" submit drill --set units="$1" --fragment-size 1 --quiet >/dev/null; } # fragments

submitter_count() { # tool fragments
    (counting "$1" "$work/count" submit drill --set units="$2" --fragment-size 1 --quiet >/dev/null)
    counted "$work/count"
}

worker_count() { # tool fragments
    local log="$work/counting.log"
    : >"$log"
    (counting "$1" "$work/count" worker --name counting --slots 1 --isolation none 2>>"$log") &
    pids+=($!)
    until grep -q ready "$log"; do sleep 0.05; done
    drill "$2"
    end_worker "${pids[-1]}"
    counted "$work/count"
}

per_fragment() { # what function
    local what="$1" function="$2" tool few many
    for tool in callgrind memcheck; do
        few=$("$function" "$tool" 1000)
        many=$("$function" "$tool" 5000)
        row "$([ "$tool" = callgrind ] && echo instructions || echo allocations) a fragment, $what" \
            $(((many - few) / 4000)) "" "" "do-nothing fragments; (5,000 − 1,000) ÷ 4,000"
    done
}

effort() {
    command -v valgrind >/dev/null || { row "instructions and allocations a fragment" - "" "" "install valgrind"; return; }
    # It does not get through the debugging information.
    strip -o "$work/stripped" "$warren"
    start_worker a --slots 1
    per_fragment submitter submitter_count
    stop_workers
    per_fragment "worker that runs them itself" worker_count
}
