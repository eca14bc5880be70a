/** The gateway that foreign peers call: its own process, an HTTPS edge behind it, certificates made for the run. */
import { createHash, createPublicKey } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { writePem } from '../../shared/pki/index.ts'
import { issueCertificate, type TestCertificate } from '../gateway/dtls/test-certificate.ts'
import { StandInEdge } from '../gateway/forward/stand-in-edge.ts'
import { GatewayFolder, GatewayProcess } from '../gateway/gateway-process.ts'

export const PORT = 31_684
const ADMIN_PORT = 31_685
const LARGE_ANSWER = Buffer.alloc(3000, 'a')

export interface PeerFiles {
  /** PEM files. */
  readonly ca: string
  readonly certificate: string
  readonly key: string
  /** PEM of the device's public key. */
  readonly publicKey: string
  /** Issued by nobody the gateway knows, but known to it itself. */
  readonly pinnedCertificate: string
  readonly pinnedKey: string
  readonly strangerCertificate: string
  readonly strangerKey: string
  /** Hexadecimal; identity `meter-7`. */
  readonly psk: string
}

export class GatewayUnderTest {
  readonly edge: StandInEdge
  readonly files: PeerFiles
  readonly #folder: GatewayFolder
  readonly #process: GatewayProcess

  private constructor(edge: StandInEdge, folder: GatewayFolder, process: GatewayProcess, files: PeerFiles) {
    this.edge = edge
    this.#folder = folder
    this.#process = process
    this.files = files
  }

  static async start(): Promise<GatewayUnderTest> {
    const edge = await StandInEdge.start('eim.example.com', 0)
    // A long question gets a long answer.
    edge.always = (response, _request) => {
      const asked = edge.requests.at(-1)?.body ?? Buffer.alloc(0)
      response.end(asked.length > 1000 ? LARGE_ANSWER : 'answer')
    }
    const folder = new GatewayFolder(edge)
    const files = writeFiles(folder)
    const thumbprint = createHash('sha256')
      .update(createPublicKey(folder.device.key).export({ format: 'der', type: 'spki' }))
      .digest('hex')
    const gateway = await GatewayProcess.start(folder, {
      number: 1,
      port: PORT,
      adminPort: ADMIN_PORT,
      workers: 1,
      trust: `raw_public_keys = ["${thumbprint}"]\npinned_certificate_files = ["pinned.pem"]`,
    })
    return new GatewayUnderTest(edge, folder, gateway, files)
  }

  /** Identities the edge was told of since request `from`, one each. */
  identitiesSince(from: number): string[] {
    const kinds = this.edge.requests.slice(from).map(({ headers }) => {
      const token = String(headers['edge-eim-device'])
      const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
      return String(claims.device.identity.kind)
    })
    return [...new Set(kinds)]
  }

  metric(name: string): Promise<number> {
    return this.#process.metric(name)
  }

  async stop(): Promise<void> {
    await this.#process.end('SIGTERM')
    await this.edge.close()
    this.#folder.remove()
  }
}

function writeFiles(folder: GatewayFolder): PeerFiles {
  const write = (name: string, text: string) => {
    const file = path.join(folder.path, name)
    writeFileSync(file, text, { mode: 0o600 })
    return file
  }
  const keyOf = ({ key }: TestCertificate) => key.export({ format: 'pem', type: 'pkcs8' }).toString()
  const authority = issueCertificate({ name: 'server authority', isCa: true })
  const server = issueCertificate({ name: 'eim.example.com', issuer: authority })
  write('server.pem', writePem('CERTIFICATE', server.der) + writePem('CERTIFICATE', authority.der))
  write('server-key.pem', keyOf(server))
  const stranger = issueCertificate({ name: 'stranger' })
  const pinned = issueCertificate({ name: 'pinned device' })
  return {
    ca: write('authority.pem', writePem('CERTIFICATE', authority.der)),
    certificate: write('device.pem', writePem('CERTIFICATE', folder.device.der)),
    key: write('device-key.pem', keyOf(folder.device)),
    publicKey: write(
      'device-public.pem',
      createPublicKey(folder.device.key).export({ format: 'pem', type: 'spki' }).toString(),
    ),
    pinnedCertificate: write('pinned.pem', writePem('CERTIFICATE', pinned.der)),
    pinnedKey: write('pinned-key.pem', keyOf(pinned)),
    strangerCertificate: write('stranger.pem', writePem('CERTIFICATE', stranger.der)),
    strangerKey: write('stranger-key.pem', keyOf(stranger)),
    psk: folder.psk.key.toString('hex'),
  }
}
