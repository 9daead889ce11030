-- A walker's database as version 1 (commit 0b46b95) left it: one walk, two points, an edit.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE self (
    one          INTEGER PRIMARY KEY CHECK (one = 1),
    origin       BLOB    NOT NULL, -- 16 bytes: start of SHA-256 of the public key
    role         TEXT    NOT NULL, -- walker | registry
    seq          INTEGER NOT NULL, -- of the newest own record
    head         BLOB,             -- hash of the newest own record
    tick         INTEGER NOT NULL, -- highest applied Lamport tick
    arrival      INTEGER NOT NULL, -- of the newest record held
    registry     TEXT,             -- id of the registry we trust (hash of its root key)
    epoch        TEXT,             -- on a registry: its own epoch
    machine      TEXT    NOT NULL, -- what the origin is bound to (core/store/own)
    fold_version INTEGER NOT NULL
) STRICT;
INSERT INTO self VALUES(1,X'9854a69cf261d9fd23564c1843e29e48','walker',5,X'b174193b0f56362c4c443ebd2c94b69f06d0ecb7c493e55410c148d2aa911816',5,5,NULL,NULL,'f58a9853c05aff7cebb0480ba403e286de564d788e8a775fcd983cae49db9da1',1);
CREATE TABLE own_origin (
    origin     BLOB    PRIMARY KEY,
    last       INTEGER NOT NULL, -- newest seq
    retired_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE origin (
    origin BLOB PRIMARY KEY,
    key    BLOB NOT NULL
) STRICT;
INSERT INTO origin VALUES(X'9854a69cf261d9fd23564c1843e29e48',X'9971fdc3c317eb9b975b3cfc892df1edc749e647c6c4f88c903fe7e3b2a43406');
CREATE TABLE record (
    arrival INTEGER PRIMARY KEY, -- order in which records arrived here or took effect
    origin  BLOB    NOT NULL,
    seq     INTEGER NOT NULL,
    hash    BLOB    NOT NULL,  -- SHA-256 of head
    tick    INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    head    TEXT    NOT NULL,  -- exact bytes
    body    TEXT,              -- exact bytes; NULL when erased
    sig     BLOB    NOT NULL,  -- Ed25519 over hash
    reason  TEXT               -- NULL when applied, else why it is held unapplied
) STRICT;
INSERT INTO record VALUES(1,X'9854a69cf261d9fd23564c1843e29e48',1,X'96a45cd1fc3dd791b3abc41c048069d720c5531cf2e8e0b770a95c788517f719',1,'origin.hello','9854a69cf261d9fd23564c1843e29e48','{"v":1,"origin":"9854a69cf261d9fd23564c1843e29e48","seq":1,"prev":null,"tick":1,"at":1795316745011,"clock":"set","boot":"2a60c00f-4f47-46cd-abba-6552af19b2fb","mono":11534845,"by":{"role":"","organisation":""},"kind":"origin.hello","subject":"9854a69cf261d9fd23564c1843e29e48","body":"54253846d45a680db67760aeb02abd29ca35e317c51f21cb37eef0af5b039de5"}','{"salt":"24f47a1d572ee24a617b64aa0d5eb02e","role":"device"}',X'b66de747e086a92d93b34e6608284bfb4251da27d4366a1cf3686efcf41c534d39a1a201aa71d66b717b83c3d4b010e34bfdec456ded7192ea69e48d9a05fb07',NULL);
INSERT INTO record VALUES(2,X'9854a69cf261d9fd23564c1843e29e48',2,X'c6c77864b4aba7188dac7835b9ed90e4bcc0b6c435f7d488d8ce7d33d5be6466',2,'walk.plan','01a20137-8334-7485-854c-2a573a707fd9','{"v":1,"origin":"9854a69cf261d9fd23564c1843e29e48","seq":2,"prev":"96a45cd1fc3dd791b3abc41c048069d720c5531cf2e8e0b770a95c788517f719","tick":2,"at":1795316745012,"clock":"set","boot":"2a60c00f-4f47-46cd-abba-6552af19b2fb","mono":11534846,"by":{"role":"participant","organisation":""},"kind":"walk.plan","subject":"01a20137-8334-7485-854c-2a573a707fd9","body":"1b731c38729896f22f626714dc5bc75e076c02375af7490cafb65c0e5216720e"}','{"salt":"4a405a0448ba618e51bdcd2f0fe0764a","title":"Vejgaard vest","area":null,"purpose":null,"mode":"foot"}',X'115c7912bbb65393bb6204c51b1632272d061c008a3c1ac388758930f07e105c341bf735934bfec137effdc602c726b4be646de770daf6068a31cd4c8cac750e',NULL);
INSERT INTO record VALUES(3,X'9854a69cf261d9fd23564c1843e29e48',3,X'd1222c0f45c72a5c95dd2a43869c0986b34729d4e3fcb8ef51edc3158e0853cc',3,'observation.note','01a20137-833b-741a-adcb-111d037fed13','{"v":1,"origin":"9854a69cf261d9fd23564c1843e29e48","seq":3,"prev":"c6c77864b4aba7188dac7835b9ed90e4bcc0b6c435f7d488d8ce7d33d5be6466","tick":3,"at":1795316745020,"clock":"set","boot":"2a60c00f-4f47-46cd-abba-6552af19b2fb","mono":11534854,"by":{"role":"participant","organisation":""},"kind":"observation.note","subject":"01a20137-833b-741a-adcb-111d037fed13","body":"fae7f8f8d668b7d66010ffaa21b11f23dd8ca69dd9a4ed9d8d2be99e9dd4f578"}','{"salt":"46d6ff1d7b0aae199520373b1805eb3c","walk":"01a20137-8334-7485-854c-2a573a707fd9","number":1,"category":"BEL01","severity":3,"note":"Lampen i tunnelen er slukket","stood":{"lat":570400000,"lon":99500000,"acc":6000,"source":"hand"},"at":1795316745019,"clock":"set","light":"dark"}',X'a45e985cce2a1fa2e8558ca84d5367d1e476e0bdbb2c06832d36607764126dcaad060b066c40c7f4236444b456ffacb793e3087678f6f10acc6968649d72da0b',NULL);
INSERT INTO record VALUES(4,X'9854a69cf261d9fd23564c1843e29e48',4,X'e2b46ccddb84b2ad85578d9d51f1b1fb398c7c71e96aa3c9751bf25002c10a88',4,'observation.note','01a20137-8342-707a-8789-c6378ed67c84','{"v":1,"origin":"9854a69cf261d9fd23564c1843e29e48","seq":4,"prev":"d1222c0f45c72a5c95dd2a43869c0986b34729d4e3fcb8ef51edc3158e0853cc","tick":4,"at":1795316745026,"clock":"set","boot":"2a60c00f-4f47-46cd-abba-6552af19b2fb","mono":11534860,"by":{"role":"participant","organisation":""},"kind":"observation.note","subject":"01a20137-8342-707a-8789-c6378ed67c84","body":"36bc22b8c33e275e86a36c5aeec14c8ee8535b90b0fbde92975ed5f7f718ccf6"}','{"salt":"3ed35eb1aac6537d716480d79e58837d","walk":"01a20137-8334-7485-854c-2a573a707fd9","number":2,"category":"TIL","severity":0,"note":"En bænk","at":1795316745026,"clock":"set"}',X'1e97b283126d1f8cafa55a912230948a28f592cc362c412241bcea518b43250c4d890dead1aaf145983dab7e1e170ef413752d7a0a9433d88da8b19985171806',NULL);
INSERT INTO record VALUES(5,X'9854a69cf261d9fd23564c1843e29e48',5,X'b174193b0f56362c4c443ebd2c94b69f06d0ecb7c493e55410c148d2aa911816',5,'observation.edit','01a20137-8342-707a-8789-c6378ed67c84','{"v":1,"origin":"9854a69cf261d9fd23564c1843e29e48","seq":5,"prev":"e2b46ccddb84b2ad85578d9d51f1b1fb398c7c71e96aa3c9751bf25002c10a88","tick":5,"at":1795316745032,"clock":"set","boot":"2a60c00f-4f47-46cd-abba-6552af19b2fb","mono":11534866,"by":{"role":"participant","organisation":""},"kind":"observation.edit","subject":"01a20137-8342-707a-8789-c6378ed67c84","body":"018841f177e913115c1f92acf78c675fea01e137f1b46c238c8641052746ea62"}','{"salt":"d152fb7b48c06f95a2aae101ecfe83df","note":{"value":"Bænken ved søen er god","over":["e2b46ccddb84b2ad85578d9d51f1b1fb398c7c71e96aa3c9751bf25002c10a88"]}}',X'2e4974fdd72ce840f8b675bcb285a6aba79f9872a54f324058f38935347879b77cda534c7b66676fab2b812a10eb9fcedf084e595c7e4c167371687d90aa6d01',NULL);
CREATE TABLE held_run (
    origin BLOB    NOT NULL,
    first  INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    PRIMARY KEY (origin, first)
) STRICT;
CREATE TABLE blob (
    sha256  TEXT    PRIMARY KEY,
    bytes   INTEGER NOT NULL,
    type    TEXT    NOT NULL,  -- image/jpeg | image/png
    state   TEXT    NOT NULL,  -- stored (fsynced under its name) | verified (read again)
    cleared INTEGER NOT NULL,  -- 1 when looked through for faces and plates
    made_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
CREATE TABLE peer (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    url       TEXT    NOT NULL,
    registry  TEXT    NOT NULL,
    epoch     TEXT    NOT NULL,
    name      TEXT    NOT NULL, -- what the registry calls itself
    device    TEXT    NOT NULL, -- what the registry calls this device
    paired_ms INTEGER NOT NULL,
    pulled    TEXT    NOT NULL, -- cursor of the pull
    synced_ms INTEGER           -- last sync that ended with all confirmed
) STRICT;
CREATE TABLE receipt_run (
    registry TEXT    NOT NULL,
    epoch    TEXT    NOT NULL,
    origin   BLOB    NOT NULL,
    first    INTEGER NOT NULL,
    last     INTEGER NOT NULL,
    PRIMARY KEY (registry, epoch, origin, first)
) STRICT;
CREATE TABLE receipt_photo (
    registry TEXT    NOT NULL,
    epoch    TEXT    NOT NULL,
    sha256   TEXT    NOT NULL,
    bytes    INTEGER NOT NULL,
    state    TEXT    NOT NULL, -- stored | verified | refused | erased
    PRIMARY KEY (registry, epoch, sha256)
) STRICT;
CREATE TABLE draft (
    observation TEXT    PRIMARY KEY,
    fields      TEXT    NOT NULL, -- JSON object
    saved_ms    INTEGER NOT NULL
) STRICT;
CREATE TABLE web_key (
    hash    TEXT    PRIMARY KEY,
    kind    TEXT    NOT NULL,
    made_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE sync_state (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    running  INTEGER NOT NULL, -- process id, 0 when none
    step     TEXT    NOT NULL, -- a text key
    done     INTEGER NOT NULL,
    of       INTEGER NOT NULL,
    error    TEXT,             -- text key of the last failure, NULL when fine
    argument TEXT,
    told_ms  INTEGER NOT NULL
) STRICT;
CREATE TABLE walk (
    id        TEXT PRIMARY KEY,
    founded   INTEGER,
    title     TEXT,
    area      TEXT,
    purpose   TEXT,
    mode      TEXT,    -- foot | bicycle | car
    starts_ms INTEGER,
    route     TEXT,    -- JSON [[lat_e7, lon_e7], ...]
    letter    TEXT,    -- for short numbers on the device
    state     TEXT,    -- planned | begun | ended | closed
    begun_ms  INTEGER,
    ended_ms  INTEGER,
    closed_ms INTEGER,
    manifest  TEXT,    -- JSON of walk.close
    origin    BLOB,    -- who founded it
    conflicts TEXT
) STRICT;
INSERT INTO walk VALUES('01a20137-8334-7485-854c-2a573a707fd9',1,'Vejgaard vest',NULL,NULL,'foot',NULL,NULL,NULL,'planned',NULL,NULL,NULL,NULL,X'9854a69cf261d9fd23564c1843e29e48',NULL);
CREATE TABLE observation (
    id           TEXT PRIMARY KEY,
    founded      INTEGER,
    walk         TEXT,
    number       INTEGER, -- running number on its device and walk
    category     TEXT,
    severity     INTEGER, -- 0 is a strength
    urgency      TEXT,
    note         TEXT,
    agree        INTEGER,
    agree_of     INTEGER,
    affected     TEXT,    -- words separated by spaces
    measure      TEXT,
    party        TEXT,    -- suggested by the group
    stood_lat    INTEGER,
    stood_lon    INTEGER,
    stood_acc    INTEGER, -- millimetres
    stood_source TEXT,
    thing_lat    INTEGER,
    thing_lon    INTEGER,
    thing_source TEXT,
    light        TEXT,    -- daylight | dusk | dark
    at_ms        INTEGER,
    clock        TEXT,
    by_role      TEXT,
    by_org       TEXT,
    witnesses    INTEGER,
    withdrawn    INTEGER,
    into_id      TEXT,    -- withdrawn into that observation
    origin       BLOB,
    tick         INTEGER, -- of the founding note
    changed      INTEGER, -- highest tick of its records
    conflicts    TEXT     -- JSON, NULL when none
) STRICT;
INSERT INTO observation VALUES('01a20137-833b-741a-adcb-111d037fed13',1,'01a20137-8334-7485-854c-2a573a707fd9',1,'BEL01',3,NULL,'Lampen i tunnelen er slukket',NULL,NULL,NULL,NULL,NULL,570400000,99500000,6000,'hand',NULL,NULL,NULL,'dark',1795316745019,'set','participant','',0,0,NULL,X'9854a69cf261d9fd23564c1843e29e48',3,3,NULL);
INSERT INTO observation VALUES('01a20137-8342-707a-8789-c6378ed67c84',1,'01a20137-8334-7485-854c-2a573a707fd9',2,'TIL',0,NULL,'Bænken ved søen er god',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1795316745026,'set','participant','',0,0,NULL,X'9854a69cf261d9fd23564c1843e29e48',4,5,NULL);
CREATE TABLE photo (
    observation TEXT,
    sha256      TEXT,
    founded     INTEGER,
    type        TEXT,
    bytes       INTEGER,
    width       INTEGER,
    height      INTEGER,
    lat         INTEGER,
    lon         INTEGER,
    acc         INTEGER,
    place_from  TEXT,    -- exif | capture | track | gnss | hand
    direction_c INTEGER,
    altitude_mm INTEGER,
    taken_ms    INTEGER,
    time_from   TEXT,
    tick        INTEGER,
    PRIMARY KEY (observation, sha256)
) STRICT;
CREATE TABLE issue (
    id          TEXT PRIMARY KEY,
    founded     INTEGER,
    number      TEXT,
    observation TEXT,
    category    TEXT,
    party       TEXT,
    catalogue   INTEGER,
    state       TEXT,
    severity    INTEGER,
    urgency     TEXT,
    touched     INTEGER, -- 1 when a person has worked on it
    opened_ms   INTEGER,
    changed_ms  INTEGER,
    head        TEXT,    -- hash of its newest record, for If-Match
    tick        INTEGER
) STRICT;
CREATE TABLE party (
    code    TEXT PRIMARY KEY,
    founded INTEGER,
    da      TEXT,
    en      TEXT,
    kind    TEXT,
    mail    TEXT,
    phone   TEXT
) STRICT;
CREATE TABLE area (
    id         TEXT PRIMARY KEY,
    founded    INTEGER,
    name       TEXT,
    valid_from TEXT,
    valid_to   TEXT,
    shape      TEXT     -- JSON: polygons of rings of [lat_e7, lon_e7]
) STRICT;
CREATE TABLE catalogue (
    version INTEGER PRIMARY KEY,
    body    TEXT
) STRICT;
CREATE TABLE admission (
    origin   BLOB PRIMARY KEY,
    role     TEXT,     -- device | registry
    scope    TEXT,
    name     TEXT,
    last_seq INTEGER
) STRICT;
CREATE TABLE gone (
    origin BLOB,
    first  INTEGER,
    last   INTEGER,
    PRIMARY KEY (origin, first)
) STRICT;
CREATE UNIQUE INDEX record_place ON record (origin, seq);
CREATE UNIQUE INDEX record_hash ON record (hash);
CREATE INDEX record_subject ON record (subject);
CREATE INDEX record_unapplied ON record (reason) WHERE reason IS NOT NULL;
CREATE INDEX blob_state ON blob (state);
CREATE INDEX observation_walk ON observation (walk, origin, number);
CREATE INDEX photo_sha256 ON photo (sha256);
CREATE INDEX issue_observation ON issue (observation);
CREATE INDEX issue_party ON issue (party);
COMMIT;
PRAGMA user_version=1; PRAGMA application_id=1283024727;
