/** Every page of the console, and what the navigation shows of them: a new page is one line in each list. */
import type { Child } from 'hono/jsx'
import type { IconName } from '../parts/icon.tsx'
import type { Params } from '../shell/route-match.ts'
import { AuditPage } from './audit/audit-page.tsx'
import { CampaignPage } from './campaigns/campaign-page.tsx'
import { CampaignsPage } from './campaigns/campaigns-page.tsx'
import { NewCampaignPage } from './campaigns/new-campaign-page.tsx'
import { EuiccPage } from './euicc/euicc-page.tsx'
import { EuiccsPage } from './euiccs/euiccs-page.tsx'
import { EventsPage } from './events/events-page.tsx'
import { FleetPage } from './fleet/fleet-page.tsx'
import { ApiKeysPage } from './keys/api-keys-page.tsx'
import { IdentitiesPage } from './keys/identities-page.tsx'
import { IdentityPage } from './keys/identity-page.tsx'
import { ComposerPage } from './operations/composer-page.tsx'
import { OperationPage } from './operations/operation-page.tsx'
import { OperationsPage } from './operations/operations-page.tsx'
import { DecodePage } from './protocol/decode-page.tsx'
import { EvidencePage } from './protocol/evidence-page.tsx'
import { ExchangePage } from './protocol/exchange-page.tsx'
import { TriggerFormPage } from './triggers/trigger-form-page.tsx'
import { TriggerPage } from './triggers/trigger-page.tsx'
import { TriggersPage } from './triggers/triggers-page.tsx'
import { EndpointPage } from './webhooks/endpoint-page.tsx'
import { EndpointsPage } from './webhooks/endpoints-page.tsx'

export interface PageRoute {
  readonly path: string
  /** Whoever lacks it is told so instead. */
  readonly scope: string
  readonly View: (props: { readonly params: Params }) => Child
}

export interface NavigationEntry {
  readonly label: string
  readonly href: string
  readonly icon: IconName
  readonly scope: string
}

/** The first that fits is shown. */
export const PAGES: readonly PageRoute[] = [
  { path: '/console', scope: 'euiccs:read', View: FleetPage },
  { path: '/console/euiccs', scope: 'euiccs:read', View: EuiccsPage },
  { path: '/console/euiccs/:eid', scope: 'euiccs:read', View: EuiccPage },
  { path: '/console/euiccs/:eid/trace/:id', scope: 'operations:write', View: ExchangePage },
  { path: '/console/euiccs/:eid/evidence/:id', scope: 'operations:read', View: EvidencePage },
  { path: '/console/operations', scope: 'operations:read', View: OperationsPage },
  { path: '/console/operations/new', scope: 'operations:write', View: ComposerPage },
  { path: '/console/operations/:id', scope: 'operations:read', View: OperationPage },
  { path: '/console/decode', scope: 'decode', View: DecodePage },

  { path: '/console/campaigns', scope: 'campaigns:read', View: CampaignsPage },
  { path: '/console/campaigns/new', scope: 'campaigns:write', View: NewCampaignPage },
  { path: '/console/campaigns/:id', scope: 'campaigns:read', View: CampaignPage },
  { path: '/console/triggers', scope: 'triggers:read', View: TriggersPage },
  { path: '/console/triggers/new', scope: 'triggers:write', View: TriggerFormPage },
  { path: '/console/triggers/:id', scope: 'triggers:read', View: TriggerPage },
  { path: '/console/triggers/:id/edit', scope: 'triggers:write', View: TriggerFormPage },
  { path: '/console/webhooks', scope: 'webhooks:read', View: EndpointsPage },
  { path: '/console/webhooks/:id', scope: 'webhooks:read', View: EndpointPage },
  { path: '/console/events', scope: 'events:read', View: EventsPage },
  { path: '/console/identities', scope: 'identities:read', View: IdentitiesPage },
  { path: '/console/identities/:id', scope: 'identities:read', View: IdentityPage },
  { path: '/console/api-keys', scope: 'keys:read', View: ApiKeysPage },
  { path: '/console/audit', scope: 'audit:read', View: AuditPage },
]

export const NAVIGATION: readonly {
  readonly title: string
  readonly entries: readonly NavigationEntry[]
}[] = [
  {
    title: 'Watch',
    entries: [
      { label: 'Fleet', href: '/console', icon: 'fleet', scope: 'euiccs:read' },
      { label: 'eUICCs', href: '/console/euiccs', icon: 'euicc', scope: 'euiccs:read' },
      { label: 'Operations', href: '/console/operations', icon: 'operations', scope: 'operations:read' },
    ],
  },
  {
    title: 'Automate',
    entries: [
      { label: 'Campaigns', href: '/console/campaigns', icon: 'campaigns', scope: 'campaigns:read' },
      { label: 'Triggers', href: '/console/triggers', icon: 'triggers', scope: 'triggers:read' },
      { label: 'Webhooks', href: '/console/webhooks', icon: 'webhooks', scope: 'webhooks:read' },
      { label: 'Events', href: '/console/events', icon: 'clock', scope: 'events:read' },
    ],
  },
  {
    title: 'Trust',
    entries: [
      { label: 'eIM identities', href: '/console/identities', icon: 'shield', scope: 'identities:read' },
      { label: 'API keys', href: '/console/api-keys', icon: 'keys', scope: 'keys:read' },
      { label: 'Audit', href: '/console/audit', icon: 'audit', scope: 'audit:read' },
    ],
  },
  {
    title: 'Tools',
    entries: [{ label: 'Decode', href: '/console/decode', icon: 'decode', scope: 'decode' }],
  },
]
