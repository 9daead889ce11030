/* gps_capture: captures of a receiver that this test made up, a sender that plays them
 * to gpsd by UDP, and a reader of its own (NMEA 0183 and haversine, no line of Lygte's).
 *
 *   node gps_capture.mjs make KIND FILE     fixed | lost | drifting | clock | dst | 1970
 *   node gps_capture.mjs send FILE PORT HZ  one datagram a second of the capture
 *   node gps_capture.mjs read FILE          {fixes, metres, stretches, still, last}
 */
import { createSocket } from "node:dgram";
import { readFileSync, writeFileSync } from "node:fs";

const EARTH_M = 6371008.8;
const HOME = [57.048, 9.9187];
const rad = (degrees) => (degrees * Math.PI) / 180;

export function haversine(a, b) {
    const s = Math.sin(rad(b[0] - a[0]) / 2) ** 2
        + Math.cos(rad(a[0])) * Math.cos(rad(b[0])) * Math.sin(rad(b[1] - a[1]) / 2) ** 2;
    return 2 * EARTH_M * Math.asin(Math.sqrt(s));
}

/* ---- making ---------------------------------------------------------------------- */

let dice = 20261025;
function roll() { /* -1 .. 1, the same every time */
    dice = (Math.imul(dice, 1664525) + 1013904223) >>> 0;
    return dice / 2147483648 - 1;
}

const moved = ([lat, lon], north, east) => [lat + north / 111195,
    lon + east / (111195 * Math.cos(rad(lat)))];
const two = (n, width = 2) => String(n).padStart(width, "0");
const checked = (body) => `$${body}*${[...body].reduce((x, c) => x ^ c.charCodeAt(0), 0)
    .toString(16).toUpperCase().padStart(2, "0")}`;

function angle(value, whole, plus, minus) {
    const abs = Math.abs(value), degrees = Math.floor(abs);
    const minutes = ((abs - degrees) * 60).toFixed(6).padStart(9, "0");
    return `${two(degrees, whole)}${minutes},${value < 0 ? minus : plus}`;
}

/* One second: place null is a receiver without a fix. error is one metre of deviation. */
function second(ms, place, error) {
    const t = new Date(ms);
    const hms = `${two(t.getUTCHours())}${two(t.getUTCMinutes())}${two(t.getUTCSeconds())}.00`;
    const dmy = `${two(t.getUTCDate())}${two(t.getUTCMonth() + 1)}${two(t.getUTCFullYear() % 100)}`;
    if (!place) {
        return [`GPRMC,${hms},V,,,,,,,${dmy},,,N`, `GPGGA,${hms},,,,,0,00,99.99,,,,,,`,
            "GPGSA,A,1,,,,,,,,,,,,,99.99,99.99,99.99"].map(checked);
    }
    const where = `${angle(place[0], 2, "N", "S")},${angle(place[1], 3, "E", "W")}`;
    return [`GPRMC,${hms},A,${where},2.7,45.0,${dmy},,,A`,
        `GPGGA,${hms},${where},1,08,1.1,12.0,M,40.0,M,,`,
        "GPGSA,A,3,02,05,07,09,13,16,20,29,,,,,1.8,1.1,1.4",
        `GPGST,${hms},${error.toFixed(1)},${error.toFixed(1)},${error.toFixed(1)},0.0,`
            + `${error.toFixed(1)},${error.toFixed(1)},${(2 * error).toFixed(1)}`].map(checked);
}

const START = Date.UTC(2026, 10, 21, 18, 30, 0);
/* A square of 100 m sides at 1.25 m/s, 400 s in all; i is the second. */
function square(i) {
    const way = 1.25 * i, side = Math.floor(way / 100) % 4, along = way % 100;
    return [[along, 0], [100, along], [100 - along, 100], [0, 100 - along]][side];
}
const walked = (i) => moved(moved(HOME, ...square(i)), 0.8 * roll(), 0.8 * roll());

const kinds = {
    fixed: () => Array.from({ length: 321 }, (_, i) => second(START + i * 1000, walked(i), 2)),
    lost: () => Array.from({ length: 321 }, (_, i) => second(START + i * 1000,
        i >= 80 && i < 160 ? null : walked(i), 2)),
    drifting: () => Array.from({ length: 400 }, (_, i) => second(START + i * 1000,
        moved(HOME, 3 * Math.sin(i / 60) + 0.7 * roll(), 3 * Math.cos(i / 45) - 3 + 0.7 * roll()), 4)),
    clock: () => Array.from({ length: 321 }, (_, i) => second(START + i * 1000
        + (i >= 100 && i < 200 ? 3600000 : 0), walked(i), 2)),
    /* 2026-10-25: at 01:00 UTC the clocks of Denmark go from 03:00 back to 02:00. */
    dst: () => Array.from({ length: 241 }, (_, i) =>
        second(Date.UTC(2026, 9, 25, 0, 58, 0) + i * 1000, walked(i), 2)),
    still: () => Array.from({ length: 60 }, (_, i) => second(START + i * 1000, HOME, 2)),
};

/* ---- sending --------------------------------------------------------------------- */

async function send(file, port, hz) {
    const socket = createSocket("udp4");
    const blocks = readFileSync(file, "latin1").split("\n\n").filter(Boolean);
    for (const block of blocks) {
        const bytes = Buffer.from(`${block.trimEnd().split(/\r?\n/).join("\r\n")}\r\n`, "latin1");
        await new Promise((done) => socket.send(bytes, port, "127.0.0.1", done));
        await new Promise((done) => setTimeout(done, 1000 / hz));
    }
    socket.close();
}

/* ---- reading --------------------------------------------------------------------- */

const degrees = (value, half) => {
    const point = value.indexOf("."), whole = Number(value.slice(0, point - 2));
    const sign = half === "S" || half === "W" ? -1 : 1;
    return sign * (whole + Number(value.slice(point - 2)) / 60);
};

function read(file) {
    const stretches = [];
    let lost = true, before = 0, seconds = 0;
    for (const line of readFileSync(file, "latin1").split(/\r?\n/)) {
        const f = line.replace(/\*..$/, "").split(",");
        if (f[0] !== "$GPRMC") continue;
        seconds++;
        const at = Date.UTC(2000 + Number(f[9].slice(4, 6)), Number(f[9].slice(2, 4)) - 1,
            Number(f[9].slice(0, 2)), Number(f[1].slice(0, 2)), Number(f[1].slice(2, 4)),
            Number(f[1].slice(4, 6)));
        if (f[2] !== "A") { lost = true; continue; }
        const place = [degrees(f[3], f[4]), degrees(f[5], f[6])];
        if (lost || at < before || at - before > 30000) stretches.push([]);
        stretches[stretches.length - 1].push({ at, place });
        lost = false;
        before = at;
    }
    return { seconds, stretches };
}

/* Every eighth place: 10 m of walking, where trembling of a metre is small. */
function metres({ stretches }) {
    let sum = 0;
    for (const fixes of stretches) {
        const thin = fixes.filter((_, i) => i % 8 === 0);
        if ((fixes.length - 1) % 8) thin.push(fixes[fixes.length - 1]);
        for (let i = 1; i < thin.length; i++) sum += haversine(thin[i - 1].place, thin[i].place);
    }
    return sum;
}

if (process.argv[1]?.endsWith("gps_capture.mjs")) {
    const [verb, first, second_, third] = process.argv.slice(2);
    if (verb === "make") {
        writeFileSync(second_, kinds[first]().map((rows) => rows.join("\r\n")).join("\n\n"));
    } else if (verb === "send") {
        await send(first, Number(second_), Number(third));
    } else {
        const seen = read(first), all = seen.stretches.flat();
        process.stdout.write(JSON.stringify({
            fixes: all.length, seconds: seen.seconds, metres: metres(seen),
            stretches: seen.stretches.map((s) => s.length),
            places: all.map((f) => f.place), times: all.map((f) => f.at),
            last: all[all.length - 1]?.place ?? null,
        }));
    }
}
