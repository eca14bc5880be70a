/**
 * Brings the fleet database up to what the eUICCs' objects tell. The queue may repeat and reorder: each row remembers the
 * sequence of the change it shows and is never set back, so that a batch can be applied any number of times.
 */
import type { Environment } from '../environment.ts'
import type { Change } from '../euicc/change.ts'
import type { CampaignNamespace } from './campaign/campaign-stub.ts'

/** The queue's consumer: a handful of statements a batch, whatever its size. A failure makes the queue bring it again. */
export async function applyChanges(
  environment: Pick<Environment, 'FLEET' | 'CAMPAIGN'>,
  changes: readonly Change[],
): Promise<void> {
  await writeChanges(environment.FLEET, changes)
  await reportToCampaigns(environment.CAMPAIGN, changes)
}

/** After the index: a campaign looks there for who was seen. */
export async function reportToCampaigns(
  campaigns: CampaignNamespace,
  changes: readonly Change[],
): Promise<void> {
  const concerned = changes
    .filter(isOfKind('operation'))
    .filter(({ operation }) => operation.campaign !== undefined)
  const groups = Map.groupBy(concerned, ({ tenant, operation }) => `${tenant}:${operation.campaign}`)
  await Promise.all(Array.from(groups, ([name, reports]) => campaigns.getByName(name).report(reports)))
}

export async function writeChanges(db: D1Database, changes: readonly Change[]): Promise<void> {
  const operations = latest(changes.filter(isOfKind('operation')), ({ operation }) => operation.id)
  const pictures = latest(changes.filter(isOfKind('profiles')), ({ eid }) => eid)
  const contacts = changes.filter(isOfKind('seen'))
  const statements = [
    ...(operations.length > 0 ? [operationsStatement(db, operations)] : []),
    ...(contacts.length > 0 ? [contactsStatement(db, contacts)] : []),
    ...(pictures.length > 0 ? picturesStatements(db, pictures) : []),
  ]
  if (statements.length > 0) await db.batch(statements)
}

type ChangeOf<Kind extends Change['kind']> = Extract<Change, { kind: Kind }>

function isOfKind<Kind extends Change['kind']>(kind: Kind) {
  return (change: Change): change is ChangeOf<Kind> => change.kind === kind
}

/** Of several changes of one thing the one with the highest sequence. */
function latest<C extends Change>(changes: readonly C[], nameOf: (change: C) => string): C[] {
  const found = new Map<string, C>()
  for (const change of changes) {
    const name = `${change.tenant}:${nameOf(change)}`
    if ((found.get(name)?.sequence ?? -1) < change.sequence) found.set(name, change)
  }
  return [...found.values()]
}

export function operationsStatement(
  db: D1Database,
  changes: readonly ChangeOf<'operation'>[],
): D1PreparedStatement {
  const rows = changes.map(({ tenant, eid, sequence, at, operation }) => ({
    ...operation,
    tenant,
    eid,
    sequence,
    at,
  }))
  const query = `INSERT INTO operations
      (tenant, id, eid, type, status, outcome, reason, origin, created_at, updated_at, sequence)
    SELECT value ->> 'tenant', value ->> 'id', value ->> 'eid', value ->> 'type', value ->> 'status',
      value ->> 'outcome', nullif(value -> 'reason', 'null'), value ->> 'origin', value ->> 'createdAt', value ->> 'at',
      value ->> 'sequence'
    FROM json_each(?) WHERE true
    ON CONFLICT (tenant, id) DO UPDATE SET status = excluded.status, outcome = excluded.outcome,
      reason = excluded.reason, updated_at = excluded.updated_at, sequence = excluded.sequence
    WHERE excluded.sequence > operations.sequence`
  return db.prepare(query).bind(JSON.stringify(rows))
}

function contactsStatement(db: D1Database, changes: readonly ChangeOf<'seen'>[]): D1PreparedStatement {
  const query = `UPDATE euiccs SET last_seen_at = told.at
    FROM (SELECT value ->> 'tenant' AS tenant, value ->> 'eid' AS eid, max(value ->> 'at') AS at
      FROM json_each(?) GROUP BY 1, 2) AS told
    WHERE euiccs.tenant = told.tenant AND euiccs.eid = told.eid AND coalesce(last_seen_at, 0) < told.at`
  const rows = changes.map(({ tenant, eid, at }) => ({ tenant, eid, at }))
  return db.prepare(query).bind(JSON.stringify(rows))
}

/** A list replaces the one before, unless a newer one is there. */
export function picturesStatements(
  db: D1Database,
  changes: readonly ChangeOf<'profiles'>[],
): D1PreparedStatement[] {
  const rows = JSON.stringify(
    changes.map(({ tenant, eid, sequence, profiles }) => ({ tenant, eid, sequence, profiles })),
  )
  const told = `(SELECT value ->> 'tenant' AS tenant, value ->> 'eid' AS eid, value ->> 'sequence' AS sequence,
    value -> 'profiles' AS profiles FROM json_each(?)) AS told`
  const mark = `UPDATE euiccs SET profiles_sequence = told.sequence FROM ${told}
    WHERE euiccs.tenant = told.tenant AND euiccs.eid = told.eid AND profiles_sequence < told.sequence`
  const remove = `DELETE FROM euicc_profiles
    WHERE (tenant, eid) IN (SELECT value ->> 'tenant', value ->> 'eid' FROM json_each(?)) AND sequence < (SELECT profiles_sequence
      FROM euiccs WHERE euiccs.tenant = euicc_profiles.tenant AND euiccs.eid = euicc_profiles.eid)`
  const insert = `INSERT INTO euicc_profiles (tenant, iccid, eid, state, sequence, service_provider_name)
    SELECT told.tenant, profile.value ->> 'iccid', told.eid, profile.value ->> 'state', told.sequence,
      profile.value ->> 'serviceProviderName'
    FROM ${told}, json_each(told.profiles) AS profile
    JOIN euiccs ON euiccs.tenant = told.tenant AND euiccs.eid = told.eid AND profiles_sequence = told.sequence
    WHERE true ON CONFLICT DO NOTHING`
  return [mark, remove, insert].map((query) => db.prepare(query).bind(rows))
}
