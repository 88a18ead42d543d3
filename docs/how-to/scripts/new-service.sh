#!/bin/sh
# new-service.sh NAME PRESET [KEY=VALUE]...: a folder with the container files of a new service.
set -eu

name=$1 preset=$2
shift 2
for setting in "$@"; do # each KEY=VALUE becomes --set KEY=VALUE
    set -- "$@" --set "$setting"
    shift
done

mkdir -p "$name"
status=0
dockgen generate --preset "$preset" --set name="$name" "$@" "$name" </dev/null || status=$?
case $status in
    0) ;;
    2) echo "$name: a setting is wrong, see above" >&2 ;;
    3) echo "$name: dockgen has to be told more, see above" >&2 ;;
    4) echo "$name: there are container files already" >&2 ;;
    *) echo "$name: dockgen failed with $status" >&2 ;;
esac
exit "$status"
