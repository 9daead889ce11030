-- Version 6 of the log: records of others that the disk has spoilt here. They are in no run and
-- no receipt until they have come again (core/store/spoilt).

CREATE TABLE spoilt (
    origin BLOB    NOT NULL,
    seq    INTEGER NOT NULL,
    PRIMARY KEY (origin, seq)
) STRICT;
