#!/usr/bin/env bash
# Every field of the protocol wrong, missing, oversized, too deep, doubled, no UTF-8, with
# \u0000: a problem+json that names the part, and nobody else is blocked.
# shellcheck source=tests/support/system.sh
. "$(dirname "$0")/../support/system.sh"

start_registry
pair
node - "$registry_url" "$(<"$walker_data/token")" >"$tmp/fields" <<'JS'
const [url, token] = process.argv.slice(2)
const sha = "a".repeat(64), deep = "[".repeat(10000) + "]".repeat(10000)
const good = { pair: { code: "AAAAAAAAAA", name: "X", key: sha }, photo: { sha256: sha, bytes: 5 } }
const bytes = s => Buffer.from(s, "latin1")
const cases = []
const add = (what, path, body, status, part, type = "application/json", more = {}) =>
    cases.push({ what, path, body, status, part, type, more })
for (const [field, bad] of [["code", 7], ["code", ""], ["code", "A".repeat(5000)], ["name", 7],
    ["name", "x".repeat(500)], ["key", "zz"], ["key", null], ["retired", "x"],
    ["retired", Array(17).fill(sha)]])
    add(`pair ${field}`, "pair", JSON.stringify({ ...good.pair, [field]: bad }), [400, 403, 413], field)
for (const field of ["code", "key"]) {
    const { [field]: _, ...rest } = good.pair
    add(`pair without ${field}`, "pair", JSON.stringify(rest), [400], field)
}
for (const [field, bad] of [["sha256", "x"], ["sha256", 7], ["sha256", null], ["bytes", -1], ["bytes", "five"], ["bytes", 1.5]])
    add(`missing ${field}`, "photos/missing", JSON.stringify({ photos: [{ ...good.photo, [field]: bad }] }), [400], field)
add("missing photos no list", "photos/missing", '{"photos":{}}', [400], "photos")
add("missing without photos", "photos/missing", "{}", [400], "photos")
for (const [what, body] of [["10,000 deep", `{"photos":${deep}}`], ["duplicate keys", '{"photos":[],"photos":[]}'],
    ["invalid UTF-8", bytes('{"photos":"\xff\xfe"}')], ["\\u0000", '{"photos":"a\\u0000b"}'], ["half", '{"photos":['],
    ["trailing bytes", '{"photos":[]}x'], ["no object", "7"]])
    add(`missing ${what}`, "photos/missing", body, [400])
for (const body of [`${sha} 320 99999\nxx`, `${sha} 321 4\nxxxx`, `zz 320 4\nxxxx`, `${sha} 320 -4\nxxxx`, `${sha} 320 4\nxxxx`, "no newline"])
    add("previews", "previews", body, [400], undefined, "application/octet-stream")
const tus = { "Tus-Resumable": "1.0.0", "Upload-Length": "10", "Upload-Metadata": `sha256 ${Buffer.from(sha).toString("base64")}` }
for (const [name, value, status] of [["Tus-Resumable", "9", 412], ["Upload-Length", "-1", 400], ["Upload-Length", "x", 400],
    ["Upload-Length", "99999999999", 413], ["Upload-Metadata", "sha256 ???", 400], ["Upload-Metadata", "sha256", 400],
    ["Upload-Checksum", "md5 AAAA", 400], ["Upload-Checksum", "sha1", 400]])
    add(`uploads ${name}`, "uploads", "", [status], undefined, null, { ...tus, [name]: value })
;(async () => {
    let wrong = 0
    for (const c of cases) {
        const headers = { Authorization: `Bearer ${token}`, ...c.more }
        if (c.type) headers["Content-Type"] = c.type
        const r = await fetch(`${url}/api/v1/${c.path}`, { method: "POST", headers, body: c.body === "" ? undefined : c.body })
        const text = await r.text()
        let p = {}
        try { p = JSON.parse(text) } catch {}
        const fine = c.status.includes(r.status) && r.headers.get("content-type").startsWith("application/problem+json") &&
            p.key && p.title && p.detail && (!c.part || JSON.stringify(p).includes(c.part))
        if (!fine) { wrong++; console.log(`${c.what}: ${r.status} ${text.slice(0, 200)}`) }
    }
    // Lines of a batch: each wrong one alone, with its place.
    const lines = ["{", "[]", '["{}","{}","00"]', '{"origin":"x","key":"y"}', deep, '{"drop":"x"}', "x".repeat(140000), '["a\\u0000","b","c"]']
    const r = await fetch(`${url}/api/v1/records`, { method: "POST", body: lines.join("\n") + "\n",
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/x-ndjson" } })
    const answer = await r.json()
    if (r.status !== 200 || answer.refused.length !== lines.length || answer.refused.some((x, i) => x.line !== i + 1 || !x.key || !x.detail)) {
        wrong++
        console.log(`records: ${r.status} ${JSON.stringify(answer).slice(0, 400)}`)
    }
    console.log(`${cases.length + lines.length} asked, ${wrong} wrong`)
})()
JS
like "$(<"$tmp/fields")" '^[0-9]+ asked, 0 wrong$' 'each is refused with a problem that names the part, a line of a batch alone'
walker walk new --title 'Efter det hele' >/dev/null
walker add --category BEL01 >/dev/null
run walker sync --json
is "$status $(jq .all_confirmed <<<"$out")" '0 true' 'and a real sync goes on'
ok 'doctor is content' registry doctor --rebuild
finish
