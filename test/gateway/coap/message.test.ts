import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type CoapMessage,
  codeOf,
  MESSAGE_TYPES,
  readMessage,
  showCode,
  writeMessage,
} from '../../../gateway/coap/message.ts'
import {
  OPTION,
  readUint,
  stringOption,
  uintOption,
  unrecognizedCritical,
} from '../../../gateway/coap/option.ts'

const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex')
const octets = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))

function read(text: string): CoapMessage {
  const result = readMessage(octets(text))
  if (result.kind !== 'message') throw new Error(JSON.stringify(result))
  return result.message
}

const HEADER_OCTETS = 4

interface Parts {
  readonly options: { readonly number: number; readonly value: string }[]
  readonly payload: string
}

function shownParts({ options, payload }: CoapMessage): Parts {
  return {
    options: options.map(({ number, value }) => ({ number, value: hex(value) })),
    payload: hex(payload),
  }
}

/** RFC 7252 §3.1 read literally; null for a format error. `octets`, without header and token, are used up. */
function partsOf(octets: number[]): Parts | null {
  const options: Parts['options'] = []
  let number = 0
  while (octets.length > 0) {
    const first = octets.shift() ?? 0
    if (first === 0xff) return octets.length === 0 ? null : { options, payload: hex(Uint8Array.from(octets)) }
    const delta = takeExtended(octets, first >> 4)
    const length = delta === null ? null : takeExtended(octets, first & 15)
    if (delta === null || length === null || length > octets.length) return null
    number += delta
    if (number > 0xffff) return null
    options.push({ number, value: hex(Uint8Array.from(octets.splice(0, length))) })
  }
  return { options, payload: '' }
}

function takeExtended(octets: number[], nibble: number): number | null {
  if (nibble < 13) return nibble
  const more = octets.splice(0, nibble - 12)
  if (nibble === 15 || more.length < nibble - 12) return null
  return more.reduce((sum, octet) => 256 * sum + octet, 0) + (nibble === 13 ? 13 : 269)
}

describe('a CoAP message', () => {
  // RFC 7252 Appendix A, figures 16 to 18.
  it('is read and written as in the examples of RFC 7252', () => {
    const request = read('4001 7d34 bb 74656d7065726174757265')
    expect(request).toMatchObject({ type: 'CON', code: codeOf('0.01'), messageId: 0x7d34 })
    expect(request.options).toEqual([stringOption(OPTION.uriPath, 'temperature')])
    expect(hex(writeMessage(request))).toBe('40017d34bb74656d7065726174757265')

    const response = read('6045 7d34 ff 32322e332043')
    expect(response).toMatchObject({ type: 'ACK', code: codeOf('2.05') })
    expect(new TextDecoder().decode(response.payload)).toBe('22.3 C')

    const withToken = read('4101 7d35 20 bb 74656d7065726174757265')
    expect(hex(withToken.token)).toBe('20')
    expect(hex(writeMessage(withToken))).toBe('41017d3520bb74656d7065726174757265')
  })

  it('tells the poll of a device: POST gsma/rsp2/asn1', () => {
    const payload = octets('BF4F125A1089044045930000000000002153893210')
    const options = ['gsma', 'rsp2', 'asn1'].map((segment) => stringOption(OPTION.uriPath, segment))
    const poll = {
      type: 'CON',
      code: codeOf('0.02'),
      messageId: 1,
      token: octets('01'),
      options,
      payload,
    } as const

    expect(writeMessage(poll)).toHaveLength(4 + 1 + 3 * 5 + 1 + 21)
    expect(read(hex(writeMessage(poll)))).toEqual(poll)
  })

  it.each([
    ['a token of nine octets', '49017d34 000000000000000000'],
    ['a token that is cut off', '48017d34 0000'],
    ['a payload marker without payload', '40017d34 ff'],
    ['an option delta of 15', '40017d34 f1 00'],
    ['an option length of 15', '40017d34 1f 00'],
    ['an option that is cut off', '40017d34 b5 7465'],
    ['an extended delta that is cut off', '40017d34 e0 01'],
    ['an empty message with content', '40007d34 ff 00'],
  ])('is a format error with %s', (_what, text) => {
    expect(readMessage(octets(text))).toMatchObject({ kind: 'format-error', type: 'CON', messageId: 0x7d34 })
  })

  it.each([
    ['another version', '80017d34'],
    ['less than a header', '4001 7d'],
    ['nothing', ''],
  ])('is ignored with %s', (_what, text) => {
    expect(readMessage(octets(text)).kind).toBe('ignored')
  })

  it('comes back from the wire as it was', () => {
    const small = fc.uint8Array({ maxLength: 300 })
    const option = fc.record({ number: fc.integer({ min: 0, max: 0xffff }), value: small })
    const message = fc.record({
      type: fc.constantFrom(...MESSAGE_TYPES),
      code: fc.integer({ min: 1, max: 255 }),
      messageId: fc.integer({ min: 0, max: 0xffff }),
      token: fc.uint8Array({ maxLength: 8 }),
      options: fc
        .array(option, { maxLength: 8 })
        .map((list) => list.toSorted((one, other) => one.number - other.number)),
      payload: small,
    })
    fc.assert(
      fc.property(message, (written) => {
        expect(read(hex(writeMessage(written)))).toEqual(written)
      }),
    )
  })

  it('is read as by one who takes octet after octet, damaged or whole', () => {
    const value = fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ maxLength: 400, size: 'max' }))
    const number = fc.oneof(fc.nat(20), fc.nat(300), fc.nat(0xffff))
    const options = fc.array(fc.record({ number, value }), { maxLength: 4 })
    const change = fc.record({ at: fc.nat(), to: fc.nat(255) })
    const changes = fc.array(change, { maxLength: 2 })
    const payload = fc.uint8Array({ maxLength: 8 })
    const nothing = new Uint8Array(0)
    fc.assert(
      fc.property(options, payload, changes, fc.nat(4), (all, content, damages, missing) => {
        const message = { type: 'CON', code: 2, messageId: 1, token: nothing, options: all, payload: content }
        const whole = writeMessage({ ...message, type: 'CON' })
        const damaged = whole.slice(0, Math.max(HEADER_OCTETS, whole.length - missing))
        for (const { at, to } of damages) damaged[HEADER_OCTETS + (at % damaged.length)] = to
        const result = readMessage(damaged)
        const found = result.kind === 'message' ? shownParts(result.message) : null
        expect(found).toEqual(partsOf([...damaged.subarray(HEADER_OCTETS)]))
      }),
      { numRuns: 2000 },
    )
  })

  it('never makes the reader fail, whatever the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const result = readMessage(noise)
        if (result.kind === 'message')
          expect(hex(writeMessage(result.message)).length).toBeGreaterThanOrEqual(8)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('options', () => {
  it('write unsigned integers without leading zeros', () => {
    expect([0, 1, 255, 256, 65536].map((value) => hex(uintOption(OPTION.maxAge, value).value))).toEqual([
      '',
      '01',
      'ff',
      '0100',
      '010000',
    ])
    expect(readUint(octets('010000'))).toBe(65536)
  })

  it.each([
    ['a critical option nobody knows', [{ number: 9, value: octets('') }], 9],
    ['Uri-Host of no octets', [{ number: 3, value: octets('') }], 3],
    ['a second Uri-Port', [uintOption(OPTION.uriPort, 1), uintOption(OPTION.uriPort, 2)], 7],
    ['only elective strangers', [{ number: 10, value: octets('00') }], null],
    ['Uri-Path many times', [stringOption(OPTION.uriPath, 'a'), stringOption(OPTION.uriPath, 'b')], null],
  ])('with %s have to be refused for', (_what, options, refused) => {
    expect(unrecognizedCritical(options)).toBe(refused)
  })
})

it('shows codes as people write them', () => {
  expect([codeOf('2.04'), codeOf('4.13'), codeOf('0.02')].map(showCode)).toEqual(['2.04', '4.13', '0.02'])
})
