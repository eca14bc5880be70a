import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../../shared/octets.ts'
import { importPoint, importPublicKey, KeyFault } from '../../../shared/pki/public-key.ts'
import { importSigningKey } from '../../../shared/pki/signing-key.ts'
import { keyVector } from './known-answers.ts'

const spki = keyVector('euicc').spkiHex

describe('importing a SubjectPublicKeyInfo', () => {
  it('gives curve and point, and the same object for the same octets', async () => {
    const key = await importPublicKey(spki)

    expect(key.curve).toBe('P-256')
    expect(toHex(key.point)).toBe(toHex(spki.subarray(-65)))
    expect(await importPublicKey(spki.slice())).toBe(key)
  })

  it.each([
    ['an RSA key', '300D300B06092A864886F70D010101'],
    ['another curve (secp384r1)', '3012300B06072A8648CE3D02010604030107'],
    ['a curve that eSIM does not use', '3017301006072A8648CE3D020106052B8104002203030004FF'],
    ['nothing', ''],
    ['an empty sequence', '3000'],
  ])('refuses %s', async (_name, hex) => {
    await expect(importPublicKey(fromHex(hex))).rejects.toThrow(KeyFault)
  })

  it('refuses octets behind the key', async () => {
    const longer = fromHex(`305B${toHex(spki.subarray(2))}0500`)

    await expect(importPublicKey(longer)).rejects.toThrow('octets follow the public key')
  })

  it.each(['P-256', 'brainpoolP256r1'] as const)('refuses a point off the curve %s', async (curve) => {
    const point = fromHex(`04${'01'.repeat(64)}`)

    await expect(importPoint(curve, point)).rejects.toThrow(KeyFault)
  })

  it.each(['P-256', 'brainpoolP256r1'] as const)(
    'refuses infinity and wrong lengths on %s',
    async (curve) => {
      for (const hex of ['00', '', '04', `02${'01'.repeat(64)}`, `06${'01'.repeat(64)}`]) {
        await expect(importPoint(curve, fromHex(hex))).rejects.toThrow(KeyFault)
      }
    },
  )

  it('gives the key that stands there or a KeyFault for any damaged octets', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(spki.length - 1), fc.nat(255), async (at, octet) => {
        const damaged = spki.slice()
        damaged[at] = octet
        const outcome: unknown = await importPublicKey(damaged).catch((error: unknown) => error)
        if (!(outcome instanceof KeyFault)) expect(outcome).toMatchObject({ point: damaged.slice(-65) })
      }),
      { numRuns: 200 },
    )
  })
})

describe('importing a private key', () => {
  const scalar = keyVector('euicc').privateHex

  it('makes a P-256 key that cannot be read out', async () => {
    const sec1 = fromHex(`30310201010420${toHex(scalar)}A00A06082A8648CE3D030107`)

    const key = await importSigningKey(sec1)

    expect(key.curve === 'P-256' && key.cryptoKey.extractable).toBe(false)
  })

  it.each([
    ['a scalar of zero', `30310201010420${'00'.repeat(32)}A00A06082A8648CE3D030107`],
    ['a Brainpool scalar of zero', `30320201010420${'00'.repeat(32)}A00B06092B2403030208010107`],
    ['a scalar above the order', `30310201010420${'FF'.repeat(32)}A00A06082A8648CE3D030107`],
    ['a short scalar', '301102010104 0401020304A00A06082A8648CE3D030107'.replace(' ', '')],
    ['no curve', `30250201010420${'11'.repeat(32)}`],
    ['a certificate', toHex(keyVector('euicc').certificateHex)],
    ['nothing', ''],
  ])('refuses %s', async (_name, hex) => {
    await expect(importSigningKey(fromHex(hex))).rejects.toThrow(KeyFault)
  })
})
