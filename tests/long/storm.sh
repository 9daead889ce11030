#!/usr/bin/env bash
# The storm for longer than `make test` has time for: LONG rounds (60). `make storm` is the
# same with 500.
exec env ROUNDS="${LONG:-60}" bash "$(dirname "$0")/../system/storm.sh"
