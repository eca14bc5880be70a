/** An HTTPS server with a certificate of a private CA, that answers as a test tells it to and keeps what it was asked. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import * as https from 'node:https'
import type { AddressInfo } from 'node:net'
import { writePem } from '../../../shared/pki/index.ts'
import { issueCertificate, type TestCertificate } from '../dtls/test-certificate.ts'

export interface SeenRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export type Reply = (response: ServerResponse, request: IncomingMessage) => void

export class StandInEdge {
  readonly requests: SeenRequest[] = []
  connections = 0
  readonly ca: TestCertificate
  readonly #server: https.Server
  /** For one request each; then `always`. */
  readonly #next: Reply[] = []
  always: Reply = (response) => response.end('answer')

  static async start(hostName: string, port: number): Promise<StandInEdge> {
    const edge = new StandInEdge(hostName)
    await new Promise<void>((resolve) => edge.#server.listen(port, '127.0.0.1', resolve))
    return edge
  }

  constructor(hostName: string) {
    this.ca = issueCertificate({ name: 'Private CA', isCa: true })
    const certificate = issueCertificate({ name: hostName, issuer: this.ca })
    const key = certificate.key.export({ format: 'pem', type: 'pkcs8' })
    this.#server = https.createServer({ key, cert: writePem('CERTIFICATE', certificate.der) })
    this.#server.on('connection', () => this.connections++)
    this.#server.on('request', (request, response) => this.#take(request, response))
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get authority(): string {
    return writePem('CERTIFICATE', this.ca.der)
  }

  next(...replies: readonly Reply[]): void {
    this.#next.push(...replies)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      this.requests.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts) })
      const reply = this.#next.shift() ?? this.always
      reply(response, request)
    })
  }
}

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Reply =>
  (response) =>
    response.writeHead(code, headers).end()
/** The connection ends without an answer. */
export const breakOff: Reply = (response) => response.destroy()
/** No answer ever. */
export const keepSilent: Reply = () => undefined
