// Version 1 of the schema. Released: never changed.
#pragma once

namespace credlink::sqlite {

// Tenant comes first in every key. row_id grows in the order of linking and is never used again; it
// is the position in lists. State 3 is credlink.v1.Account.STATE_DELETED. The indexes of live
// accounts end, as all indexes do, with row_id: equal keys are in list order. Requests and their
// responses are appended, and go in about the same order.
inline constexpr char kVersion1[] = R"sql(
CREATE TABLE accounts (
  row_id INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant TEXT NOT NULL,
  account_id TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  account_number TEXT NOT NULL,
  state INTEGER NOT NULL,
  message BLOB NOT NULL  -- credlink.v1.Account
) STRICT;
CREATE UNIQUE INDEX accounts_by_id ON accounts (tenant, account_id);
CREATE UNIQUE INDEX accounts_live ON accounts (tenant, owner_id, provider, account_number)
  WHERE state <> 3;
CREATE INDEX accounts_live_by_tenant ON accounts (tenant) WHERE state <> 3;
CREATE INDEX accounts_live_by_owner ON accounts (tenant, owner_id) WHERE state <> 3;
CREATE INDEX accounts_live_by_provider ON accounts (tenant, provider) WHERE state <> 3;
CREATE INDEX accounts_live_by_number ON accounts (tenant, account_number) WHERE state <> 3;

CREATE TABLE credentials (
  tenant TEXT NOT NULL,
  account_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (tenant, account_id, version),
  FOREIGN KEY (tenant, account_id) REFERENCES accounts (tenant, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE requests (
  tenant TEXT NOT NULL,
  request_id TEXT NOT NULL,
  digest BLOB NOT NULL,
  response BLOB NOT NULL,
  expire_time_us INTEGER NOT NULL,  -- since 1970
  PRIMARY KEY (tenant, request_id)
) STRICT;
CREATE INDEX requests_by_expiry ON requests (expire_time_us);

CREATE TABLE tenant_keys (
  tenant TEXT NOT NULL,
  version INTEGER NOT NULL,
  kek_id TEXT NOT NULL,
  blob BLOB NOT NULL,
  PRIMARY KEY (tenant, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace credlink::sqlite
