// Words of 200 %, a screen of 320 px, and 400 % zoom, in Danish and English, on every screen:
// no word is cut (it is parted with a hyphen, or fits), nothing scrolls sideways, and at
// 400 % nothing stands in front of what one reads.
import { alone, hook, ok, run, screens, settled, tablet, test } from './support/lygte.mjs';

// Words that go on in the next line without a hyphen between.
const cut = () => {
  const found = [];
  const walker = document.createTreeWalker(document.querySelector('#app'), NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const box = node.parentElement;
    if (box.offsetParent === null || box.closest('.sr, [inert], svg, textarea, .leaflet-container, .clip')) continue;
    for (const { 0: word, index } of node.data.matchAll(/\p{L}{3,}/gu)) {
      const before = node.data[index - 1]; // what follows a hyphen begins in the next line
      if (before === '.' || before === '/') continue; // an address is no word
      const range = document.createRange();
      range.setStart(node, index + (before === '\u00AD' ? 1 : 0));
      range.setEnd(node, index + word.length);
      const lines = new Set([...range.getClientRects()].filter((r) => r.width > 1).map((r) => Math.round(r.top / 8)));
      if (lines.size > 1) found.push(`${word} (${box.className || box.tagName})`);
    }
  }
  const most = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > most + 1) found.push(`sideways: ${document.documentElement.scrollWidth} of ${most}`);
  return found;
};

const SIGHTS = [
  { name: 'words of 200 %', viewport: { width: 390, height: 844 }, letters: '225%' },
  { name: '320 px', viewport: { width: 320, height: 700 }, letters: '112.5%' },
  { name: '400 % zoom', viewport: { width: 320, height: 256 }, letters: '112.5%' },
];

await test(async (browser) => {
  const ground = await alone();
  const at = ['--data', ground.walkerData];
  const add = (...more) => run('walker', ['add', '--walk', ground.walk, '--at', '57.0406,9.9712,5', ...more, ...at]).trim().split('\n').pop();
  const point = add('--category', 'REN01', '--severity', '2');
  add('--category', 'POS01');
  const before = run('walker', ['walk', 'new', '--title', 'I fjor', '--area', 'Øst', '--start', '2025-11-20T19:00:00Z', ...at]).trim();
  run('walker', ['add', '--walk', before, '--category', 'BEP01', '--at', '57.0406,9.9712,5', ...at]);
  run('walker', ['walk', 'edit', ground.walk, '--area', 'Øst', ...at]);
  for (const sight of SIGHTS) {
    for (const lang of ['da', 'en']) {
      const page = await tablet(browser, { viewport: sight.viewport });
      await page.addInitScript(([letters, language]) => {
        localStorage.setItem('lygte.language', language);
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(`html { font-size: ${letters} !important }`);
        document.adoptedStyleSheets = [sheet];
      }, [sight.letters, lang]);
      await page.goto(`${ground.walker}/#/walk/${ground.walk}`);
      await hook(page, 'category-BEL').waitFor();
      const found = [];
      for (const [, path] of screens) {
        await page.evaluate((to) => { location.hash = to; }, `#${path.replace(':walk', ground.walk).replace(/:\w+/, point)}`);
        await settled(page);
        await page.waitForSelector('main');
        found.push(...(await page.evaluate(cut)).map((one) => `${path}: ${one}`));
        const dock = await page.evaluate(() => getComputedStyle(document.querySelector('.dock') || document.body).position);
        if (sight.viewport.height < 300 && dock === 'fixed') found.push(`${path}: the dock stands before it`);
      }
      ok(found.length === 0, `${sight.name}, ${lang}: no word is cut, nothing scrolls sideways`, found.join('\n'));
      await page.context().close();
    }
  }
});
