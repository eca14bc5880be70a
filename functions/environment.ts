/** What the Worker is given by its platform: bindings and secrets, as `wrangler.toml` and `.dev.vars.example` declare them. */
import type { AuditNamespace } from './audit/audit-stub.ts'
import type { EuiccNamespace } from './euicc/euicc-stub.ts'
import type { EndpointNamespace } from './events/endpoint-stub.ts'
import type { Message } from './events/event.ts'
import type { FeedNamespace } from './events/feed-stub.ts'
import type { CampaignNamespace } from './fleet/campaign/campaign-stub.ts'
import type { RebuildStep } from './fleet/check/rebuild-step.ts'
import type { SessionGroupNamespace } from './gateway/session-group-stub.ts'
import type { PushNamespace } from './transport/push-stub.ts'

export interface Environment {
  /** The files of the console. */
  readonly ASSETS: { fetch(request: Request): Promise<Response> }
  /** One Durable Object for each (tenant, EID). */
  readonly EUICC: EuiccNamespace
  /** One Durable Object for each campaign. */
  readonly CAMPAIGN: CampaignNamespace
  /** Sealed sessions of gateways, in groups. */
  readonly GATEWAY_SESSIONS: SessionGroupNamespace
  /** One Durable Object for the push channel of each gateway. */
  readonly GATEWAY_PUSH: PushNamespace
  /** One Durable Object for what each webhook endpoint is still to be told. */
  readonly WEBHOOK_ENDPOINT: EndpointNamespace
  /** One Durable Object for the live stream of each tenant. */
  readonly EVENT_FEED: FeedNamespace
  /** One Durable Object for the audit log of each tenant. */
  readonly AUDIT: AuditNamespace
  /** What is searched across eUICCs, and the keys. */
  readonly FLEET: D1Database
  /** From where something changes to the fleet index, and to all who are told of events; the audit log's way around. */
  readonly CHANGES: Queue<Message | RebuildStep>
  /** Brakes a tenant over all its API keys, per location; without it each key is braked alone. */
  readonly TENANT_RATE?: RateLimit | undefined
  /** Base64 DER of the CI certificates that eUICC chains may end at, separated by white space. */
  readonly CI_CERTIFICATES?: string | undefined
  /** Base64 of 32 octets: wraps the private signing keys in the database. A secret. */
  readonly KEY_ENCRYPTION_KEY: string
  /** The one before, while it is being changed. A secret. */
  readonly KEY_ENCRYPTION_KEY_PREVIOUS?: string | undefined
  /** JWKS of the gateways that may vouch for devices (`functions/transport`); without it none may. */
  readonly GATEWAY_KEYS?: string | undefined
  /** Stands in when no eIM identity has the host name of a request: for local development, where it is `localhost`. */
  readonly DEFAULT_EIM_FQDN?: string | undefined
  /** `true`: webhooks may go to local addresses and over plain HTTP. Only for a laptop. */
  readonly ALLOW_LOCAL_TARGETS?: string | undefined
  /** Bearer of whoever runs this installation: makes tenants. A secret; without it no tenant can be made. */
  readonly ROOT_API_KEY?: string | undefined
}
