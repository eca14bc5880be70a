/** From the queue to all who are to know: the log first, then endpoints and listeners. Any of it may be repeated. */
import type { Environment } from '../environment.ts'
import type { Step } from './delivery-queue.ts'
import { type Endpoint, enabledEndpoints } from './endpoint.ts'
import { endpointOf } from './endpoint-stub.ts'
import { eventsOf, type Happening, type Message, matches, type TenantEvent } from './event.ts'
import { writeEvents } from './event-log.ts'
import { feedOf } from './feed-stub.ts'

type PublishEnvironment = Pick<Environment, 'FLEET' | 'WEBHOOK_ENDPOINT' | 'EVENT_FEED'>

/** A message of the queue, with the events it is. */
interface Told {
  readonly tenant: string
  readonly step: Step
}

export async function publish(environment: PublishEnvironment, messages: readonly Message[]): Promise<void> {
  const told = messages.filter((message) => message.kind !== 'audit').map(tell)
  const events = told.flatMap(({ step }) => step.events)
  await writeEvents(environment.FLEET, events)
  const tenants = Map.groupBy(told, ({ tenant }) => tenant)
  const endpoints = await enabledEndpoints(environment.FLEET, [...tenants.keys()])
  const steps = (tenant: string) => tenants.get(tenant)?.map(({ step }) => step) ?? []
  await Promise.all([
    ...endpoints.map((endpoint) =>
      endpointOf(environment.WEBHOOK_ENDPOINT, endpoint).accept(
        { tenant: endpoint.tenant, id: endpoint.id },
        wantedBy(endpoint, steps(endpoint.tenant)),
      ),
    ),
    ...Array.from(
      Map.groupBy(events, ({ tenant }) => tenant),
      ([tenant, theirs]) => feedOf(environment.EVENT_FEED, tenant).publish(theirs),
    ),
  ])
}

function tell(message: Happening): Told {
  if (message.kind === 'announcement') {
    const { tenant, subject, sequence } = message.event
    return { tenant, step: { subject, sequence, isNumbered: false, events: [message.event] } }
  }
  const { tenant, eid, sequence } = message
  return { tenant, step: { subject: eid, sequence, isNumbered: true, events: eventsOf(message) } }
}

/** Changes that hold nothing for this endpoint still say that their number is not missing. */
function wantedBy({ types }: Endpoint, steps: readonly Step[]): Step[] {
  return steps
    .map((step) => ({ ...step, events: step.events.filter(({ type }: TenantEvent) => matches(types, type)) }))
    .filter(({ isNumbered, events }) => isNumbered || events.length > 0)
}
