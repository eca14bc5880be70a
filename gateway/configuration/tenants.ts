/** The tenants as the protocol cores see them: live keys and policies, made in each worker from the plain configuration. */
import { createPrivateKey } from 'node:crypto'
import {
  createServerCredential,
  isStillTrusted,
  type NamedGroup,
  type PeerIdentity,
  type ServerCredential,
  type TenantPolicy,
} from '../dtls/index.ts'
import type { Configuration, ListenerConfiguration, TenantConfiguration } from './configuration.ts'

export interface Tenants {
  /** For `ServerOptions.tenantFor` of a listener. */
  policyFor(listener: ListenerConfiguration, serverName: string | undefined): TenantPolicy | undefined
  preSharedKey(tenant: string, identity: string): Uint8Array | undefined
  /**
   * For `ServerOptions.trusts`: whether the peer's pre-shared key, raw key, pinned certificate or authority is still in
   * the configuration; false for a tenant that is not. An identity does not tell which key proved it: a pre-shared key
   * replaced by another under the same identity ends nothing. Nor does the end of a certificate's validity, which only
   * handshakes and resumptions look at.
   */
  trusts(tenant: string, identity: PeerIdentity): boolean
}

export function loadTenants(configuration: Configuration): Tenants {
  const byName = new Map(configuration.tenants.map((tenant) => [tenant.name, tenant]))
  const byServerName = new Map(
    configuration.tenants.flatMap((tenant) => tenant.serverNames.map((name) => [name, tenant.name])),
  )
  const policies = new Map(configuration.tenants.map((tenant) => [tenant.name, createPolicy(tenant)]))
  return {
    policyFor(listener, serverName) {
      const named = serverName === undefined ? undefined : byServerName.get(serverName)
      const policy = policies.get(named ?? listener.defaultTenant ?? '')
      return policy && restrictTo(policy, listener.groups)
    },
    preSharedKey: (tenant, identity) => byName.get(tenant)?.preSharedKeys.get(identity),
    trusts(name, identity) {
      const tenant = byName.get(name)
      return tenant !== undefined && trusts(tenant, identity)
    },
  }
}

function createPolicy(tenant: TenantConfiguration): TenantPolicy {
  return {
    tenant: tenant.name,
    serverNames: tenant.serverNames,
    credentials: tenant.credentials.map(({ chain, key }): ServerCredential => {
      const privateKey = createPrivateKey({ key: Buffer.from(key), format: 'der', type: 'pkcs8' })
      return createServerCredential(privateKey, chain)
    }),
    clientAuthentication: tenant.clientAuthentication,
    trust: tenant.trust,
    hasPreSharedKeys: tenant.preSharedKeys.size > 0,
  }
}

function trusts(
  { clientAuthentication, credentials, trust, preSharedKeys }: TenantConfiguration,
  identity: PeerIdentity,
): boolean {
  switch (identity.kind) {
    case 'anonymous':
      // Without a credential of its own, the tenant shakes hands by pre-shared key only.
      return clientAuthentication !== 'required' && credentials.length > 0
    case 'psk':
      return preSharedKeys.has(identity.identity)
    case 'certificate':
    case 'raw-public-key':
      return isStillTrusted(identity, trust)
  }
}

/** brainpoolP256r1 costs an order of magnitude more; a listener that does not list it never signs with it either. */
function restrictTo(policy: TenantPolicy, groups: readonly NamedGroup[]): TenantPolicy {
  const credentials = policy.credentials.filter(({ group }) => groups.includes(group))
  return credentials.length === policy.credentials.length ? policy : { ...policy, credentials }
}
