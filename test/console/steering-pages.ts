/** The pages for campaigns, triggers, webhooks, keys and the audit log, and what each shows once it has everything. */
import type { ShownPage } from './every-page.ts'
import type { Steering } from './steering-seed.ts'

export function steeringPages(seeded: Steering): readonly ShownPage[] {
  const { ready, paused, endpoint, disabledEndpoint, identity, trigger } = seeded
  return [
    { name: 'campaigns', path: '/console/campaigns', shows: 'Who holds which profiles' },
    { name: 'campaign-ready', path: `/console/campaigns/${ready}`, shows: 'Plan' },
    { name: 'campaign-paused', path: `/console/campaigns/${paused}`, shows: 'waits for your word' },
    { name: 'campaign-new', path: '/console/campaigns/new?group=meters', shows: 'fit now' },
    { name: 'triggers', path: '/console/triggers', shows: 'Network-loss alarm' },
    { name: 'trigger', path: `/console/triggers/${trigger}`, shows: 'no match (422)' },
    { name: 'trigger-new', path: '/console/triggers/new', shows: 'Condition, in CEL' },
    { name: 'trigger-edit', path: `/console/triggers/${trigger}/edit`, shows: 'Keep the changes' },
    { name: 'webhooks', path: '/console/webhooks', shows: 'old ticket system' },
    { name: 'webhook', path: `/console/webhooks/${endpoint}`, shows: 'webhook_endpoint.test' },
    { name: 'webhook-disabled', path: `/console/webhooks/${disabledEndpoint}`, shows: 'Nothing is sent' },
    { name: 'events', path: '/console/events', shows: 'operation.succeeded' },
    { name: 'identities', path: '/console/identities', shows: 'it does not expire' },
    { name: 'identity', path: `/console/identities/${identity}`, shows: 'Rotation under way' },
    { name: 'api-keys', path: '/console/api-keys', shows: 'viewer at the desk' },
    { name: 'audit', path: '/console/audit', shows: 'The chain is verified' },
  ]
}
