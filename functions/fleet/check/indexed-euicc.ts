/** The rows of the index that an object knows better, of a handful of eUICCs. */

import type { EuiccTruth, TrueOperation } from '../../euicc/euicc-interface.ts'
import type { Reason } from '../../euicc/operation.ts'
import type { IndexedEuicc } from './differences.ts'

export interface IndexRows extends IndexedEuicc {
  readonly eid: string
  /** The highest of its rows. */
  readonly sequence: number
}

interface EuiccRow {
  eid: string
  eimId: string
  expectedPollSeconds: number | null
  timeZone: string | null
  retiredAt: number | null
  lastSeenAt: number | null
  sequence: number
}

type ProfileRow = EuiccTruth['profiles'][number] & { eid: string; sequence: number }
type OperationRow = Omit<TrueOperation, 'reason' | 'updatedAt'> & {
  eid: string
  sequence: number
  reason: string | null
}

/** By EID; of those not enrolled nothing. */
export async function readIndex(
  db: D1Database,
  tenant: string,
  eids: readonly string[],
): Promise<ReadonlyMap<string, IndexRows>> {
  const named = 'tenant = ?1 AND eid IN (SELECT value FROM json_each(?2))'
  const [euiccs, profiles, operations] = await db.batch(
    [
      `SELECT eid, eim_id AS eimId, expected_poll_seconds AS expectedPollSeconds, time_zone AS timeZone,
        retired_at AS retiredAt, last_seen_at AS lastSeenAt, profiles_sequence AS sequence FROM euiccs WHERE ${named}`,
      `SELECT eid, iccid, state, service_provider_name AS serviceProviderName, sequence
        FROM euicc_profiles WHERE ${named}`,
      `SELECT eid, id, type, status, outcome, reason, origin, created_at AS createdAt, sequence
        FROM operations INDEXED BY operations_of_euicc WHERE ${named}`,
    ].map((query) => db.prepare(query).bind(tenant, JSON.stringify(eids))),
  )
  const profilesOf = Map.groupBy((profiles?.results ?? []) as ProfileRow[], ({ eid }) => eid)
  const operationsOf = Map.groupBy((operations?.results ?? []) as OperationRow[], ({ eid }) => eid)
  return new Map(
    ((euiccs?.results ?? []) as EuiccRow[]).map(({ eid, retiredAt, sequence, ...settings }) => {
      const theirs = operationsOf.get(eid) ?? []
      const held = profilesOf.get(eid) ?? []
      const rows: IndexRows = {
        eid,
        ...settings,
        isRetired: retiredAt !== null,
        sequence: Math.max(sequence, ...[...theirs, ...held].map((row) => row.sequence)),
        profiles: held.map(({ eid: _, sequence: __, ...profile }) => profile),
        operations: theirs.map(({ eid: _, sequence: __, reason, ...operation }) => ({
          ...operation,
          reason: reason === null ? null : (JSON.parse(reason) as Reason),
        })),
      }
      return [eid, rows]
    }),
  )
}
