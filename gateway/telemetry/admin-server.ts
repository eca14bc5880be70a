/** /metrics, /health and /ready, for those who operate the gateway: bind it to an address the world does not reach. */
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { Configuration, SocketAddress } from '../configuration/index.ts'
import type { Log } from './log.ts'
import { createProcessMetrics } from './process-metrics.ts'
import { type AskWorker, aggregateMetrics, collectReports, judgeReadiness } from './report.ts'

export interface AdminServerOptions {
  readonly address: SocketAddress
  /** The one in force. */
  readonly configuration: () => Pick<Configuration, 'tenants'>
  readonly workers: () => readonly AskWorker[]
  readonly isDraining: () => boolean
  readonly log: Log
}

type Route = (response: ServerResponse) => Promise<void> | void

/** Listens when the promise resolves. @rejects with Node's error when the address cannot be had */
export async function startAdminServer(options: AdminServerOptions): Promise<Server> {
  const { address, workers, isDraining, log } = options
  const ofProcess = createProcessMetrics(options.configuration)
  /** The process is alive and its main thread turns. */
  const health: Route = (response) => sendJson(response, 200, { isAlive: true })
  const ready: Route = async (response) => {
    const readiness = judgeReadiness(await collectReports(workers()), isDraining(), Date.now())
    sendJson(response, readiness.isReady ? 200 : 503, readiness)
  }
  const metrics: Route = async (response) => {
    const ofWorkers = aggregateMetrics(await collectReports(workers()))
    const text = `${await ofWorkers.metrics()}\n${await ofProcess.metrics()}`
    response.writeHead(200, { 'Content-Type': ofProcess.contentType }).end(text)
  }
  const routes = new Map([
    ['/health', health],
    ['/ready', ready],
    ['/metrics', metrics],
  ])
  const server = createServer((request, response) => {
    const route = routes.get((request.url ?? '').replace(/\?.*$/, ''))
    if (route === undefined) return sendProblem(response, 404, 'there are /metrics, /health and /ready')
    if (request.method !== 'GET') return sendProblem(response, 405, 'only GET is answered here')
    Promise.resolve(route(response)).catch((error: unknown) => {
      log('error', 'admin_request_failed', { reason: String(error) })
      sendProblem(response, 500, 'the reason is in the log')
    })
  })
  server.requestTimeout = 10_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(address.port, address.host, resolve)
  })
  return server
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}

function sendProblem(response: ServerResponse, status: number, detail: string): void {
  response
    .writeHead(status, { 'Content-Type': 'application/problem+json' })
    .end(JSON.stringify({ status, detail }))
}
