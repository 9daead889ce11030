-- Version 2 of what only this device knows. Append below; 0001.sql has landed and stays as it is.

-- What a page has handed over, by the id it gave each deed: the same id again is done.
CREATE TABLE operation (
    id      TEXT PRIMARY KEY,
    hash    BLOB,             -- of the record it became
    kept_ms INTEGER NOT NULL
) STRICT;
