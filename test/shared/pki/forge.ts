/** Issues certificates, right and wrong ones, for tests: every field of a draft goes into the DER as it is written. */
import { objectIdentifier } from '../../../shared/asn1/primitives.ts'
import { encode } from '../../../shared/asn1/schema.ts'
import { wrap } from '../../../shared/asn1/writer.ts'
import { concatOctets, fromHex, type Octets } from '../../../shared/octets.ts'
import { parseCertificate } from '../../../shared/pki/certificate.ts'
import { ExtensionId } from '../../../shared/pki/certificate-extensions.ts'
import { sign } from '../../../shared/pki/ecdsa.ts'
import { plainToDer } from '../../../shared/pki/ecdsa-signature.ts'
import { importSigningKey, type SigningKey } from '../../../shared/pki/signing-key.ts'
import { hasSgp26, keyVector, sgp26File, sgp26Key } from './known-answers.ts'

export const EID = '89049032123451234512345678901235'
export const NOW = Date.parse('2026-11-24T00:00:00Z')

const text = (value: string, tag = 0x0c) => wrap(tag, new TextEncoder().encode(value))
const oid = (id: string) => encode(objectIdentifier, id)
export const sequence = (...parts: Uint8Array[]) => wrap(0x30, concatOctets(...parts))

export const CN = '2.5.4.3'
export const SERIAL = '2.5.4.5'
export const COUNTRY = '2.5.4.6'
export const ORGANIZATION = '2.5.4.10'
export type NameDraft = readonly (readonly [type: string, value: string])[]

export function name(draft: NameDraft): Octets {
  return sequence(
    ...draft.map(([type, value]) =>
      wrap(0x31, sequence(oid(type), text(value, type === SERIAL || type === COUNTRY ? 0x13 : 0x0c))),
    ),
  )
}

export interface ExtensionDraft {
  readonly id: string
  readonly isCritical: boolean
  readonly value: Octets
}

const extension = (id: string, isCritical: boolean, value: Octets): ExtensionDraft => ({
  id,
  isCritical,
  value,
})
export const basicConstraints = (isCa: boolean, pathLength?: number) =>
  extension(
    ExtensionId.basicConstraints,
    true,
    sequence(
      isCa ? fromHex('0101FF') : new Uint8Array(),
      pathLength === undefined ? new Uint8Array() : wrap(0x02, Uint8Array.of(pathLength)),
    ),
  )
/** Bits as in RFC 5280: 0x80 digitalSignature, 0x04 keyCertSign. */
export const keyUsage = (bits: number) =>
  extension(ExtensionId.keyUsage, true, wrap(0x03, Uint8Array.of(0, bits)))
export const policies = (...ids: string[]) =>
  extension(ExtensionId.certificatePolicies, true, sequence(...ids.map((id) => sequence(oid(id)))))
export const subjectKeyId = (id: string) =>
  extension(ExtensionId.subjectKeyIdentifier, false, wrap(0x04, fromHex(id)))
export const authorityKeyId = (id: string) =>
  extension(ExtensionId.authorityKeyIdentifier, false, sequence(wrap(0x80, fromHex(id))))
const subtrees = (tag: number, names: readonly NameDraft[]) =>
  names.length === 0
    ? new Uint8Array()
    : wrap(tag, concatOctets(...names.map((draft) => sequence(wrap(0xa4, name(draft))))))
export const nameConstraints = (permitted: readonly NameDraft[], excluded: readonly NameDraft[] = []) =>
  extension(ExtensionId.nameConstraints, true, sequence(subtrees(0xa0, permitted), subtrees(0xa1, excluded)))
export const permittedEins = (...eins: string[]) =>
  extension(ExtensionId.permittedEins, true, sequence(...eins.map((ein) => text(ein, 0x13))))
export const registeredIdName = (id: string) =>
  extension(ExtensionId.subjectAltName, false, sequence(wrap(0x88, oid(id).subarray(2))))
export const critical = (id: string) => extension(id, true, fromHex('0500'))

export interface Draft {
  readonly version: number
  readonly issuer: NameDraft
  readonly subject: NameDraft
  readonly notBefore: string
  readonly notAfter: string
  readonly spki: Octets
  readonly algorithm: string
  readonly extensions: readonly ExtensionDraft[]
}

/** Times longer than 13 characters are GeneralizedTime. */
const time = (value: string) => text(value, value.length > 13 ? 0x18 : 0x17)

export async function issue(draft: Draft, key: SigningKey): Promise<Octets> {
  const algorithm = sequence(oid(draft.algorithm))
  const tbs = sequence(
    draft.version === 1 ? new Uint8Array() : wrap(0xa0, wrap(0x02, Uint8Array.of(draft.version - 1))),
    fromHex('020105'),
    algorithm,
    name(draft.issuer),
    sequence(time(draft.notBefore), time(draft.notAfter)),
    name(draft.subject),
    draft.spki,
    draft.extensions.length === 0
      ? new Uint8Array()
      : wrap(
          0xa3,
          sequence(
            ...draft.extensions.map(({ id, isCritical, value }) =>
              sequence(oid(id), isCritical ? fromHex('0101FF') : new Uint8Array(), wrap(0x04, value)),
            ),
          ),
        ),
  )
  const signature = plainToDer(await sign(key, tbs))
  return sequence(tbs, algorithm, wrap(0x03, concatOctets(Uint8Array.of(0), signature)))
}

/** The keys of one chain. */
export interface KeyRing {
  readonly ci: SigningKey
  readonly eum: SigningKey
  readonly spki: { readonly ci: Octets; readonly eum: Octets; readonly euicc: Octets }
}

export async function vectorKeyRing(): Promise<KeyRing> {
  const scalarKey = async (role: string) => {
    const { privateHex } = keyVector(role)
    const curve = fromHex('A00A06082A8648CE3D030107')
    return importSigningKey(sequence(fromHex('020101'), wrap(0x04, privateHex), curve))
  }
  const spki = {
    ci: keyVector('ci').spkiHex,
    eum: keyVector('eum').spkiHex,
    euicc: keyVector('euicc').spkiHex,
  }
  return { ci: await scalarKey('ci'), eum: await scalarKey('eum'), spki }
}

/** `folder` nist or brainpool, `suffix` NIST or BRP. */
async function sgp26KeyRing(folder: string, suffix: string): Promise<KeyRing> {
  const spki = (role: string) =>
    parseCertificate(sgp26File(`${folder}/CERT_${role}_ECDSA_${suffix}.der`)).subjectPublicKeyInfo
  return {
    ci: await sgp26Key(`${folder}/SK_CI_ECDSA_${suffix}.pem`),
    eum: await sgp26Key(`${folder}/SK_EUM_ECDSA_${suffix}.pem`),
    spki: { ci: spki('CI'), eum: spki('EUM'), euicc: spki('EUICC') },
  }
}

export const keyRings: readonly (readonly [string, () => Promise<KeyRing>])[] = [
  ['the vectors', vectorKeyRing],
  ...(hasSgp26
    ? [
        ['SGP.26 NIST', () => sgp26KeyRing('nist', 'NIST')] as const,
        ['SGP.26 Brainpool', () => sgp26KeyRing('brainpool', 'BRP')] as const,
      ]
    : []),
]

export interface ChainDraft {
  readonly ci: Draft
  readonly eum: Draft
  readonly euicc: Draft
}

const CI_KEY = 'C1'.repeat(20)
const EUM_KEY = 'E0'.repeat(20)
const CI_NAME: NameDraft = [
  [CN, 'Forged CI'],
  [ORGANIZATION, 'RSPTEST'],
]
const EUM_NAME: NameDraft = [
  [COUNTRY, 'ES'],
  [ORGANIZATION, 'RSP Test EUM'],
  [CN, 'EUM Test'],
]
export const EUICC_NAME: NameDraft = [
  [COUNTRY, 'ES'],
  [ORGANIZATION, 'RSP Test EUM'],
  [SERIAL, EID],
  [CN, 'Test eUICC'],
]

/** A chain without fault, in the shape of the SGP.26 ones. */
export function soundChain({ spki }: KeyRing): ChainDraft {
  const frame = { version: 3, notBefore: '200401082751Z', algorithm: '1.2.840.10045.4.3.2' }
  const ci: Draft = {
    ...frame,
    issuer: CI_NAME,
    subject: CI_NAME,
    notAfter: '20550401082751Z',
    spki: spki.ci,
    extensions: [subjectKeyId(CI_KEY), basicConstraints(true), policies('2.23.146.1.2.1.0'), keyUsage(0x06)],
  }
  const eum: Draft = {
    ...frame,
    issuer: CI_NAME,
    subject: EUM_NAME,
    notAfter: '20540324092837Z',
    spki: spki.eum,
    extensions: [
      authorityKeyId(CI_KEY),
      subjectKeyId(EUM_KEY),
      keyUsage(0x04),
      policies('2.23.146.1.2.1.2'),
      registeredIdName('2.999.5'),
      basicConstraints(true, 0),
      nameConstraints([
        [
          [ORGANIZATION, 'RSP Test EUM'],
          [SERIAL, '89049032'],
        ],
      ]),
    ],
  }
  const euicc: Draft = {
    ...frame,
    issuer: EUM_NAME,
    subject: EUICC_NAME,
    notAfter: '74960124094858Z',
    spki: spki.euicc,
    extensions: [
      authorityKeyId(EUM_KEY),
      subjectKeyId('EC'.repeat(20)),
      keyUsage(0x80),
      policies('2.23.146.1.2.1.1'),
    ],
  }
  return { ci, eum, euicc }
}

/** The draft with extensions added, replaced by their id, or (by bare id) taken out. */
export function withExtensions(draft: Draft, ...changes: (ExtensionDraft | string)[]): Draft {
  const ids = new Set(changes.map((change) => (typeof change === 'string' ? change : change.id)))
  const added = changes.filter((change) => typeof change !== 'string')
  return { ...draft, extensions: [...draft.extensions.filter(({ id }) => !ids.has(id)), ...added] }
}

export interface IssuedChain {
  readonly ci: Octets
  readonly eum: Octets
  readonly euicc: Octets
}

export async function issueChain(chain: ChainDraft, keys: KeyRing): Promise<IssuedChain> {
  const [ci, eum, euicc] = await Promise.all([
    issue(chain.ci, keys.ci),
    issue(chain.eum, keys.ci),
    issue(chain.euicc, keys.eum),
  ])
  return { ci, eum, euicc }
}
