import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAlert } from '../../../gateway/dtls/alert.ts'
import {
  readCertificateChain,
  readCertificateRequest,
  readCertificateVerify,
  readRawPublicKey,
} from '../../../gateway/dtls/certificate-message.ts'
import { findCipherSuite } from '../../../gateway/dtls/cipher-suite.ts'
import {
  readClientHello,
  readClientHelloStart,
  readHelloVerifyRequest,
  writeClientHello,
} from '../../../gateway/dtls/client-hello.ts'
import { judgeCertificateChain, judgeRawPublicKey } from '../../../gateway/dtls/client-trust.ts'
import {
  readConnectionId,
  readMaxFragmentLength,
  readNumberList,
  readOctetList,
  readProtocolNames,
  readRecordSizeLimit,
  readServerName,
} from '../../../gateway/dtls/extension.ts'
import { FragmentAssembly } from '../../../gateway/dtls/fragment-assembly.ts'
import { readHandshakeFragments, writeHandshakeFragment } from '../../../gateway/dtls/handshake-message.ts'
import { readClientKeyExchange, readServerKeyExchange } from '../../../gateway/dtls/key-exchange-message.ts'
import { DecodeFault } from '../../../gateway/dtls/octet-reader.ts'
import { readRecord } from '../../../gateway/dtls/record.ts'
import { openRecord, sealRecord } from '../../../gateway/dtls/record-protection.ts'
import { isFresh, mark } from '../../../gateway/dtls/replay-window.ts'
import { createResumptionStore } from '../../../gateway/dtls/resumption.ts'
import { readNewSessionTicket, readServerHello } from '../../../gateway/dtls/server-hello.ts'
import { fuzzEndpoint } from './fuzz-endpoint.ts'
import { defaultPolicy, deviceCertificate, NOW, ticketKey } from './virtual-port.ts'

const seed = 20_260_102
const octets = (maxLength = 300) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array))

const readers: Record<string, (body: Buffer) => unknown> = {
  readClientHello,
  readClientHelloStart,
  readHelloVerifyRequest,
  readServerHello,
  readNewSessionTicket,
  readCertificateChain,
  readRawPublicKey,
  readCertificateRequest,
  readCertificateVerify,
  readHandshakeFragments,
  readConnectionId,
  readMaxFragmentLength,
  readNumberList,
  readOctetList,
  readProtocolNames,
  readRecordSizeLimit,
  readServerName,
  readAlert,
  readClientKeyExchange: (body) => readClientKeyExchange(body, 'ecdhe-psk'),
  readServerKeyExchange: (body) => readServerKeyExchange(body, 'ecdhe-ecdsa'),
}

describe('a reader', () => {
  for (const [name, read] of Object.entries(readers)) {
    it(`${name} gives a value or a DecodeFault for any octets`, () => {
      fc.assert(
        fc.property(octets(), (body) => {
          try {
            read(body)
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeFault)
          }
        }),
        { seed, numRuns: 300 },
      )
    })
  }

  it('readClientHello reads what writeClientHello wrote', () => {
    const hello = fc.record({
      random: octets().map(() => Buffer.alloc(32, 5)),
      sessionId: octets(32),
      cookie: octets(255),
      suites: fc.array(fc.nat(65_535), { minLength: 1, maxLength: 20 }),
      extensions: fc
        .array(fc.tuple(fc.nat(65_535), octets(40)), { minLength: 1, maxLength: 10 })
        .map((pairs) => new Map(pairs)),
    })
    fc.assert(
      fc.property(hello, (fields) => {
        expect(readClientHello(writeClientHello(fields))).toMatchObject(fields)
      }),
      { seed },
    )
  })
})

describe('records', () => {
  it('readRecord stays within any datagram', () => {
    fc.assert(
      fc.property(octets(80), fc.nat(20), (datagram, cidLength) => {
        const record = readRecord(datagram, 0, cidLength)
        expect(record === undefined || (record.end <= datagram.length && record.end > 0)).toBe(true)
      }),
      { seed, numRuns: 1000 },
    )
  })

  it('open to what was sealed, in every suite, with and without Connection ID, and to nothing when altered', () => {
    const suites = [0xc02b, 0xc02c, 0xc0ae, 0xc0ac, 0xcca9].map((code) => findCipherSuite(code))
    const content = octets(200)
    fc.assert(
      fc.property(
        fc.constantFrom(...suites),
        content,
        octets(32),
        fc.integer({ min: 0, max: 2 ** 48 - 2 }),
        fc.nat(32),
        fc.nat(),
        (suite, plaintext, cid, sequence, paddingMultiple, position) => {
          if (suite === undefined) throw new Error('no suite')
          const keys = {
            suite,
            key: Buffer.alloc(suite.keyLength, 1),
            salt: Buffer.alloc(suite.saltLength, 2),
          }
          const sealed = sealRecord(keys, {
            type: 23,
            epoch: 1,
            sequence,
            cid,
            content: plaintext,
            paddingMultiple,
          })
          const record = readRecord(sealed, 0, cid.length)
          expect(record && openRecord(keys, sealed, record)).toEqual({ type: 23, content: plaintext })

          const altered = Buffer.from(sealed)
          const at = position % altered.length
          altered[at] = (altered[at] ?? 0) ^ 0x10
          const other = readRecord(altered, 0, cid.length)
          expect(other && openRecord(keys, altered, other)).toBeUndefined()
        },
      ),
      { seed, numRuns: 300 },
    )
  })
})

describe('the replay window', () => {
  it('takes each number once and none more than 63 below the highest', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300), { maxLength: 200 }), (sequences) => {
        const window = { edge: -1, low: 0, high: 0 }
        const seen = new Set<number>()
        for (const sequence of sequences) {
          const expected = !seen.has(sequence) && sequence > Math.max(-1, ...seen) - 64
          expect(isFresh(window, sequence)).toBe(expected)
          if (!expected) continue
          mark(window, sequence)
          seen.add(sequence)
        }
      }),
      { seed, numRuns: 300 },
    )
  })
})

describe('fragments', () => {
  it('give the message whatever their order, overlap and repetition', () => {
    const cuts = fc.array(fc.tuple(fc.nat(99), fc.integer({ min: 1, max: 60 })), { maxLength: 20 })
    fc.assert(
      fc.property(cuts, (pieces) => {
        const body = Buffer.from(Array.from({ length: 100 }, (_, index) => index))
        const assembly = new FragmentAssembly(3)
        const all = [...pieces, [0, 50] as const, [50, 50] as const]
        for (const [offset, length] of all) {
          const part = body.subarray(offset, offset + length)
          assembly.add({ type: 11, length: 100, sequence: 3, offset, body: part })
        }
        expect(assembly.take()).toEqual({ type: 11, sequence: 3, body })
        expect(assembly.held).toBe(0)
      }),
      { seed },
    )
  })

  it('hold no more than 32 KiB, whatever comes', () => {
    const fragments = fc.array(
      fc.record({
        type: fc.nat(20),
        sequence: fc.nat(12),
        length: fc.nat(20_000),
        offset: fc.nat(20_000),
        body: octets(50),
      }),
      { maxLength: 50 },
    )
    fc.assert(
      fc.property(fragments, (all) => {
        const assembly = new FragmentAssembly(1)
        for (const fragment of all) {
          assembly.add(fragment)
          expect(assembly.held).toBeLessThanOrEqual(32 * 1024)
        }
      }),
      { seed },
    )
  })

  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.nat(65_535), octets(), (type, sequence, body) => {
        const [fragment] = readHandshakeFragments(writeHandshakeFragment({ type, sequence, body }))
        expect(fragment).toEqual({ type, sequence, length: body.length, offset: 0, body })
      }),
      { seed },
    )
  })
})

describe('credentials from the outside', () => {
  it('no octets crash the check of a chain, a raw public key or a ticket', () => {
    const store = createResumptionStore(() => [ticketKey])
    fc.assert(
      fc.property(octets(), fc.nat(deviceCertificate.der.length - 1), fc.nat(255), (random, at, value) => {
        const mutated = Buffer.from(deviceCertificate.der)
        const isSame = mutated[at] === value
        mutated[at] = value
        expect(judgeCertificateChain([random], defaultPolicy.trust, NOW).isTrusted).toBe(false)
        expect(judgeCertificateChain([mutated], defaultPolicy.trust, NOW).isTrusted).toBe(isSame)
        expect(judgeRawPublicKey(random, defaultPolicy.trust).isTrusted).toBe(false)
        expect(store.openTicket(random)).toBeUndefined()
        expect(store.openTicket(Buffer.concat([ticketKey.name, random]))).toBeUndefined()
      }),
      { seed, numRuns: 500 },
    )
  })
})

describe('the whole endpoint', () => {
  it('does not crash, and no live session is harmed', () => {
    const report = fuzzEndpoint(30_000, seed)

    expect(report.answers).toBeGreaterThan(0)
    expect(report.established).toBeLessThan(report.datagrams)
  })
})
