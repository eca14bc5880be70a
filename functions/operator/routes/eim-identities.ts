import { toBase64, toHex } from '../../../shared/octets.ts'
import { announcement } from '../../events/index.ts'
import {
  addInitialEim,
  createEimIdentity,
  type EimIdentity,
  getEimIdentity,
  type IdentityRefusal,
  listEimIdentities,
  retireSigningKey,
  rotateSigningKey,
  setDefaultEimIdentity,
  setSigningCertificate,
  setTransportTrust,
} from '../../keys/index.ts'
import { readCertificate, readDer } from '../eim-configuration.ts'
import { checkMatch, etagOf, IF_MATCH } from '../etag.ts'
import { notFound, Problem } from '../problem.ts'
import { type Call, route } from '../route.ts'
import {
  AddInitialEimQuery,
  EimIdentityChange,
  NewEimIdentity,
  Rotation,
  SigningKeyChange,
} from '../schemas.ts'
import { invalidMember } from '../validation.ts'

/** Operators are told of everything that changes what their eUICCs may trust. */
async function announceKey(
  { environment, tenant, now, params: { id = '' } }: Call<unknown, unknown>,
  type: 'key.rotated' | 'key.updated' | 'key.retired',
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  await environment.CHANGES.send(announcement({ tenant, type, subject: id, at: now, data }, true))
}

function view(identity: EimIdentity) {
  const { id, eimId, eimFqdn, eimIdType, isDefault, transportTrust, keys, createdAt } = identity
  return {
    id,
    eimId,
    eimFqdn,
    eimIdType,
    isDefault,
    transportTrust: transportTrust && { ...transportTrust, der: toHex(transportTrust.der) },
    keys: keys.map((key) => ({
      id: key.id,
      state: key.state,
      publicKey: toHex(key.publicKey),
      certificate: key.certificate && toHex(key.certificate),
      createdAt: new Date(key.createdAt).toISOString(),
    })),
    createdAt: new Date(createdAt).toISOString(),
  }
}

function problemOf(refusal: IdentityRefusal): Problem {
  switch (refusal.kind) {
    case 'unknown-identity':
      return notFound('the eIM identity')
    case 'unknown-key':
      return notFound('the signing key')
    case 'eim-id-taken':
      return new Problem('conflict', `you have an eIM identity ${refusal.eimId} already`)
    case 'fqdn-taken':
      return new Problem('conflict', `the host name ${refusal.eimFqdn} is taken`)
    case 'key-in-use':
      return new Problem('conflict', refusal.detail)
    case 'invalid':
      return invalidMember(MEMBERS[refusal.pointer] ?? refusal.pointer, refusal.detail)
  }
}

/** Where the API has another name for what was refused. */
const MEMBERS: Readonly<Record<string, string>> = { '/der': '/transportTrust/value' }

async function identityIn({
  environment,
  tenant,
  params: { id = '' },
}: Call<unknown, unknown>): Promise<EimIdentity> {
  const identity = await getEimIdentity(environment.FLEET, tenant, id)
  if (!identity) throw notFound(`the eIM identity ${id}`)
  return identity
}

const versionOf = (identity: EimIdentity) => JSON.stringify(view(identity))

export const eimIdentityRoutes = [
  route({
    method: 'POST',
    path: '/v1/eim-identities',
    operationId: 'createEimIdentity',
    summary: 'Make an eIM identity: its id, host name and signing key',
    description:
      'Without `privateKey` a P-256 key is made here and never leaves; one that is brought is PKCS#8 PEM.',
    tag: 'eIM identities',
    access: 'identities:write',
    body: NewEimIdentity,
    idempotent: true,
    success: { status: 201, description: 'The identity with its public key' },
    examples: [{ summary: 'By host name', body: { eimId: 'eim.example.com', eimFqdn: 'eim.example.com' } }],
    async handle({ environment, tenant, body }) {
      const created = await createEimIdentity(environment, tenant, body)
      if (!created.ok) throw problemOf(created.refusal)
      return { json: view(created.value), headers: { Location: `/v1/eim-identities/${created.value.id}` } }
    },
  }),
  route({
    method: 'GET',
    path: '/v1/eim-identities',
    operationId: 'listEimIdentities',
    summary: 'The eIM identities of the tenant',
    tag: 'eIM identities',
    access: 'identities:read',
    success: { status: 200, description: 'All of them' },
    examples: [{ summary: 'All' }],
    handle: async ({ environment, tenant }) => ({
      json: { data: (await listEimIdentities(environment.FLEET, tenant)).map(view), nextCursor: null },
    }),
  }),
  route({
    method: 'GET',
    path: '/v1/eim-identities/{id}',
    operationId: 'getEimIdentity',
    summary: 'One eIM identity',
    tag: 'eIM identities',
    access: 'identities:read',
    success: { status: 200, description: 'The identity' },
    examples: [{ summary: 'One' }],
    async handle(call) {
      const identity = await identityIn(call)
      return { json: view(identity), headers: { ETag: await etagOf(versionOf(identity)) } }
    },
  }),
  route({
    method: 'PATCH',
    path: '/v1/eim-identities/{id}',
    operationId: 'updateEimIdentity',
    summary: 'Make it the default, or set the TLS/DTLS credential that devices are to trust',
    description:
      'Needs If-Match. Never pin the leaf of a certificate that your host renews by itself: its key changes.',
    tag: 'eIM identities',
    access: 'identities:write',
    body: EimIdentityChange,
    requestHeaders: IF_MATCH,
    success: { status: 200, description: 'The identity as it is now' },
    examples: [{ summary: 'The default', body: { isDefault: true } }],
    async handle(call) {
      const { environment, tenant, body } = call
      const { id, ...before } = await identityIn(call)
      await checkMatch(call.request, versionOf({ id, ...before }))
      if (body.transportTrust !== undefined) {
        const wanted = body.transportTrust
        const read = wanted?.kind === 'certificate' ? readCertificate : readDer
        const trust = wanted && {
          kind: wanted.kind,
          der: read(wanted.value, '/transportTrust/value'),
          note: wanted.note || null,
        }
        const set = await setTransportTrust(environment.FLEET, tenant, id, trust)
        if (!set.ok) throw problemOf(set.refusal)
      }
      if (body.isDefault) {
        const set = await setDefaultEimIdentity(environment.FLEET, tenant, id)
        if (!set.ok) throw problemOf(set.refusal)
      }
      const identity = await identityIn(call)
      return { json: view(identity), headers: { ETag: await etagOf(versionOf(identity)) } }
    },
  }),
  route({
    method: 'POST',
    path: '/v1/eim-identities/{id}/rotate',
    operationId: 'rotateSigningKey',
    summary: 'Add a signing key',
    description:
      'eUICCs that are new use it at once; the others go on with the key they trust until an `eim.update` with this identity has given them the new one.',
    tag: 'eIM identities',
    access: 'identities:write',
    body: Rotation,
    idempotent: true,
    success: { status: 201, description: 'The identity with its new key' },
    examples: [{ summary: 'A key made here', body: {} }],
    async handle(call) {
      const { environment, tenant, body } = call
      const { id = '' } = call.params
      const rotated = await rotateSigningKey(environment, tenant, id, body.privateKey)
      if (!rotated.ok) throw problemOf(rotated.refusal)
      await announceKey(call, 'key.rotated', { keyId: rotated.value.keys.at(-1)?.id })
      return { json: view(rotated.value) }
    },
  }),
  route({
    method: 'PATCH',
    path: '/v1/eim-identities/{id}/keys/{keyId}',
    operationId: 'updateSigningKey',
    summary: 'Set the certificate that carries a signing key to eUICCs in place of the bare key',
    description: 'Needs If-Match with the ETag of the identity; null removes the certificate.',
    tag: 'eIM identities',
    access: 'identities:write',
    body: SigningKeyChange,
    requestHeaders: IF_MATCH,
    success: { status: 200, description: 'The identity as it is now' },
    examples: [{ summary: 'The bare key again', body: { certificate: null } }],
    async handle(call) {
      const { environment, tenant, body } = call
      const { keyId = '' } = call.params
      const before = await identityIn(call)
      await checkMatch(call.request, versionOf(before))
      const certificate = body.certificate === null ? null : readCertificate(body.certificate, '/certificate')
      const set = await setSigningCertificate(environment.FLEET, tenant, before.id, keyId, certificate)
      if (!set.ok) throw problemOf(set.refusal)
      await announceKey(call, 'key.updated', { keyId, certificate: body.certificate !== null })
      return { json: view(set.value), headers: { ETag: await etagOf(versionOf(set.value)) } }
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/eim-identities/{id}/keys/{keyId}',
    operationId: 'retireSigningKey',
    summary: 'Retire a signing key: its private half is erased',
    tag: 'eIM identities',
    access: 'identities:write',
    success: { status: 204, description: 'Retired' },
    examples: [{ summary: 'After all eUICCs were updated' }],
    async handle(call) {
      const { environment, tenant } = call
      const { id = '', keyId = '' } = call.params
      const retired = await retireSigningKey(environment.FLEET, tenant, id, keyId)
      if (!retired.ok) throw problemOf(retired.refusal)
      await announceKey(call, 'key.retired', { keyId })
      return {}
    },
  }),
  route({
    method: 'GET',
    path: '/v1/eim-identities/{id}/add-initial-eim',
    operationId: 'getAddInitialEim',
    summary: 'What a new eUICC has to be given to trust this eIM (AddInitialEimRequest, BF57)',
    tag: 'eIM identities',
    access: 'identities:read',
    query: AddInitialEimQuery,
    success: { status: 200, description: 'The octets' },
    examples: [{ summary: 'As a file for the production line', query: { format: 'der' } }],
    async handle(call) {
      const octets = addInitialEim(await identityIn(call), { counterValue: call.query.counterValue })
      if (call.query.format === 'der')
        return { raw: { body: octets, contentType: 'application/octet-stream' } }
      return { json: { hex: toHex(octets), base64: toBase64(octets) } }
    },
  }),
]
