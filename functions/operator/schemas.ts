/** The schemas that validate requests at run time and describe them in the OpenAPI document at build time. */
import * as z from 'zod/mini'
import { BoundedCache } from '../../shared/pki/bounded-cache.ts'
import { hasValidCheckDigits, parseEid } from '../../shared/sgp22/index.ts'
import { OPERATION_STATUSES } from '../euicc/operation.ts'
import { HEALTHS, MOST_ENROLLED } from '../fleet/index.ts'
import { EIM_ID_TYPES } from '../keys/index.ts'
import { ROLES, SCOPES } from './access.ts'

const DAY_MS = 86_400_000
export const LONGEST_DEADLINE_MS = 400 * DAY_MS

const text = (pattern: RegExp, error: string) => z.string().check(z.regex(pattern, error))
/** For the OpenAPI document. */
const said = (meaning: string) => z.describe(meaning)

export const Eid = text(/^[0-9]{32}$/, 'an EID has 32 decimal digits').check(
  z.refine(
    (eid) => !/^[0-9]{32}$/.test(eid) || hasValidCheckDigits(parseEid(eid)),
    'the check digits of this EID are wrong',
  ),
)
export const Iccid = text(/^[0-9]{18,20}$/, 'an ICCID is given as its 18 to 20 printed digits')
export const Instant = z.iso.datetime({
  offset: true,
  error: 'a time is given as RFC 3339: 2026-12-24T00:00:00Z',
})
const Hex = text(/^([0-9A-Fa-f]{2})+$/, 'hexadecimal octets are expected')
const Tag = text(/^([0-9A-Fa-f]{2}){1,3}$/, 'a tag is given in hexadecimal: 5A, BF22')
const Fqdn = text(
  /^(?=.{1,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/,
  'a host name is expected',
)
const Oid = text(/^[0-2](\.(0|[1-9][0-9]*))+$/, 'an object identifier is given in dotted form: 2.999.1')
/** SGP.22 §4.1 */
const ActivationCode = text(
  /^LPA:1\$[A-Za-z0-9.-]{1,253}\$[A-Za-z0-9-]{0,128}(\$([0-2](\.[0-9]+)+)?(\$1?)?)?$/,
  'an activation code has the form LPA:1$host$matchingId, then optionally $oid and $1',
).check(z.maxLength(255))
const EimId = z.string().check(z.minLength(1), z.maxLength(128))
export const MOST_LABELS = 64
export const LabelName = text(/^[A-Za-z0-9_.-]{1,63}$/, 'a label name has 1 to 63 letters, digits, _ . -')
export const LabelValue = z.string().check(z.maxLength(256))
export const Labels = z
  .record(LabelName, LabelValue)
  .check(z.refine((labels) => Object.keys(labels).length <= MOST_LABELS, `at most ${MOST_LABELS} labels`))

export const limit = z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(1000)), 100)
export const PageQuery = z.strictObject({ limit, cursor: z.optional(z.string()) })

/** What an eIM is to be told of another, or of itself: the readable form of EimConfigurationData. */
export const EimConfiguration = z.strictObject({
  eimId: EimId,
  eimFqdn: z.optional(Fqdn),
  eimIdType: z.optional(z.enum(EIM_ID_TYPES)),
  counterValue: z.optional(z.number().check(z.int(), z.minimum(0), z.maximum(0x7fffff))),
  associationToken: z.optional(
    z.number().check(z.int(), z.minimum(-1), said('-1 asks the eUICC for a token of its choice')),
  ),
  publicKey: z.optional(z.string().check(said('SubjectPublicKeyInfo: hexadecimal DER, or PEM'))),
  certificate: z.optional(z.string().check(said('X.509: hexadecimal DER, or PEM; instead of publicKey'))),
  trustedTlsPublicKey: z.optional(z.string().check(said('What devices trust for TLS or DTLS'))),
  trustedTlsCertificate: z.optional(z.string().check(said('The same, as a certificate'))),
  supportedProtocols: z.optional(
    z.array(
      z.enum(['eimRetrieveHttps', 'eimRetrieveCoaps', 'eimInjectHttps', 'eimInjectCoaps', 'eimProprietary']),
    ),
  ),
  euiccCiPKId: z.optional(Hex),
  indirectProfileDownload: z.optional(z.boolean()),
})

/** Another eIM spelt out, or one of the tenant's own identities. */
const EimChoice = z.union([
  z.strictObject({ eim: EimConfiguration }),
  z.strictObject({
    identity: z.string().check(said('Id of one of your eIM identities')),
    keyId: z.optional(z.string().check(said('The key to trust; by default the newest'))),
  }),
])

const none = z.strictObject({})

/** Parameters of the steps that a signed package is made of. */
export const STEP_PARAMS = {
  'profile.enable': z.strictObject({ iccid: Iccid, rollback: z.optional(z.boolean()) }),
  'profile.disable': z.strictObject({ iccid: Iccid }),
  'profile.delete': z.strictObject({ iccid: Iccid }),
  'profile.list': z.strictObject({ tagList: z.optional(Hex) }),
  'rat.get': none,
  'immediate-enable.configure': z.strictObject({
    immediateEnable: z.boolean(),
    defaultSmdpOid: z.optional(Oid),
    defaultSmdpAddress: z.optional(Fqdn),
  }),
  'fallback.set': z.strictObject({ iccid: Iccid }),
  'fallback.unset': none,
  'default-dp.set': z.strictObject({ address: z.union([Fqdn, z.literal('')]) }),
  'eim.add': EimChoice,
  'eim.update': EimChoice,
  'eim.delete': z.strictObject({ eimId: EimId }),
  'eim.list': none,
} as const

const step = <Type extends keyof typeof STEP_PARAMS>(type: Type) =>
  z.strictObject({ type: z.literal(type), params: z._default(STEP_PARAMS[type], {} as never) })

const STEP_TYPES = Object.keys(STEP_PARAMS) as (keyof typeof STEP_PARAMS)[]

/** A step of a raw package: type and params as in an operation. */
export const Step = z.union(STEP_TYPES.map(step))

export const PARAMS = {
  ...STEP_PARAMS,
  package: z.strictObject({ steps: z.array(Step).check(z.minLength(1), z.maxLength(32)) }),
  'euicc.read': z.strictObject({ tags: z.array(Tag).check(z.minLength(1), z.maxLength(16)) }),
  'profile.download': z.union([
    z.strictObject({ activationCode: ActivationCode }),
    z.strictObject({ defaultSmdp: z.literal(true) }),
    z.strictObject({ smds: z.union([z.literal(true), Fqdn]) }),
  ]),
} as const

/** In campaigns: the profile is looked up on each eUICC. */
export const EnableByProviderParams = z.strictObject({
  serviceProviderName: z.string().check(z.minLength(1), z.maxLength(32)),
  rollback: z.optional(z.boolean()),
})

export type OperationTypeName = keyof typeof PARAMS
export const OPERATION_TYPES = Object.keys(PARAMS) as [OperationTypeName, ...OperationTypeName[]]

/** One operation; `params` are checked by the schema of their type. */
export const NewOperation = z.strictObject({
  eid: Eid,
  type: z.enum(OPERATION_TYPES),
  params: z._default(z.record(z.string(), z.unknown()), {}),
  eimId: z.optional(
    EimId.check(said('Which of your eIM identities sends it; by default the one of the eUICC')),
  ),
  priority: z._default(
    z.number().check(z.int(), z.minimum(-100), z.maximum(100), said('The highest leaves first')),
    0,
  ),
  notBefore: z.optional(Instant.check(said('Held until then'))),
  deadline: z.optional(Instant.check(said('By default 30 days ahead, at most 400'))),
  after: z.optional(z.string().check(said('An operation of the same eUICC that must succeed first'))),
  labels: z._default(Labels, {}),
  force: z._default(
    z.boolean().check(said('Lifts the guards against what would make the device unreachable')),
    false,
  ),
})

export const NewOperations = z.union([
  NewOperation,
  z.strictObject({ operations: z.array(NewOperation).check(z.minLength(1), z.maxLength(1000)) }),
])

export const OperationsQuery = z.strictObject({
  limit,
  cursor: z.optional(z.string()),
  status: z.optional(z.enum(OPERATION_STATUSES)),
  type: z.optional(z.enum(OPERATION_TYPES)),
  eid: z.optional(Eid),
  origin: z.optional(z.enum(['operator', 'eim'])),
})
export const EuiccOperationsQuery = z.strictObject({
  limit,
  cursor: z.optional(z.string()),
  status: z.optional(z.enum(OPERATION_STATUSES)),
})

export const TimeZone = z
  .string()
  .check(z.refine(isTimeZone, 'an IANA time zone is expected: Europe/Berlin'), said('IANA name'))

export const Group = z.nullable(z.string().check(z.minLength(1), z.maxLength(63)))

const euiccSettings = {
  labels: z.optional(Labels),
  group: z.optional(Group),
  expectedPollSeconds: z.optional(
    z.nullable(
      z
        .number()
        .check(z.int(), z.minimum(1), z.maximum(400 * 86_400), said('How often the device should be heard')),
    ),
  ),
  timeZone: z.optional(z.nullable(TimeZone)),
  eimId: z.optional(EimId.check(said('One of your eIM identities; by default your default one'))),
}

/** To look one up takes long, and an import names the same ones again and again. */
const timeZones = new BoundedCache<boolean>(600)

function isTimeZone(name: string): boolean {
  const known = timeZones.get(name)
  if (known !== undefined) return known
  let isOne = true
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
  } catch {
    isOne = false
  }
  timeZones.set(name, isOne)
  return isOne
}

export const NewEuicc = z.strictObject({ eid: Eid, ...euiccSettings })
export const NewEuiccs = z.union([
  NewEuicc,
  z.strictObject({ euiccs: z.array(NewEuicc).check(z.minLength(1), z.maxLength(MOST_ENROLLED)) }),
])
export const EuiccChange = z.strictObject(euiccSettings)
const euiccFilter = {
  group: z.optional(z.string()),
  label: z.optional(z.string().check(said('name:value'))),
  health: z.optional(z.enum(HEALTHS).check(said('As in GET /v1/fleet/summary'))),
  lastSeenBefore: z.optional(Instant.check(said('Those never seen too'))),
  lastSeenAfter: z.optional(Instant),
  iccid: z.optional(Iccid),
  serviceProviderName: z.optional(z.string().check(z.maxLength(32), said('Of one of its profiles'))),
  profileState: z.optional(
    z
      .enum(['enabled', 'disabled', 'unknown'])
      .check(said('Of the profile named by iccid or serviceProviderName, or of any')),
  ),
}
export const EuiccFilter = z.strictObject(euiccFilter)
export const EuiccsQuery = z.strictObject({
  limit,
  cursor: z.optional(z.string()),
  search: z.optional(
    z
      .string()
      .check(
        z.minLength(1),
        z.maxLength(64),
        said('What an EID, an ICCID, a group or the value of a label begins with, as it is written there'),
      ),
  ),
  ...euiccFilter,
  count: z.optional(z.literal('estimate')),
})
export const ForceQuery = z.strictObject({ force: z.optional(z.enum(['true', 'false'])) })

export const FormatQuery = z.strictObject({ format: z._default(z.enum(['json', 'hex', 'der']), 'json') })

export const NewApiKey = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(100)),
  scopes: z.optional(z.array(z.enum(SCOPES)).check(z.minLength(1))),
  role: z.optional(z.enum(Object.keys(ROLES) as [keyof typeof ROLES, ...(keyof typeof ROLES)[]])),
  expiresAt: z.optional(Instant),
})

export const NewSession = z.strictObject({ apiKey: z.string().check(z.maxLength(200), said('key_…')) })

export const NewTenant = z.strictObject({ name: z.string().check(z.minLength(1), z.maxLength(100)) })

export const NewEimIdentity = z.strictObject({
  eimId: EimId,
  eimFqdn: Fqdn,
  eimIdType: z._default(z.enum(EIM_ID_TYPES), 'fqdn'),
  privateKey: z.optional(
    z.string().check(said('PKCS#8 PEM of a P-256 key; without it one is made here and never leaves')),
  ),
  isDefault: z.optional(z.boolean()),
})
export const EimIdentityChange = z.strictObject({
  isDefault: z.optional(z.literal(true)),
  transportTrust: z.optional(
    z.nullable(
      z.strictObject({
        kind: z.enum(['publicKey', 'certificate']),
        value: z.string().check(said('Hexadecimal DER, or PEM')),
        note: z._default(z.string().check(z.maxLength(500)), ''),
      }),
    ),
  ),
})
export const SigningKeyChange = z.strictObject({
  certificate: z.nullable(z.string().check(z.minLength(1), said('X.509: hexadecimal DER, or PEM'))),
})
export const Rotation = z.strictObject({ privateKey: z.optional(z.string()) })

export const AddInitialEimQuery = z.strictObject({
  format: z._default(z.enum(['json', 'der']), 'json'),
  counterValue: z.optional(z.coerce.number().check(z.int(), z.minimum(0), z.maximum(0x7fffff))),
})

export const DecodeRequest = z.strictObject({
  octets: z.string().check(z.minLength(2), z.maxLength(400_000), said('Hexadecimal or base64')),
  type: z.optional(z.string().check(said('A type of SGP.32 or SGP.22; without it a guess is made'))),
})
