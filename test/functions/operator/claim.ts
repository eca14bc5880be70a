/** Leaves an Idempotency-Key as a request does that claimed it some time ago and has not answered. */
import type { Ask, Installation, Send } from './api-client.ts'

interface Claimed extends Ask {
  readonly installation: Installation
  readonly send: Send
  readonly key: string
}

export async function claimUnanswered(
  { installation, send, key, ...ask }: Claimed,
  agoMs: number,
): Promise<void> {
  const { FLEET } = installation.environment
  await send('POST', '/v1/operations', ask)
  const query = 'UPDATE idempotency SET status = NULL, claimed_at = ? WHERE key = ?'
  await FLEET.prepare(query)
    .bind(Date.now() - agoMs, key)
    .run()
}
