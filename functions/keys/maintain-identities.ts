/** What an operator does with the tenant's eIM identities: create, choose the default, rotate and retire keys, set trust. */

import { Asn1Fault, bitString, decode, elements, field, sequence } from '../../shared/asn1/index.ts'
import { equalOctets, type Octets } from '../../shared/octets.ts'
import { parseCertificate } from '../../shared/pki/index.ts'
import type { Environment } from '../environment.ts'
import type { Result } from '../euicc/euicc-interface.ts'
import { ulid } from '../euicc/operation-id.ts'
import { forgetEimHosts } from './eim-host.ts'
import type {
  EimIdentity,
  EimIdType,
  EimKey,
  EimKeyState,
  IdentityRefusal,
  TransportTrust,
} from './eim-identity.ts'
import { startingKey, usableKeys } from './eim-identity.ts'
import {
  getEimIdentity,
  insertEimIdentity,
  insertNextKey,
  listEimIdentities,
  type StoredKey,
  tenantOfFqdn,
  writeDefault,
  writeRetirement,
  writeSigningCertificate,
  writeTransportTrust,
} from './identity-store.ts'
import { wrapPrivateKey } from './key-wrapping.ts'
import { generateSigningKey, importPkcs8, SigningKeyFault } from './new-signing-key.ts'

export interface NewEimIdentity {
  readonly eimId: string
  readonly eimFqdn: string
  readonly eimIdType: EimIdType
  /** PEM of a P-256 key in PKCS#8; without it one is made. */
  readonly privateKey?: string | undefined
  /** The first identity of a tenant is its default anyhow. */
  readonly isDefault?: boolean | undefined
}

type KeysEnvironment = Pick<Environment, 'FLEET' | 'KEY_ENCRYPTION_KEY'>
type Outcome = Result<EimIdentity, IdentityRefusal>

function refuse(refusal: IdentityRefusal): { readonly ok: false; readonly refusal: IdentityRefusal } {
  return { ok: false, refusal }
}

export async function createEimIdentity(
  environment: KeysEnvironment,
  tenant: string,
  wanted: NewEimIdentity,
): Promise<Outcome> {
  const eimFqdn = wanted.eimFqdn.toLowerCase()
  const invalid = findInvalid({ ...wanted, eimFqdn })
  if (invalid) return refuse(invalid)
  const owner = await tenantOfFqdn(environment.FLEET, eimFqdn)
  if (owner !== null && owner !== tenant) return refuse({ kind: 'fqdn-taken', eimFqdn })
  const others = await listEimIdentities(environment.FLEET, tenant)
  if (others.some(({ eimId }) => eimId === wanted.eimId)) {
    return refuse({ kind: 'eim-id-taken', eimId: wanted.eimId })
  }
  const id = newId('eim')
  const stored = await newKey(environment, { tenant, id }, 'active', wanted.privateKey)
  if (!stored.ok) return stored
  const identity: EimIdentity = {
    id,
    tenant,
    eimId: wanted.eimId,
    eimFqdn,
    eimIdType: wanted.eimIdType,
    isDefault: wanted.isDefault === true || others.length === 0,
    transportTrust: null,
    keys: [stored.value.key],
    createdAt: stored.value.key.createdAt,
  }
  await insertEimIdentity(environment.FLEET, identity, stored.value)
  forgetEimHosts()
  return { ok: true, value: identity }
}

const FQDN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
const DOTTED = /^[0-2](\.(0|[1-9][0-9]*))+$/

function findInvalid({ eimId, eimFqdn, eimIdType }: NewEimIdentity): IdentityRefusal | undefined {
  const length = [...eimId].length
  if (length < 1 || length > 128) {
    return { kind: 'invalid', pointer: '/eimId', detail: `1 to 128 characters were expected, not ${length}` }
  }
  if (eimIdType === 'oid' && !DOTTED.test(eimId)) {
    return { kind: 'invalid', pointer: '/eimId', detail: 'an object identifier in dotted form was expected' }
  }
  if (eimIdType === 'fqdn' && !FQDN.test(eimId.toLowerCase())) {
    return { kind: 'invalid', pointer: '/eimId', detail: 'a host name was expected' }
  }
  if (!FQDN.test(eimFqdn)) return { kind: 'invalid', pointer: '/eimFqdn', detail: 'a host name was expected' }
  return undefined
}

function newId(prefix: 'eim' | 'key'): string {
  return `${prefix}_${ulid(Date.now(), crypto.getRandomValues(new Uint8Array(10)))}`
}

async function newKey(
  environment: KeysEnvironment,
  identity: Pick<EimIdentity, 'tenant' | 'id'>,
  state: EimKeyState,
  pem: string | undefined,
): Promise<Result<StoredKey, IdentityRefusal>> {
  try {
    const { privateKey, publicKey } = pem === undefined ? await generateSigningKey() : await importPkcs8(pem)
    const id = newId('key')
    const owner = { tenant: identity.tenant, identity: identity.id, key: id }
    const wrappedPrivateKey = await wrapPrivateKey(environment, owner, privateKey)
    const key: EimKey = { id, state, publicKey, certificate: null, createdAt: Date.now(), retiredAt: null }
    return { ok: true, value: { key, wrappedPrivateKey } }
  } catch (error) {
    if (!(error instanceof SigningKeyFault)) throw error
    return refuse({ kind: 'invalid', pointer: '/privateKey', detail: error.message })
  }
}

/** Runs `change` on the identity, then reads it again. */
async function changeIdentity(
  db: D1Database,
  tenant: string,
  id: string,
  change: (identity: EimIdentity) => Promise<IdentityRefusal | undefined>,
): Promise<Outcome> {
  const identity = await getEimIdentity(db, tenant, id)
  const refusal = identity ? await change(identity) : ({ kind: 'unknown-identity' } as const)
  if (refusal) return refuse(refusal)
  forgetEimHosts()
  const changed = await getEimIdentity(db, tenant, id)
  return changed ? { ok: true, value: changed } : refuse({ kind: 'unknown-identity' })
}

export async function setDefaultEimIdentity(db: D1Database, tenant: string, id: string): Promise<Outcome> {
  return changeIdentity(db, tenant, id, async (identity) => {
    await writeDefault(db, identity)
    return undefined
  })
}

/**
 * Adds a key that new associations start with. Packages for eUICCs that trust an older key are signed with that one
 * until `eim.update` has moved them and the old key is retired.
 */
export async function rotateSigningKey(
  environment: KeysEnvironment,
  tenant: string,
  id: string,
  privateKey?: string,
): Promise<Outcome> {
  return changeIdentity(environment.FLEET, tenant, id, async (identity) => {
    const stored = await newKey(environment, identity, 'next', privateKey)
    if (!stored.ok) return stored.refusal
    if (identity.keys.some((key) => equalOctets(key.publicKey, stored.value.key.publicKey))) {
      return { kind: 'invalid', pointer: '/privateKey', detail: 'the identity has had this key before' }
    }
    await insertNextKey(environment.FLEET, identity, stored.value)
    return undefined
  })
}

/** Erases the private half of a key. The one that new associations start with cannot be retired: rotate first. */
export async function retireSigningKey(
  db: D1Database,
  tenant: string,
  id: string,
  keyId: string,
): Promise<Outcome> {
  return changeIdentity(db, tenant, id, async (identity) => {
    if (!identity.keys.some((key) => key.id === keyId)) return { kind: 'unknown-key' }
    if (startingKey(identity).id === keyId) {
      return { kind: 'key-in-use', detail: 'new associations start with this key; rotate before retiring it' }
    }
    const isUsable = usableKeys(identity).some((key) => key.id === keyId)
    if (isUsable) await writeRetirement(db, identity, keyId, Date.now())
    return undefined
  })
}

/** Sets, or with null removes, what devices pin of the TLS or DTLS server. */
export async function setTransportTrust(
  db: D1Database,
  tenant: string,
  id: string,
  trust: TransportTrust | null,
): Promise<Outcome> {
  return changeIdentity(db, tenant, id, async (identity) => {
    const detail = trust && transportTrustFault(trust)
    if (detail) return { kind: 'invalid', pointer: '/der', detail }
    await writeTransportTrust(db, identity, trust)
    return undefined
  })
}

/** What is wrong with it, or null. Any algorithm will do: the one who has to understand it is the IPA. */
function transportTrustFault({ kind, der }: TransportTrust): string | null {
  try {
    if (kind === 'certificate') parseCertificate(der)
    else decode(SubjectPublicKeyInfoFrame, der)
    return null
  } catch (error) {
    if (error instanceof Asn1Fault) return error.message
    throw error
  }
}

const SubjectPublicKeyInfoFrame = sequence('30', {
  algorithm: field('30', elements),
  subjectPublicKey: field('03', bitString),
})

/** Sets, or with null removes, the certificate that carries a key to eUICCs in place of the bare key. */
export async function setSigningCertificate(
  db: D1Database,
  tenant: string,
  id: string,
  keyId: string,
  certificate: Octets | null,
): Promise<Outcome> {
  return changeIdentity(db, tenant, id, async (identity) => {
    const key = identity.keys.find((each) => each.id === keyId)
    if (!key) return { kind: 'unknown-key' }
    const detail = certificate && certificateFault(certificate, key)
    if (detail) return { kind: 'invalid', pointer: '/certificate', detail }
    await writeSigningCertificate(db, identity, keyId, certificate)
    return undefined
  })
}

function certificateFault(certificate: Octets, key: EimKey): string | null {
  try {
    const { subjectPublicKeyInfo } = parseCertificate(certificate)
    return equalOctets(subjectPublicKeyInfo, key.publicKey) ? null : 'the certificate is for another key'
  } catch (error) {
    if (error instanceof Asn1Fault) return error.message
    throw error
  }
}
