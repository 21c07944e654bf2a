# shellcheck shell=bash
# Files that are costly to make, kept for later runs. A file's name carries a digest of what it was
# made from, so that it is never stale in what it holds; one that nobody has used for a month goes.

# cached STEM MAKER ARGUMENT…: prints the path of the file that `MAKER ARGUMENT… PATH` makes, after
# making it where it is absent. Any number of runs may ask at once; none ever sees half a file.
cached() {
    local stem=$1 maker=$2 key file
    shift
    key=$( (declare -f "$maker" && printf '%s\n' "$@") | sha256sum | cut -c 1-16)
    file=$CACHE/$stem-$key.tar
    mkdir -p "$CACHE"
    (
        flock 9
        [[ -e $file ]] || cache_fill "$file" "$@" >&2
        touch -- "$file"
    ) 9>"$CACHE/$stem.lock"
    find "$CACHE" -maxdepth 1 -name '*.tar' -mtime +30 -delete
    printf '%s\n' "$file"
}

# cache_fill FILE MAKER ARGUMENT…: the lock is held. A partial file is an interrupted run's.
cache_fill() {
    local file=$1
    shift
    say "making $(basename -- "$file"), once for all later runs"
    rm -f -- "$file.partial"
    "$@" "$file.partial"
    mv -- "$file.partial" "$file"
}
