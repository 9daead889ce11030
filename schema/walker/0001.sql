-- What only this device knows. Survives a rebuild of the fold.

-- The registry we are paired with. The token is a file of its own, mode 0600.
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

-- What the registry has told us it holds: runs of records, and photos.
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

-- What is being typed. No record; durable at every pause.
CREATE TABLE draft (
    observation TEXT    PRIMARY KEY,
    fields      TEXT    NOT NULL, -- JSON object
    saved_ms    INTEGER NOT NULL
) STRICT;

-- Keys that open the page: 'once' from the printed address, 'cookie' after it.
CREATE TABLE web_key (
    hash    TEXT    PRIMARY KEY,
    kind    TEXT    NOT NULL,
    made_ms INTEGER NOT NULL
) STRICT;

-- How the running sync stands, for the page; one row.
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
