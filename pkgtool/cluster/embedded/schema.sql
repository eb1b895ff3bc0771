-- The tables of an embedded cluster. Each section takes a file one version further; sections
-- that were released are never edited. Statements end with a semicolon at the end of a line.

-- version 1
CREATE TABLE objects (
  id INTEGER PRIMARY KEY,
  api_group TEXT NOT NULL,
  kind TEXT NOT NULL,
  namespace TEXT NOT NULL,
  name TEXT NOT NULL,
  tick INTEGER,
  body TEXT NOT NULL,
  UNIQUE (api_group, kind, namespace, name)
);
CREATE INDEX objects_by_namespace ON objects (namespace);
CREATE INDEX objects_pending ON objects (api_group, kind) WHERE tick IS NOT NULL;

CREATE TABLE labels (
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  object_id INTEGER NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
  PRIMARY KEY (key, value, object_id)
) WITHOUT ROWID;
CREATE INDEX labels_by_object ON labels (object_id);

CREATE TABLE owners (
  uid TEXT NOT NULL,
  object_id INTEGER NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
  PRIMARY KEY (uid, object_id)
) WITHOUT ROWID;
CREATE INDEX owners_by_object ON owners (object_id);

CREATE TABLE journal (
  version INTEGER PRIMARY KEY,
  type TEXT NOT NULL,
  api_group TEXT NOT NULL,
  kind TEXT NOT NULL,
  namespace TEXT NOT NULL,
  body TEXT NOT NULL
);
