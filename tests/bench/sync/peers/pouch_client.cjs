// pouch_client.cjs fill|send FOLDER URL-OR-FILES...: `fill FOLDER OBSERVATIONS PHOTO...`
// makes a PouchDB of one document an observation, photos as attachments; `send FOLDER URL`
// replicates it. Its modules come from POUCH/node_modules.
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const PouchDB = createRequire(`${process.env.POUCH}/`)('pouchdb');

const [what, folder, ...rest] = process.argv.slice(2);
const db = new PouchDB(folder);

async function fill([observations, ...photos]) {
    const lines = readFileSync(observations, 'utf8').trim().split('\n');
    for (const [i, line] of lines.entries()) {
        const { id, ...fields } = JSON.parse(line);
        const doc = { _id: `o${String(id).padStart(6, '0')}`, ...fields };
        if (photos[i]) {
            doc._attachments = { photo: { content_type: 'image/jpeg',
                data: readFileSync(photos[i]) } };
        }
        await db.put(doc);
    }
}

const work = what === 'fill' ? fill(rest) : db.replicate.to(rest[0]);
work.then((r) => {
    if (r && !r.ok) throw new Error(JSON.stringify(r));
    process.exit(0);
}).catch((e) => {
    console.error(e);
    process.exit(1);
});
