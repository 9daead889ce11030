#!/usr/bin/env bash
# COUNT times (50): `walker serve` is killed with SIGKILL at a random moment while three
# clients keep points and one keeps photos. What was answered with 201 is there
# afterwards, whole, and doctor is content. The programs as people get them, when they
# are built: they are quicker, so that more is under way when the kill comes.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

count=${COUNT:-50}
if [ -x "${PLAIN_BIN:-}/walker" ]; then
    BIN=$PLAIN_BIN
    export LYGTE_PICTURE=${LYGTE_PICTURE_PLAIN:-}
fi
command -v node >/dev/null || skip_all 'node is not installed'
make_photo "$tmp/photo.jpg" 'sixteen letters.'

# Each client asks again under a new id when the answer did not come. Only what was
# answered with 201 is written down: "point ID" or "photo ID SHA256".
cat >"$tmp/clients.mjs" <<'EOF'
import { appendFileSync, readFileSync } from 'node:fs'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const [url, walk, kept, photo] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true })
let going = true
let last = null
process.on('SIGTERM', () => { going = false })

function put(path, type, bytes) {
  return new Promise((resolve) => {
    const headers = { 'Content-Type': type, 'Content-Length': bytes.length }
    const ask = request(url + path, { method: 'PUT', agent, headers }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve(answer.statusCode))
      answer.on('error', () => resolve(0))
    })
    ask.on('error', () => resolve(0))
    ask.end(bytes)
  })
}

async function keepPoints() {
  while (going) {
    const id = randomUUID()
    const body = JSON.stringify({ walk, category: 'BEL01', note: `Lamp ${id}` })
    const code = await put(`/api/v1/observations/${id}`, 'application/json', Buffer.from(body))
    if (code === 201) {
      appendFileSync(kept, `point ${id}\n`)
      last = id
    } else if (code) console.error(`point: ${code}`)
    if (code !== 201) await sleep(5)
  }
}

async function keepPhotos() {
  const bytes = readFileSync(photo)
  while (going) {
    const point = last
    if (!point) { await sleep(5); continue }
    bytes.write(randomBytes(8).toString('hex'), 6, 'latin1')
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const path = `/api/v1/observations/${point}/photos/${sha256}`
    const code = await put(path, 'image/jpeg', bytes)
    if (code === 201) appendFileSync(kept, `photo ${point} ${sha256}\n`)
    else if (code) console.error(`photo: ${code}`)
    if (code !== 201) await sleep(5)
  }
}

await Promise.all([keepPoints(), keepPoints(), keepPoints(), keepPhotos()])
process.exit(0)
EOF

# ---- killed, again and again -----------------------------------------------------------

run walker walk new --title 'A walk that is cut short'
walk=$out
walker walk begin "$walk" >/dev/null
start_walker || exit 1
: >"$tmp/kept"
node "$tmp/clients.mjs" "$walker_url" "$walk" "$tmp/kept" "$tmp/photo.jpg" 2>"$tmp/unkept" &
clients=$!
started+=("$clients")

killed=0 mute=0
before=0
await_kept() { # MORE-THAN [KIND]
    local waited
    for ((waited = 0; waited < 3000 && $(grep -c "${2:-}" "$tmp/kept") <= $1; waited++)); do sleep 0.01; done
}
for ((n = 1; n <= count; n++)); do
    ((n % 3 == 0)) || await_kept "$before" # each third may be killed before it has kept anything
    sleep "0.$(printf '%03d' $((RANDOM % 160)))"
    stop walker KILL
    killed=$((killed + 1))
    now=$(wc -l <"$tmp/kept")
    [ "$now" -gt "$before" ] || mute=$((mute + 1))
    before=$now
    start_walker || break
done
is "$killed" "$count" "walker serve was killed $count times and started again each time"
[ "$mute" -le $((count / 3)) ]
is $? 0 "in most of its lives it kept something ($mute kept nothing)"
await_kept "$count" ^point
await_kept $((count / 2)) ^photo
kill -TERM "$clients"
wait "$clients"
stop walker
points=$(grep -c ^point "$tmp/kept")
photos=$(grep -c ^photo "$tmp/kept")
[ "$points" -gt "$count" ] && [ "$photos" -gt "$((count / 2))" ]
is $? 0 "$points points and $photos photos were answered with 201"
is "$(sort "$tmp/unkept" | uniq -c | head -5)" '' 'no answer was anything but 201'

# ---- what is there ---------------------------------------------------------------------

run walker list --format json
jq -r '.observations[] | .id' <<<"$out" | sort >"$tmp/ids"
is "$(sed -n 's/^point //p' "$tmp/kept" | sort | comm -23 - "$tmp/ids" | head -5)" '' \
    'every point that was answered with 201 is there'
jq -r '.observations[] | .id as $id | .photos[] | "\($id) \(.sha256)"' <<<"$out" |
    sort >"$tmp/attached"
is "$(sed -n 's/^photo //p' "$tmp/kept" | sort | comm -23 - "$tmp/attached" | head -5)" '' \
    'every photo that was answered with 201 stands on its point'
is "$(jq -r '.observations[] | select(.note != "Lamp \(.id)") | .id' <<<"$out" | head -5)" '' \
    'every point has its own words'
is "$(jq -r '.observations | map(.number) | length - (unique | length)' <<<"$out")" 0 \
    'no number was given twice'
is "$(find "$walker_data/photos" -type f -exec sha256sum {} + |
    awk '{ name = $2; sub(/.*\//, "", name); if (name != $1 ".jpg") print name }')" '' \
    'every file among the photos is the photo its name says'
ok 'doctor is content' walker doctor --rebuild
run walker doctor --json
is "$(jq '.findings | length' <<<"$out")" 0 'and has nothing to say'

finish
