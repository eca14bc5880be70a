/** From a file and the environment to a configuration that can work, or to everything that is wrong with it. */
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { parse, TomlError } from 'smol-toml'
import type { z } from 'zod'
import { DEFAULT_TIMING, NB_IOT_TIMING } from '../coap/index.ts'
import {
  CONSTRAINED_INITIAL_TIMEOUT_MS,
  cipherSuites,
  DEFAULT_DATAGRAM_LIMIT,
  DEFAULT_INITIAL_TIMEOUT_MS,
  namedGroup,
} from '../dtls/index.ts'
import { checkConsistency } from './check-consistency.ts'
import type {
  Configuration,
  EdgeConfiguration,
  EdgeTarget,
  ListenerConfiguration,
  NodeConfiguration,
  TenantConfiguration,
} from './configuration.ts'
import { ConfigurationFault } from './configuration-fault.ts'
import { ConfigurationFile } from './configuration-file.ts'
import { ConfigurationSource, Unusable } from './configuration-source.ts'
import { readCertificates, readCredential, readPrivateKey } from './credentials.ts'
import { applyEnvironment, type Environment, TOKEN_KEY_VARIABLE } from './environment.ts'
import { readPreSharedKeys } from './pre-shared-keys.ts'
import { NO_TRUST, readTrust } from './trust.ts'

/** `now`: milliseconds since 1970, for the certificates. @throws {ConfigurationFault} with every problem found */
export function loadConfiguration(
  file: string,
  environment: Environment = process.env,
  now: number = Date.now(),
): Configuration {
  const source = new ConfigurationSource(file, environment)
  const text = source.attempt('the file', '', () => source.text(path.resolve(file)))
  source.throwProblems()
  const content = validate(file, parseToml(file, text), environment)
  const configuration: Configuration = {
    node: readNode(source, content.node),
    edge: readEdge(source, content),
    listeners: content.listeners.map(readListener),
    tenants: content.tenants.map((tenant, index) => readTenant(source, `tenants[${index}]`, tenant, now)),
    coap: { aliases: new Map(Object.entries(content.coap.aliases)), bodyCode: content.coap.body_code },
    sessions: {
      store: content.sessions.store,
      file: readSessionsFile(source, content.sessions),
      idleMs: content.sessions.idle_days * 86_400_000,
    },
    admin: content.admin?.address ?? null,
    files: source.files,
    warnings: source.warnings,
  }
  checkConsistency(content, configuration, source)
  source.throwProblems()
  return configuration
}

function parseToml(file: string, text: string): Record<string, unknown> {
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [reason = 'not TOML'] = error.message.split('\n')
    throw new ConfigurationFault([
      { file, path: `line ${error.line}, column ${error.column}`, expected: reason },
    ])
  }
}

function validate(
  file: string,
  parsed: Record<string, unknown>,
  environment: Environment,
): ConfigurationFile {
  const { document, origins } = applyEnvironment(parsed, environment)
  const result = ConfigurationFile.safeParse(document)
  if (result.success) return result.data
  throw new ConfigurationFault(
    result.error.issues.flatMap(spreadUnknownKeys).map(({ path, message }) => {
      const at = pathText(path)
      const variable = origins.get(at)
      return variable === undefined
        ? { file, path: at, expected: message }
        : { file: 'environment', path: variable, expected: message }
    }),
  )
}

/** One problem for each unknown key, at the key. */
function spreadUnknownKeys(issue: z.core.$ZodIssue): { path: readonly PropertyKey[]; message: string }[] {
  if (issue.code === 'invalid_key')
    return [{ path: issue.path, message: issue.issues[0]?.message ?? issue.message }]
  if (issue.code !== 'unrecognized_keys') return [issue]
  return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'no such key' }))
}

/** `tenants[0].trust.ca_files` */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`,
    )
    .join('')
}

function readNode(source: ConfigurationSource, node: ConfigurationFile['node']): NodeConfiguration {
  return {
    name: node.name,
    number: node.number,
    workers: node.workers ?? availableParallelism(),
    clusterKey: source.attempt('node.cluster_key', EMPTY, () =>
      readClusterKey(source.secret(node.cluster_key)),
    ),
    previousClusterKeys: node.previous_cluster_keys.map((secret, index) =>
      source.attempt(`node.previous_cluster_keys[${index}]`, EMPTY, () =>
        readClusterKey(source.secret(secret)),
      ),
    ),
    handOver: node.hand_over ?? null,
  }
}

const EMPTY = new Uint8Array()

function readClusterKey(text: string): Uint8Array {
  const key = /^[A-Za-z0-9+/]{43}=$/.test(text) ? Buffer.from(text, 'base64') : EMPTY
  if (key.length !== 32)
    throw new Unusable('expected 32 octets in base64, as "openssl rand -base64 32" gives')
  return Uint8Array.from(key)
}

function readEdge(
  source: ConfigurationSource,
  { node, edge, tenants }: ConfigurationFile,
): EdgeConfiguration {
  return {
    target:
      edge.url === undefined
        ? targetAt(tenants[0].edge_url, tenants[0].edge_host)
        : targetAt(edge.url, edge.host),
    certificateAuthorities: source.attempt('edge.ca_file', null, () => readAuthorities(source, edge.ca_file)),
    tokenKey: source.attempt('edge.token_key_file', EMPTY, () => readTokenKey(source, edge.token_key_file)),
    tokenKeyId: edge.token_key_id ?? node.name,
    timeoutMs: edge.timeout_ms,
    connections: edge.connections,
    queueLimit: edge.queue_limit,
    hasPush: edge.push,
  }
}

function targetAt(origin: string, host: string = new URL(origin).hostname): EdgeTarget {
  return { origin, host }
}

function readAuthorities(source: ConfigurationSource, name: string | undefined): string | null {
  if (name === undefined) return null
  return readCertificates(source, name).join('')
}

function readTokenKey(source: ConfigurationSource, name: string | undefined): Uint8Array {
  const pem = source.variable(TOKEN_KEY_VARIABLE) ?? (name === undefined ? undefined : source.text(name))
  if (pem === undefined)
    throw new Unusable(`expected a file, or the key in the variable ${TOKEN_KEY_VARIABLE}`)
  const key = readPrivateKey(pem)
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new Unusable('expected a key on P-256, for ES256')
  return Uint8Array.from(key.export({ format: 'der', type: 'pkcs8' }))
}

/** Octets of a handshake datagram on NB-IoT, and of a CoAP block that fits one with everything around it. */
const NB_IOT_DATAGRAM_LIMIT = 600

function readListener(listener: ConfigurationFile['listeners'][number]): ListenerConfiguration {
  const isConstrained = listener.timing === 'nb-iot'
  return {
    address: listener.address,
    isProtected: listener.protocol === 'coaps',
    timing: isConstrained ? NB_IOT_TIMING : DEFAULT_TIMING,
    blockSize: isConstrained ? 512 : 1024,
    initialTimeoutMs:
      listener.dtls_initial_timeout_ms ??
      (isConstrained ? CONSTRAINED_INITIAL_TIMEOUT_MS : DEFAULT_INITIAL_TIMEOUT_MS),
    datagramLimit:
      listener.datagram_limit ?? (isConstrained ? NB_IOT_DATAGRAM_LIMIT : DEFAULT_DATAGRAM_LIMIT),
    suites: suiteCodes(listener.suites),
    groups: listener.groups.map((name) => namedGroup[name]),
    defaultTenant: listener.default_tenant ?? null,
  }
}

function suiteCodes(names: readonly string[] | undefined): number[] {
  if (names === undefined) return cipherSuites.map(({ code }) => code)
  return names.flatMap((name) => cipherSuites.filter((suite) => suite.name === name).map(({ code }) => code))
}

function readTenant(
  source: ConfigurationSource,
  at: string,
  tenant: ConfigurationFile['tenants'][number],
  now: number,
): TenantConfiguration {
  const { trust, psk_file: pskFile } = tenant
  return {
    name: tenant.name,
    serverNames: tenant.server_names,
    target: targetAt(tenant.edge_url, tenant.edge_host),
    credentials: tenant.credentials.flatMap((files, index) => {
      const key = `${at}.credentials[${index}]`
      return readCredential(source, key, files, tenant.server_names, now)
    }),
    clientAuthentication: tenant.client_authentication,
    trust: trust === undefined ? NO_TRUST : readTrust(source, `${at}.trust`, trust, now),
    preSharedKeys:
      pskFile === undefined
        ? new Map()
        : source.attempt(`${at}.psk_file`, new Map(), () => readPreSharedKeys(source, pskFile)),
  }
}

function readSessionsFile(
  source: ConfigurationSource,
  sessions: ConfigurationFile['sessions'],
): string | null {
  const { store, file } = sessions
  if (file === undefined) return null
  return store === 'sqlite' ? source.attempt('sessions.file', null, () => source.resolve(file)) : null
}
