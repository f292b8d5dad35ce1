-- One world: who exists, what each system says about them, and what Webropol holds.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT
) WITHOUT ROWID;

-- An address as it was made. `canonical` is local || '@' || a_domain, the form that belongs on a list.
CREATE TABLE address (
    id        INTEGER PRIMARY KEY,
    local     TEXT NOT NULL,
    a_domain  TEXT NOT NULL,
    u_domain  TEXT NOT NULL,
    canonical TEXT NOT NULL UNIQUE,
    left_on   TEXT                    -- the night before which this person unsubscribed
);

-- address_id is NULL where the field holds no address at all (a telephone number, a name, …).
CREATE TABLE ura_row (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,  -- a row that is gone never lends its number
    register   TEXT NOT NULL CHECK (register IN ('persons', 'companies')),
    sahkoposti TEXT NOT NULL,
    maakunta   TEXT NOT NULL,
    asiakkuus  TEXT NOT NULL,
    address_id INTEGER REFERENCES address (id)
);
CREATE INDEX ura_row_address ON ura_row (address_id);

CREATE TABLE crm_row (
    entity         TEXT NOT NULL CHECK (entity IN ('account', 'contact')),
    id             TEXT NOT NULL,
    emailaddress1  TEXT,
    statecode      INTEGER NOT NULL,
    donotbulkemail INTEGER,
    donotemail     INTEGER,
    address1_stateorprovince TEXT,
    createdon      TEXT NOT NULL,
    versionnumber  INTEGER NOT NULL,
    address_id     INTEGER REFERENCES address (id),
    PRIMARY KEY (entity, id)
) WITHOUT ROWID;
CREATE INDEX crm_row_address ON crm_row (address_id);
-- With all that a query may ask for: rows of one time lie apart by their keys, and each would be sought by itself.
CREATE INDEX crm_row_created ON crm_row (entity, createdon, statecode, donotbulkemail, donotemail, emailaddress1,
                                         address1_stateorprovince, versionnumber);

-- Who was eligible in a source and no longer is: those who may return.
CREATE TABLE gone (
    address_id INTEGER NOT NULL REFERENCES address (id),
    source     TEXT NOT NULL,
    night      INTEGER NOT NULL,
    PRIMARY KEY (address_id, source)
) WITHOUT ROWID;

CREATE TABLE night (
    night    INTEGER PRIMARY KEY,
    date     TEXT NOT NULL,
    fault    TEXT,
    changes  TEXT NOT NULL            -- JSON: kind of change -> number of addresses
);

CREATE TABLE webropol_list (
    list_id TEXT PRIMARY KEY,
    name    TEXT NOT NULL UNIQUE
) WITHOUT ROWID;

-- `folded` only finds a member again whatever its case; `email` keeps the spelling that was given. That nobody is on a
-- list twice is the server's to see to, and there are servers that do not.
CREATE TABLE webropol_member (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    member_id TEXT NOT NULL UNIQUE,
    list_id   TEXT NOT NULL REFERENCES webropol_list (list_id),
    email     TEXT NOT NULL,
    folded    TEXT NOT NULL
);
CREATE INDEX webropol_member_folded ON webropol_member (folded, list_id);
CREATE INDEX webropol_member_page ON webropol_member (list_id, seq);

-- Who came to a list and who went, whoever did it, in the transaction that did it. `failed`: an addition that was
-- answered so.
CREATE TABLE webropol_log (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    at        TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    list_id   TEXT NOT NULL,
    member_id TEXT,
    folded    TEXT NOT NULL,
    act       TEXT NOT NULL CHECK (act IN ('added', 'removed', 'failed'))
);
CREATE TRIGGER webropol_member_added AFTER INSERT ON webropol_member BEGIN
    INSERT INTO webropol_log (list_id, member_id, folded, act)
    VALUES (new.list_id, new.member_id, new.folded, 'added');
END;
CREATE TRIGGER webropol_member_removed AFTER DELETE ON webropol_member BEGIN
    INSERT INTO webropol_log (list_id, member_id, folded, act)
    VALUES (old.list_id, old.member_id, old.folded, 'removed');
END;

CREATE TABLE webropol_response (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    survey_id     TEXT NOT NULL,
    respondent_id TEXT NOT NULL,
    response_id   TEXT NOT NULL,
    email         TEXT NOT NULL,
    response_date TEXT NOT NULL
);
CREATE INDEX webropol_response_page ON webropol_response (survey_id, seq);

-- Whom people put on a list in the manual years, as they spelled them. `stranger`: no system gave them then, or ever.
CREATE TABLE by_hand (
    list_id    TEXT NOT NULL,
    address_id INTEGER NOT NULL REFERENCES address (id),
    email      TEXT NOT NULL,
    folded     TEXT NOT NULL,
    stranger   INTEGER NOT NULL,
    PRIMARY KEY (list_id, address_id)
) WITHOUT ROWID;
CREATE INDEX by_hand_address ON by_hand (address_id);

-- How somebody is spelled who left in those years, on the Do-Not-Contact list.
CREATE TABLE left_as (
    address_id INTEGER PRIMARY KEY REFERENCES address (id),
    email      TEXT NOT NULL
);

-- The office's rows, as each source is to be filtered: one line for each row that may put somebody on a list. Which region
-- is the office's, and which word stands for an open customership, the world's own settings say.
CREATE VIEW eligible AS
SELECT address_id,
       CASE register WHEN 'persons' THEN 'person' ELSE 'company' END AS audience,
       'ura_' || register AS source,
       id AS row_id
  FROM ura_row
 WHERE maakunta = (SELECT value FROM meta WHERE key = 'region_code')
   AND asiakkuus = (SELECT value FROM meta WHERE key = 'status_open')
   AND address_id IS NOT NULL
UNION ALL
SELECT address_id, 'company', entity, id
  FROM crm_row
 WHERE statecode = 0 AND donotbulkemail IS NOT 1 AND donotemail IS NOT 1
   AND address1_stateorprovince = (SELECT value FROM meta WHERE key = 'region_name')
   AND address_id IS NOT NULL;

-- Who should be told: in the sources tonight, and never unsubscribed.
CREATE VIEW listed AS
SELECT DISTINCT e.audience, a.id AS address_id, a.canonical
  FROM eligible AS e
  JOIN address AS a ON a.id = e.address_id
 WHERE a.left_on IS NULL;
