/** Private keys for ECDSA: PKCS#8 (RFC 5958) or the older "EC PRIVATE KEY" (SEC 1, RFC 5915), which WebCrypto refuses. */
import { brainpoolP256r1 } from '@noble/curves/misc.js'
import { p256 } from '@noble/curves/nist.js'
import { Asn1Fault } from '../asn1/asn1-fault.ts'
import { type Octets, toBase64 } from '../octets.ts'
import { Elements } from './elements.ts'
import { type Curve, curveOf, KeyFault, readCurve } from './public-key.ts'

/** A P-256 key cannot be read out again; Brainpool, which WebCrypto lacks, keeps its scalar in memory. */
export type SigningKey =
  | { readonly curve: 'P-256'; readonly cryptoKey: CryptoKey }
  | { readonly curve: 'brainpoolP256r1'; readonly scalar: Octets }

/**
 * Imports the DER of a PKCS#8 or SEC 1 private key, non-extractable.
 * @throws {KeyFault} on malformed octets, another algorithm or curve, or a scalar out of range
 */
export async function importSigningKey(der: Uint8Array): Promise<SigningKey> {
  const { curve, scalar } = readPrivateKey(der)
  const engine = curve === 'P-256' ? p256 : brainpoolP256r1
  if (!engine.utils.isValidSecretKey(scalar)) throw new KeyFault('the private key is out of range')
  if (curve === 'brainpoolP256r1') return { curve, scalar: scalar.slice() }
  const jwk = privateJwk(scalar, p256.getPublicKey(scalar, false))
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  return { curve, cryptoKey: await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['sign']) }
}

/** The point is computed: the key file may leave it out, and engines refuse a private key without it. */
function privateJwk(scalar: Uint8Array, point: Uint8Array): JsonWebKey {
  const [x, y] = [point.subarray(1, 33), point.subarray(33)]
  return { kty: 'EC', crv: 'P-256', d: toBase64Url(scalar), x: toBase64Url(x), y: toBase64Url(y) }
}

function toBase64Url(octets: Uint8Array): string {
  return toBase64(octets).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

interface PrivateKeyParts {
  readonly curve: Curve
  readonly scalar: Octets
}

function readPrivateKey(der: Uint8Array): PrivateKeyParts {
  try {
    const outer = Elements.inWhole(der, 0x30)
    const version = outer.take('version', 0x02, (element) => outer.content(element)[0])
    if (version === 1) return readEcPrivateKey(der as Octets, undefined)
    const curve = outer.take('privateKeyAlgorithm', 0x30, (element) => outer.inside(element, readCurve))
    return readEcPrivateKey(
      outer.take('privateKey', 0x04, (element) => outer.content(element)),
      curve,
    )
  } catch (error) {
    if (error instanceof Asn1Fault) throw new KeyFault(`not a private key: ${error.message}`)
    throw error
  }
}

/** ECPrivateKey ::= SEQUENCE { version 1, privateKey, parameters [0] OPTIONAL, publicKey [1] OPTIONAL } (RFC 5915 §3) */
function readEcPrivateKey(octets: Octets, outerCurve: Curve | undefined): PrivateKeyParts {
  const key = Elements.inWhole(octets, 0x30)
  key.take('version', 0x02, () => undefined)
  const scalar = key.take('privateKey', 0x04, (element) => key.content(element))
  const innerCurve = key.takeOptional('parameters', 0xa0, (element) =>
    key.inside(element, (parameters) =>
      curveOf(parameters.take('namedCurve', 0x06, (name) => parameters.objectIdentifier(name))),
    ),
  )
  const curve = outerCurve ?? innerCurve
  if (curve === undefined) throw new KeyFault('the private key does not name its curve')
  if (scalar.length !== 32) throw new KeyFault(`the private key has ${scalar.length} octets, not 32`)
  return { curve, scalar }
}
