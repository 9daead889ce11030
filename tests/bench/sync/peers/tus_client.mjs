// tus_client.mjs URL LANES FILE...: tus-js-client sends the files, LANES at a time.
import { createReadStream, statSync } from 'node:fs';
import process from 'node:process';
import tus from 'tus-js-client';

const [endpoint, lanes, ...files] = process.argv.slice(2);

const send = (file) => new Promise((done, failed) => {
    new tus.Upload(createReadStream(file), {
        endpoint,
        uploadSize: statSync(file).size,
        metadata: { filename: file },
        retryDelays: [0, 1000, 3000],
        onError: failed,
        onSuccess: done,
    }).start();
});

const waiting = [...files];
await Promise.all(Array.from({ length: Number(lanes) }, async () => {
    for (let file; (file = waiting.shift());) await send(file);
}));
process.exit(0);
