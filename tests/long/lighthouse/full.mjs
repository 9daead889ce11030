import * as launcher from 'chrome-launcher';
import lighthouse from 'lighthouse';
import fs from 'fs';
const [url, out] = process.argv.slice(2);
const chrome = await launcher.launch({ chromePath: '/usr/bin/chromium', chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run'] });
for (let i=0;i<3;i++){
const { lhr } = await lighthouse(url, { port: chrome.port, output: 'json', logLevel: 'error', onlyCategories: ['performance'] });
if (out) fs.writeFileSync(out, JSON.stringify(lhr));
const a=lhr.audits; console.log(lhr.categories.performance.score, ['first-contentful-paint','largest-contentful-paint','total-blocking-time','speed-index','cumulative-layout-shift'].map(k=>k+' '+a[k].displayValue).join(' | '), JSON.stringify(lhr.environment.benchmarkIndex));
}
await chrome.kill();
