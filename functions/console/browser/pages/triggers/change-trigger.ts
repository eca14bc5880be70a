import { ask } from '../../api/client.ts'
import type { Trigger } from '../../api/triggers.ts'

/** Changes a trigger as it is now: nobody's change in between is lost. @throws {ApiProblem} */
export async function changeTrigger(id: string, change: object): Promise<void> {
  const path = `/v1/triggers/${id}`
  const { etag } = await ask<Trigger>('GET', path)
  await ask('PATCH', path, { body: change, ...(etag !== null && { headers: { 'If-Match': etag } }) })
}
