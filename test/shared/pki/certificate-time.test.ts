import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Asn1Fault } from '../../../shared/asn1/index.ts'
import { readTime } from '../../../shared/pki/certificate-time.ts'
import { Elements } from '../../../shared/pki/elements.ts'

const UTC_TIME = 0x17
const GENERALIZED_TIME = 0x18

function read(tag: number, text: string): number {
  // Digits in front and behind, which are none of its business.
  const octets = Buffer.concat([
    Buffer.from('11'),
    Buffer.of(tag, text.length),
    Buffer.from(`${text}11`, 'latin1'),
  ])
  const elements = new Elements(octets, 2, octets.length - 2)
  return elements.any('time', (element) => readTime(elements, element))
}

/** By ISO 8601 text, which JavaScript reads itself; null when there is no such date. */
function naive(tag: number, text: string): number | null {
  const century = text < '5' ? '20' : '19'
  const iso = (tag === UTC_TIME ? century + text : text).replace(
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/,
    '$1-$2-$3T$4:$5:$6.000Z',
  )
  const instant = Date.parse(iso)
  return iso.endsWith('.000Z') && !Number.isNaN(instant) && new Date(instant).toISOString() === iso
    ? instant
    : null
}

const digits = (from: number, to: number, length = 2) =>
  fc.integer({ min: from, max: to }).map((number) => String(number).padStart(length, '0'))

describe('the time in a certificate', () => {
  it('is what ISO 8601 says, for every date there is and every one there is not', () => {
    const year = fc.oneof(
      digits(0, 9999, 4),
      digits(0, 99, 4),
      fc.constantFrom('1900', '2000', '2024', '2100'),
    )
    const rest = fc.tuple(digits(0, 13), digits(0, 32), digits(0, 24), digits(0, 60), digits(0, 60))
    const tag = fc.constantFrom(UTC_TIME, GENERALIZED_TIME)
    fc.assert(
      fc.property(tag, year, rest, (kind, wholeYear, others) => {
        const text = `${kind === UTC_TIME ? wholeYear.slice(2) : wholeYear}${others.join('')}Z`
        const expected = naive(kind, text)
        if (expected === null) expect(() => read(kind, text)).toThrow(Asn1Fault)
        else expect(read(kind, text)).toBe(expected)
      }),
      { numRuns: 5000 },
    )
  })

  it('has seconds, ends in Z, and nothing else', () => {
    const whole = '20240229235959Z'
    expect(read(GENERALIZED_TIME, whole)).toBe(Date.UTC(2024, 1, 29, 23, 59, 59))
    for (let at = 0; at < whole.length; at++) {
      const without = whole.slice(0, at) + whole.slice(at + 1)
      for (const other of [
        without,
        `${whole.slice(0, at)}/${whole.slice(at + 1)}`,
        `${whole.slice(0, at)}0${whole.slice(at)}`,
      ]) {
        expect(() => read(GENERALIZED_TIME, other), other).toThrow(Asn1Fault)
      }
    }
    for (const text of ['240229235959Z', '', 'Z', '20240229235959+0000']) {
      expect(() => read(GENERALIZED_TIME, text), text).toThrow(Asn1Fault)
    }
    expect(() => read(UTC_TIME, whole)).toThrow(Asn1Fault)
    expect(() => read(0x04, whole)).toThrow(Asn1Fault)
  })
})
