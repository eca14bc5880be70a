/** Public keys of the two curves of eSIM, read from their SubjectPublicKeyInfo (SGP.22 §2.6.7.1, RFC 5480 §2). */
import { brainpoolP256r1 } from '@noble/curves/misc.js'
import { Fault } from '../fault.ts'
import { type Octets, toHex } from '../octets.ts'
import { BoundedCache } from './bounded-cache.ts'
import { Elements } from './elements.ts'

export type Curve = 'P-256' | 'brainpoolP256r1'

/** A point proven to lie on its curve. WebCrypto knows no Brainpool, so only P-256 has a CryptoKey. */
export type PublicKey =
  | { readonly curve: 'P-256'; readonly point: Octets; readonly cryptoKey: CryptoKey }
  | { readonly curve: 'brainpoolP256r1'; readonly point: Octets }

/** A key, public or private, that this project cannot work with. */
export class KeyFault extends Fault {
  readonly code = 'key-unusable'
}

export const ID_EC_PUBLIC_KEY = '1.2.840.10045.2.1'

const CURVES: Readonly<Record<string, Curve>> = {
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.36.3.3.2.8.1.1.7': 'brainpoolP256r1',
}

/** @throws {KeyFault} when the object identifier names no curve of eSIM */
export function curveOf(objectIdentifier: string): Curve {
  const curve = CURVES[objectIdentifier]
  if (curve === undefined)
    throw new KeyFault(`the curve ${objectIdentifier} is neither P-256 nor brainpoolP256r1`)
  return curve
}

const IMPORTED_KEYS = 512
const imported = new BoundedCache<PublicKey>(IMPORTED_KEYS)

/**
 * Imports the DER of a SubjectPublicKeyInfo; the point may be uncompressed or compressed.
 * @throws {KeyFault} on malformed octets, another algorithm or curve, or a point off the curve
 */
export async function importPublicKey(subjectPublicKeyInfo: Uint8Array): Promise<PublicKey> {
  const id = toHex(subjectPublicKeyInfo)
  const known = imported.get(id)
  if (known) return known
  const { curve, point } = readSubjectPublicKeyInfo(subjectPublicKeyInfo)
  // A copy: the certificate around the view must not live as long as the cache.
  const key = await importPoint(curve, point.slice())
  imported.set(id, key)
  return key
}

function readSubjectPublicKeyInfo(octets: Uint8Array): { curve: Curve; point: Octets } {
  try {
    const spki = Elements.inWhole(octets, 0x30)
    const curve = spki.take('algorithm', 0x30, (algorithm) => spki.inside(algorithm, readCurve))
    const point = spki.take('subjectPublicKey', 0x03, (element) => spki.bitStringOctets(element))
    if (!spki.isDone) throw new KeyFault('octets follow the public key')
    return { curve, point }
  } catch (error) {
    if (error instanceof KeyFault) throw error
    throw new KeyFault('not a SubjectPublicKeyInfo of an elliptic curve', { cause: error })
  }
}

/** The curve of an AlgorithmIdentifier { id-ecPublicKey, namedCurve }. @throws {KeyFault | Asn1Fault} */
export function readCurve(algorithm: Elements): Curve {
  const oid = algorithm.take('algorithm', 0x06, (element) => algorithm.objectIdentifier(element))
  if (oid !== ID_EC_PUBLIC_KEY) throw new KeyFault(`the key algorithm ${oid} is not id-ecPublicKey`)
  return curveOf(algorithm.take('parameters', 0x06, (element) => algorithm.objectIdentifier(element)))
}

/** Imports an encoded point, `04 x y` or `02|03 x`. @throws {KeyFault} when it is not on the curve */
export async function importPoint(curve: Curve, point: Octets): Promise<PublicKey> {
  const form = point[0]
  const wanted = form === 0x04 ? 65 : form === 0x02 || form === 0x03 ? 33 : undefined
  if (point.length !== wanted)
    throw new KeyFault(`${point.length} octets are no encoded point of a 256-bit curve`)
  try {
    if (curve === 'P-256') {
      const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
      return {
        curve,
        point,
        cryptoKey: await crypto.subtle.importKey('raw', point, algorithm, true, ['verify']),
      }
    }
    brainpoolP256r1.Point.fromBytes(point).assertValidity()
    return { curve, point }
  } catch (error) {
    throw new KeyFault(`the point is not on the curve ${curve}`, { cause: error })
  }
}
