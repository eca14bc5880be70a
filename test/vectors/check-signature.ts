/** A signature holds over exactly the octets that decoding leaves, followed by the association token. */
import { decode, rawOctets } from '../../shared/asn1/index.ts'
import { concatOctets, fromHex, type Octets, toHex } from '../../shared/octets.ts'
import { encodeAssociationToken } from '../../shared/sgp32/index.ts'
import { expectThat, type Keys, type SignatureVector, schemaOf } from './vector.ts'

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
  const message = decode(schemaOf(vector), fromHex(vector.hex))
  const holder = holderOf(message, vector.kind)
  expectThat(holder !== undefined, `there is no ${vector.kind} in the message`)
  expectThat(
    toHex(holder.signature) === vector.signature.toUpperCase(),
    `${vector.kind} is not the stated signature`,
  )
  expectThat(
    holder.siblings.some((part) => isSame(rawOctets(part), signedObject)),
    `nothing beside ${vector.kind} has the raw octets of the signed object`,
  )
}

interface Holder {
  readonly signature: Uint8Array
  /** What stands beside the signature: the signed part is one of them. */
  readonly siblings: readonly object[]
}

/** The part of `value`, at any depth, that has the signature named `kind`. */
function holderOf(value: unknown, kind: string): Holder | undefined {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return undefined
  const signature: unknown = Reflect.get(value, kind)
  const members: unknown[] = Object.values(value)
  if (signature instanceof Uint8Array) return { signature, siblings: members.filter(isDecodedPart) }
  for (const member of members) {
    const holder = holderOf(member, kind)
    if (holder) return holder
  }
  return undefined
}

function isDecodedPart(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  )
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
