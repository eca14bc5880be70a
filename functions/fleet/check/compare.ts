/** Asks objects for their truth, and finds where the index differs from it. */

import { inLanes } from '../../../shared/in-lanes.ts'
import type { EuiccTruth } from '../../euicc/euicc-interface.ts'
import { type EuiccNamespace, euiccOf } from '../../euicc/euicc-stub.ts'
import { type Difference, differences } from './differences.ts'
import { type IndexRows, readIndex } from './indexed-euicc.ts'

/** Objects asked at the same time. */
const LANES = 20

export interface Compared {
  readonly index: IndexRows
  /** Null: there is no object yet, and asking has not made one. */
  readonly truth: EuiccTruth | null
  readonly differences: readonly Difference[]
}

export async function compareEuiccs(
  fleet: D1Database,
  euiccs: EuiccNamespace,
  tenant: string,
  eids: readonly string[],
): Promise<readonly Compared[]> {
  const index = await readIndex(fleet, tenant, eids)
  const compared: Compared[] = []
  await inLanes(index.values(), LANES, async (rows) => {
    const truth = await readWholeTruth(euiccs, tenant, rows.eid)
    compared.push({ index: rows, truth, differences: differences(rows, truth) })
  })
  return compared
}

/** All operations; the rest as of the first reading, so that what happens meanwhile counts as newer. */
export async function readWholeTruth(
  euiccs: EuiccNamespace,
  tenant: string,
  eid: string,
): Promise<EuiccTruth | null> {
  const euicc = euiccOf(euiccs, tenant, eid)
  const first = await euicc.truth(null)
  if (!first) return null
  const operations = [...first.operations]
  for (let cursor = first.nextCursor; cursor !== null; ) {
    const more = await euicc.truth(cursor)
    operations.push(...(more?.operations ?? []))
    cursor = more?.nextCursor ?? null
  }
  return { ...first, operations, nextCursor: null }
}
