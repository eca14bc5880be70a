import type { Route } from '../route.ts'
import { apiKeyRoutes } from './api-keys.ts'
import { auditRoutes } from './audit.ts'
import { campaignRoutes } from './campaigns.ts'
import { decodeRoutes } from './decode.ts'
import { eimIdentityRoutes } from './eim-identities.ts'
import { euiccHistoryRoutes } from './euicc-history.ts'
import { euiccRoutes } from './euiccs.ts'
import { eventRoutes } from './events.ts'
import { fleetRoutes } from './fleet.ts'
import { healthRoutes } from './health.ts'
import { importRoutes } from './imports.ts'
import { labellingRoutes } from './labelling.ts'
import { operationRoutes } from './operations.ts'
import { sessionRoutes } from './session.ts'
import { tenantRoutes } from './tenants.ts'
import { transportTrustRoutes } from './transport-trust.ts'
import { triggerRoutes } from './triggers.ts'
import { webhookEndpointRoutes } from './webhook-endpoints.ts'

/** The whole API, in the order of its documentation. */
export const ROUTES: readonly Route[] = [
  ...healthRoutes,
  // Its path would be that of an eUICC otherwise.
  ...labellingRoutes,
  ...euiccRoutes,
  ...fleetRoutes,
  ...euiccHistoryRoutes,
  ...transportTrustRoutes,
  ...operationRoutes,
  ...campaignRoutes,
  ...triggerRoutes,
  ...eventRoutes,
  ...webhookEndpointRoutes,
  ...auditRoutes,
  ...importRoutes,
  ...eimIdentityRoutes,
  ...apiKeyRoutes,
  ...sessionRoutes,
  ...tenantRoutes,
  ...decodeRoutes,
]
