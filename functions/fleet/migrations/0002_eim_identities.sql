-- A host name that devices poll belongs to one tenant; the foreign key below keeps a second one out.
CREATE TABLE eim_fqdns (
  eim_fqdn TEXT PRIMARY KEY, -- lower case
  tenant TEXT NOT NULL,
  UNIQUE (eim_fqdn, tenant)
) WITHOUT ROWID;

-- The eIMs a tenant is to its eUICCs. Written by the operator's API, kept for good: eUICCs in the field name them.
CREATE TABLE eim_identities (
  id TEXT PRIMARY KEY, -- eim_ + ULID
  tenant TEXT NOT NULL,
  eim_id TEXT NOT NULL,
  eim_fqdn TEXT NOT NULL,
  eim_id_type TEXT NOT NULL CHECK (eim_id_type IN ('oid', 'fqdn', 'proprietary')),
  is_default INTEGER NOT NULL,
  -- What devices trust for TLS or DTLS (trustedPublicKeyDataTls): DER, or NULL for the authorities of the device.
  tls_trust_kind TEXT CHECK (tls_trust_kind IN ('publicKey', 'certificate')),
  tls_trust BLOB,
  tls_note TEXT,
  created_at INTEGER NOT NULL, -- milliseconds since the epoch, as all instants
  UNIQUE (tenant, eim_id),
  FOREIGN KEY (eim_fqdn, tenant) REFERENCES eim_fqdns (eim_fqdn, tenant)
);
CREATE UNIQUE INDEX eim_identities_one_default ON eim_identities (tenant) WHERE is_default = 1;

-- Signing keys of an identity. A retired key stays, since evidence names it; its private half is erased.
CREATE TABLE eim_keys (
  id TEXT PRIMARY KEY, -- key_ + ULID
  tenant TEXT NOT NULL,
  identity TEXT NOT NULL REFERENCES eim_identities (id),
  state TEXT NOT NULL CHECK (state IN ('active', 'next', 'retired')),
  public_key BLOB NOT NULL, -- SubjectPublicKeyInfo, DER
  certificate BLOB, -- eimCertificate, DER
  wrapped_private_key BLOB, -- IV (12) || PKCS#8 under AES-256-GCM || tag (16)
  created_at INTEGER NOT NULL,
  retired_at INTEGER
);
CREATE INDEX eim_keys_of_identity ON eim_keys (identity);
CREATE UNIQUE INDEX eim_keys_one_next ON eim_keys (identity) WHERE state = 'next';

-- Which eUICC a package went to, for devices whose results leave the EID out. Written at hand-out, kept 90 days.
CREATE TABLE eim_transactions (
  tenant TEXT NOT NULL,
  eim_transaction_id TEXT NOT NULL, -- hex
  eid TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, eim_transaction_id)
) WITHOUT ROWID;
CREATE INDEX eim_transactions_by_age ON eim_transactions (created_at);

-- Notifications that name no eUICC we know; the device deleted its copy when we took them.
CREATE TABLE unrouted_notifications (
  tenant TEXT NOT NULL,
  digest TEXT NOT NULL, -- SHA-256 of the octets, hex: the same one again is stored once
  received_at INTEGER NOT NULL,
  octets BLOB NOT NULL, -- HandleNotificationEsipa (BF3D), as received
  PRIMARY KEY (tenant, digest)
) WITHOUT ROWID;
