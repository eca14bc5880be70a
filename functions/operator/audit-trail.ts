/** What the audit log is told of a request: everything by which a known caller wanted to change something, refused or not. */
import { toHex } from '../../shared/octets.ts'
import { type Actor, type AuditEntry, record } from '../audit/index.ts'
import type { Environment } from '../environment.ts'
import type { Caller } from './authenticate.ts'
import type { ProblemCode } from './problem.ts'
import type { Answer, Route } from './route.ts'

/** Gathered on a request's way through the door. */
export interface Trail {
  caller: Caller | null
  /** As received; null when it was not read. */
  body: Uint8Array<ArrayBuffer> | null
  /** Null when the handler gave none: it refused, or was not asked. */
  answer: Answer | null
  refusal: ProblemCode | null
}

export const newTrail = (): Trail => ({ caller: null, body: null, answer: null, refusal: null })

/** Of what a caller writes into addresses and headers. */
const LONGEST_TEXT = 512

const short = (text: string) => text.slice(0, LONGEST_TEXT)

/** Writes the entry before the answer leaves. Requests that were braked leave none: a flood would only grow by it. */
export async function audit(
  environment: Environment,
  route: Route,
  request: Request,
  requestId: string,
  trail: Trail,
  status: number,
): Promise<void> {
  const who = whoIn(trail)
  const isBraked = trail.refusal === 'too-many-requests'
  if (!who || route.method === 'GET' || route.changesNothing || isBraked) return
  const { pathname, search } = new URL(request.url)
  const entry: AuditEntry = {
    id: requestId,
    at: Date.now(),
    actor: who.actor,
    action: route.operationId,
    target: short(pathname),
    from: request.headers.get('CF-Connecting-IP'),
    outcome: { status, code: trail.refusal ?? undefined },
    evidence: {
      requestId,
      query: short(search) || undefined,
      bodySha256: trail.body ? await sha256(trail.body) : undefined,
      sessionId: who.sessionId,
      ...repetitionIn(request, trail),
      ...idsIn(trail.answer?.json),
    },
  }
  await record(environment, who.tenant, entry)
}

interface Who {
  readonly tenant: string
  readonly actor: Actor
  readonly sessionId?: string
}

function whoIn({ caller, answer }: Trail): Who | null {
  if (answer?.madeFor) return answer.madeFor
  if (!caller) return null
  const { key, session } = caller
  const actor: Actor = { kind: session ? 'session' : 'key', id: key.id, name: key.name }
  return { tenant: key.tenant, actor, ...(session ? { sessionId: session.id } : {}) }
}

async function sha256(octets: Uint8Array<ArrayBuffer>): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', octets))).toLowerCase()
}

/** An answer that no handler gave is the one kept for the Idempotency-Key: what was done then is not done again. */
function repetitionIn(request: Request, { answer, refusal }: Trail) {
  const key = request.headers.get('Idempotency-Key')
  if (key === null) return {}
  const isReplay = answer === null && refusal === null
  return { idempotencyKey: short(key), ...(isReplay ? { isReplay } : {}) }
}

/** The ids that an answer gives to what was made or changed. */
function idsIn(json: unknown): { readonly id?: string; readonly operationIds?: readonly string[] } {
  const [id] = idOf(json)
  if (id !== undefined) return id.startsWith('op_') ? { operationIds: [id] } : { id }
  const campaignId = member(json, 'campaignId')
  if (typeof campaignId === 'string') return { id: campaignId }
  const ofBatch = listIn(json, 'data').flatMap((item) => idOf(member(item, 'operation')))
  const ofTrigger = listIn(json, 'operations').map((item) => String(member(item, 'operationId')))
  const operationIds = [...ofBatch, ...ofTrigger]
  return operationIds.length > 0 ? { operationIds } : {}
}

function member(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null
    ? Object.entries(json).find(([key]) => key === name)?.[1]
    : null
}

function idOf(json: unknown): readonly string[] {
  const id = member(json, 'id')
  return typeof id === 'string' ? [id] : []
}

function listIn(json: unknown, name: string): readonly unknown[] {
  const list = member(json, name)
  return Array.isArray(list) ? list : []
}
