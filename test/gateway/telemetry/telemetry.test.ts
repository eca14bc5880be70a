import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createCoapCounters } from '../../../gateway/coap/coap-effect.ts'
import type { Configuration } from '../../../gateway/configuration/index.ts'
import { createDropCounters } from '../../../gateway/dtls/endpoint-effect.ts'
import {
  type AskWorker,
  judgeReadiness,
  Metrics,
  startAdminServer,
  type WorkerReport,
} from '../../../gateway/telemetry/index.ts'

const NO_CONTACT = { lastAnswerAt: null, lastFailureAt: null }

const tenant: Configuration['tenants'][number] = {
  name: 'acme',
  serverNames: [],
  target: { origin: 'https://eim.acme.example', host: 'eim.acme.example' },
  credentials: [{ chain: [], key: new Uint8Array(), group: 23, notAfter: Date.UTC(2030, 0, 1) }],
  clientAuthentication: 'none',
  trust: { anchors: [], pinnedCertificates: new Set(), rawPublicKeys: new Set() },
  preSharedKeys: new Map(),
}

let server: Server | undefined
let base = ''
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

function createMetrics(sessions = 0): Metrics {
  return new Metrics({
    drops: () => [{ ...createDropCounters(), malformed: 2 }],
    coap: () => [{ ...createCoapCounters(), forwarded: 3 }],
    sessions: () => sessions,
    handshakesInProgress: () => 0,
    requestsAtEdge: () => 0,
  })
}

function worker(metrics: Metrics, changes: Partial<WorkerReport> = {}): AskWorker {
  return async () => {
    const report = { isBound: true, isStoreOpen: true, edge: NO_CONTACT, ...changes }
    // As a message to another thread does.
    return structuredClone({ ...report, metrics: await metrics.snapshot() })
  }
}

async function start(workers: readonly AskWorker[], isDraining = false): Promise<void> {
  server = await startAdminServer({
    address: { host: '127.0.0.1', port: 0 },
    configuration: () => ({ tenants: [tenant] }),
    workers: () => workers,
    isDraining: () => isDraining,
    log: () => undefined,
  })
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('/metrics', () => {
  it('adds up what the workers counted and measured', async () => {
    const [first, second] = [createMetrics(10), createMetrics(5)]
    first.count('handshakes', 'resumed')
    first.count('handshakes', 'failed', 2)
    second.count('handshakes', 'resumed', 4)
    first.observeForward('answered', 40)
    second.observeForward('answered', 2000)
    second.observeStore('save', 3)
    await start([worker(first), worker(second)])

    const response = await fetch(`${base}/metrics`)
    const text = await response.text()

    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4')
    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        'edge_eim_gateway_handshakes_total{outcome="resumed"} 5',
        'edge_eim_gateway_handshakes_total{outcome="failed"} 2',
        'edge_eim_gateway_record_drops_total{reason="malformed"} 4',
        'edge_eim_gateway_coap_total{event="forwarded"} 6',
        'edge_eim_gateway_sessions 15',
        'edge_eim_gateway_forward_seconds_bucket{le="0.05",outcome="answered"} 1',
        'edge_eim_gateway_forward_seconds_count{outcome="answered"} 2',
        'edge_eim_gateway_store_seconds_count{operation="save"} 1',
      ]),
    )
    expect(text).toContain(
      'edge_eim_gateway_certificate_expiry_timestamp_seconds{tenant="acme",credential="0"} 1893456000',
    )
    expect(text).toMatch(/^process_resident_memory_bytes \d+/m)
  })

  it('says the same when asked again: counters are totals', async () => {
    const metrics = createMetrics()
    metrics.count('datagrams', 'received', 7)
    await start([worker(metrics)])

    await fetch(`${base}/metrics`)
    const again = await (await fetch(`${base}/metrics`)).text()

    expect(again).toContain('edge_eim_gateway_datagrams_total{direction="received"} 7')
    expect(again).toContain('edge_eim_gateway_record_drops_total{reason="malformed"} 2')
  })

  it('leaves out a worker that has ended', async () => {
    await start([worker(createMetrics(10)), () => Promise.reject(new Error('ended'))])

    expect(await (await fetch(`${base}/metrics`)).text()).toContain('edge_eim_gateway_sessions 10')
  })
})

describe('/ready and /health', () => {
  it('are good when every worker listens and has its store', async () => {
    await start([worker(createMetrics()), worker(createMetrics())])

    expect((await fetch(`${base}/ready`)).status).toBe(200)
    expect(await (await fetch(`${base}/health`)).json()).toEqual({ isAlive: true })
  })

  it('tell apart what lives from what can serve', async () => {
    await start([worker(createMetrics(), { isBound: false })], true)

    const ready = await fetch(`${base}/ready`)

    expect(ready.status).toBe(503)
    expect(await ready.json()).toEqual({ isReady: false, reasons: ['worker 0 does not listen', 'draining'] })
    expect((await fetch(`${base}/health`)).status).toBe(200)
  })

  it('are two of three things that can be read here, and nothing can be written', async () => {
    await start([])

    expect((await fetch(`${base}/`)).status).toBe(404)
    expect((await fetch(`${base}/constructor`)).status).toBe(404)
    expect((await fetch(`${base}/metrics`, { method: 'POST' })).status).toBe(405)
  })
})

describe('readiness', () => {
  const now = 1_000_000
  const report = (edge: WorkerReport['edge']): WorkerReport => ({
    metrics: [],
    isBound: true,
    isStoreOpen: true,
    edge,
  })

  it.each([
    ['nobody has asked the edge', { lastAnswerAt: null, lastFailureAt: null }, true],
    ['it answered last', { lastAnswerAt: now - 500_000, lastFailureAt: now - 600_000 }, true],
    ['it failed a moment after it answered', { lastAnswerAt: now - 30_000, lastFailureAt: now }, true],
    ['it fails since a minute', { lastAnswerAt: now - 61_000, lastFailureAt: now }, false],
    ['it has never answered', { lastAnswerAt: null, lastFailureAt: now }, false],
  ])('when %s', (_case, edge, isReady) => {
    expect(judgeReadiness([report(edge)], false, now).isReady).toBe(isReady)
  })

  it('needs a worker, and the answer of each', () => {
    expect(judgeReadiness([], false, now).reasons).toEqual(['no worker runs'])
    expect(judgeReadiness([null], false, now).reasons).toEqual(['worker 0 does not answer'])
  })
})
