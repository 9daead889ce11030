// pages.mjs OUT PAGE: makes the scripts of a page, walker or registry, as browsers get them,
// in OUT/PAGE, and names them for tools/pack in OUT/PAGE.names.
//
// esbuild takes out comments and spaces and puts the modules of assets/ and what they take
// from npm into few files: one for each of `entries`, one for each import(), and what several
// of those share; the latter two have the hash of what they say in their names. index.html
// goes beside them; its mark @M@ becomes the files that the first screen needs, so that a
// browser asks for them at once and not one after the other.
import { build } from 'esbuild';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';

// The first of `entries` is what index.html starts; `first` is what the first screen is made
// of, behind an import().
const PAGES = {
  walker: { entries: ['boot'], first: ['app', 'screen_walk'] },
  registry: { entries: ['app', 'box_worker'], first: [] },
};
const [out, page] = process.argv.slice(2);

// What is fetched before the files of `entries` can run, in the order they name it.
function closure(outputs, entries) {
  const found = new Set();
  const take = (path) => {
    if (found.has(path)) return;
    found.add(path);
    for (const { path: next, kind } of outputs[path].imports) {
      if (kind === 'import-statement') take(next);
    }
  };
  entries.forEach(take);
  return [...found];
}

async function make_page({ entries, first }) {
  const dir = `${out}/${page}`;
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const { metafile: { outputs } } = await build({
    entryPoints: entries.map((name) => `assets/${page}/${name}.js`),
    bundle: true, splitting: true, format: 'esm', minify: true, target: 'es2022', charset: 'utf8',
    alias: { leaflet: 'leaflet/dist/leaflet-src.esm.js', sha2: '@noble/hashes/sha2.js' },
    outdir: dir, entryNames: '[name]', chunkNames: '[name]-[hash]', legalComments: 'none',
    metafile: true, logLevel: 'warning',
  });
  const made_of = (name) => Object.keys(outputs).find((path) => outputs[path].entryPoint === `assets/${page}/${name}.js`);
  const [start, ...others] = closure(outputs, [entries[0], ...first].map(made_of));
  const links = others.map((path) => `<link rel="modulepreload" href="@A@/${relative(out, path)}">`).join('\n');
  const index = readFileSync(`assets/${page}/index.html`, 'utf8');
  if (index.split('@M@').length !== 2 || !index.includes(`@A@/${relative(out, start)}`)) {
    throw new Error(`assets/${page}/index.html: has to say @M@ once, and ${entries[0]}.js`);
  }
  writeFileSync(`${dir}/index.html`, index.replace('@M@', links));
  writeFileSync(`${out}/${page}.names`, [...Object.keys(outputs), `${dir}/index.html`].sort()
    .map((path) => `${relative(out, path)}=${path}\n`).join(''));
}

await make_page(PAGES[page]);
