/** Idempotency-Key on creating requests: the same request gets the same answer, another one under the same key none. */
import { toHex } from '../../shared/octets.ts'
import { packText, unpackText } from './packed-text.ts'
import { Problem } from './problem.ts'
import { openAnswer, sealAnswer } from './sealed-answer.ts'

/** Keys are kept at least 7 days. */
const KEPT_MS = 8 * 86_400_000
/** A request that claimed its key this long ago and never finished has died; objects recognise its operations. */
const DEAD_MS = 60_000
const LONGEST_KEY = 255

interface Row {
  fingerprint: string
  claimed_at: number
  status: number | null
  headers: string | null
  body: string | null
}

export interface IdempotentRequest {
  readonly db: D1Database
  readonly tenant: string
  readonly key: string
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly body: string
  readonly now: number
  /** For answers that show a secret: the caller's token, which alone opens them again. */
  readonly bearer: string | null
}

export interface Handled {
  readonly response: Response
  /** Answers that come of the moment are not kept: the caller should try again. */
  readonly lasting: boolean
}

/** Runs `handle` once for a key and remembers its answer. @throws {Problem} */
export async function answerOnce(
  request: IdempotentRequest,
  handle: () => Promise<Handled>,
): Promise<Response> {
  const { key } = request
  if (key.length === 0 || key.length > LONGEST_KEY)
    throw new Problem('bad-request', `an Idempotency-Key has 1 to ${LONGEST_KEY} characters`)
  const fingerprint = await fingerprintOf(request)
  const claimed = await claim(request, fingerprint)
  if (!claimed) return replay(request, fingerprint, handle)
  return runAndKeep(request, handle)
}

async function fingerprintOf({ method, path, body, bearer }: IdempotentRequest): Promise<string> {
  const octets = new TextEncoder().encode(`${method} ${path}\n${body}${bearer === null ? '' : `\n${bearer}`}`)
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', octets)))
}

async function claim({ db, tenant, key, now }: IdempotentRequest, fingerprint: string): Promise<boolean> {
  const results = await db.batch([
    db.prepare('DELETE FROM idempotency WHERE claimed_at < ?').bind(now - KEPT_MS),
    db
      .prepare(
        'INSERT INTO idempotency (tenant, key, fingerprint, claimed_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      )
      .bind(tenant, key, fingerprint, now),
  ])
  return (results[1]?.meta.changes ?? 0) > 0
}

async function replay(
  request: IdempotentRequest,
  fingerprint: string,
  handle: () => Promise<Handled>,
): Promise<Response> {
  const { db, tenant, key, now, bearer } = request
  const row = await db
    .prepare('SELECT * FROM idempotency WHERE tenant = ? AND key = ?')
    .bind(tenant, key)
    .first<Row>()
  if (!row) throw new Problem('unavailable', 'the first answer is just being removed; try again')
  if (row.fingerprint !== fingerprint) {
    throw new Problem(
      'idempotency-mismatch',
      'the first request with this key had another method, path or body',
    )
  }
  if (row.status !== null) {
    return new Response(await keptBody(row.body ?? '', bearer), {
      status: row.status,
      headers: JSON.parse(row.headers ?? '{}') as Record<string, string>,
    })
  }
  const { meta } = await db
    .prepare(
      'UPDATE idempotency SET claimed_at = ? WHERE tenant = ? AND key = ? AND status IS NULL AND claimed_at < ?',
    )
    .bind(now, tenant, key, now - DEAD_MS)
    .run()
  if (meta.changes === 0) {
    throw new Problem('idempotency-in-progress', 'wait for its answer, then repeat', {
      headers: { 'Retry-After': '1' },
    })
  }
  return runAndKeep(request, handle)
}

function keptBody(body: string, bearer: string | null): Promise<string> {
  return bearer === null ? unpackText(body) : openAnswer(body, bearer)
}

async function runAndKeep(
  { db, tenant, key, bearer }: IdempotentRequest,
  handle: () => Promise<Handled>,
): Promise<Response> {
  try {
    const { response, lasting } = await handle()
    if (!lasting) {
      await release(db, tenant, key)
      return response
    }
    const text = await response.clone().text()
    const body = bearer === null ? await packText(text) : await sealAnswer(text, bearer)
    const headers = JSON.stringify(Object.fromEntries(response.headers))
    await db
      .prepare('UPDATE idempotency SET status = ?, headers = ?, body = ? WHERE tenant = ? AND key = ?')
      .bind(response.status, headers, body, tenant, key)
      .run()
    return response
  } catch (error) {
    await release(db, tenant, key)
    throw error
  }
}

async function release(db: D1Database, tenant: string, key: string): Promise<void> {
  await db.prepare('DELETE FROM idempotency WHERE tenant = ? AND key = ?').bind(tenant, key).run()
}
