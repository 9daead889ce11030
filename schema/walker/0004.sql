-- Version 9 of what only this device knows: points whose screen is open in some page, which
-- does not send them by itself (core/store/local/open_point).
CREATE TABLE open_point (
    observation TEXT    NOT NULL,
    page        TEXT    NOT NULL, -- as it calls itself
    opened_ms   INTEGER NOT NULL,
    PRIMARY KEY (observation, page)
) STRICT;
