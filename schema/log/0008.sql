-- Version 8 of the log: whose keys wait with what nobody has admitted.

-- A key costs no room, so origins are counted (core/store/local/stranger): for each courier
-- and in all. Admitted, an origin is no stranger any more.
CREATE TABLE stranger_key (
    origin  BLOB PRIMARY KEY,
    courier TEXT NOT NULL
) STRICT;
CREATE INDEX stranger_key_courier ON stranger_key (courier);
