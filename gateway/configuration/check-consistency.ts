/** Combinations that are each well-formed and together cannot work. */
import type {
  Configuration,
  ListenerConfiguration,
  SocketAddress,
  TenantConfiguration,
} from './configuration.ts'
import type { ConfigurationFile } from './configuration-file.ts'
import type { ConfigurationSource } from './configuration-source.ts'

export function checkConsistency(
  configuration: Configuration,
  content: ConfigurationFile,
  source: ConfigurationSource,
): void {
  checkNode(configuration, source)
  checkListeners(configuration, content, source)
  checkUnique(
    configuration.tenants.map(({ name }, index) => ({ at: `tenants[${index}].name`, value: name })),
    'expected a name of its own',
    source,
  )
  checkUnique(
    configuration.tenants.flatMap(({ serverNames }, index) =>
      serverNames.map((value, position) => ({ at: `tenants[${index}].server_names[${position}]`, value })),
    ),
    'expected a server name that leads to one tenant only',
    source,
  )
  for (const [index, tenant] of configuration.tenants.entries()) {
    checkTenant(
      `tenants[${index}]`,
      tenant,
      content.tenants[index]?.trust !== undefined,
      configuration,
      source,
    )
  }
  checkSessions(content, source)
}

function checkNode({ node }: Configuration, source: ConfigurationSource): void {
  if (node.handOver === null) return
  const own = { at: 'node.number', value: String(node.number) }
  const peers = node.handOver.peers.map(({ number }, index) => ({
    at: `node.hand_over.peers[${index}].number`,
    value: String(number),
  }))
  checkUnique([own, ...peers], 'expected a number that no other node has', source)
}

function checkListeners(
  { listeners, tenants }: Configuration,
  content: ConfigurationFile,
  source: ConfigurationSource,
): void {
  // Port 0 is any free port.
  const bound = listeners.map(({ address }, index) => ({
    at: `listeners[${index}].address`,
    value: address.port === 0 ? `any ${index}` : addressText(address),
  }))
  checkUnique(bound, 'expected an address of its own', source)
  const names = new Set(tenants.map(({ name }) => name))
  for (const [index, listener] of listeners.entries()) {
    const at = `listeners[${index}]`
    if (!listener.isProtected && content.listeners[index]?.laboratory !== true) {
      source.problem(`${at}.protocol`, 'expected "coaps": CoAP in the clear needs laboratory = true')
    }
    if (!listener.isProtected && listener.defaultTenant === null) {
      source.problem(`${at}.default_tenant`, 'expected a tenant: clients without DTLS name no server')
    }
    if (listener.defaultTenant !== null && !names.has(listener.defaultTenant)) {
      source.problem(`${at}.default_tenant`, 'expected the name of a tenant of this file')
    }
  }
}

function checkTenant(
  at: string,
  tenant: TenantConfiguration,
  hasTrustSection: boolean,
  { listeners }: Configuration,
  source: ConfigurationSource,
): void {
  const reachedBy = listeners.filter(
    ({ isProtected, defaultTenant }) =>
      defaultTenant === tenant.name || (isProtected && tenant.serverNames.length > 0),
  )
  if (reachedBy.length === 0) {
    source.problem(
      `${at}.server_names`,
      'expected a server name, or a listener with this default_tenant: nobody gets here',
    )
  }
  const secured = reachedBy.filter(({ isProtected }) => isProtected)
  if (secured.length > 0) checkServerProof(at, tenant, secured, source)
  const hasTrust = hasTrustSection || tenant.preSharedKeys.size > 0
  if (tenant.clientAuthentication === 'required' && !hasTrust) {
    source.problem(`${at}.trust`, 'expected trust or a psk_file: client_authentication is "required"')
  }
  if (tenant.clientAuthentication === 'none' && hasTrustSection) {
    source.problem(`${at}.client_authentication`, 'expected "optional" or "required", since trust is given')
  }
}

function checkServerProof(
  at: string,
  tenant: TenantConfiguration,
  listeners: readonly ListenerConfiguration[],
  source: ConfigurationSource,
): void {
  if (tenant.preSharedKeys.size > 0) return
  if (tenant.credentials.length === 0) {
    source.problem(
      `${at}.credentials`,
      'expected a credential or a psk_file: there is nothing to be proven with',
    )
  } else if (
    !listeners.some(({ groups }) => tenant.credentials.some(({ group }) => groups.includes(group)))
  ) {
    source.problem(`${at}.credentials`, 'expected a key on a group that a listener has in its groups')
  }
}

function checkSessions({ sessions }: ConfigurationFile, source: ConfigurationSource): void {
  if (sessions.store === 'sqlite' && sessions.file === undefined) {
    source.problem('sessions.file', 'expected a file, since store is "sqlite"')
  }
  if (sessions.store !== 'sqlite' && sessions.file !== undefined) {
    source.problem('sessions.file', `expected none, since store is "${sessions.store}"`)
  }
}

function checkUnique(
  entries: readonly { readonly at: string; readonly value: string }[],
  expected: string,
  source: ConfigurationSource,
): void {
  const seen = new Map<string, string>()
  for (const { at, value } of entries) {
    const first = seen.get(value)
    if (first === undefined) seen.set(value, at)
    else source.problem(at, `${expected}: ${value} is that of ${first} as well`)
  }
}

function addressText({ host, port }: SocketAddress): string {
  return `${host}:${port}`
}
