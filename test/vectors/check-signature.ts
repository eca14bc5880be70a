/** A signature holds over exactly the octets that decoding leaves, followed by the association token. */
import { decode, rawOctets } from '../../shared/asn1/index.ts'
import { concatOctets, fromHex, type Octets, toHex } from '../../shared/octets.ts'
import { encodeAssociationToken } from '../../shared/sgp32/index.ts'
import { expectThat, type Keys, type SignatureVector, schemaOf } from './vector.ts'

/** Where the signed part and its signature stand, by the name of the signature. */
const SIGNED: Readonly<Record<string, { readonly parent?: string; readonly part: string }>> = {
  eimSignature: { part: 'euiccPackageSigned' },
  euiccSignEPR: { parent: 'euiccPackageResultSigned', part: 'euiccPackageResultDataSigned' },
  euiccSignEPE: { parent: 'euiccPackageErrorSigned', part: 'euiccPackageErrorDataSigned' },
}

/** @throws {VectorProblem | Asn1Fault} when the vector does not hold */
export async function checkSignature(vector: SignatureVector, keys: Keys): Promise<void> {
  const signedObject = fromHex(vector.signedObject)
  const token = fromHex(vector.tokenTlv ?? '')
  const input = fromHex(vector.signatureInput)

  expectThat(
    isSame(input, concatOctets(signedObject, token)),
    'signatureInput is not signedObject and tokenTlv',
  )
  if (vector.tokenTlv !== undefined) {
    const encoded = encodeAssociationToken(vector.associationToken ?? null)
    expectThat(isSame(encoded, token), `the token is encoded as ${toHex(encoded)}`)
  }
  checkMessage(vector, signedObject)
  await checkDigest(vector, input)
  expectThat(await verifies(vector, keys, input), 'the signature does not verify')
}

function checkMessage(vector: SignatureVector, signedObject: Octets): void {
  const place = SIGNED[vector.kind]
  expectThat(place !== undefined, `the signature ${vector.kind} is unknown`)
  const message = decode(schemaOf(vector), fromHex(vector.hex))
  const parent = place.parent === undefined ? message : member(message, place.parent)
  const part = member(parent, place.part)
  expectThat(typeof part === 'object' && part !== null, `${place.part} is missing`)
  expectThat(
    isSame(rawOctets(part), signedObject),
    `the raw octets of ${place.part} are not the signed object`,
  )
  const signature = member(parent, vector.kind)
  expectThat(
    signature instanceof Uint8Array && toHex(signature) === vector.signature.toUpperCase(),
    `${vector.kind} is not the stated signature`,
  )
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

async function checkDigest(vector: SignatureVector, input: Octets): Promise<void> {
  if (vector.sha256 === undefined) return
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', input))
  expectThat(toHex(digest) === vector.sha256.toUpperCase(), 'the SHA-256 of the input is another one')
}

async function verifies(vector: SignatureVector, keys: Keys, input: Octets): Promise<boolean> {
  const spki = keys[vector.key]?.spkiHex
  expectThat(spki !== undefined, `there is no key ${vector.key}`)
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('spki', fromHex(spki), algorithm, false, ['verify'])
  return crypto.subtle.verify(algorithm, key, fromHex(vector.signature), input)
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return toHex(left) === toHex(right)
}
