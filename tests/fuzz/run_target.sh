#!/usr/bin/env bash
# run_target.sh NAME PROGRAM FOLDER: the target NAME over its seeds and whatever earlier runs found, then
# for JTS_FUZZ_SECONDS (2). FOLDER keeps what was found, and how much was done, in NAME.executions.
set -euo pipefail

name=$1 program=$2 folder=$3
here=$(cd -- "$(dirname -- "$0")" && pwd)
log=$folder/$name.log
options=(-max_total_time="${JTS_FUZZ_SECONDS:-2}" -print_final_stats=1 -timeout=60 -max_len=4096
    -artifact_prefix="$folder/$name.failed-")
[[ ! -e $here/$name.dict ]] || options+=(-dict="$here/$name.dict")

# What is found goes into the first folder; the seeds are only read.
mkdir -p "$folder/$name.found"
"$program" "${options[@]}" "$folder/$name.found" "$here/corpus/$name" >"$log" 2>&1 ||
    { tail -n 100 "$log"; echo "input: $folder/$name.failed-*; replay: $program FILE"; exit 1; }
executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
printf 'fuzz %-14s %9d executions\n' "$name" "$executions" | tee "$folder/$name.executions"
((executions > 0))
