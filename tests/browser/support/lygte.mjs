// What the browser tests share: the two programs, paired, on ports of their own; Chromium;
// and TAP. Everything lives in one temporary folder and ends with the test.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

export const bin = process.env.BIN;
export const dir = mkdtempSync(join(tmpdir(), 'lygte-browser.'));
const started = [];

// ---- TAP -----------------------------------------------------------------------------

let claims = 0;
let failed = 0;

export function ok(condition, claim, detail = '') {
  claims += 1;
  if (!condition) failed += 1;
  console.log(`${condition ? 'ok' : 'not ok'} ${claims} - ${claim}`);
  if (!condition && detail) console.log(String(detail).replace(/^/gm, '# '));
}

const SWITCHES = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

const launch = (more = []) => chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: [...SWITCHES, ...more],
});

// Browsers of their own, which the caller closes: with a camera that shows a moving test
// picture; and one that finds `name` at 127.0.0.1, which is no secure context over HTTP.
export const camera_browser = () => launch(['--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream']);
export const named_browser = (name) => launch([`--host-resolver-rules=MAP ${name} 127.0.0.1`]);

// What the pages of a test show when it breaks off.
const pages = [];
const what_they_show = () => Promise.all(pages.filter((page) => !page.isClosed()).map(async (page) =>
  `${page.url()}: ${(await page.innerText('body', { timeout: 2000 }).catch(String)).slice(0, 800)}`));

// Who is ended still writes until it is gone: only then its folder can be deleted.
const ended = (child) => new Promise((gone) => {
  if (child.exitCode !== null || child.signalCode !== null) return gone();
  child.on('exit', gone);
  setTimeout(() => child.kill('SIGKILL'), 10000).unref();
  return child.kill('SIGTERM');
});

// Runs the test; whatever happens, servers and browser end and the plan is printed.
export async function test(body) {
  let browser;
  try {
    browser = await launch();
    await body(browser);
  } catch (error) {
    ok(false, 'the test came to its end', [error.stack, ...await what_they_show()].join('\n'));
  }
  if (browser) await browser.close();
  await Promise.all(started.map(ended));
  rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
  console.log(`1..${claims}`);
  process.exitCode = failed ? 1 : 0;
}

// ---- the programs --------------------------------------------------------------------

const english = { ...process.env, LYGTE_LANG: 'en' };

export function run(program, args, input) {
  return execFileSync(join(bin, program), args, { env: english, input, encoding: 'utf8' });
}

// Starts a server and resolves with the address it prints. The same address again starts
// it where it was.
export function serve(program, args, address = 'http://127.0.0.1:0') {
  const child = spawn(join(bin, program), ['serve', '--listen', new URL(address).host, ...args],
    { env: english, stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (piece) => {
      said += piece;
      const address = /https?:\/\/\S+/.exec(said);
      if (!address) return;
      child.address = address[0].replace(/\/$/, '');
      resolve(child.address);
    });
    child.on('exit', (code, signal) => {
      if (code) console.log(`# ${program} serve ended with ${code}`);
      if (signal && signal !== 'SIGKILL') console.log(`# ${program} serve was ended by ${signal}`);
      reject(new Error(`${program} serve ended with ${code ?? signal}: ${said}`));
    });
  });
}

// A hub on ports of its own, for phones that know it as `name`; resolves with what it prints.
export function hub(data, name) {
  const child = spawn(join(bin, 'walker'), ['serve', '--hub', '--listen', '127.0.0.1:0',
    '--hub-http', '127.0.0.1:0', '--page', '127.0.0.1:0', '--host', name, '--data', data],
  { env: english, stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (piece) => {
      said += piece;
      if ((said.match(/http/g) || []).length >= 4) resolve(said);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', (code) => reject(new Error(`hub ended with ${code}: ${said}`)));
  });
}

// Ends the server at that address as the power would, and waits until it is gone.
export function halt(address) {
  const child = started.find((one) => one.address === address && one.exitCode === null
    && one.signalCode === null);
  return new Promise((resolve) => {
    child.on('exit', resolve);
    child.kill('SIGKILL');
  });
}

// A registry with a coordinator and a paired walker; nothing on them yet.
export async function pair() {
  const registryData = join(dir, 'registry');
  const walkerData = join(dir, 'walker');
  const password = 'en-god-lang-adgang';
  run('registry', ['user', 'add', 'koordinator', '--role', 'coordinator', '--password-stdin',
    '--data', registryData], `${password}\n`);
  const registry = await serve('registry', ['--data', registryData]);
  const walker = await serve('walker', ['--open', '--data', walkerData]);
  const { code } = JSON.parse(run('registry', ['device', 'code', '--json', '--data', registryData]));
  run('walker', ['pair', registry, code, '--name', 'Tablet 1', '--data', walkerData]);
  return { registry, walker, registryData, walkerData, password };
}

// ---- pages ---------------------------------------------------------------------------

// A walker alone, with a walk begun on it: { walker, walkerData, walk, restart() }.
export async function alone(name = 'walker', title = 'Søndergårds Allé') {
  const walkerData = join(dir, name);
  const args = ['--open', '--data', walkerData];
  const walk = run('walker', ['walk', 'new', '--title', title, '--data', walkerData]).trim();
  run('walker', ['walk', 'begin', walk, '--data', walkerData]);
  const walker = await serve('walker', args);
  return { walker, walkerData, walk, restart: () => serve('walker', args, walker) };
}

// What the program has on its disk.
export const points_on = (data) =>
  JSON.parse(run('walker', ['list', '--json', '--data', data])).observations;

// Waits until look() is true; false when it never was.
export async function until(look, seconds = 20) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    if (await look()) return true;
    await new Promise((done) => setTimeout(done, 100));
  }
  return false;
}

// The same where all that follows stands on it.
export async function reached(look, seconds = 20) {
  if (!await until(look, seconds)) throw new Error(`within ${seconds} s it never was: ${look}`);
}

// Waits until the page stands still: all it asked for has come, nothing was drawn for a while,
// and nothing moves any more.
const quiet = () => new Promise((done) => {
  let timer;
  const begin = () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      watch.disconnect();
      const moving = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime < 5000);
      await Promise.all(moving.map((one) => one.finished.catch(() => null)));
      done();
    }, 100);
  };
  const watch = new MutationObserver(begin);
  watch.observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
  begin();
});
export async function settled(page) {
  for (let still = false; !still && await until(() => !page.asked.size);) {
    await page.evaluate(quiet);
    still = !page.asked.size;
  }
}

// Waits for two frames: what was changed is drawn.
export const drawn = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

// The walker's screens, each with the address it has: [name, path].
export const screens = [...readFileSync('assets/walker/screens.js', 'utf8').matchAll(/^ {4}(\w+): \{ path: "([^"]+)"/gm)]
  .map(([, name, path]) => [name, path]);

export const hook = (page, name) => page.locator(`[data-test="${name}"]`);

// Gloves: two taps before the page has drawn what the first one did.
export const twice = (found) => found.first().evaluate((one) => [0, 1].forEach(() => one.click()));

// A tablet in a hand in Aalborg, Danish, by touch. Faults of the page are claims.
export async function tablet(browser, more = {}) {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    locale: 'da-DK',
    hasTouch: true,
    geolocation: { latitude: 57.0405, longitude: 9.971, accuracy: 5 },
    permissions: ['geolocation'],
    ...more,
  });
  return open(context);
}

export async function desk(browser, more = {}) {
  return open(await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'da-DK', ...more }));
}

export async function sign_in(page, name, password) {
  await hook(page, 'login-name').fill(name);
  await hook(page, 'login-password').fill(password);
  await hook(page, 'login-submit').click();
  await hook(page, 'login-submit').waitFor({ state: 'detached' });
}

// An overlay that is gone from sight but not yet from the history: an address entered now
// would be left again by its way back.
const closing = () => Boolean(history.state?.overlay && !document.querySelector('[aria-modal]'));

function knows_what_it_asked(page) {
  page.asked = new Set();
  page.on('request', (one) => one.resourceType() !== 'eventsource' && page.asked.add(one));
  for (const end of ['requestfinished', 'requestfailed']) page.on(end, (one) => page.asked.delete(one));
}

async function open(context) {
  context.on('page', knows_what_it_asked); // further tabs too
  const page = await context.newPage();
  page.faults = [];
  pages.push(page);
  page.on('pageerror', (error) => page.faults.push(error.message));
  page.on('console', (message) => {
    if (/no text for/.test(message.text())) page.faults.push(message.text());
    if (message.type() === 'error' && !/40[14]/.test(message.text())) page.faults.push(message.text());
  });
  page.setDefaultTimeout(20000);
  const goto = page.goto.bind(page);
  page.goto = async (...to) => {
    await until(() => page.evaluate(closing).then((is) => !is, () => true));
    return goto(...to);
  };
  return page;
}
