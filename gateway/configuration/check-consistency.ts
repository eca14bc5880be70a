/** Combinations that are each well-formed and together cannot work. */
import type { Configuration, SocketAddress } from './configuration.ts'
import type { ConfigurationFile } from './configuration-file.ts'
import type { ConfigurationSource } from './configuration-source.ts'

type Listener = ConfigurationFile['listeners'][number]
type Tenant = ConfigurationFile['tenants'][number]

/** `content` is the file as written, whether or not the files it names could be read into `configuration`. */
export function checkConsistency(
  content: ConfigurationFile,
  configuration: Configuration,
  source: ConfigurationSource,
): void {
  checkNode(content, source)
  checkListeners(content, source)
  checkTenantNames(content, source)
  for (const [index, tenant] of content.tenants.entries()) {
    const at = `tenants[${index}]`
    const listeners = content.listeners.filter((listener) => leadsTo(listener, tenant))
    if (listeners.length === 0) {
      source.problem(
        `${at}.server_names`,
        'expected a server name, or to be a default_tenant: nobody gets here',
      )
    }
    if (listeners.some(({ protocol }) => protocol === 'coaps')) checkServerProof(at, tenant, source)
    checkClientAuthentication(at, tenant, source)
  }
  checkGroups(configuration, source)
  checkSessions(content, source)
}

function checkNode({ node }: ConfigurationFile, source: ConfigurationSource): void {
  const peers = node.hand_over?.peers ?? []
  const numbers = peers.map(({ number }, index) => ({
    at: `node.hand_over.peers[${index}].number`,
    value: String(number),
  }))
  const own = { at: 'node.number', value: String(node.number) }
  checkUnique([own, ...numbers], 'expected a number that no other node has', source)
}

function checkListeners({ listeners, tenants }: ConfigurationFile, source: ConfigurationSource): void {
  const addresses = listeners.map(({ address }, index) => ({
    at: `listeners[${index}].address`,
    // Port 0 is any free port.
    value: address.port === 0 ? `any port, ${index}` : addressText(address),
  }))
  checkUnique(addresses, 'expected an address of its own', source)
  const names = new Set(tenants.map(({ name }) => name))
  for (const [index, { protocol, laboratory, default_tenant: defaultTenant }] of listeners.entries()) {
    const at = `listeners[${index}]`
    if (protocol === 'coap' && !laboratory) {
      source.problem(`${at}.protocol`, 'expected "coaps": CoAP in the clear needs laboratory = true')
    }
    if (protocol === 'coap' && defaultTenant === undefined) {
      source.problem(`${at}.default_tenant`, 'expected a tenant: clients without DTLS name no server')
    }
    if (defaultTenant !== undefined && !names.has(defaultTenant)) {
      source.problem(`${at}.default_tenant`, 'expected the name of a tenant of this file')
    }
  }
}

function checkTenantNames({ tenants }: ConfigurationFile, source: ConfigurationSource): void {
  const names = tenants.map(({ name }, index) => ({ at: `tenants[${index}].name`, value: name }))
  checkUnique(names, 'expected a name of its own', source)
  const serverNames = tenants.flatMap(({ server_names: values }, index) =>
    values.map((value, position) => ({ at: `tenants[${index}].server_names[${position}]`, value })),
  )
  checkUnique(serverNames, 'expected a server name that leads to one tenant only', source)
}

function leadsTo(listener: Listener, tenant: Tenant): boolean {
  if (listener.default_tenant === tenant.name) return true
  return listener.protocol === 'coaps' && tenant.server_names.length > 0
}

function checkServerProof(at: string, tenant: Tenant, source: ConfigurationSource): void {
  if (tenant.credentials.length > 0 || tenant.psk_file !== undefined) return
  source.problem(
    `${at}.credentials`,
    'expected a credential or a psk_file: there is nothing to be proven with',
  )
}

function checkClientAuthentication(at: string, tenant: Tenant, source: ConfigurationSource): void {
  const { client_authentication: mode, trust, psk_file: pskFile } = tenant
  if (mode === 'required' && trust === undefined && pskFile === undefined) {
    source.problem(`${at}.trust`, 'expected trust or a psk_file, since client_authentication is "required"')
  }
  if (mode === 'none' && trust !== undefined) {
    source.problem(`${at}.client_authentication`, 'expected "optional" or "required", since trust is given')
  }
}

function checkGroups({ listeners, tenants }: Configuration, source: ConfigurationSource): void {
  const served = new Set(listeners.filter(({ isProtected }) => isProtected).flatMap(({ groups }) => groups))
  for (const [index, { credentials }] of tenants.entries()) {
    for (const [position, { group }] of credentials.entries()) {
      if (served.size === 0 || served.has(group)) continue
      const at = `tenants[${index}].credentials[${position}].key_file`
      source.problem(at, 'expected a key on a curve that a listener has in its groups')
    }
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
