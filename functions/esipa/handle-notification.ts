/** HandleNotification (SGP.32 §5.14.7): stored, by the eUICC's object or beside it, before the IPA may delete its copy. */
import { askEuicc } from './enrolled-euicc.ts'
import type { EsipaRequest } from './esipa-request.ts'
import { logEvent } from './log.ts'
import { senderOfNotification } from './sender.ts'
import { keepUnrouted } from './unrouted-notifications.ts'

export async function handleNotification(request: EsipaRequest): Promise<null> {
  const { octets, transport, trail } = request
  const sender = await senderOfNotification(request)
  if (typeof sender === 'object') {
    const answer = await askEuicc(request, sender.eid, (euicc) =>
      euicc.handleNotification({ octets, transport }),
    )
    if (answer.kind === 'stored') return null
  }
  await keepUnrouted(request)
  logEvent('notification-unrouted', { ...trail, reason: typeof sender === 'string' ? sender : 'unknown' })
  return null
}
