/** A key's certificate can be read, and holds that very key. */
import { fromHex, toHex } from '../../shared/octets.ts'
import { parseCertificate } from '../../shared/pki/index.ts'
import { expectThat, type KeyVector } from './vector.ts'

/** @throws {VectorProblem | Asn1Fault} when the key does not hold */
export function checkKey({ spkiHex, certificateHex }: KeyVector): void {
  expectThat(spkiHex !== undefined, 'the public key is missing')
  if (certificateHex === undefined) return
  const { subjectPublicKeyInfo } = parseCertificate(fromHex(certificateHex))
  expectThat(toHex(subjectPublicKeyInfo) === spkiHex.toUpperCase(), 'the certificate holds another key')
}
