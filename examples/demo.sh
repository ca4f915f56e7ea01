#!/bin/sh
# The main job, from nothing: a list is read, a letter is checked, built and sent into the local outbox.
# Everything it makes is below build/demo; run it as often as you like.
set -eu
cd "$(dirname "$0")/.."
rm -rf build/demo
export NEWSLETTER_STORE_URL="sqlite:///build/demo/newsletter.db"
export NEWSLETTER_PROVIDER_NAME="outbox"
export NEWSLETTER_PROVIDER_OUTBOX_DIR="build/demo/outbox"

step() {
  printf '\n$ %s\n' "$*"
  "$@"
}

letter=$(ls issues/*-*.md | head -n 1)
step newsletter subscribers import examples/subscribers.csv --apply
step newsletter segments
step newsletter check "$letter"
step newsletter build "$letter" -o build/demo/letter
step newsletter send "$letter" --to gemeenten --yes
step newsletter status
printf '\nOpen the letter:  build/demo/letter\nOpen the mails:   build/demo/outbox\nSee it live:      %s\n' \
  '.venv/bin/newsletter preview'
