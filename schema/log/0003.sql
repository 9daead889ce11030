-- Version 3 of the log: photos are kept before their small pictures are made.

-- small: 0 wanted (the queue), 1 made, 2 it cannot be shown, for the reason in unshown.
ALTER TABLE blob ADD COLUMN small INTEGER NOT NULL DEFAULT 0;
ALTER TABLE blob ADD COLUMN unshown TEXT;
CREATE INDEX blob_small ON blob (small, made_ms);
