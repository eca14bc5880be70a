/** What a flood and a sleeping fleet cost in memory, and how fast a fleet is back after a restart. */
import { createHmac, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sealRecord } from '../../../gateway/dtls/record-protection.ts'
import { SessionSeal, SqliteVault } from '../../../gateway/session-store/index.ts'
import { client, VirtualPort } from '../../gateway/dtls/virtual-port.ts'
import { type BenchResult, interleave } from '../result.ts'
import { CLUSTER_KEY, connectDevice, createStation, pollOf } from './bench-station.ts'

const HELLOS = 200_000
const SESSIONS = 20_000
const RESTORED = 100_000
const CLAIMED_AT_ONCE = 200
const TARGET_OCTETS = 512

/** All that JavaScript holds; `external` has the buffers in it. */
function heap(): number {
  // Others leave garbage for a later round, megabytes of it now and then.
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const addressOf = (index: number) => ({
  address: `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`,
  port: 1024 + (index % 60_000),
})

/** First hellos from ever other addresses: a cookie each, and nothing kept. */
export async function benchFlood(): Promise<BenchResult> {
  const port = new VirtualPort()
  const [hello] = client().hello()
  if (!hello) throw new Error('no hello')
  const flood = () => {
    const startedAt = performance.now()
    for (let index = 0; index < HELLOS; index++) port.endpoint.receive(hello, addressOf(index), port.now)
    return (HELLOS / (performance.now() - startedAt)) * 1000
  }
  const bare = () => {
    const key = randomBytes(32)
    const startedAt = performance.now()
    for (let index = 0; index < HELLOS; index++) createHmac('sha256', key).update(hello).digest()
    return (HELLOS / (performance.now() - startedAt)) * 1000
  }
  flood()
  const before = heap()
  const rates = await interleave(5, { flood, bare })
  const grown = heap() - before
  if (globalThis.gc && grown > 1024 * 1024) throw new Error(`a flood of hellos left ${grown} octets behind`)
  return {
    name: 'HelloVerifyRequest under flood, memory flat',
    median: rates.median('flood'),
    unit: '/s',
    reference: `one HMAC-SHA256 of the hello (${Math.round(rates.median('bare'))}/s)`,
    ratio: rates.ratio('flood', 'bare'),
  }
}

/** Sessions that have been used once and then sleep, all of a station counted. */
export async function benchIdleSessions(): Promise<BenchResult> {
  const vault = {
    save: async () => [],
    claim: async () => ({ kind: 'unknown' }) as const,
    remove: async () => undefined,
    close: async () => undefined,
  }
  const bench = createStation({
    ...vault,
    save: async (sessions) => sessions.map(() => ({ kind: 'saved', generation: 1 }) as const),
  })
  const poll = async (index: number) => {
    const from = addressOf(index)
    bench.station.receive(connectDevice(bench, from).protect(23, pollOf(1)), from)
    if (index % 1000 > 0) return
    // What is remembered for repetitions goes with its time.
    await bench.station.flush()
    bench.pass(300_000)
    bench.sent.length = 0
  }
  // The first fleet brings what does not grow with sessions: compiled code, caches, tables of their first size.
  for (let index = 1; index <= SESSIONS; index++) await poll(index)
  const before = heap()
  for (let index = 1; index <= SESSIONS; index++) await poll(SESSIONS + index)
  const octets = (heap() - before) / SESSIONS
  return {
    name: 'memory of an idle session',
    median: octets,
    unit: 'octets',
    reference: `${TARGET_OCTETS} octets`,
    ratio: TARGET_OCTETS / octets,
  }
}

/** All devices of a fleet poll after a restart: their sessions are claimed from the file. */
export async function benchRestore(): Promise<BenchResult> {
  const folder = mkdtempSync(path.join(tmpdir(), 'edge-eim-bench-'))
  try {
    const file = path.join(folder, 'sessions.db')
    const datagrams = await fillVault(file)
    const vault = new SqliteVault(file)
    const bench = createStation(vault)
    let answered = 0
    bench.send = () => void answered++
    const startedAt = performance.now()
    for (let from = 0; from < datagrams.length; from += CLAIMED_AT_ONCE) {
      for (const [index, datagram] of datagrams.slice(from, from + CLAIMED_AT_ONCE).entries()) {
        bench.station.receive(datagram, addressOf(from + index))
      }
      while (answered < Math.min(from + CLAIMED_AT_ONCE, datagrams.length)) {
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    const seconds = (performance.now() - startedAt) / 1000
    await bench.station.flush()
    await vault.close()
    return {
      name: `${RESTORED} sessions claimed back after a restart and their polls answered`,
      median: seconds,
      unit: 's',
      reference: 'ten seconds',
      ratio: 10 / seconds,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One real session under ever other Connection IDs; a poll of each. */
async function fillVault(file: string): Promise<Buffer[]> {
  const source = createStation()
  connectDevice(source, addressOf(0))
  const [session] = source.station.dtls.sessions()
  const state = session && source.station.dtls.exportSession(session)
  if (!state) throw new Error('no session to copy')
  const keys = { ...state.keys.client, suite: state.terms.suite }
  const sequence = state.counters.readEdge + 1
  const poll = { type: 23, epoch: 1, sequence, content: pollOf(1), paddingMultiple: 1 }
  const seal = new SessionSeal(CLUSTER_KEY)
  const vault = new SqliteVault(file)
  const datagrams: Buffer[] = []
  const batch: Parameters<SqliteVault['save']>[0][number][] = []
  for (let index = 0; index < RESTORED; index++) {
    const ownCid = Buffer.from(state.terms.ownCid)
    ownCid.writeUInt32BE(index, 4)
    const [name = ''] = seal.namesOf(ownCid)
    const sealed = seal.seal({ ...state, terms: { ...state.terms, ownCid } }, 1)
    batch.push({ kind: 'state', name, generation: null, sealed, expiresAt: Date.now() + 86_400_000 })
    datagrams.push(sealRecord(keys, { ...poll, cid: ownCid }))
  }
  await vault.save(batch)
  await vault.close()
  return datagrams
}
