/** Carries the IPA's requests to a real server, over connections that stay open between messages. */
import * as http from 'node:http'
import * as https from 'node:https'
import type { Send } from './esipa-client.ts'

export interface HttpSendOptions {
  /** Host header, and so the eIM's FQDN, when the address says otherwise; also the name for SNI. */
  readonly host?: string | undefined
  /** Milliseconds without an answer after which a request counts as lost; 30 000 when left out. */
  readonly timeoutMs?: number | undefined
  /** Connections at most; 64 when left out. */
  readonly connections?: number | undefined
  /** PEM of the authority to trust, beside the system's. */
  readonly ca?: string | undefined
}

const TIMEOUT_MS = 30_000
const CONNECTIONS = 64

/** `base` is `http://127.0.0.1:8787` or the like. */
export function httpSend(base: string, options: HttpSendOptions = {}): Send {
  const { protocol } = new URL(base)
  const maxSockets = options.connections ?? CONNECTIONS
  const secure = protocol === 'https:'
  const agent = secure
    ? new https.Agent({ keepAlive: true, maxSockets, ca: options.ca, servername: options.host })
    : new http.Agent({ keepAlive: true, maxSockets })
  const open = secure ? https.request : http.request
  return ({ path, headers, body }) =>
    new Promise((resolve, reject) => {
      const host = options.host === undefined ? {} : { Host: options.host }
      const request = open(new URL(path, base), {
        method: 'POST',
        agent,
        timeout: options.timeoutMs ?? TIMEOUT_MS,
        headers: { ...headers, ...host, 'Content-Length': String(body.length) },
      })
      request.on('timeout', () => request.destroy(new Error('no answer in time')))
      request.on('error', reject)
      request.on('response', (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('error', reject)
        response.on('end', () => {
          const received = Object.entries(response.headers).map(([name, value]) => [name, String(value)])
          resolve({
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(received),
            body: new Uint8Array(Buffer.concat(parts)),
          })
        })
      })
      request.end(body)
    })
}
