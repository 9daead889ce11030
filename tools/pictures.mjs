/* pictures: takes the README's screenshots anew, from the real programs.
 *
 *     make && node tools/pictures.mjs [FOLDER]        FOLDER: docs/pictures
 *
 * Runs the demo of `make run` on ports of its own in a folder it takes away again, walks
 * through it as the README's tour does, and photographs the pages in Danish. What it
 * shows is what stood on the screen: it changes nothing in a page and hides nothing.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };
const DESK = { viewport: { width: 1440, height: 900 } };
const LARGEST = 300 * 1024;
const LAMP = { latitude: 57.0393, longitude: 9.9727, accuracy: 6 };

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = process.argv[2] || join(root, "docs/pictures");

function port_near(base) {
    return String(base + Math.floor(Math.random() * 9000));
}

/* The demo, and a promise of its end. Ready when it has said where to look. */
async function start_demo(folder) {
    const env = {
        ...process.env, DEMO_DIR: folder, LYGTE_LANG: "da", RUN_SECONDS: "",
        REGISTRY_PORT: port_near(21000), WALKER_PORT: port_near(31000),
    };
    const child = spawn("bash", [join(root, "tools/run.sh")], { env, cwd: root });
    const ended = new Promise((done) => child.on("exit", done));
    let said = "";
    await new Promise((ready, fail) => {
        const hear = (words) => {
            said += words;
            if (said.includes("Ctrl-C")) ready();
        };
        child.stdout.on("data", hear);
        child.stderr.on("data", hear);
        child.on("exit", () => fail(new Error(`the demo did not start:\n${said}`)));
    });
    return {
        walker: `http://127.0.0.1:${env.WALKER_PORT}/`,
        registry: `http://127.0.0.1:${env.REGISTRY_PORT}/`,
        password: said.match(/adgangskoden\s+(\S+)/)[1],
        stop: () => {
            child.kill("SIGINT");
            return ended;
        },
    };
}

/* The lamp the demo's points do not have. */
function draw_lamp(path) {
    const at = `${LAMP.latitude},${LAMP.longitude},${LAMP.accuracy}`;
    execFileSync(join(root, "build/tools/draw_photo"), [
        "--scene", "lamp_out", "--seed", "7", "--at", at, "--direction", "40",
        "--time", new Date().toISOString(), "--size", "1600x1200", "-o", path,
    ]);
    return path;
}

const by = (page, name) => page.locator(`[data-test="${name}"]`).first();

/* Photos are fetched late and the map draws itself; a page that follows events is never
 * idle, so pictures are waited for by name. */
async function picture(page, name) {
    const path = join(out, `${name}.png`);
    await page.waitForFunction(() => [...document.images].every((i) => i.complete));
    await page.waitForTimeout(600);
    await page.screenshot({ path });
    const { size } = await stat(path);
    if (size > LARGEST) throw new Error(`${path} has ${size} bytes: too large for a README`);
    console.log(`${path}  ${Math.round(size / 1024)} kB`);
}

/* A face painted over, but not kept. */
async function cover(page) {
    await by(page, "photo").click();
    const box = await by(page, "cover-canvas").boundingBox();
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.62);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.42, box.y + box.height * 0.64, { steps: 9 });
    await page.mouse.up();
    await picture(page, "walker-cover");
    await page.keyboard.press("Escape");
    await page.waitForTimeout(300);
}

/* The map with its list on a tablet, and the grid by day. */
async function map_and_day(page) {
    await page.setViewportSize({ width: 1024, height: 768 });
    await page.evaluate(() => { location.hash += "/map"; });
    await page.waitForTimeout(1500);
    await picture(page, "walker-map");
    await page.goBack();
    await page.setViewportSize(PHONE.viewport);
    await page.evaluate(() => { document.documentElement.dataset.theme = "day"; });
    await picture(page, "walker-day");
    await page.evaluate(() => { document.documentElement.dataset.theme = "night"; });
}

/* The field app: the grid, a point just kept with its photo, and what has arrived. */
async function on_the_walk(browser, demo, photo) {
    const context = await browser.newContext({
        ...PHONE, locale: "da-DK", timezoneId: "Europe/Copenhagen",
        geolocation: LAMP, permissions: ["geolocation"],
    });
    const page = await context.newPage();
    await page.goto(demo.walker);
    await by(page, "walk-row").or(by(page, "begin-walk")).first().click();
    await by(page, "category-BEL").waitFor();
    await picture(page, "walker-walk");
    await by(page, "category-BEL").click();
    await by(page, "item-BEL01").click();
    await by(page, "photo-input").setInputFiles(photo);
    await by(page, "photo-clear").waitFor();
    await page.evaluate(() => window.scrollTo(0, 0));
    await picture(page, "walker-kept");
    await cover(page);
    await by(page, "done").click();
    await map_and_day(page);
    await by(page, "pill-unsent").click();
    await by(page, "send").waitFor();
    await picture(page, "walker-waiting");
    await by(page, "photo-clear").click();
    await by(page, "send").click();
    await page.locator(".lit-lantern").waitFor({ timeout: 60000 });
    await page.evaluate(() => window.scrollTo(0, 0));
    await picture(page, "walker-arrived");
    await context.close();
}

/* The register: the walk's inbox, and one case. */
async function at_the_desk(browser, demo) {
    const context = await browser.newContext({
        ...DESK, locale: "da-DK", timezoneId: "Europe/Copenhagen",
    });
    const page = await context.newPage();
    await page.goto(demo.registry);
    await by(page, "login-name").fill("koordinator");
    await by(page, "login-password").fill(demo.password);
    await by(page, "login-submit").click();
    await by(page, "walk-row").click();
    await by(page, "point-row").waitFor();
    await picture(page, "registry-inbox");
    await context.close();
}

const folder = await mkdtemp(join(tmpdir(), "lygte-pictures-"));
await mkdir(out, { recursive: true });
let demo;
let browser;
try {
    demo = await start_demo(join(folder, "demo"));
    browser = await chromium.launch({
        executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"],
    });
    await on_the_walk(browser, demo, draw_lamp(join(folder, "lamp.jpg")));
    await at_the_desk(browser, demo);
} finally {
    await browser?.close();
    await demo?.stop();
    await rm(folder, { recursive: true });
}
