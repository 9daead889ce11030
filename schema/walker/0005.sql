-- Version 10 of what only this device knows: the epochs of registries that it has lived in,
-- none of which is news any more (core/store/local/peer).
CREATE TABLE epoch_lived (
    registry TEXT NOT NULL,
    epoch    TEXT NOT NULL,
    PRIMARY KEY (registry, epoch)
) STRICT;
INSERT INTO epoch_lived (registry, epoch) SELECT registry, epoch FROM peer;
