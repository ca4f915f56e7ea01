#!/bin/sh
# In a directory with a fresh environment that holds only the package: a new newsletter, from nothing to mails.
# Usage: .ci/package.sh WORK NAME, where WORK/venv/bin/newsletter is installed and WORK/NAME is made.
set -eu
mkdir "$1/$2"
cd "$1/$2"
newsletter="$1/venv/bin/newsletter"
"$newsletter" --version
"$newsletter" init letters --name "Package test" --lang nl
cd letters
"$newsletter" subscribers import examples/subscribers.csv --apply
"$newsletter" check
"$newsletter" templates check
"$newsletter" new "Een tweede brief"
issue=$(ls issues/*-eerste.md)
"$newsletter" build "$issue" -o build
"$newsletter" send "$issue" --to everyone --yes
test "$(find outbox -name '*.eml' | wc -l)" -eq 2
"$newsletter" status
"$newsletter" schema config | cmp - .schema/config.json
"$newsletter" completion bash | bash -n
test -s "$1/venv/share/man/man1/newsletter.1"
