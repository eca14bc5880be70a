import { describe, expect, it } from 'vitest'
import {
  Asn1Fault,
  alternative,
  boolean,
  choice,
  decode,
  derSequence,
  encode,
  field,
  integer,
  nothing,
  octetString,
  optional,
  rawOctets,
  sequence,
  sequenceOf,
  UNTAGGED,
  utf8String,
  withDefault,
} from '../../../shared/asn1/index.ts'
import { fromHex, toHex } from '../../../shared/octets.ts'

const Order = sequence('BF70', {
  id: field('80', integer),
  note: optional('81', utf8String()),
  urgent: withDefault('82', boolean, false),
})

function faultOf(act: () => unknown): Asn1Fault {
  try {
    act()
  } catch (error) {
    if (error instanceof Asn1Fault) return error
  }
  throw new Error('no Asn1Fault was thrown')
}

describe('a SEQUENCE', () => {
  it('reads and writes its fields in order', () => {
    const octets = encode(Order, { note: 'x', id: 5, urgent: true })

    expect(toHex(octets)).toBe('BF70098001058101788201FF')
    expect(decode(Order, octets)).toEqual({ id: 5, note: 'x', urgent: true })
  })

  it('leaves a DEFAULT out on writing, and reads it left out or written', () => {
    expect(toHex(encode(Order, { id: 5, urgent: false }))).toBe('BF7003800105')
    expect(decode(Order, fromHex('BF7003800105'))).toEqual({ id: 5, urgent: false })
    expect(decode(Order, fromHex('BF7006800105820100'))).toEqual({ id: 5, urgent: false })
  })

  it('skips extensions wherever they stand, and keeps them in the raw octets', () => {
    const octets = fromHex('BF700D9F550102800105BF7700810178')

    const order = decode(Order, octets)

    expect(order).toEqual({ id: 5, note: 'x', urgent: false })
    expect(rawOctets(order)).toEqual(octets)
  })

  it('names a missing field', () => {
    expect(faultOf(() => decode(Order, fromHex('BF7003810178'))).path).toBe('id')
  })

  it('refuses a field twice or out of order', () => {
    expect(() => decode(Order, fromHex('BF7006800105800105'))).toThrow('id: 80 is out of order or repeated')
    expect(() => decode(Order, fromHex('BF7006810178800105'))).toThrow(Asn1Fault)
  })

  it('has no raw octets when it was not decoded', () => {
    expect(() => rawOctets({ id: 5 })).toThrow(TypeError)
  })

  it('tells where deep inside the fault is', () => {
    const Orders = sequence('30', { list: field('A0', sequenceOf('A0', 'BF70', Order)) })

    const fault = faultOf(() => decode(Orders, fromHex('300DA00BBF7003800105BF70028000')))

    expect(fault.path).toBe('list[1].id')
    expect(fault.offset).toBe(15)
  })

  it('refuses JSON with a field that it does not have', () => {
    expect(() => Order.fromJson({ id: 5, colour: 'red' })).toThrow('colour: there is no such field')
    expect(() => Order.fromJson({})).toThrow('id: the field is missing')
    expect(() => Order.fromJson([])).toThrow(Asn1Fault)
  })

  it('lets a tolerance claim an element for a field, once', () => {
    const Tolerant = sequence(
      'BF71',
      { id: field('80', integer), note: optional('81', utf8String()) },
      (_octets, element) => (element.tag === 0x8e ? { name: 'id', start: element.contentStart } : undefined),
    )

    expect(decode(Tolerant, fromHex('BF71068101788E0105'))).toEqual({ id: 5, note: 'x' })
    expect(() => decode(Tolerant, fromHex('BF71068001058E0105'))).toThrow('out of order or repeated')
    expect(() => decode(Tolerant, fromHex('BF71068E0105800105'))).toThrow('out of order or repeated')
  })
})

describe('a CHOICE', () => {
  const Answer = choice(UNTAGGED, {
    number: alternative('80', integer),
    none: alternative('81', nothing),
  })

  it('is its alternative when it has no tag', () => {
    expect(decode(Answer, fromHex('800107'))).toEqual({ number: 7 })
    expect(toHex(encode(Answer, { none: null }))).toBe('8100')
  })

  it('always stands inside a tag that it is given', () => {
    const Envelope = sequence('30', { answer: field('A3', Answer) })

    expect(toHex(encode(Envelope, { answer: { number: 7 } }))).toBe('3005A303800107')
    expect(decode(Envelope, fromHex('3005A303800107'))).toEqual({ answer: { number: 7 } })
  })

  it('refuses an unknown alternative, none, and two', () => {
    const Tagged = choice('BF72', { number: alternative('80', integer) })

    expect(() => decode(Tagged, fromHex('BF72038F0107'))).toThrow('8F is no alternative here')
    expect(() => decode(Tagged, fromHex('BF7200'))).toThrow(Asn1Fault)
    expect(() => decode(Tagged, fromHex('BF7206800107800107'))).toThrow('follow the alternative')
    expect(() => Tagged.fromJson({})).toThrow(Asn1Fault)
    expect(() => Tagged.fromJson({ letter: 1 })).toThrow('exactly one of number')
  })

  it('keeps its raw octets with its tag', () => {
    const Tagged = choice('BF72', { number: alternative('80', integer) })

    expect(toHex(rawOctets(decode(Tagged, fromHex('BF7203800107'))))).toBe('BF7203800107')
  })
})

describe('an X.509 object', () => {
  const Holder = sequence('30', { certificate: field('A6', derSequence) })
  const certificate = '300730030201010500'

  it('loses its 30 under a field tag and gets it back', () => {
    const octets = encode(Holder, { certificate: fromHex(certificate) })

    expect(toHex(octets)).toBe('3009A60730030201010500')
    expect(toHex(decode(Holder, octets).certificate)).toBe(certificate)
  })

  it('is read when its 30 was kept inside the field tag', () => {
    expect(toHex(decode(Holder, fromHex('300BA609300730030201010500')).certificate)).toBe(certificate)
  })

  it('must be one SEQUENCE', () => {
    expect(() => encode(Holder, { certificate: fromHex('0500') })).toThrow(Asn1Fault)
    expect(() => decode(Holder, fromHex('3002A600'))).toThrow('the SEQUENCE is empty')
    expect(() => derSequence.fromJson({ _der: '0500' })).toThrow(Asn1Fault)
  })
})

describe('the writer', () => {
  it.each([0, 127, 128, 255, 256, 65535, 65536])('writes the shortest length for %i octets', (length) => {
    const octets = encode(octetString(), new Uint8Array(length))

    const header = length < 128 ? 2 : length < 256 ? 3 : length < 65536 ? 4 : 5
    expect(octets.length).toBe(header + length)
    expect(decode(octetString(), octets).length).toBe(length)
  })
})
