import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Costs, countOctets } from './over-the-air.ts'

const README = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
/** ECDSA signatures in DER differ in length by some octets, and so do certificates made for a run. */
const TOLERANCE = 24
/** Without signatures every octet counts. */
const UNSIGNED = /^(Connection ID: nothing pending|Resumption by|Full handshake, PSK)/

let costs: Costs
beforeAll(async () => {
  costs = await countOctets()
  if (process.env.SHOW_OCTETS) console.log(JSON.stringify(costs, null, 1))
})

/** `| name | datagrams | up | down | sum |` */
function rowOf(name: string): number[] {
  const row = README.split('\n').find((line) => line.startsWith(`| ${name} |`))
  if (!row) throw new Error(`the README has no row «${name}»`)
  return row
    .split('|')
    .slice(3, 6)
    .map((cell) => Number(cell.trim().replaceAll(' ', '')))
}

describe('octets on the air', () => {
  it('an empty poll takes two datagrams and at most 150 octets', () => {
    const { up, down, datagrams } = costs['Connection ID: nothing pending'] ?? {
      up: 0,
      down: 0,
      datagrams: 0,
    }
    expect(datagrams).toBe(2)
    expect(up).toBeGreaterThan(0)
    expect(up + down).toBeLessThanOrEqual(150)
  })

  it('are what the README says', () => {
    for (const [name, { up, down }] of Object.entries(costs)) {
      const [saidUp = 0, saidDown = 0, saidSum = 0] = rowOf(name)
      const tolerance = UNSIGNED.test(name) ? 0 : TOLERANCE
      expect(Math.abs(up - saidUp), `${name}: ${up} up`).toBeLessThanOrEqual(tolerance)
      expect(Math.abs(down - saidDown), `${name}: ${down} down`).toBeLessThanOrEqual(tolerance)
      expect(saidSum).toBe(saidUp + saidDown)
    }
  })

  it('are fewest with a Connection ID, and fewer by resumption than by a full handshake', () => {
    const sum = (name: string) => (costs[name]?.up ?? 0) + (costs[name]?.down ?? 0)
    const names = ['Connection ID', 'Resumption by session id', 'Full handshake, raw public keys']
    const sums = names.map((name) => sum(`${name}: nothing pending`))
    expect(sums).toEqual(sums.toSorted((one, other) => one - other))
    expect(sum('Connection ID: nothing pending') * 5).toBeLessThan(
      sum('HTTPS, TLS 1.3, resumed: nothing pending'),
    )
  })
})
