/** The Worker: which door a request comes to, and what runs by queue and clock. */
import { Hono } from 'hono'
import { recordQueued } from './audit/index.ts'
import { consolePages } from './console/index.ts'
import type { Environment } from './environment.ts'
import { esipaApi } from './esipa/index.ts'
import type { Change } from './euicc/change.ts'
import { forgetOldEvents, type Message, publish } from './events/index.ts'
import { applyChanges, checkDrift, continueRebuild, forgetOldHours, type RebuildStep } from './fleet/index.ts'
import { gatewayApi } from './gateway/index.ts'
import { inject } from './injection/index.ts'
import { resealSecrets, rewrapSigningKeys } from './keys/index.ts'
import { forgetExpiredSessions, operatorApi } from './operator/index.ts'

export { AuditObject } from './audit/audit-object.ts'
export { EuiccObject } from './euicc/euicc-object.ts'
export { EndpointObject } from './events/endpoint-object.ts'
export { FeedObject } from './events/feed-object.ts'
export { CampaignObject } from './fleet/campaign/campaign-object.ts'
export { PushObject } from './gateway/push-object.ts'
export { SessionGroupObject } from './gateway/session-group-object.ts'

/** A device that cannot be reached polls; nothing here is worth a repetition by the queue. */
async function injectWanted(environment: Environment, changes: readonly Change[]): Promise<void> {
  const wanted = changes.filter(({ kind }) => kind === 'push-wanted')
  const eids = new Map(wanted.map(({ tenant, eid }) => [`${tenant} ${eid}`, { tenant, eid }]))
  await Promise.all(
    Array.from(eids.values(), async ({ tenant, eid }) => {
      const outcome = await inject(environment, tenant, eid).catch((error: unknown) => String(error))
      console.log(JSON.stringify({ event: 'injected', tenant, eid, outcome }))
    }),
  )
}

const doors = new Hono<{ Bindings: Environment }>()
doors.route('/', esipaApi)
doors.route('/', gatewayApi)
doors.route('/', consolePages)
doors.route('/', operatorApi)

export default {
  fetch: doors.fetch,
  async queue(batch, environment) {
    const bodies = batch.messages.map(({ body }) => body)
    const messages = bodies.filter((body) => body.kind !== 'rebuild')
    const changes = messages.filter((message) => message.kind !== 'announcement' && message.kind !== 'audit')
    await applyChanges(environment, changes)
    await publish(environment, messages)
    await recordQueued(environment, messages)
    await injectWanted(environment, changes)
    for (const step of bodies)
      if (step.kind === 'rebuild') await continueRebuild(environment, step, Date.now())
  },
  async scheduled(_event, environment) {
    await rewrapSigningKeys(environment)
    await resealSecrets(environment)
    await forgetOldEvents(environment.FLEET, Date.now())
    await forgetExpiredSessions(environment.FLEET, Date.now())
    await forgetOldHours(environment.FLEET, Date.now())
    await checkDrift(environment, Date.now())
  },
} satisfies ExportedHandler<Environment, Message | RebuildStep>
