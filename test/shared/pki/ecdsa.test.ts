import { brainpoolP256r1 } from '@noble/curves/misc.js'
import { p256 } from '@noble/curves/nist.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../../shared/octets.ts'
import { sign, verify, verifyDer } from '../../../shared/pki/ecdsa.ts'
import { plainToDer } from '../../../shared/pki/ecdsa-signature.ts'
import { importPoint, importPublicKey } from '../../../shared/pki/public-key.ts'
import { importSigningKey, type SigningKey } from '../../../shared/pki/signing-key.ts'
import { hasSgp26, keyVector, sgp26File, sgp26Key, signatureVectors } from './known-answers.ts'

const message = new TextEncoder().encode('euiccPackageSigned')

describe('known answers', () => {
  it.each(signatureVectors)('verifies $name', async ({ key, signatureInput, signature }) => {
    const publicKey = await importPublicKey(keyVector(key).spkiHex)

    expect(await verify(publicKey, signatureInput, signature)).toBe(true)
    expect(await verifyDer(publicKey, signatureInput, plainToDer(signature))).toBe(true)
  })

  it.each(signatureVectors)('refuses $name when one bit of the signed octets differs', async (vector) => {
    const publicKey = await importPublicKey(keyVector(vector.key).spkiHex)
    const altered = vector.signatureInput.slice()
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1

    expect(await verify(publicKey, altered, vector.signature)).toBe(false)
  })

  // RFC 6979 §A.2.5: P-256, SHA-256, message "sample"; its s is in the upper half of the range.
  it('verifies the signature of RFC 6979, whose s is high', async () => {
    const point = fromHex(
      '0460FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB67903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299',
    )
    const signature = fromHex(
      'EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8',
    )

    expect(
      await verify(await importPoint('P-256', point), new TextEncoder().encode('sample'), signature),
    ).toBe(true)
  })
})

describe.each(['P-256', 'brainpoolP256r1'] as const)('%s', (curve) => {
  const engine = curve === 'P-256' ? p256 : brainpoolP256r1
  const order = engine.Point.Fn.ORDER
  const secret = new Uint8Array(32).fill(7)
  const pair = async () => ({
    signingKey: await importSigningKey(sec1(curve, secret)),
    publicKey: await importPoint(curve, engine.getPublicKey(secret, false)),
  })
  const scalar = (value: bigint) => fromHex(value.toString(16).padStart(64, '0'))

  it('verifies what it signs, and the other engine agrees', async () => {
    const { signingKey, publicKey } = await pair()

    const signature = await sign(signingKey, message)

    expect(signature).toHaveLength(64)
    expect(await verify(publicKey, message, signature)).toBe(true)
    expect(engine.verify(signature, message, publicKey.point, { lowS: false })).toBe(true)
  })

  it('accepts both s and n - s: cards do not normalise', async () => {
    const { signingKey, publicKey } = await pair()
    const signature = await sign(signingKey, message)
    const s = BigInt(`0x${toHex(signature.subarray(32))}`)

    const twin = new Uint8Array([...signature.subarray(0, 32), ...scalar(order - s)])

    expect(await verify(publicKey, message, twin)).toBe(true)
  })

  it.each([
    ['r = 0', 0n, 1n],
    ['s = 0', 1n, 0n],
    ['r = n', order, 1n],
    ['s = n', 1n, order],
    ['r and s at the top', 2n ** 256n - 1n, 2n ** 256n - 1n],
  ])('is false, not an exception, for %s', async (_name, r, s) => {
    const { publicKey } = await pair()

    expect(await verify(publicKey, message, new Uint8Array([...scalar(r), ...scalar(s)]))).toBe(false)
  })

  it('is false for anything that is not the signature', async () => {
    const { publicKey } = await pair()

    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), async (noise) => {
        expect(await verify(publicKey, message, noise)).toBe(false)
        expect(await verifyDer(publicKey, message, noise)).toBe(false)
      }),
      { numRuns: 50 },
    )
  })

  it('reads a compressed point as the same key', async () => {
    const { signingKey } = await pair()
    const compressed = await importPoint(curve, engine.getPublicKey(secret, true))

    expect(await verify(compressed, message, await sign(signingKey, message))).toBe(true)
  })
})

describe.runIf(hasSgp26)('SGP.26 keys', () => {
  it.each([
    ['nist', 'CI_ECDSA_NIST'],
    ['nist', 'EUM_ECDSA_NIST'],
    ['nist', 'EUICC_ECDSA_NIST'],
    ['brainpool', 'CI_ECDSA_BRP'],
    ['brainpool', 'EUM_ECDSA_BRP'],
    ['brainpool', 'EUICC_ECDSA_BRP'],
    ['variant-o', 'EUICC_SIG_NIST'],
    ['variant-o', 'S_EIMsign_ECDSA_NIST'],
  ])('signs with SK_%s/%s so that its certificate verifies', async (folder, name) => {
    const { parseCertificate } = await import('../../../shared/pki/certificate.ts')
    const signingKey: SigningKey = await sgp26Key(`${folder}/SK_${name}.pem`)
    const certificate = parseCertificate(sgp26File(`${folder}/CERT_${name}.der`))

    const publicKey = await importPublicKey(certificate.subjectPublicKeyInfo)

    expect(await verify(publicKey, message, await sign(signingKey, message))).toBe(true)
  })
})

/** ECPrivateKey { 1, secret, [0] curve } (RFC 5915). */
function sec1(curve: 'P-256' | 'brainpoolP256r1', secret: Uint8Array) {
  const parameters = curve === 'P-256' ? 'A00A06082A8648CE3D030107' : 'A00B06092B2403030208010107'
  const body = `0201010420${toHex(secret)}${parameters}`
  return fromHex(`30${(body.length / 2).toString(16).padStart(2, '0')}${body}`)
}
