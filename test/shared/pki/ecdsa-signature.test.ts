import { p256 } from '@noble/curves/nist.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Asn1Fault } from '../../../shared/asn1/asn1-fault.ts'
import { fromHex, toHex } from '../../../shared/octets.ts'
import { derToPlain, plainFromPlainOrDer, plainToDer } from '../../../shared/pki/ecdsa-signature.ts'

const plainSignature = fc.uint8Array({ minLength: 64, maxLength: 64 })

describe('DER and plain signatures', () => {
  it('writes small numbers short and large ones with a leading zero', () => {
    const plain = fromHex(`${'00'.repeat(31)}01${'FF'.repeat(32)}`)

    expect(toHex(plainToDer(plain))).toBe(`3026020101022100${'FF'.repeat(32)}`)
  })

  it('returns to the same plain signature', () => {
    fc.assert(
      fc.property(plainSignature, (plain) => {
        expect(derToPlain(plainToDer(plain))).toEqual(plain)
      }),
    )
  })

  it('writes the same DER as another implementation', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (digest) => {
        const signature = p256.sign(digest, new Uint8Array(32).fill(9), { lowS: false })
        const expected = p256.Signature.fromBytes(signature).toBytes('der')

        expect(plainToDer(signature)).toEqual(expected)
      }),
      { numRuns: 30 },
    )
  })

  it.each([
    ['a negative number', '3006020180020101'],
    ['a padded number', '300702020001020101'],
    ['an empty number', '30050200020101'],
    ['a number of 33 octets', `3026022101${'00'.repeat(32)}020101`],
    ['octets after s', '300902010102010102010100'.slice(0, 22)],
    ['octets after the signature', '300602010102010100'],
    ['a missing s', '3003020101'],
    ['another tag', '3106020101020101'],
    ['nothing', ''],
  ])('refuses %s', (_name, der) => {
    expect(() => derToPlain(fromHex(der))).toThrow(Asn1Fault)
  })

  it('gives a signature or a fault for any octets, and nothing else', () => {
    fc.assert(
      fc.property(plainSignature, fc.nat(71), fc.nat(255), (plain, at, octet) => {
        const der = plainToDer(plain)
        der[at % der.length] = octet
        try {
          expect(plainToDer(derToPlain(der))).toHaveLength(der.length)
        } catch (error) {
          expect(error).toBeInstanceOf(Asn1Fault)
        }
      }),
    )
  })

  it('refuses to write a plain signature of another length', () => {
    expect(() => plainToDer(new Uint8Array(63))).toThrow(Asn1Fault)
  })
})

describe('the tolerance for DER where plain is due', () => {
  it('gives the plain form of either', () => {
    const plain = fromHex('11'.repeat(64))

    expect(plainFromPlainOrDer(plain)).toBe(plain)
    expect(plainFromPlainOrDer(plainToDer(plain))).toEqual(plain)
  })

  it('leaves anything else as it was', () => {
    const noise = fromHex('3006020101')

    expect(plainFromPlainOrDer(noise)).toBe(noise)
  })
})
