#!/usr/bin/env bash
# Ten thousand broken photos through walker import.
FILES=${FILES:-10000} exec bash "$(dirname "$0")/../system/mutated_photos.sh"
