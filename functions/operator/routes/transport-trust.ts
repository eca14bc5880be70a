import * as z from 'zod/mini'
import { DELIVERIES, TRANSPORT_POLICIES, type TransportTrust } from '../../euicc/transport-trust.ts'
import { checkMatch, etagOf, IF_MATCH } from '../etag.ts'
import { askEuicc, eidIn } from '../euicc-access.ts'
import { route } from '../route.ts'

const Identity = z
  .string()
  .check(
    z.regex(
      /^((certificate|raw-public-key):[0-9a-f]{64}|psk:.{1,128})$/u,
      'an identity is certificate:<SHA-256>, raw-public-key:<SHA-256> or psk:<identity>',
    ),
  )

const NewTrust = z.strictObject({
  policy: z
    .enum(TRANSPORT_POLICIES)
    .check(
      z.describe(
        '`none`: anybody may poll. `first-use`: whoever authenticates first is bound. `registered`: only these',
      ),
    ),
  identities: z._default(z.array(Identity).check(z.maxLength(16)), []),
  delivery: z._default(
    z
      .enum(DELIVERIES)
      .check(
        z.describe(
          '`injection`: packages are brought to the device over its CoAP session as soon as there are some; what cannot be brought waits for its poll',
        ),
      ),
    'retrieval',
  ),
  devicePath: z._default(
    z
      .string()
      .check(
        z.regex(/^(\/[A-Za-z0-9._~-]{1,40}){1,8}$/, 'a path is expected: /gsma/rsp2/asn1'),
        z.describe('Where the device takes packages in'),
      ),
    '/gsma/rsp2/asn1',
  ),
})

const versionOf = (trust: TransportTrust) => JSON.stringify(trust)

export const transportTrustRoutes = [
  route({
    method: 'GET',
    path: '/v1/euiccs/{eid}/transport-trust',
    operationId: 'getTransportTrust',
    summary: 'Which devices may speak for this eUICC',
    description:
      'A device is known by the certificate, raw public key or pre-shared key it shows in TLS or DTLS. Where there is a policy, anybody else who polls or reports for this EID is refused.',
    tag: 'eUICCs',
    access: 'euiccs:read',
    success: { status: 200, description: 'The policy, and the identities that are bound' },
    examples: [{ summary: 'One' }],
    async handle(call) {
      const trust = await askEuicc(call, eidIn(call), (euicc) => euicc.transportTrust())
      return { json: trust, headers: { ETag: await etagOf(versionOf(trust)) } }
    },
  }),
  route({
    method: 'PATCH',
    path: '/v1/euiccs/{eid}/transport-trust',
    operationId: 'updateTransportTrust',
    summary: 'Say which devices may speak for this eUICC',
    description: 'Needs If-Match. The identities given replace those before.',
    tag: 'eUICCs',
    access: 'euiccs:write',
    body: NewTrust,
    requestHeaders: IF_MATCH,
    success: { status: 200, description: 'The policy as it is now' },
    examples: [
      { summary: 'Bind the first that comes', body: { policy: 'first-use' } },
      { summary: 'A registered pre-shared key', body: { policy: 'registered', identities: ['psk:meter-7'] } },
    ],
    async handle(call) {
      const eid = eidIn(call)
      const before = await askEuicc(call, eid, (euicc) => euicc.transportTrust())
      await checkMatch(call.request, versionOf(before))
      const trust = await askEuicc(call, eid, (euicc) => euicc.setTransportTrust(call.body))
      return { json: trust, headers: { ETag: await etagOf(versionOf(trust)) } }
    },
  }),
]
