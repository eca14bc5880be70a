import { describe, expect, it } from 'vitest'
import { readClientHelloStart, writeClientHello } from '../../../gateway/dtls/client-hello.ts'
import { createCookieOffice } from '../../../gateway/dtls/cookie.ts'
import { HERE, NOW, THERE } from './virtual-port.ts'

const LOCAL = { address: '203.0.113.9', port: 5684 }
const key = (id: number) => ({ id, key: Buffer.alloc(32, id) })
const hello = (suites: number[]) =>
  readClientHelloStart(
    writeClientHello({
      random: Buffer.alloc(32, 1),
      sessionId: Buffer.alloc(0),
      cookie: Buffer.alloc(0),
      suites,
      extensions: new Map(),
    }),
  )

describe('cookies', () => {
  const offered = hello([0xc0a8])

  it('count for the same peer and hello, on every worker that has the key, until they are old', () => {
    const cookie = createCookieOffice(LOCAL, () => [key(1)]).issue(HERE, offered, NOW)
    const other = createCookieOffice(LOCAL, () => [key(2), key(1)])

    expect(cookie.length).toBe(32)
    expect(other.accepts(cookie, HERE, offered, NOW + 90_000)).toBe(true)
    expect(other.accepts(cookie, HERE, offered, NOW + 92_000)).toBe(false)
    expect(createCookieOffice(LOCAL, () => [key(2)]).accepts(cookie, HERE, offered, NOW)).toBe(false)
  })

  it('count for no other address, port, hello or server address, and not when altered', () => {
    const office = createCookieOffice(LOCAL, () => [key(1)])
    const cookie = office.issue(HERE, offered, NOW)
    const elsewhere = createCookieOffice(THERE, () => [key(1)])

    expect(office.accepts(cookie, THERE, offered, NOW)).toBe(false)
    expect(office.accepts(cookie, { ...HERE, port: 1 }, offered, NOW)).toBe(false)
    expect(office.accepts(cookie, HERE, hello([0xc0a8, 0x00a8]), NOW)).toBe(false)
    expect(elsewhere.accepts(cookie, HERE, offered, NOW)).toBe(false)
    for (let at = 0; at < cookie.length; at++) {
      const altered = Buffer.from(cookie)
      altered[at] = (altered[at] ?? 0) ^ 1
      expect(office.accepts(altered, HERE, offered, NOW)).toBe(false)
    }
  })

  it('know an IPv4 address in both of its spellings', () => {
    const office = createCookieOffice(LOCAL, () => [key(1)])
    const cookie = office.issue(HERE, offered, NOW)

    expect(office.accepts(cookie, { ...HERE, address: `::ffff:${HERE.address}` }, offered, NOW)).toBe(true)
  })
})
