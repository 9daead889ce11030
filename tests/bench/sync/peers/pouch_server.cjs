// pouch_server.cjs FOLDER HOST PORT: express-pouchdb over LevelDB. Its modules come from
// POUCH/node_modules. Prints "ready" when it listens.
const { createRequire } = require('node:module');
const load = createRequire(`${process.env.POUCH}/`);
const PouchDB = load('pouchdb').defaults({ prefix: `${process.argv[2]}/` });
const app = load('express')();
app.use('/', load('express-pouchdb')(PouchDB, { mode: 'minimumForPouchDB',
    configPath: `${process.argv[2]}/config.json`, logPath: `${process.argv[2]}/log.txt` }));
app.listen(Number(process.argv[4]), process.argv[3], () => process.stdout.write('ready\n'));
process.on('SIGTERM', () => process.exit(0));
