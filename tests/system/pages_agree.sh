#!/usr/bin/env bash
# What the pages name is what the programs write: each word that a form or a fold allows has
# a text where a page shows it, in both languages, and no text is of a word nobody writes;
# what the walker's page offers the desk knows.
set -u
cd "$(dirname "$0")/../.." || exit 1
exec node tests/support/pages_agree.mjs
