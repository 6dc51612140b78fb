// Version 2 of the schema: the account's whole life. In two parts, for between them the accounts
// are copied with what their messages say; see migration_v2.h.
#pragma once

namespace credlink::sqlite {

// A row is found, ordered and scheduled by its columns; what callers get to see is in its message
// alone. State 1 is credlink.v1.Account.STATE_ACTIVE, 3 is STATE_DELETED. All times are
// microseconds since 1970. The message is the last column: what is before it is read without its
// pages.
inline constexpr char kVersion2Tables[] = R"sql(
CREATE TABLE accounts_2 (
  row_id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant TEXT NOT NULL,
  account_id TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  account_number TEXT NOT NULL,
  label TEXT NOT NULL,
  state INTEGER NOT NULL,
  health INTEGER NOT NULL,
  environment INTEGER NOT NULL,
  create_time_us INTEGER NOT NULL,
  update_time_us INTEGER NOT NULL,
  last_success_us INTEGER NOT NULL,
  purge_time_us INTEGER,           -- of deleted ones
  check_due_us INTEGER NOT NULL,
  credential_tag BLOB NOT NULL,
  restore_state INTEGER NOT NULL,
  restore_reason TEXT NOT NULL,
  revision INTEGER NOT NULL,
  checksum INTEGER NOT NULL,       -- CRC-32 of the message
  message BLOB NOT NULL            -- credlink.v1.Account
) STRICT;

CREATE TABLE credentials_2 (
  tenant TEXT NOT NULL,
  account_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (tenant, account_id, version),
  FOREIGN KEY (tenant, account_id) REFERENCES accounts_2 (tenant, account_id)
) STRICT, WITHOUT ROWID;

-- The annotations of every account, as lists look for them.
CREATE TABLE annotations (
  tenant TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  create_time_us INTEGER NOT NULL,  -- of the account
  row_id INTEGER NOT NULL,          -- of the account
  PRIMARY KEY (tenant, key, value, create_time_us, row_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX annotations_by_row ON annotations (row_id);
CREATE INDEX annotations_by_key ON annotations (tenant, key, create_time_us, row_id);

-- The ids of erased accounts, which are never used again.
CREATE TABLE tombstones (
  tenant TEXT NOT NULL,
  account_id TEXT NOT NULL,
  PRIMARY KEY (tenant, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  row_id INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  time_us INTEGER NOT NULL,  -- see EventTime
  event BLOB NOT NULL        -- credlink.v1.Event
) STRICT;
CREATE UNIQUE INDEX events_by_sequence ON events (tenant, sequence);
CREATE INDEX events_by_time ON events (time_us);

CREATE TABLE event_heads (
  tenant TEXT PRIMARY KEY,
  last INTEGER NOT NULL,
  compacted INTEGER NOT NULL,
  time_us INTEGER NOT NULL,  -- of the last
  outage_since_us INTEGER    -- of the outage that the tenant was told of, until told of its end
) STRICT, WITHOUT ROWID;
CREATE INDEX event_heads_in_outage ON event_heads (outage_since_us)
  WHERE outage_since_us IS NOT NULL;
)sql";

// Every index ends, as all do, with row_id: equal keys are in the order of storing. Lists walk
// accounts_by_* and accounts_live_by_time; each yields its rows in the order of a list.
inline constexpr char kVersion2Indexes[] = R"sql(
DROP TABLE credentials;
DROP TABLE accounts;
ALTER TABLE accounts_2 RENAME TO accounts;
ALTER TABLE credentials_2 RENAME TO credentials;
DROP INDEX accounts_2_by_id;
CREATE UNIQUE INDEX accounts_by_id ON accounts (tenant, account_id);
CREATE UNIQUE INDEX accounts_live ON accounts (tenant, owner_id, provider, account_number)
  WHERE state <> 3;
CREATE INDEX accounts_by_time ON accounts (tenant, create_time_us);
CREATE INDEX accounts_live_by_time ON accounts (tenant, create_time_us) WHERE state <> 3;
CREATE INDEX accounts_by_owner ON accounts (tenant, owner_id, create_time_us);
CREATE INDEX accounts_by_number ON accounts (tenant, account_number, create_time_us);
CREATE INDEX accounts_by_provider ON accounts (tenant, provider, create_time_us);
CREATE INDEX accounts_by_state ON accounts (tenant, state, create_time_us);
CREATE INDEX accounts_by_health ON accounts (tenant, health, create_time_us);
CREATE INDEX accounts_by_environment ON accounts (tenant, environment, create_time_us);
CREATE INDEX accounts_by_label ON accounts (tenant, label, create_time_us);
CREATE INDEX accounts_by_update ON accounts (tenant, update_time_us);
CREATE INDEX accounts_due ON accounts (tenant, check_due_us) WHERE state = 1;
CREATE INDEX accounts_purge ON accounts (purge_time_us) WHERE state = 3;
CREATE INDEX accounts_everywhere ON accounts (provider, account_number, credential_tag, tenant);
)sql";

}  // namespace credlink::sqlite
