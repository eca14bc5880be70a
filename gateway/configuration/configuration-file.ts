/** The configuration file as it is written: its keys, their types and defaults. Unknown keys are refused. */
import { z } from 'zod'
import { DEFAULT_COAP_OPTIONS } from '../coap/index.ts'
import { cipherSuites } from '../dtls/index.ts'

const file = z.string().min(1)
const files = z.array(file).default([])
const nodeNumber = z.int().min(0).max(255)
const thumbprints = z
  .array(z.string().regex(/^[0-9a-f]{64}$/i, 'expected a SHA-256 in 64 hexadecimal digits'))
  .default([])

const socketAddress = z.string().transform((text, context) => {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (host !== undefined && port <= 65_535) return { host, port }
  context.addIssue('expected an address and a port, as "0.0.0.0:5684" or "[::]:5684"')
  return z.NEVER
})

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/

const origin = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isBare = url !== undefined && `${url.origin}/` === url.href
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname))
  if (url !== undefined && isBare && isSafe) return url.origin
  context.addIssue(
    'expected an https URL without path, as "https://eim.example.com"; http to this machine only',
  )
  return z.NEVER
})

const hostName = z
  .string()
  .regex(
    /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i,
    'expected a host name',
  )
  .toLowerCase()

/** Where a secret stands, since it does not stand here. */
const secret = z.union([z.strictObject({ env: z.string().min(1) }), z.strictObject({ file })], {
  error: 'expected { env = "VARIABLE" } or { file = "PATH" }',
})
export type Secret = z.infer<typeof secret>

const node = z.strictObject({
  name: z.string().min(1).max(64),
  number: nodeNumber,
  workers: z.int().min(1).max(256).optional(),
  cluster_key: secret,
  previous_cluster_keys: z.array(secret).default([]),
  hand_over: z
    .strictObject({
      address: socketAddress,
      peers: z.array(z.strictObject({ number: nodeNumber, address: socketAddress })).default([]),
    })
    .optional(),
})

const edge = z.strictObject({
  url: origin.optional(),
  host: hostName.optional(),
  ca_file: file.optional(),
  token_key_file: file.optional(),
  token_key_id: z.string().min(1).max(64).optional(),
  // Above it, CoAP would have given up before (`edgeTimeoutMs`).
  timeout_ms: z
    .int()
    .min(100)
    .max(DEFAULT_COAP_OPTIONS.edgeTimeoutMs - 1000)
    .default(10_000),
  connections: z.int().min(1).max(1024).default(16),
  queue_limit: z.int().min(1).max(100_000).default(256),
  push: z.boolean().default(false),
})

const suiteName = z.enum(cipherSuites.map(({ name }) => name))
const groupName = z.enum(['secp256r1', 'x25519', 'secp384r1', 'brainpoolP256r1'])

const listener = z.strictObject({
  address: socketAddress,
  protocol: z.enum(['coaps', 'coap']).default('coaps'),
  laboratory: z.boolean().default(false),
  timing: z.enum(['default', 'nb-iot']).default('default'),
  dtls_initial_timeout_ms: z.int().min(500).max(30_000).optional(),
  datagram_limit: z.int().min(256).max(1452).optional(),
  suites: z.array(suiteName).min(1).optional(),
  groups: z.array(groupName).min(1).default(['secp256r1', 'x25519', 'secp384r1']),
  default_tenant: z.string().optional(),
})

const tenant = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected lower-case letters, digits and hyphens'),
  server_names: z.array(hostName).default([]),
  edge_url: origin,
  edge_host: hostName.optional(),
  credentials: z.array(z.strictObject({ certificate_file: file.optional(), key_file: file })).default([]),
  client_authentication: z.enum(['none', 'optional', 'required']).default('none'),
  trust: z
    .strictObject({
      ca_files: files,
      pinned_certificate_files: files,
      pinned_certificates: thumbprints,
      raw_public_key_files: files,
      raw_public_keys: thumbprints,
    })
    .optional(),
  psk_file: file.optional(),
})

const edgePath = z
  .string()
  .regex(
    /^\/gsma\/rsp2\/(asn1|esipa\/[A-Za-z]{1,40})$/,
    'expected a path of ESipa, as "/gsma/rsp2/asn1" or "/gsma/rsp2/esipa/getEimPackage"',
  )
const aliasName = z.string().regex(/^[A-Za-z0-9._-]{1,32}$/, 'expected one short path segment')

const coap = z.strictObject({
  aliases: z.record(aliasName, edgePath).default({}),
  body_code: z.enum(['2.04', '2.05']).default('2.04'),
})

const sessions = z.strictObject({
  store: z.enum(['sqlite', 'edge', 'memory']),
  file: file.optional(),
  idle_days: z.number().positive().max(3650).default(60),
})

export const ConfigurationFile = z.strictObject({
  node,
  edge: edge.prefault({}),
  listeners: z.array(listener).min(1),
  tenants: z.tuple([tenant], tenant),
  coap: coap.prefault({}),
  sessions: sessions.prefault({ store: 'memory' }),
  admin: z.strictObject({ address: socketAddress }).optional(),
})
export type ConfigurationFile = z.infer<typeof ConfigurationFile>
