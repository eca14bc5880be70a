/**
 * Which eUICC a package went to, by eimTransactionId: some devices leave the EID out of their results
 * (SGP.32 §5.14.6 note 1). This isolate remembers by itself; the table serves the others.
 */
import { readTlv, readTlvs, type Tlv } from '../../shared/asn1/index.ts'
import { type Octets, toHex } from '../../shared/octets.ts'
import { BoundedCache } from '../../shared/pki/bounded-cache.ts'
import type { EsipaRequest } from './esipa-request.ts'
import { logEvent } from './log.ts'

const REMEMBERED = 4096
const remembered = new BoundedCache<string>(REMEMBERED)

const KEPT_MS = 90 * 86_400_000

/** Notes the package inside a GetEimPackageResponse, if there is one. The database is written behind the answer. */
export function noteHandOut(request: EsipaRequest, eid: string, response: Octets): void {
  const transaction = transactionIn(response)
  if (transaction === null) return
  const { tenant } = request.host
  const name = `${tenant}|${transaction}`
  if (remembered.get(name) === eid) return
  remembered.set(name, eid)
  const stored = store(request.environment.FLEET, tenant, transaction, eid)
  request.waitUntil(
    stored.catch((error: unknown) => {
      // Forgotten, so that the same package, when it is given again, is noted again.
      remembered.delete(name)
      logEvent('hand-out-not-noted', { tenant, eid, reason: String(error) })
    }),
  )
}

async function store(db: D1Database, tenant: string, transaction: string, eid: string): Promise<void> {
  const now = Date.now()
  await db.batch([
    db
      .prepare(
        'INSERT OR IGNORE INTO eim_transactions (tenant, eim_transaction_id, eid, created_at) VALUES (?, ?, ?, ?)',
      )
      .bind(tenant, transaction, eid, now),
    db.prepare('DELETE FROM eim_transactions WHERE created_at < ?').bind(now - KEPT_MS),
  ])
}

/** The EID that the package with this eimTransactionId (hex) went to, or null. */
export async function eidOfTransaction(request: EsipaRequest, transaction: string): Promise<string | null> {
  const { tenant } = request.host
  const known = remembered.get(`${tenant}|${transaction}`)
  if (known !== undefined) return known
  const query = 'SELECT eid FROM eim_transactions WHERE tenant = ? AND eim_transaction_id = ?'
  return request.environment.FLEET.prepare(query).bind(tenant, transaction).first<string>('eid')
}

/** Where each package carries its eimTransactionId, as a path of tags from the package inwards. */
const PATHS: ReadonlyMap<number, readonly number[]> = new Map([
  [0xbf51, [0x30, 0x82]],
  [0xbf52, [0x83]],
  [0xbf54, [0x82]],
])

function transactionIn(response: Octets): string | null {
  const outer = readTlv(response, 0, response.length)
  let element: Tlv | undefined = readTlv(response, outer.contentStart, outer.end)
  const path = PATHS.get(element.tag)
  if (!path) return null
  for (const tag of path) element = element && childOf(response, element, tag)
  return element ? toHex(response.subarray(element.contentStart, element.end)) : null
}

function childOf(octets: Octets, { contentStart, end }: Tlv, tag: number): Tlv | undefined {
  for (const child of readTlvs(octets, contentStart, end)) if (child.tag === tag) return child
  return undefined
}
