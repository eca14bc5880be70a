/** Black box: the gateway's own process, real sockets, a real HTTPS server behind it. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { jwtVerify } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { IDENTITY_HEADER } from '../../shared/gateway/forwarded-request.ts'
import type { UdpLink } from '../simulator/coaps-device/udp-link.ts'
import { issueCertificate } from './dtls/test-certificate.ts'
import { StandInEdge } from './forward/stand-in-edge.ts'
import { GatewayFolder, GatewayProcess, type NodeSettings, udpDevice } from './gateway-process.ts'

const PATH = '/gsma/rsp2/asn1'
const QUESTION = Buffer.from('question')
const ONE: NodeSettings = { number: 1, port: 26_101, adminPort: 26_102, workers: 2 }

let edge: StandInEdge
let folder: GatewayFolder
const running: GatewayProcess[] = []
const devices: UdpLink[] = []

beforeAll(async () => {
  edge = await StandInEdge.start('eim.example.com', 0)
  folder = new GatewayFolder(edge)
})
afterEach(async () => {
  for (const device of devices.splice(0)) device.close()
  await Promise.all(running.splice(0).map((gateway) => gateway.end('SIGKILL')))
})
afterAll(async () => {
  await edge.close()
  folder.remove()
})

async function start(settings = ONE): Promise<GatewayProcess> {
  const gateway = await GatewayProcess.start(folder, settings)
  running.push(gateway)
  return gateway
}

function device(dtls: Parameters<typeof udpDevice>[1] = {}, port = ONE.port): UdpLink {
  const certificate = { chain: [folder.device.der], key: folder.device.key }
  const made = udpDevice(port, { certificate, ...dtls })
  devices.push(made)
  return made
}

async function post(link: UdpLink, body: Uint8Array = QUESTION): Promise<string> {
  const outcome = await link.device.post(PATH, body)
  return outcome.kind === 'answered' ? Buffer.from(outcome.octets).toString() : outcome.kind
}

describe('the gateway', () => {
  it('carries a device’s request to the edge, and says who sent it', async () => {
    const gateway = await start()
    expect(await post(device())).toBe('answer')
    const seen = edge.requests.at(-1)
    expect(seen?.body).toEqual(QUESTION)
    const token = String(seen?.headers[IDENTITY_HEADER.toLowerCase()])
    const { payload } = await jwtVerify(token, folder.tokenKey, {
      audience: 'eim.example.com',
      issuer: 'gw-1',
    })
    expect(payload).toMatchObject({
      method: 'POST',
      path: PATH,
      bodyDigest: createHash('sha256').update(QUESTION).digest('hex'),
      device: {
        identity: {
          kind: 'certificate',
          thumbprint: createHash('sha256').update(folder.device.der).digest('hex'),
        },
      },
    })
    expect(await gateway.get('ready')).toMatchObject({ status: 200 })
    expect(await gateway.metric('handshakes_total{outcome="established"}')).toBe(1)
  })

  it('finds the session wherever the kernel puts the datagram', async () => {
    const gateway = await start()
    for (const link of [device(), device(), device(), device()]) {
      for (let count = 0; count < 5; count++) {
        expect(await post(link)).toBe('answer')
        link.changeAddress()
      }
      expect(link.device.costs.fullHandshakes).toBe(1)
    }
    expect(await gateway.metric('hand_overs_total{kind="to-worker"}')).toBeGreaterThan(0)
  })

  it('goes on with sessions after SIGTERM and after SIGKILL', async () => {
    const link = device()
    const gateway = await start()
    expect(await post(link)).toBe('answer')
    expect(await gateway.end('SIGTERM')).toBe(0)
    running.length = 0
    const second = await start()
    link.changeAddress()
    expect(await post(link)).toBe('answer')
    await second.until(async () => (await second.metric('store_faults_total')) === 0)
    await new Promise((resolve) => setTimeout(resolve, 100))
    await second.end('SIGKILL')
    running.length = 0
    await start()
    link.changeAddress()
    expect(await post(link)).toBe('answer')
    expect(link.device.costs).toMatchObject({ fullHandshakes: 1, resumptions: 0 })
  })

  it('takes new certificates and keys without losing a session', async () => {
    const gateway = await start()
    const old = device()
    expect(await post(old)).toBe('answer')
    const thumbprint = folder.renewCertificate()
    gateway.signal('SIGHUP')
    await gateway.until(() => gateway.lines.some((line) => line.includes('"event":"reloaded"')))
    const shown: string[] = []
    const trustsServer = (credential: Buffer) => {
      shown.push(createHash('sha256').update(credential).digest('hex'))
      return true
    }
    const { psk } = folder
    expect(await post(device({ trustsServer }))).toBe('answer')
    expect(await post(device({ psk, suites: [0xc0a8] }))).toBe('answer')
    expect(shown).toEqual([thumbprint])
    expect(await post(old)).toBe('answer')
    expect(old.device.costs.fullHandshakes).toBe(1)
  })

  it('ends at a reload what it trusts no more, and nothing else', async () => {
    const pinned = issueCertificate({ name: 'pinned' })
    const thumbprint = createHash('sha256').update(pinned.der).digest('hex')
    const gateway = await start({ ...ONE, trust: `pinned_certificates = ["${thumbprint}"]` })
    const gone = device({ certificate: { chain: [pinned.der], key: pinned.key } })
    const others = [device({ psk: folder.psk, suites: [0xc0a8] }), device()]
    for (const link of [gone, ...others]) expect(await post(link)).toBe('answer')

    folder.configure(ONE)
    gateway.signal('SIGHUP')
    await gateway.until(async () => (await gateway.metric('sessions_closed_total{reason="untrusted"}')) === 1)

    gone.device.disconnect()
    expect(await post(gone)).toBe('unreachable')
    expect(gone.device.costs).toMatchObject({ fullHandshakes: 1, resumptions: 0, failedHandshakes: 1 })
    for (const link of others) {
      expect(await post(link)).toBe('answer')
      expect(link.device.costs).toMatchObject({ fullHandshakes: 1, resumptions: 0 })
    }
  })

  it('resumes by ticket what it has lost', async () => {
    const gateway = await start()
    const link = device()
    expect(await post(link)).toBe('answer')
    link.device.disconnect()
    expect(await post(link)).toBe('answer')
    expect(link.device.costs).toMatchObject({ fullHandshakes: 1, resumptions: 1 })
    expect(await gateway.metric('handshakes_total{outcome="resumed"}')).toBe(1)
  })

  it('refuses a faulty configuration with words', () => {
    folder.write('broken.toml', '[node]\nname = 7\n')
    const main = new URL('../../gateway/main.ts', import.meta.url).pathname
    const run = spawnSync(process.execPath, [main, '--config', `${folder.path}/broken.toml`], {
      encoding: 'utf8',
    })
    expect(run.status).toBe(1)
    expect(run.stderr).toContain('node.name')
  })
})

describe('two nodes', () => {
  const two = (number: number): NodeSettings => ({
    number,
    port: 26_110 + number,
    adminPort: 26_120 + number,
    workers: 1,
    handOver: { port: 26_130 + number, peers: [{ number: 3 - number, port: 26_130 + 3 - number }] },
  })

  it('serve a device at either, and go on when one is killed', async () => {
    const first = await start(two(1))
    const second = await start(two(2))
    const link = device({}, two(1).port)
    expect(await post(link)).toBe('answer')
    // As if a balancer now sent it to the other node.
    await new Promise((resolve) => setTimeout(resolve, 2500))
    link.port = two(2).port
    link.changeAddress()
    expect(await post(link)).toBe('answer')
    expect(await second.metric('hand_overs_total{kind="to-node"}')).toBeGreaterThan(0)
    expect(await first.metric('hand_overs_total{kind="from-node"}')).toBeGreaterThan(0)
    await first.end('SIGKILL')
    await new Promise((resolve) => setTimeout(resolve, 6500))
    link.changeAddress()
    expect(await post(link)).toBe('answer')
    expect(link.device.costs).toMatchObject({ fullHandshakes: 1, resumptions: 0 })
  })
})
