/** The Durable Object around a {@link SessionGroup}. */
import { DurableObject } from 'cloudflare:workers'
import type { SaveRequest } from '../../shared/gateway/session-store-message.ts'
import { sqlOf } from '../euicc/durable-sql.ts'
import type { UsedToken } from '../transport/used-token.ts'
import { SessionGroup } from './session-group.ts'
import type { SessionGroupInterface } from './session-group-stub.ts'

const SOON_MS = 60_000

export class SessionGroupObject extends DurableObject implements SessionGroupInterface {
  readonly #group: SessionGroup

  constructor(state: DurableObjectState, environment: unknown) {
    super(state, environment as Cloudflare.Env)
    this.#group = new SessionGroup(sqlOf(state.storage), () => Date.now())
  }

  async save(token: UsedToken, sessions: SaveRequest['sessions']) {
    const outcomes = this.#group.save(token, sessions)
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + SOON_MS)
    return outcomes
  }

  async claim(token: UsedToken, name: string) {
    return this.#group.claim(token, name)
  }

  async remove(token: UsedToken, sessions: readonly { name: string; generation: number }[]) {
    return this.#group.remove(token, sessions)
  }

  override async alarm(): Promise<void> {
    const next = this.#group.sweep()
    if (next !== null) await this.ctx.storage.setAlarm(Math.max(next, Date.now() + SOON_MS))
  }
}
