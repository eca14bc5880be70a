/** The vault at the edge (`shared/gateway/session-store-message.ts`): any node of the cluster can take any session over. */
import pLimit, { type LimitFunction } from 'p-limit'
import type { z } from 'zod'
import {
  ClaimAnswer,
  MOST_SESSIONS_PER_CALL,
  SaveAnswer,
  type SaveRequest,
  SESSION_STORE_PATHS,
} from '../../shared/gateway/session-store-message.ts'
import type { EdgeClient } from '../forward/index.ts'
import type { Claim, SaveOutcome, SessionSave, SessionVault } from './session-vault.ts'

/** Of one call from when it leaves, milliseconds. */
const TIMEOUT_MS = 5000
const JSON_HEADERS = { 'Content-Type': 'application/json' }

type VaultClient = Pick<EdgeClient, 'connections' | 'post' | 'close'>

export class EdgeVault implements SessionVault {
  #client: VaultClient
  /**
   * Claims may be hundreds at once, as after a restart. In the client's queue their time would run while they wait: with
   * a slow edge nearly all would end in vain. Saves are few, and wait for no more than the calls on their way.
   */
  #inTurn: LimitFunction

  constructor(client: VaultClient) {
    this.#client = client
    this.#inTurn = pLimit(client.connections)
  }

  /** Goes on with another client; calls of the one before on their way come to their end. */
  use(client: VaultClient): void {
    const before = this.#client
    this.#client = client
    this.#inTurn = pLimit(client.connections)
    void before.close()
  }

  async save(sessions: readonly SessionSave[]): Promise<readonly SaveOutcome[]> {
    const outcomes: SaveOutcome[] = []
    for (let from = 0; from < sessions.length; from += MOST_SESSIONS_PER_CALL) {
      const part = sessions.slice(from, from + MOST_SESSIONS_PER_CALL)
      const body = { sessions: part.map(asMessage) }
      const answer = await this.#call(SESSION_STORE_PATHS.save, body, SaveAnswer)
      if (answer.sessions.length !== part.length) throw new Error('the edge answered for other sessions')
      outcomes.push(...answer.sessions)
    }
    return outcomes
  }

  async claim(name: string): Promise<Claim> {
    const answer = await this.#inTurn(() => this.#call(SESSION_STORE_PATHS.claim, { name }, ClaimAnswer))
    return answer.kind === 'claimed' ? { ...answer, sealed: Buffer.from(answer.sealed, 'base64') } : answer
  }

  async remove(sessions: readonly { readonly name: string; readonly generation: number }[]): Promise<void> {
    for (let from = 0; from < sessions.length; from += MOST_SESSIONS_PER_CALL) {
      const part = sessions.slice(from, from + MOST_SESSIONS_PER_CALL)
      await this.#call(SESSION_STORE_PATHS.remove, { sessions: part }, null)
    }
  }

  close(): Promise<void> {
    return this.#client.close()
  }

  async #call<Schema extends z.ZodType>(path: string, body: object, schema: Schema): Promise<z.output<Schema>>
  async #call(path: string, body: object, schema: null): Promise<null>
  async #call(path: string, body: object, schema: z.ZodType | null): Promise<unknown> {
    const octets = Buffer.from(JSON.stringify(body))
    const request = { path, headers: JSON_HEADERS, body: octets }
    const attempt = await this.#client.post(request, AbortSignal.timeout(TIMEOUT_MS))
    if (attempt.kind !== 'answered') throw new Error(`the session store at the edge: ${attempt.kind}`)
    if (attempt.status !== 200) throw new Error(`the session store at the edge answered ${attempt.status}`)
    return schema === null ? null : schema.parse(JSON.parse(Buffer.from(attempt.body).toString()))
  }
}

function asMessage(session: SessionSave): SaveRequest['sessions'][number] {
  if (session.kind === 'progress') return session
  return { ...session, sealed: Buffer.from(session.sealed).toString('base64') }
}
