/** Cards with keys that others know: those of the project's vectors, and GSMA's SGP.26 test certificates. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { fromHex, type Octets } from '../../shared/octets.ts'
import { parseCertificate } from '../../shared/pki/index.ts'
import { type CardCredential, type KeyPair, keyPairOf } from './card-issuer.ts'

export interface KnownCard {
  readonly eid: string
  readonly credential: CardCredential
}

const hex = z.string().transform((text) => fromHex(text))
const KeysFile = z.object({
  keys: z.record(z.string(), z.object({ jwk: z.record(z.string(), z.string()), certificateHex: hex })),
})

function vectorKeys() {
  const file = new URL('../vectors/sgp32/keys.json', import.meta.url)
  return KeysFile.parse(JSON.parse(readFileSync(file, 'utf8'))).keys
}

/** A key of `keys.json`: `eim-sign`, `euicc`, … */
export function vectorKey(name: string): KeyPair & { readonly certificate: Octets } {
  const known = vectorKeys()[name]
  if (!known) throw new RangeError(`keys.json has no key ${name}`)
  const keys = keyPairOf(createPrivateKey({ key: known.jwk, format: 'jwk' }))
  return { ...keys, certificate: known.certificateHex }
}

/** The EID in the subject of an eUICC certificate. */
function eidIn(certificate: Octets): string {
  const eid = /serialNumber=([0-9]{32})/.exec(new X509Certificate(certificate).subject)?.[1]
  if (eid === undefined) throw new RangeError('the certificate names no EID')
  return eid
}

function knownCard(key: CardCredential['key'], euiccCertificate: Octets, eum: Octets, ci: Octets): KnownCard {
  const ciPKId = parseCertificate(ci).values.subjectKeyIdentifier
  if (!ciPKId) throw new RangeError('the CI certificate has no subject key identifier')
  return { eid: eidIn(euiccCertificate), credential: { key, euiccCertificate, eumCertificate: eum, ciPKId } }
}

/** The card that signed the results of `signatures.json`. */
export function vectorCard(): KnownCard {
  const { privateKey, certificate } = vectorKey('euicc')
  return knownCard(privateKey, certificate, vectorKey('eum').certificate, vectorKey('ci').certificate)
}

/** The NIST card of SGP.26; `folder` holds its files, in the `nist` or the `variant-o` form. */
export function sgp26Card(folder: string): KnownCard {
  const variant = path.basename(folder) === 'variant-o' ? 'SIG_NIST' : 'ECDSA_NIST'
  const der = (name: string) => new Uint8Array(readFileSync(path.join(folder, `CERT_${name}_${variant}.der`)))
  const key = createPrivateKey(readFileSync(path.join(folder, `SK_EUICC_${variant}.pem`)))
  return knownCard(key, der('EUICC'), der('EUM'), der('CI'))
}
